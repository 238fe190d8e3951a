// What the naive ledger answers, and how its entries are written.

#include "support/naive_ledger.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "merkle/sha256.h"

namespace tally::testing {
namespace {

constexpr int kQuantityPlaces = 6;
constexpr int kValuePlaces = 12;

struct Numbers {
  std::array<Wide, 5> stages{};
  bool posted = false;

  void add(Stage stage, std::int64_t delta) {
    posted = true;
    stages[static_cast<std::size_t>(stage)] += delta;
    if (stage == Stage::kClaimed) stages[4] += delta;
    if (stage == Stage::kVerified || stage == Stage::kRejected) stages[4] -= delta;
  }
};

std::string value_text(const NaiveEntry& measure, Wide quantity) {
  const std::string basis = measure.text("basis");
  if (basis == "proxy") return naive_decimal(quantity * *measure.proxy, kValuePlaces);
  if (basis == "in-kind" || basis == "cash") return naive_decimal(quantity, kQuantityPlaces);
  return "none";
}

std::string share_text(Wide numerator, Wide denominator) {
  if (denominator == 0) return "none";
  // Neither is ever negative here.
  return naive_decimal((2 * 1'000'000 * numerator + denominator) / (2 * denominator), 4);
}

template <typename Set, typename Value>
bool lets_through(const Set& set, const Value& value) {
  return set.empty() || std::find(set.begin(), set.end(), value) != set.end();
}

std::string dimension_of(const NaiveAccount& account, Dimension dimension) {
  if (dimension == Dimension::kProgramme) return account.programme;
  return dimension == Dimension::kOrganisation ? account.organisation : account.contract;
}

std::string stages_text(const Numbers& numbers, const NaiveEntry& measure) {
  std::string quantities;
  std::string values;
  for (const Wide number : numbers.stages) {
    quantities += " " + naive_decimal(number, kQuantityPlaces);
    values += " " + value_text(measure, number);
  }
  return quantities + " worth" + values;
}

bool fits(const std::optional<std::string>& filter, const std::string& id) {
  return !filter || *filter == id || (*filter == "-" && id.empty());
}

bool holds(const FigureReference& figure, const NaivePosting& posting, const std::string& measure) {
  const NaiveAccount& account = posting.account;
  return posting.sequence <= figure.as_of->value && account.year == figure.year.begins &&
         account.measure == measure && fits(figure.programme, account.programme) &&
         fits(figure.organisation, account.organisation) && fits(figure.contract, account.contract);
}

}  // namespace

NaiveLedger::Version NaiveLedger::measure_as_of(const std::string& measure,
                                                std::uint64_t as_of) const {
  Version last;
  for (const Version& version : measures_.at(measure)) {
    if (version.sequence <= as_of) last = version;
  }
  TALLY_CHECK(last.sequence != 0);
  return last;
}

std::set<NaiveAccount> NaiveLedger::accounts() const {
  std::set<NaiveAccount> all;
  for (const NaivePosting& posting : postings_) all.insert(posting.account);
  return all;
}

const std::vector<std::string>& NaiveLedger::ids_of(const std::string& type) const {
  static const std::vector<std::string> kNone;
  const auto found = ids_.find(type);
  return found == ids_.end() ? kNone : found->second;
}

const NaiveEntry* NaiveLedger::find(const std::string& id) const {
  const auto found = sequences_.find(id);
  return found == sequences_.end() ? nullptr : &entries_[found->second - 1];
}

std::string NaiveLedger::standing(const std::string& id) const {
  const auto found = things_.find(id);
  return found == things_.end() ? "in-force" : found->second.standing;
}

std::uint64_t NaiveLedger::sequence_of(const std::string& id) const { return sequences_.at(id); }

std::uint64_t NaiveLedger::last_at(std::int64_t moment, std::int64_t opened_at) const {
  TALLY_CHECK(moment >= opened_at);
  std::uint64_t last = 0;
  for (std::size_t i = 0; i < recorded_at_.size(); ++i) {
    if (recorded_at_[i] <= moment) last = i + 1;
  }
  return last;
}

std::vector<std::string> NaiveLedger::totals(const TotalsQuery& query) const {
  const std::uint64_t as_of = query.as_of ? query.as_of->value : head();
  using Group = std::vector<std::string>;  // the dimensions asked for; "" sorts before any id
  std::map<std::tuple<int, std::string, Group>, Numbers> groups;
  for (const NaivePosting& posting : postings_) {
    const NaiveAccount& account = posting.account;
    const std::string contract = account.contract.empty() ? "-" : account.contract;
    if (posting.sequence > as_of ||
        !lets_through(query.years, Year{static_cast<std::int16_t>(account.year)}) ||
        !lets_through(query.programmes, account.programme) ||
        !lets_through(query.organisations, account.organisation) ||
        !lets_through(query.contracts, contract)) {
      continue;
    }
    Group group;
    for (const Dimension dimension : query.by) group.push_back(dimension_of(account, dimension));
    groups[{account.year, account.measure, group}].add(account.stage, posting.delta);
  }
  std::map<std::tuple<int, std::string, Group>, std::string> rows;
  for (const auto& [key, numbers] : groups) {
    if (!lets_through(query.measures, std::get<1>(key))) continue;
    rows[key] = stages_text(numbers, measure_as_of(std::get<1>(key), as_of).says);
  }
  for (const auto& [id, versions] : measures_) {
    if (versions.front().sequence > as_of || !lets_through(query.measures, id)) continue;
    const Version ratio = measure_as_of(id, as_of);
    if (!ratio.in_force || ratio.says.text("basis") != "ratio") continue;
    for (const auto& [key, below] : groups) {
      if (std::get<1>(key) != ratio.says.reference("denominator")) continue;
      const std::tuple above_key{std::get<0>(key), ratio.says.reference("numerator"),
                                 std::get<2>(key)};
      const Numbers above = groups.contains(above_key) ? groups[above_key] : Numbers{};
      std::string& row = rows[{std::get<0>(key), id, std::get<2>(key)}];
      for (std::size_t i = 0; i < 5; ++i) row += " " + share_text(above.stages[i], below.stages[i]);
      row += " worth none none none none none";
    }
  }
  std::vector<std::string> lines;
  for (const auto& [key, row] : rows) {
    const NaiveEntry measure = measure_as_of(std::get<1>(key), as_of).says;
    std::string line = std::to_string(std::get<0>(key)) + " " + std::get<1>(key) + " " +
                       measure.text("unit") + " " + measure.text("basis");
    for (const std::string& dimension : std::get<2>(key)) {
      line += " " + (dimension.empty() ? "-" : dimension);
    }
    lines.push_back(line + row);
  }
  return lines;
}

std::string row_text(const TotalsRow& row) {
  std::string line = std::to_string(row.year.begins) + " " + row.measure + " " + row.unit + " " +
                     std::string(basis_name(row.basis));
  for (const auto& dimension : row.dimensions) line += " " + dimension.value_or("-");
  for (const auto& number : row.quantities) line += " " + (number ? number->to_string() : "none");
  line += " worth";
  for (const auto& number : row.values) line += " " + (number ? number->to_string() : "none");
  return line;
}

std::vector<std::string> NaiveLedger::root_lines(int year, std::uint64_t as_of) const {
  std::map<NaiveAccount, std::int64_t> balances;
  for (const NaivePosting& posting : postings_) {
    if (posting.sequence <= as_of && posting.account.year == year) {
      balances[posting.account] += posting.delta;
    }
  }
  std::vector<std::string> lines;
  for (const auto& [account, balance] : balances) {
    if (balance == 0) continue;
    const NaiveEntry measure = measure_as_of(account.measure, as_of).says;
    lines.push_back(naive_year(year) + "\t" + account.measure + "\t" + account.programme + "\t" +
                    account.organisation + "\t" + account.contract + "\t" +
                    std::string(stage_name(account.stage)) + "\t" +
                    naive_decimal(balance, kQuantityPlaces) + "\t" +
                    (measure.proxy ? naive_decimal(*measure.proxy, kQuantityPlaces) : ""));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

const NaivePublication* NaiveLedger::latest(int year, std::uint64_t until) const {
  const NaivePublication* last = nullptr;
  for (const NaivePublication& one : publications_) {
    if (one.year == year && one.sequence <= until) last = &one;
  }
  return last;
}

// What a year's accounts hold, and what it is worth; accounts at zero are left out.
std::map<NaiveAccount, std::string> NaiveLedger::held(int year, std::uint64_t as_of) const {
  std::map<NaiveAccount, Wide> balances;
  for (const NaivePosting& posting : postings_) {
    if (posting.sequence <= as_of && posting.account.year == year) {
      balances[posting.account] += posting.delta;
    }
  }
  std::map<NaiveAccount, std::string> all;
  for (const auto& [account, balance] : balances) {
    if (balance == 0) continue;
    all[account] = naive_decimal(balance, kQuantityPlaces) + " worth " +
                   value_text(measure_as_of(account.measure, as_of).says, balance);
  }
  return all;
}

bool NaiveLedger::differs(int year, std::uint64_t from, std::uint64_t to) const {
  return held(year, from) != held(year, to);
}

std::string NaiveLedger::figure(const FigureReference& reference) const {
  const NaiveEntry measure = measure_as_of(reference.measure, reference.as_of->value).says;
  const auto index = static_cast<std::size_t>(reference.stage);
  const auto sum = [&](const std::string& id) {
    Numbers numbers;
    for (const NaivePosting& posting : postings_) {
      if (holds(reference, posting, id)) numbers.add(posting.account.stage, posting.delta);
    }
    return numbers.stages[index];
  };
  if (measure.text("basis") == "ratio") {
    return share_text(sum(measure.reference("numerator")), sum(measure.reference("denominator"))) +
           " none";
  }
  const Wide quantity = sum(reference.measure);
  return naive_decimal(quantity, kQuantityPlaces) + " " + value_text(measure, quantity);
}

std::string figure_text(const Figure& figure) {
  return (figure.quantity ? figure.quantity->to_string() : "none") + " " +
         (figure.value ? figure.value->to_string() : "none");
}

std::vector<NaivePosting> NaiveLedger::behind(const FigureReference& reference) const {
  std::vector<NaivePosting> lines;
  for (NaivePosting posting : postings_) {
    if (!holds(reference, posting, reference.measure)) continue;
    const Stage stage = posting.account.stage;
    if (reference.stage != Stage::kPending && stage != reference.stage) continue;
    if (reference.stage == Stage::kPending && stage == Stage::kCommitted) continue;
    if (reference.stage == Stage::kPending && stage != Stage::kClaimed) {
      posting.delta = -posting.delta;
    }
    lines.push_back(posting);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<NaivePosting> NaiveLedger::posted_for(const std::string& id) const {
  const std::vector<std::uint64_t>& events = thing(id).events;
  std::vector<NaivePosting> lines;
  for (const NaivePosting& posting : postings_) {
    if (std::find(events.begin(), events.end(), posting.sequence) != events.end()) {
      lines.push_back(posting);
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

Hash naive_tree(const std::vector<std::string>& leaves) {
  if (leaves.empty()) return merkle::sha256({});
  if (leaves.size() == 1) return merkle::sha256({std::string_view("\0", 1), leaves[0]});
  std::size_t left = 1;
  while (left * 2 < leaves.size()) left *= 2;
  const auto middle = leaves.begin() + static_cast<std::ptrdiff_t>(left);
  const Hash a = naive_tree({leaves.begin(), middle});
  const Hash b = naive_tree({middle, leaves.end()});
  const auto bytes = [](const Hash& hash) {
    return std::string_view(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
  };
  return merkle::sha256({std::string_view("\1", 1), bytes(a), bytes(b)});
}

std::string naive_year(int year) {
  return std::to_string(year) + "-" + std::to_string(year + 1).substr(2);
}

std::string naive_decimal(Wide units, int places) {
  const bool negative = units < 0;
  if (negative) units = -units;
  std::string digits;
  for (; units > 0 || static_cast<int>(digits.size()) <= places; units /= 10) {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(units % 10)));
  }
  digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return (negative ? "-" : "") + digits;
}

}  // namespace tally::testing
