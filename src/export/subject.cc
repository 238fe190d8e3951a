#include "export/subject.h"

#include <algorithm>

#include "base/try.h"
#include "ledger/totals.h"

namespace tally::exports {

using projection::AccountState;
using projection::ChainPosting;
using projection::Level;
using projection::LevelKey;

Subject::Subject(const Ledger& of, projection::Reader reader)
    : ledger(of), reading(of.core().log(), std::move(reader)) {}

Result<std::unique_ptr<Subject>> Subject::open(const Ledger& ledger, const ExportQuery& query) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  std::unique_ptr<Subject> subject(new Subject(ledger, std::move(reader)));
  projection::Reader& state = subject->reading.reader;
  subject->query = query;
  subject->query.totals.by.clear();
  subject->query.totals.with_roots = true;
  TALLY_ASSIGN(subject->selection, ledger::Selection::make(state, subject->query.totals));
  subject->selection.level = Level::kAccount;
  subject->as_of = subject->selection.as_of;
  subject->query.totals.as_of = subject->as_of;
  TALLY_ASSIGN(subject->totals,
               ledger::compute_totals(state, core.identity().year_start, subject->query.totals));
  TALLY_ASSIGN(const Event last, subject->reading.events.read(subject->as_of));
  subject->recorded_at = last.recorded_at;
  TALLY_ASSIGN(subject->checkpoint,
               core.checkpoints().issue(state, LogSize{subject->as_of.value + 1}, core.store()));
  const VerifierKey key = core.checkpoints().key();
  TALLY_ASSIGN(subject->head, check_checkpoint(subject->checkpoint, {&key, 1}));
  subject->vkey = key.to_string();
  return subject;
}

bool Subject::wants(Stage stage) const {
  const std::vector<Stage>& stages = query.stages;
  return stages.empty() || std::find(stages.begin(), stages.end(), stage) != stages.end();
}

Result<Subject::AccountTexts> Subject::texts_of(const domain::AccountKey& account) {
  projection::Reader& reader = reading.reader;
  const domain::Dimensions& of = account.dimensions;
  AccountTexts texts;
  texts.year = year_start().year_text(account.year);
  TALLY_ASSIGN(texts.measure, reader.id_of(of.measure));
  TALLY_ASSIGN(texts.programme, reader.id_of(of.programme));
  TALLY_ASSIGN(texts.organisation, reader.id_of(of.organisation));
  if (of.contract.value != 0) {
    TALLY_ASSIGN(texts.contract, reader.id_of(of.contract));
  }
  texts.stage = stage_name(account.stage);
  return texts;
}

Result<void> Subject::for_each_posting(const std::function<Result<void>(const Posting&)>& visit) {
  const projection::Reader& state = reading.reader;
  auto visit_account = [&](const LevelKey& key, const AccountState& account) -> Result<bool> {
    if (!selection.holds(key.account) || !wants(key.account.stage)) return true;
    Posting posting{{}, key.account, {}, {}};
    auto visit_posting = [&](const ChainPosting& one) -> Result<bool> {
      posting.sequence = one.sequence;
      posting.delta = one.delta;
      posting.balance = posting.balance.plus(one.delta).value_or(posting.balance);
      TALLY_TRY(visit(posting));
      return true;
    };
    TALLY_TRY(state.for_each_posting(Level::kAccount, account.number, as_of, visit_posting));
    return true;
  };
  if (selection.years.empty()) {
    return state.for_each_account(projection::level_prefix(Level::kAccount), visit_account);
  }
  for (const Year year : selection.years) {
    TALLY_TRY(
        state.for_each_account(projection::year_prefix(Level::kAccount, year), visit_account));
  }
  return {};
}

}  // namespace tally::exports
