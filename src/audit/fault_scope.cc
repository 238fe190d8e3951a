#include "audit/fault_scope.h"

#include <algorithm>
#include <array>

#include "base/try.h"

namespace tally::audit {
namespace {

using projection::Level;

// What is stored may be damaged too: what cannot be told is left out.
class Scope {
 public:
  Scope(const projection::Reader& reader, YearStart year_start)
      : reader_(reader), year_start_(year_start) {}

  void add(const domain::AccountKey& account) {
    const auto record = reader_.record(account.dimensions.measure);
    if (!record.ok() || !*record) return;
    const FigureReference total{account.year, (*record)->id, account.stage, std::nullopt,
                                std::nullopt, std::nullopt,  std::nullopt};
    std::string text = total.to_string(year_start_);
    if (std::find(totals_.begin(), totals_.end(), text) == totals_.end()) {
      totals_.push_back(std::move(text));
    }
  }

  // The totals that an event posted to, or that are of a measure which it defines.
  void add_event(Sequence event) {
    Sequence subject = event;
    if (const auto record = reader_.record(event); record.ok() && *record) {
      const auto* correction = std::get_if<domain::CorrectionTerms>(&(*record)->terms);
      if (correction != nullptr) subject = correction->corrects;
    }
    const auto walked = reader_.for_each_account(
        projection::level_prefix(Level::kMeasure),
        [&](const projection::LevelKey& key,
            const projection::AccountState& state) -> Result<bool> {
          TALLY_ASSIGN(const auto posting,
                       reader_.posting_of(Level::kMeasure, state.number, event));
          if (posting || key.account.dimensions.measure == subject) add(key.account);
          return true;
        });
    static_cast<void>(walked.ok());
  }

  std::vector<std::string> take() && { return std::move(totals_); }

 private:
  const projection::Reader& reader_;
  YearStart year_start_;
  std::vector<std::string> totals_;
};

// What stands beside the events and comes back from them.
bool is_derived(const std::string& where) {
  static constexpr std::array<std::string_view, 8> kDerived = {
      "records", "referrers", "accounts", "postings", "ids", "times", "measures", "publications"};
  return std::find(kDerived.begin(), kDerived.end(), where) != kDerived.end();
}

std::string advice_for(const std::string& where) {
  if (where == "key") {
    return "The events are not in question. Where next-key.pem is there, a rotation of the key was "
           "interrupted, and whoever next opens the ledger for writing (`tally append DIR`) "
           "finishes it. Otherwise restore the file from a copy; nothing more can be signed until "
           "then.";
  }
  if (where == "against") {
    return "The ledger was not looked into. Give the file of a checkpoint that this ledger's log "
           "has "
           "signed, or leave --against out.";
  }
  if (where == "checkpoint") {
    return "Trust no total of this ledger until it is explained: compare it with copies and with "
           "checkpoints that others hold (`tally verify DIR --against FILE`).";
  }
  if (is_derived(where) || where == "head") {
    return "The events themselves are as they were recorded; what is derived from them is not. "
           "Build it anew (`tally replay DIR`), and verify again; ask what damaged it, since disks "
           "that lose one thing lose more.";
  }
  if (where == "files") {
    return "No look-up has met it yet. Copy the ledger to another disk, restore the file from a "
           "copy, and verify again.";
  }
  return "Restore the ledger from a copy, and verify the copy against the newest checkpoint that "
         "you hold (`tally verify DIR --against FILE`).";
}

}  // namespace

void complete(Fault& fault, const projection::Reader& reader, YearStart year_start,
              const std::optional<domain::AccountKey>& account) {
  Scope scope(reader, year_start);
  if (account) {
    scope.add(*account);
  } else if (fault.sequence && fault.where != "referrers") {
    scope.add_event(*fault.sequence);
  }
  fault.totals = std::move(scope).take();
  fault.advice = advice_for(fault.where);
}

}  // namespace tally::audit
