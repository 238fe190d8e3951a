// An OCDS 1.1 release package (https://standard.open-contracting.org/1.1/) with the metrics
// extension: a release for each contract in force that has an ocid, with its parties, its award,
// what was agreed and what of it was verified.

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/try.h"
#include "export/about.h"
#include "export/formats.h"
#include "export/ocds_metrics.h"
#include "export/standing.h"

namespace tally::exports {
namespace {

// The extension has no release that fits its schema: its one tag, v1.1, calls `quantity` what the
// schema and its documentation now call `measure`.
constexpr std::string_view kMetricsExtension =
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/master/"
    "extension.json";
constexpr std::size_t kPieceBytes = 1 << 16;
constexpr std::uint64_t kProgressEvery = 64;

class ReleasePackage {
 public:
  ReleasePackage(Subject& subject, OutFile& file)
      : subject_(subject), file_(file), metrics_(subject), out_(text_) {}

  Result<void> write(const LogProgress& progress);

 private:
  struct Party {
    Organisation organisation;
    std::string id;
    std::vector<std::string_view> roles;
  };
  using Parties = std::map<Sequence, Party>;

  Result<std::vector<Sequence>> contracts();
  bool leaves_out_unused() const;
  void begin_package();
  void end_package(std::uint64_t releases);
  Result<bool> has_release(Sequence contract);
  Result<void> write_release(Sequence contract);
  Result<Parties> parties_of(Sequence sequence, const Contract& contract);
  void write_parties(const Parties& parties);
  void write_reference(std::string_view key, const Party& party);
  void write_terms(const Contract& contract, std::string_view period);
  Result<void> write_contract(Sequence sequence, const std::string& id, const Contract& contract);
  // Hands on what has been written, once it is worth it.
  void pass_on(std::size_t at_least) {
    if (text_.size() < at_least) return;
    file_.write(text_);
    text_.clear();
  }

  Subject& subject_;
  OutFile& file_;
  OcdsMetrics metrics_;
  std::string text_;
  base::JsonWriter out_;
  std::uint64_t without_ocid_ = 0;
};

Result<void> ReleasePackage::write(const LogProgress& progress) {
  TALLY_TRY(metrics_.find_accounts());
  TALLY_ASSIGN(const std::vector<Sequence> all, contracts());
  begin_package();
  for (std::size_t next = 0, ready = 0; next < all.size(); ++next) {
    if (next == ready) {
      TALLY_ASSIGN(ready, metrics_.read_ahead(all, next));
    }
    TALLY_TRY(write_release(all[next]));
    if ((next + 1) % kProgressEvery == 0 && progress) progress(next + 1, all.size());
  }
  end_package(all.size());
  pass_on(0);
  return {};
}

// Those that a release is written of, in the order of the log.
Result<std::vector<Sequence>> ReleasePackage::contracts() {
  std::vector<Sequence> all, released;
  const std::set<Sequence>& asked = subject_.selection.contracts;
  TALLY_TRY(subject_.reading.reader.for_each_record(
      [&](Sequence sequence, const domain::Record& record) -> Result<void> {
        const bool is_asked_for = asked.empty() || asked.contains(sequence);
        if (record.type != EntryType::kContract || sequence > subject_.as_of || !is_asked_for) {
          return {};
        }
        all.push_back(sequence);
        return {};
      }));
  for (const Sequence contract : all) {
    TALLY_ASSIGN(const bool is_released, has_release(contract));
    if (is_released) released.push_back(contract);
  }
  return released;
}

// Whoever asks for a part of what was done wants the contracts that it was done under.
bool ReleasePackage::leaves_out_unused() const {
  const TotalsQuery& asked = subject_.query.totals;
  return !(asked.years.empty() && asked.measures.empty() && asked.programmes.empty() &&
           asked.organisations.empty() && subject_.query.stages.empty());
}

void ReleasePackage::begin_package() {
  const LedgerOpened& identity = subject_.identity();
  out_.begin_object();
  out_.member("uri", fmt::format("https://{}/ocds/{}", identity.origin, subject_.as_of.value));
  out_.member("version", "1.1");
  out_.key("extensions").begin_array().string(kMetricsExtension).end_array();
  out_.member("publishedDate", subject_.recorded_at.to_string());
  out_.key("publisher").begin_object().member("name", identity.name).end_object();
  out_.key("releases").begin_array();
}

void ReleasePackage::end_package(std::uint64_t releases) {
  out_.end_array();
  text_ += "\n";
  out_.key("tallystick").begin_object();
  write_about(out_, subject_);
  out_.member("releases", releases);
  out_.member("contracts_without_ocid", without_ocid_);
  out_.member("note",
              "Contracts without an ocid are left out, and so is what was agreed or delivered "
              "outside of a contract: these releases need not add up to the ledger's totals.");
  out_.end_object().end_object();
  text_ += "\n";
}

Result<bool> ReleasePackage::has_release(Sequence sequence) {
  TALLY_ASSIGN(const StandingEntry standing, standing_entry(subject_, sequence));
  const Body* const body = audit::body_of(standing.entry);
  const auto* const contract = body == nullptr ? nullptr : std::get_if<Contract>(body);
  if (contract == nullptr || standing.withdrawn) return false;
  const bool is_used =
      metrics_.has(sequence, Stage::kCommitted) || metrics_.has(sequence, Stage::kVerified);
  if (!is_used && leaves_out_unused()) return false;
  if (contract->ocid.empty()) ++without_ocid_;
  return !contract->ocid.empty();
}

Result<void> ReleasePackage::write_release(Sequence sequence) {
  TALLY_ASSIGN(const StandingEntry standing, standing_entry(subject_, sequence));
  const Entry& entry = standing.entry;
  const auto& contract = std::get<Contract>(std::get<Body>(entry.content));
  TALLY_ASSIGN(const Parties parties, parties_of(sequence, contract));
  text_ += "\n";
  out_.begin_object().member("ocid", contract.ocid);
  out_.member("id", fmt::format("{}@{}", entry.id, subject_.as_of.value));
  out_.member("date", subject_.recorded_at.to_string());
  out_.key("tag").begin_array().string("award").string("contract");
  if (metrics_.has(sequence, Stage::kVerified)) out_.string("implementation");
  out_.end_array();
  out_.member("initiationType", "tender").member("language", "en");
  write_parties(parties);
  write_reference("buyer", parties.at(contract.buyer.sequence));
  out_.key("awards").begin_array().begin_object().member("id", entry.id);
  write_terms(contract, "contractPeriod");
  out_.key("suppliers").begin_array();
  const Party& supplier = parties.at(contract.supplier.sequence);
  out_.begin_object().member("id", supplier.id).member("name", supplier.organisation.name);
  out_.end_object().end_array().end_object().end_array();
  TALLY_TRY(write_contract(sequence, entry.id, contract));
  out_.end_object();
  file_.count_row();
  pass_on(kPieceBytes);
  return {};
}

// The buyer, the supplier, and whoever else promised or delivered something: those have no role.
Result<ReleasePackage::Parties> ReleasePackage::parties_of(Sequence sequence,
                                                           const Contract& contract) {
  Parties parties;
  for (const Sequence one : metrics_.organisations(sequence)) parties[one] = {};
  parties[contract.buyer.sequence].roles.emplace_back("buyer");
  parties[contract.supplier.sequence].roles.emplace_back("supplier");
  for (auto& [organisation, party] : parties) {
    TALLY_ASSIGN(const Body body, standing_body(subject_, organisation));
    const auto* const found = std::get_if<Organisation>(&body);
    if (found != nullptr) party.organisation = *found;
    TALLY_ASSIGN(party.id, subject_.reading.reader.id_of(organisation));
  }
  return parties;
}

void ReleasePackage::write_parties(const Parties& parties) {
  out_.key("parties").begin_array();
  for (const auto& [sequence, party] : parties) {
    const Organisation& organisation = party.organisation;
    out_.begin_object().member("id", party.id).member("name", organisation.name);
    if (!organisation.identifier.empty()) {
      out_.key("identifier").begin_object().member("scheme", organisation.scheme);
      out_.member("id", organisation.identifier).member("legalName", organisation.name);
      out_.end_object();
    }
    if (!party.roles.empty()) {
      out_.key("roles").begin_array();
      for (const std::string_view role : party.roles) out_.string(role);
      out_.end_array();
    }
    out_.end_object();
  }
  out_.end_array();
}

void ReleasePackage::write_reference(std::string_view key, const Party& party) {
  out_.key(key).begin_object().member("id", party.id);
  out_.member("name", party.organisation.name).end_object();
}

// What an award and its contract both say.
void ReleasePackage::write_terms(const Contract& contract, std::string_view period) {
  out_.member("title", contract.title);
  if (contract.amount) {
    out_.key("value");
    write_ocds_value(out_, subject_, *contract.amount);
  }
  if (!contract.from && !contract.to) return;
  out_.key(period).begin_object();
  if (contract.from) out_.member("startDate", contract.from->to_string() + "T00:00:00Z");
  if (contract.to) out_.member("endDate", contract.to->to_string() + "T23:59:59Z");
  out_.end_object();
}

Result<void> ReleasePackage::write_contract(Sequence sequence, const std::string& id,
                                            const Contract& contract) {
  out_.key("contracts").begin_array().begin_object().member("id", id).member("awardID", id);
  write_terms(contract, "period");
  auto grown = [&] { pass_on(kPieceBytes); };
  if (metrics_.has(sequence, Stage::kCommitted)) {
    out_.key("agreedMetrics");
    TALLY_TRY(metrics_.write(out_, sequence, Stage::kCommitted, grown));
  }
  if (metrics_.has(sequence, Stage::kVerified)) {
    out_.key("implementation").begin_object().key("metrics");
    TALLY_TRY(metrics_.write(out_, sequence, Stage::kVerified, grown));
    out_.end_object();
  }
  out_.end_object().end_array();
  return {};
}

}  // namespace

Result<void> write_ocds(Subject& subject, Staging& staging, const LogProgress& progress) {
  TALLY_ASSIGN(std::unique_ptr<OutFile> file, staging.begin("ocds.json"));
  ReleasePackage package(subject, *file);
  TALLY_TRY(package.write(progress));
  return staging.finish(std::move(file));
}

}  // namespace tally::exports
