#include "tally/reconcile.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/statement_hints.h"
#include "base/try.h"
#include "codec/entry_json.h"
#include "domain/decide.h"
#include "domain/statement.h"
#include "ledger/core.h"

namespace tally {
namespace audit {
namespace {

Result<ReconciledStatement> reconcile_statement(Reading& reading, YearStart year_start,
                                                const Statement& statement, Sequence as_of) {
  ReconciledStatement reconciled;
  reconciled.statement = statement;
  FigureReference& figure = reconciled.statement.figure;
  if (!figure.as_of) figure.as_of = as_of;
  TALLY_ASSIGN(const ledger::FigureNumbers found, ledger::numbers_of(reading.reader, figure));
  reconciled.ledger = found.number(statement.of);
  if (reconciled.ledger && domain::agrees(statement, *reconciled.ledger)) {
    reconciled.result = StatementResult::kAgrees;
    return reconciled;
  }
  if (reconciled.ledger) {
    reconciled.result = StatementResult::kDiffers;
    reconciled.difference = reconciled.ledger->minus(statement.stated);
  }
  TALLY_ASSIGN(reconciled.because, hints_for(reading, year_start, reconciled.statement, found));
  return reconciled;
}

void find_contradictions(Reconciliation& all) {
  for (std::size_t i = 0; i < all.statements.size(); ++i) {
    for (std::size_t j = i + 1; j < all.statements.size(); ++j) {
      ReconciledStatement& one = all.statements[i];
      ReconciledStatement& other = all.statements[j];
      if (one.statement.figure != other.statement.figure ||
          one.statement.of != other.statement.of ||
          !domain::exclude_each_other(one.statement, other.statement)) {
        continue;
      }
      one.contradicts.push_back(other.statement.label);
      other.contradicts.push_back(one.statement.label);
      ++all.contradicts;
    }
  }
}

Result<Reconciliation> reconcile_all(Reading& reading, YearStart year_start, std::string id,
                                     Publication publication) {
  Reconciliation all;
  all.publication = std::move(id);
  all.as_of = *publication.as_of;
  for (const Statement& statement : publication.statements) {
    TALLY_ASSIGN(ReconciledStatement reconciled,
                 reconcile_statement(reading, year_start, statement, all.as_of));
    switch (reconciled.result) {
      case StatementResult::kAgrees: ++all.agrees; break;
      case StatementResult::kDiffers: ++all.differs; break;
      case StatementResult::kUnsupported: ++all.unsupported; break;
    }
    all.statements.push_back(std::move(reconciled));
  }
  all.stated = std::move(publication);
  find_contradictions(all);
  return all;
}

Result<Sequence> find_publication(const Ledger& ledger, const projection::Reader& reader,
                                  std::string_view id) {
  if (id.empty()) {
    TALLY_ASSIGN(const auto publications, reader.publications());
    Sequence last;
    for (const auto& one : publications) last = std::max(last, one.publication);
    if (last.value != 0) return last;
    return Error{ErrorCode::kUnknownReference,
                 "nothing has been published; record a publication, or give a draft (--draft)",
                 {},
                 0,
                 {}};
  }
  TALLY_ASSIGN(const Sequence sequence, ledger.sequence_of(id));
  TALLY_ASSIGN(const auto record, reader.record(sequence));
  if (record && record->type == EntryType::kPublication) return sequence;
  return Error{ErrorCode::kWrongType,
               fmt::format("\"{}\" is a {}, not a publication", id,
                           record ? type_name(record->type) : "part of the log"),
               {},
               0,
               std::string(id)};
}

}  // namespace
}  // namespace audit

std::string_view result_name(StatementResult result) {
  switch (result) {
    case StatementResult::kAgrees: return "agrees";
    case StatementResult::kDiffers: return "differs";
    case StatementResult::kUnsupported: break;
  }
  return "unsupported";
}

Result<Reconciliation> reconcile(const Ledger& ledger, std::string_view publication) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  audit::Reading reading(core.log(), std::move(reader));
  TALLY_ASSIGN(const Sequence sequence,
               audit::find_publication(ledger, reading.reader, publication));
  TALLY_ASSIGN(Event event, reading.events.read_named(sequence));
  TALLY_ASSIGN(Reconciliation all,
               audit::reconcile_all(reading, core.identity().year_start, event.entry.id,
                                    std::get<Publication>(std::move(event.entry.content))));
  all.recorded = true;
  return all;
}

Result<Reconciliation> reconcile_draft(const Ledger& ledger, std::string_view json) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  audit::Reading reading(core.log(), std::move(reader));
  const domain::Settings settings = core.settings();
  TALLY_ASSIGN(codec::ParsedEntry parsed, codec::EntryReader(settings.year_start).read(json));
  if (parsed.entry.type() != EntryType::kPublication) {
    return Error{ErrorCode::kBadEntry,
                 fmt::format("the draft is a {}; what can be reconciled is a publication",
                             type_name(parsed.entry.type())),
                 {},
                 0,
                 parsed.entry.id};
  }
  const projection::Head& head = reading.reader.head();
  projection::RecordChanges records(reading.reader.view(), head);
  TALLY_TRY(domain::decide(records, settings, Sequence{head.size.count}, parsed.entry));
  return audit::reconcile_all(reading, settings.year_start, parsed.entry.id,
                              std::get<Publication>(std::move(parsed.entry.content)));
}

}  // namespace tally
