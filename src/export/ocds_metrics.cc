#include "export/ocds_metrics.h"

#include <fmt/format.h>

#include <tuple>

#include "base/try.h"
#include "export/standing.h"

namespace tally::exports {
namespace {

using projection::AccountState;
using projection::ChainPosting;
using projection::Level;
using projection::LevelKey;

// Observations that are read ahead together: some 20 MB.
constexpr std::size_t kLinesTogether = 1 << 16;

bool is_money(Basis basis) { return basis == Basis::kInKind || basis == Basis::kCash; }

Error unlike(Sequence event, std::string_view what) {
  return {ErrorCode::kDamaged,
          fmt::format("event {} is no {}; run `tally verify`", event.value, what),
          {},
          0,
          {}};
}

std::string description_of(const Measure& measure, std::string_view currency) {
  std::string text;
  if (!measure.framework.empty()) {
    text = measure.framework + (measure.edition.empty() ? "" : " " + measure.edition);
  }
  if (measure.basis == Basis::kProxy) {
    text += fmt::format("{}Worth {} {} per {}: {}", text.empty() ? "" : ". ",
                        measure.proxy.to_string(), currency, measure.unit, measure.proxy_source);
  }
  return text;
}

}  // namespace

void write_ocds_period(base::JsonWriter& out, Date from, Date to) {
  out.begin_object().member("startDate", from.to_string() + "T00:00:00Z");
  out.member("endDate", to.to_string() + "T23:59:59Z").end_object();
}

void write_ocds_value(base::JsonWriter& out, const Subject& subject, Quantity amount) {
  out.begin_object().key("amount").raw(amount.to_string());
  out.member("currency", subject.identity().currency).end_object();
}

Result<void> OcdsMetrics::find_accounts() {
  const projection::Reader& reader = subject_.reading.reader;
  auto keep = [&](const LevelKey& key, const AccountState& state) -> Result<bool> {
    const domain::AccountKey& account = key.account;
    const bool is_told = account.stage == Stage::kCommitted || account.stage == Stage::kVerified;
    if (account.dimensions.contract.value == 0 || !is_told) return true;
    if (!subject_.selection.holds(account) || !subject_.wants(account.stage)) return true;
    TALLY_ASSIGN(const auto balance, reader.balance_as_of(Level::kAccount, state, subject_.as_of));
    if (balance && !balance->is_zero()) {
      accounts_[account.dimensions.contract].push_back({account, state.number});
    }
    return true;
  };
  return reader.for_each_account(projection::level_prefix(Level::kAccount), keep);
}

bool OcdsMetrics::has(Sequence contract, Stage stage) const {
  const auto found = accounts_.find(contract);
  if (found == accounts_.end()) return false;
  for (const Held& held : found->second) {
    if (held.account.stage == stage) return true;
  }
  return false;
}

std::set<Sequence> OcdsMetrics::organisations(Sequence contract) const {
  std::set<Sequence> all;
  const auto found = accounts_.find(contract);
  if (found == accounts_.end()) return all;
  for (const Held& held : found->second) all.insert(held.account.dimensions.organisation);
  return all;
}

Result<std::size_t> OcdsMetrics::read_ahead(const std::vector<Sequence>& contracts,
                                            std::size_t first) {
  lines_.clear();
  periods_.clear();
  methods_.clear();
  std::size_t held_lines = 0;
  std::size_t next = first;
  for (; next < contracts.size() && held_lines < kLinesTogether; ++next) {
    const auto found = accounts_.find(contracts[next]);
    if (found == accounts_.end()) continue;
    for (const Held& held : found->second) {
      TALLY_ASSIGN(Lines lines, lines_of(held));
      held_lines += lines.size();
      if (held.account.stage == Stage::kVerified) {
        for (const auto& [claim, line] : lines) {
          periods_[claim] = {};
          TALLY_ASSIGN(const Sequence verification, verification_behind(line.last));
          methods_[verification] = {};
        }
      }
      lines_.emplace(held.number, std::move(lines));
    }
  }
  TALLY_TRY(read_claims());
  return next;
}

Result<void> OcdsMetrics::read_claims() {
  std::vector<Sequence> entries;
  for (const auto& [claim, period] : periods_) entries.push_back(claim);
  for (const auto& [verification, method] : methods_) entries.push_back(verification);
  return for_each_standing_body(subject_, entries,
                                [&](Sequence entry, const Body& body) -> Result<void> {
                                  const auto* const claim = std::get_if<Claim>(&body);
                                  const auto* const verification = std::get_if<Verification>(&body);
                                  if (claim != nullptr) periods_[entry] = {claim->from, claim->to};
                                  if (verification != nullptr)
                                    methods_[entry] = verification->method;
                                  if (claim != nullptr || verification != nullptr) return {};
                                  return unlike(entry, "claim or verification");
                                });
}

Result<void> OcdsMetrics::write(base::JsonWriter& out, Sequence contract, Stage stage,
                                const TextGrown& grown) {
  std::map<std::string, std::pair<Sequence, std::vector<const Held*>>> by_measure;
  for (const Held& held : accounts_.at(contract)) {
    if (held.account.stage != stage) continue;
    TALLY_ASSIGN(const std::string id,
                 subject_.reading.reader.id_of(held.account.dimensions.measure));
    auto& [measure, accounts] = by_measure[id];
    measure = held.account.dimensions.measure;
    accounts.push_back(&held);
  }
  out.begin_array();
  for (const auto& [id, metric] : by_measure) {
    TALLY_TRY(write_metric(out, metric.first, id, metric.second, grown));
  }
  out.end_array();
  return {};
}

// Accounts are found, and so stand, by year, programme and organisation.
Result<void> OcdsMetrics::write_metric(base::JsonWriter& out, Sequence measure,
                                       const std::string& id,
                                       const std::vector<const Held*>& accounts,
                                       const TextGrown& grown) {
  TALLY_ASSIGN(const Body body, standing_body(subject_, measure));
  const auto* const defined = std::get_if<Measure>(&body);
  if (defined == nullptr) return unlike(measure, "measure");
  out.begin_object().member("id", id).member("title", defined->title);
  const std::string description = description_of(*defined, subject_.identity().currency);
  if (!description.empty()) out.member("description", description);
  out.key("observations").begin_array();
  for (const Held* held : accounts) {
    for (const auto& [entry, line] : lines_.at(held->number)) {
      TALLY_TRY(write_observation(out, *defined, *held, entry, line));
      grown();
    }
  }
  out.end_array().end_object();
  return {};
}

Result<OcdsMetrics::Lines> OcdsMetrics::lines_of(const Held& held) {
  Lines lines;
  auto add = [&](const ChainPosting& posting) -> Result<bool> {
    TALLY_ASSIGN(const Sequence entry, entry_behind(posting.sequence, held.account.stage));
    Line& line = lines[entry];
    const auto sum = line.quantity.plus(posting.delta);
    if (!sum) return unlike(posting.sequence, "posting within the range of quantities");
    line = {*sum, posting.sequence};
    return true;
  };
  TALLY_TRY(
      subject_.reading.reader.for_each_posting(Level::kAccount, held.number, subject_.as_of, add));
  std::erase_if(lines, [](const auto& one) { return one.second.quantity.is_zero(); });
  return lines;
}

// The commitment, or the claim, that an event posted for.
Result<Sequence> OcdsMetrics::entry_behind(Sequence event, Stage stage) {
  const EntryType wanted = stage == Stage::kCommitted ? EntryType::kCommitment : EntryType::kClaim;
  Sequence entry = event;
  // A correction of a verification of a claim is the longest way.
  for (int step = 0; step < 3; ++step) {
    TALLY_ASSIGN(const auto record, subject_.reading.reader.record(entry));
    if (!record) break;
    if (record->type == wanted) return entry;
    if (const auto* correction = std::get_if<domain::CorrectionTerms>(&record->terms)) {
      entry = correction->corrects;
    } else if (const auto* verification = std::get_if<domain::VerificationTerms>(&record->terms)) {
      entry = verification->claim;
    } else {
      break;
    }
  }
  return unlike(event, wanted == EntryType::kClaim ? "event of a claim" : "event of a commitment");
}

Result<void> OcdsMetrics::write_observation(base::JsonWriter& out, const Measure& measure,
                                            const Held& held, Sequence entry, const Line& line) {
  projection::Reader& reader = subject_.reading.reader;
  const YearStart year_start = subject_.year_start();
  const domain::AccountKey& account = held.account;
  const std::string year = year_start.year_text(account.year);
  TALLY_ASSIGN(std::string id, reader.id_of(entry));
  const bool is_claim = account.stage == Stage::kVerified;
  out.begin_object().member("id", is_claim ? id : id + ":" + year);
  if (is_claim) {
    TALLY_TRY(write_claim(out, entry, line.last));
  } else {
    const Date next =
        year_start.first_day(Year{static_cast<std::int16_t>(account.year.begins + 1)});
    out.key("period");
    write_ocds_period(out, year_start.first_day(account.year), Date{next.days - 1});
  }
  if (is_money(measure.basis)) {
    out.key("value");
    write_ocds_value(out, subject_, line.quantity);
  } else {
    out.key("measure").raw(line.quantity.to_string());
    out.key("unit").begin_object().member("name", measure.unit).end_object();
  }
  out.key("dimensions").begin_object().member("reportingYear", year);
  TALLY_ASSIGN(const std::string programme, reader.id_of(account.dimensions.programme));
  TALLY_ASSIGN(const std::string organisation, reader.id_of(account.dimensions.organisation));
  out.member("programme", programme).member("organisation", organisation);
  out.end_object().end_object();
  return {};
}

// When it was delivered, and how it was verified.
Result<void> OcdsMetrics::write_claim(base::JsonWriter& out, Sequence claim, Sequence last) {
  const Period& period = periods_.at(claim);
  out.key("period");
  write_ocds_period(out, period.from, period.to);
  TALLY_ASSIGN(const Sequence verification, verification_behind(last));
  TALLY_ASSIGN(const std::string id, subject_.reading.reader.id_of(verification));
  out.member("notes", fmt::format("Verified by {} ({})", id, methods_.at(verification)));
  return {};
}

// What is verified was posted last by a verification, or by a correction of one.
Result<Sequence> OcdsMetrics::verification_behind(Sequence event) const {
  TALLY_ASSIGN(const auto record, subject_.reading.reader.record(event));
  const auto* correction = record ? std::get_if<domain::CorrectionTerms>(&record->terms) : nullptr;
  return correction != nullptr ? correction->corrects : event;
}

}  // namespace tally::exports
