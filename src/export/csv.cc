// CSV: the tables of csv_tables.h, a file each, with their descriptors.

#include <fmt/format.h>

#include "audit/defined_measures.h"
#include "base/try.h"
#include "export/about.h"
#include "export/csv_descriptors.h"
#include "export/csv_row.h"
#include "export/csv_tables.h"
#include "export/event_walk.h"
#include "export/formats.h"
#include "ledger/totals.h"

namespace tally::exports {
namespace {

// A file with its heading.
Result<std::unique_ptr<OutFile>> begin_table(Staging& staging, std::string_view name) {
  const CsvTable& table = csv_table(name);
  TALLY_ASSIGN(std::unique_ptr<OutFile> file, staging.begin(std::string(name) + ".csv"));
  std::string heading;
  for (const Column& column : table.columns) {
    heading += (heading.empty() ? "" : ",") + std::string(column.name);
  }
  file->write(heading + "\r\n");
  return file;
}

std::string text_of(const std::optional<Decimal>& number) {
  return number ? number->to_string() : std::string();
}

Result<void> write_totals(Subject& subject, Staging& staging) {
  TALLY_ASSIGN(auto file, begin_table(staging, "totals"));
  CsvRow row;
  for (const TotalsRow& total : subject.totals.rows) {
    const std::string year = subject.year_start().year_text(total.year);
    for (const Stage stage : kStages) {
      if (!subject.wants(stage)) continue;
      const auto index = static_cast<std::size_t>(stage);
      row.word(year).word(total.measure).word(stage_name(stage));
      row.word(text_of(total.quantities[index])).word(text_of(total.values[index]));
      row.text(total.unit).word(basis_name(total.basis));
      row.word(total.restated ? "true" : "false").end(*file);
    }
  }
  return staging.finish(std::move(file));
}

Result<void> write_accounts(Subject& subject, Staging& staging) {
  TALLY_ASSIGN(auto file, begin_table(staging, "accounts"));
  TALLY_ASSIGN(const auto lines,
               ledger::compute_account_lines(subject.reading.reader, subject.year_start(),
                                             subject.query.totals));
  CsvRow row;
  for (const AccountLine& line : lines) {
    if (!subject.wants(line.stage)) continue;
    row.word(subject.year_start().year_text(line.year)).word(line.measure).word(line.programme);
    row.word(line.organisation).word(line.contract).word(stage_name(line.stage));
    row.word(line.quantity.to_string());
    row.word(line.proxy ? line.proxy->to_string() : std::string()).end(*file);
  }
  return staging.finish(std::move(file));
}

Result<void> write_postings(Subject& subject, Staging& staging) {
  TALLY_ASSIGN(auto file, begin_table(staging, "postings"));
  CsvRow row;
  std::optional<domain::AccountKey> account;
  Subject::AccountTexts texts;
  TALLY_TRY(subject.for_each_posting([&](const Subject::Posting& posting) -> Result<void> {
    if (account != posting.account) {
      account = posting.account;
      TALLY_ASSIGN(texts, subject.texts_of(posting.account));
    }
    row.word(texts.year).word(texts.measure).word(texts.programme).word(texts.organisation);
    row.word(texts.contract).word(texts.stage);
    row.word(fmt::format_int(posting.sequence.value).c_str());
    row.word(posting.delta.to_string()).word(posting.balance.to_string()).end(*file);
    return {};
  }));
  return staging.finish(std::move(file));
}

// What an event says, as far as it has a column.
struct EventCells {
  std::string_view about;
  std::string erased_event;
  std::string_view organisation, programme, measure, contract;
  std::string year, quantity, from, to;
  std::string_view outcome, method, title, reason;
  std::string evidence;

  void operator()(const LedgerOpened& opened) { title = opened.name; }
  void operator()(const KeyRotated&) {}
  void operator()(const LedgerRestored&) {}
  void operator()(const Organisation& body) { title = body.name; }
  void operator()(const Programme& body) { title = body.name; }
  void operator()(const Contract& body) {
    title = body.title;
    organisation = body.supplier.id;
    programme = body.programme.id;
    if (body.amount) quantity = body.amount->to_string();
    if (body.from) from = body.from->to_string();
    if (body.to) to = body.to->to_string();
  }
  void operator()(const Measure& body) { title = body.title; }
  void operator()(const Commitment& body) {
    take_dimensions(body);
    if (body.scheduled || body.schedule.empty()) return;
    year = year_start.year_text(body.schedule.front().year);
    quantity = body.schedule.front().quantity.to_string();
  }
  void operator()(const Claim& body) {
    about = body.commitment.id;
    take_dimensions(body);
    quantity = body.quantity.to_string();
    from = body.from.to_string();
    to = body.to.to_string();
    take_evidence(body.evidence);
  }
  void operator()(const Verification& body) {
    about = body.claim.id;
    outcome = outcome_name(body.outcome);
    if (body.outcome == Outcome::kPartial) quantity = body.quantity.to_string();
    method = body.method;
    take_evidence(body.evidence);
  }
  void operator()(const Body& body) { std::visit(*this, body); }
  void operator()(const Correction& correction) {
    if (correction.replacement) std::visit(*this, correction.replacement->body);
    about = correction.corrects.id;
    reason = correction.reason;
    outcome = correction.replacement ? "replaced" : "withdrawn";
  }
  void operator()(const Publication& publication) {
    about = publication.supersedes.id;
    year = year_start.year_text(publication.year);
    title = publication.title;
    if (publication.document) evidence = publication.document->sha256.to_string();
  }
  void operator()(const Erasure& erasure) {
    erased_event = std::to_string(erasure.erases.value);
    about = erased_event;
    reason = erasure.reason;
  }

  template <typename BodyType>
  void take_dimensions(const BodyType& body) {
    organisation = body.organisation.id;
    programme = body.programme.id;
    measure = body.measure.id;
    contract = body.contract.id;
  }
  void take_evidence(const std::vector<Evidence>& items) {
    for (const Evidence& item : items) {
      evidence += (evidence.empty() ? "" : " ") + item.sha256.to_string();
    }
  }

  YearStart year_start;
};

Result<void> write_events(Subject& subject, Staging& staging, const LogProgress& progress) {
  TALLY_ASSIGN(auto file, begin_table(staging, "events"));
  CsvRow row;
  TALLY_TRY(for_each_event(subject, progress, [&](const Event& event) {
    const Entry& entry = event.entry;
    EventCells cells;
    cells.year_start = subject.year_start();
    std::visit([&](const auto& content) { cells(content); }, entry.content);
    row.word(fmt::format_int(event.sequence.value).c_str()).word(event.recorded_at.to_string());
    row.word(type_name(entry.type())).word(entry.id).word(entry.actor).word(cells.about);
    row.word(cells.organisation).word(cells.programme).word(cells.measure).word(cells.contract);
    row.word(cells.year).word(cells.quantity).word(cells.from).word(cells.to);
    row.word(cells.outcome).text(cells.method).text(cells.title).text(cells.reason);
    row.text(entry.note).word(cells.evidence);
    row.word(event.details_erased ? "true" : "false").end(*file);
  }));
  return staging.finish(std::move(file));
}

Result<void> write_measures(Subject& subject, Staging& staging) {
  TALLY_ASSIGN(auto file, begin_table(staging, "measures"));
  TALLY_ASSIGN(const std::vector<DefinedMeasure> all,
               audit::defined_measures(subject.reading, subject.as_of));
  CsvRow row;
  for (const DefinedMeasure& one : all) {
    const Measure* const measure = &one.measure;
    const bool has_proxy = measure->basis == Basis::kProxy;
    row.word(one.id).text(measure->title).text(measure->unit).word(basis_name(measure->basis));
    row.word(has_proxy ? measure->proxy.to_string() : std::string()).text(measure->proxy_source);
    row.word(measure->numerator.id).word(measure->denominator.id);
    row.text(measure->framework).text(measure->edition);
    row.word(one.in_force ? "in-force" : "withdrawn");
    row.word(fmt::format_int(one.version.value).c_str()).end(*file);
  }
  return staging.finish(std::move(file));
}

}  // namespace

Result<void> write_csv(Subject& subject, Staging& staging, const LogProgress& progress) {
  TALLY_TRY(write_totals(subject, staging));
  TALLY_TRY(write_accounts(subject, staging));
  TALLY_TRY(write_postings(subject, staging));
  TALLY_TRY(write_events(subject, staging, progress));
  TALLY_TRY(write_measures(subject, staging));
  TALLY_TRY(add_proofs(staging, subject));
  return describe_csv(subject, staging);
}

}  // namespace tally::exports
