#pragma once

// A ledger as one would write it on an afternoon: plain maps, ids as text, arithmetic in integer
// millionths, every answer worked out by going through all postings.  It shares no rule and no
// arithmetic with the library, which is held against it.

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/random.h"
#include "tally/totals.h"

namespace tally::testing {

__extension__ using Wide = __int128;

// A number that was told, and of which figure.
struct NaiveStatement {
  std::string measure;
  std::string figure_before;  // the figure's text up to its measure
  std::string figure_after;   // and behind it, without its point
  std::optional<std::uint64_t> as_of;
  std::int64_t stated = 0;
};

struct NaiveEntry {
  std::string type;
  std::string id;
  std::string actor;
  std::vector<std::pair<std::string, std::string>> references;  // field and id, in the spec's order
  std::vector<std::pair<std::string, std::string>> texts;       // field and text
  std::optional<std::int64_t> quantity;                         // millionths
  std::optional<std::int64_t> proxy;
  std::vector<std::pair<int, std::int64_t>> schedule;  // year that begins, millionths
  bool scheduled = false;
  std::shared_ptr<NaiveEntry> replacement;  // of the type of what is corrected
  std::optional<std::uint64_t> point;       // what a publication is as of, or an erasure erases
  std::vector<NaiveStatement> statements;

  std::string text(const std::string& field) const;
  std::string reference(const std::string& field) const;

  // As a line of JSON; with chance, in any of the ways that say the same.
  std::string json(Random* chance = nullptr) const;
};

struct NaiveAccount {
  int year = 0;
  std::string measure;
  std::string programme;
  std::string organisation;
  std::string contract;  // empty for none
  Stage stage = Stage::kCommitted;
  auto operator<=>(const NaiveAccount&) const = default;
};

struct NaivePosting {
  std::uint64_t sequence = 0;
  NaiveAccount account;
  std::int64_t delta = 0;
  auto operator<=>(const NaivePosting&) const = default;
};

struct NaivePublication {
  std::string id;
  int year = 0;
  std::uint64_t sequence = 0;
  std::uint64_t as_of = 0;
  std::string supersedes;
};

class NaiveLedger {
 public:
  // What becomes of an entry: `accepted`, `duplicate`, or the code of its refusal.
  std::string judge(const NaiveEntry& entry) const;
  // Takes an entry that was judged `accepted`.
  void accept(const NaiveEntry& entry, std::int64_t recorded_at);

  // The same ledger, folded anew from the entries that were accepted.
  NaiveLedger refolded() const;

  std::uint64_t head() const { return entries_.size(); }
  const std::vector<NaiveEntry>& entries() const { return entries_; }  // that of sequence 1 first
  const std::vector<NaivePosting>& postings() const { return postings_; }
  std::set<NaiveAccount> accounts() const;
  // The ids of entries of a type, whatever became of them.
  const std::vector<std::string>& ids_of(const std::string& type) const;
  // The entry as it was submitted; nothing where there is none.
  const NaiveEntry* find(const std::string& id) const;
  // `in-force`, `withdrawn` or `void`.
  std::string standing(const std::string& id) const;
  std::uint64_t sequence_of(const std::string& id) const;
  // The last event recorded at or before a moment.
  std::uint64_t last_at(std::int64_t moment, std::int64_t opened_at) const;

  // Rows of totals, a line each.
  std::vector<std::string> totals(const TotalsQuery& query) const;
  // The lines of a year's totals root.
  std::vector<std::string> root_lines(int year, std::uint64_t as_of) const;
  // `QUANTITY VALUE`, each `none` where there is none.
  std::string figure(const FigureReference& reference) const;
  // What posted to a figure, and its effect on it.
  std::vector<NaivePosting> behind(const FigureReference& reference) const;
  const std::vector<NaivePublication>& publications() const { return publications_; }
  // The last publication of a year up to a point; nothing where there is none.
  const NaivePublication* latest(int year, std::uint64_t until) const;
  // Whether any balance or value of a year is another at one point than at another.
  bool differs(int year, std::uint64_t from, std::uint64_t to) const;
  // Whether an event's details were erased.
  bool is_erased(std::uint64_t sequence) const { return erased_.contains(sequence); }
  // Whether an event has details that could be erased.
  bool has_details(std::uint64_t sequence) const;
  // What was posted for an entry: by itself and its corrections.
  std::vector<NaivePosting> posted_for(const std::string& id) const;

 private:
  struct Thing {
    NaiveEntry says;  // or said last
    std::string standing = "in-force";
    std::set<std::string> actors;  // of a claim: who recorded or corrected it
    std::string verification;      // of a claim: the one in force
    std::uint64_t sequence = 0;
    std::vector<std::uint64_t> events;  // its own and those of its corrections
  };
  struct Version {
    std::uint64_t sequence = 0;
    bool in_force = true;
    NaiveEntry says;
  };
  using Balances = std::map<NaiveAccount, std::int64_t>;

  std::string judge_references(const NaiveEntry& body) const;
  std::string judge_rules(const NaiveEntry& body, const std::string& actor,
                          const std::string& self) const;
  std::string judge_verification(const NaiveEntry& body, const std::string& actor,
                                 const std::string& self) const;
  std::string judge_correction(const NaiveEntry& entry) const;
  std::string judge_replacement(const NaiveEntry& entry, const Thing& target) const;
  std::string judge_publication(const NaiveEntry& entry) const;
  std::string judge_erasure(const NaiveEntry& entry) const;
  bool says_the_same(const NaiveEntry& before, const NaiveEntry& entry) const;
  std::map<NaiveAccount, std::string> held(int year, std::uint64_t as_of) const;
  bool in_use(const std::string& id) const;
  bool overflows(const NaiveEntry& entry) const;
  std::vector<NaivePosting> change(const NaiveEntry& entry);
  Balances contributions(const Thing& thing) const;
  const NaiveEntry& dimensions_of(const NaiveEntry& body) const;
  const Thing& thing(const std::string& id) const { return things_.at(id); }
  Version measure_as_of(const std::string& measure, std::uint64_t as_of) const;

  std::vector<NaiveEntry> entries_;
  std::vector<std::int64_t> recorded_at_;
  std::map<std::string, Thing> things_;
  std::map<std::string, std::uint64_t> sequences_;
  std::map<std::string, std::vector<std::string>> ids_;  // by type
  std::map<std::string, std::vector<Version>> measures_;
  std::vector<NaivePosting> postings_;
  std::vector<NaivePublication> publications_;
  std::set<std::uint64_t> erased_;
  std::map<NaiveAccount, Wide> sums_;  // of accounts, and of measures with all else left empty
};

// A library's answers in the same words.
std::string row_text(const TotalsRow& row);
std::string figure_text(const Figure& figure);

// The root of an RFC 6962 tree, by its definition.
Hash naive_tree(const std::vector<std::string>& leaves);

// `2022-23` for 2022.
std::string naive_year(int year);

// The canonical text of a number of 10^-places.
std::string naive_decimal(Wide units, int places);

}  // namespace tally::testing
