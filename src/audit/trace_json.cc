#include "audit/trace_json.h"

#include "audit/trace_walk.h"
#include "base/try.h"
#include "codec/entry_json.h"
#include "codec/json_values.h"

namespace tally {
namespace audit {
namespace {

using codec::number_or_null;
using codec::text_or_null;

void write_corrections(base::JsonWriter& out, const std::vector<CorrectionNote>& corrections) {
  out.begin_array();
  for (const CorrectionNote& correction : corrections) {
    out.begin_object();
    out.member("sequence", correction.sequence.value);
    out.member("entry", correction.entry);
    out.member("actor", correction.actor);
    out.member("recorded_at", correction.recorded_at.to_string());
    out.member("reason", correction.reason);
    out.end_object();
  }
  out.end_array();
}

// As if it had been erased.
void leave_out(std::vector<Evidence>& evidence) {
  for (Evidence& one : evidence) {
    one.title.clear();
    one.uri.clear();
  }
}

void restore_numbers(TracePosting& posting, const ledger::Numbering& numbers) {
  posting.sequence = numbers.original(posting.sequence);
  for (CorrectionNote& note : posting.corrections) note.sequence = numbers.original(note.sequence);
}

}  // namespace

void write_posting(base::JsonWriter& out, const TracePosting& posting, YearStart year_start) {
  out.begin_object();
  out.member("sequence", posting.sequence.value);
  out.member("entry", posting.entry);
  out.member("type", type_name(posting.type));
  out.member("actor", posting.actor);
  out.member("recorded_at", posting.recorded_at.to_string());
  out.member("year", year_start.year_text(posting.year));
  out.member("measure", posting.measure);
  out.member("programme", posting.programme);
  out.member("organisation", posting.organisation);
  text_or_null(out, "contract", posting.contract);
  out.member("stage", stage_name(posting.stage));
  out.member("delta", posting.delta.to_string());
  out.member("balance", posting.balance.to_string());
  text_or_null(out, "claim", posting.claim);
  text_or_null(out, "verification", posting.verification);
  out.key("evidence");
  codec::write_evidence(out, posting.evidence);
  out.key("corrections");
  write_corrections(out, posting.corrections);
  out.end_object();
}

void write_postings(base::JsonWriter& out, const std::vector<TracePosting>& postings,
                    YearStart year_start) {
  out.begin_array();
  for (const TracePosting& posting : postings) write_posting(out, posting, year_start);
  out.end_array();
}

namespace {

void write_next(base::JsonWriter& out, std::optional<Sequence> next_after) {
  out.key("next_after");
  if (next_after) {
    out.number(next_after->value);
  } else {
    out.null();
  }
}

}  // namespace

Result<void> write_trace_members(base::JsonWriter& out, Reading& reading,
                                 const ledger::ResolvedFigure& resolved, YearStart year_start,
                                 const TextGrown& grown, const TraceShown& shown) {
  TALLY_ASSIGN(Trace trace, begin_trace(reading, resolved));
  if (shown.details == DetailsIn::kLeftOut) trace.measure.entry.note.clear();
  const Sequence as_of = reading.events.numbers().original_point(trace.figure.as_of);
  FigureReference reference = trace.figure.reference;
  reference.as_of = as_of;
  out.member("figure", reference.to_string(year_start));
  out.member("as_of", as_of.value);
  number_or_null(out, "quantity", trace.figure.quantity);
  number_or_null(out, "value", trace.figure.value);
  out.key("measure").begin_object();
  codec::write_entry_members(out, trace.measure.entry, year_start);
  out.member("sequence", reading.events.numbers().original(trace.measure.sequence).value);
  out.end_object();
  out.key("postings").begin_array();
  if (!is_ratio(resolved)) {
    auto write_one = [&](TracePosting posting) -> Result<void> {
      restore_numbers(posting, reading.events.numbers());
      if (shown.details == DetailsIn::kLeftOut) leave_out(posting.evidence);
      write_posting(out, posting, year_start);
      return grown();
    };
    TALLY_ASSIGN(const auto next_after,
                 for_each_posting(reading, resolved, trace.figure, shown.page.value_or(TracePage{}),
                                  write_one));
    out.end_array();
    if (shown.page) write_next(out, next_after);
    return grown();
  }
  out.end_array();
  const domain::MeasureTerms& terms = resolved.defined.measure.terms;
  for (const auto& [name, measure] :
       {std::pair("numerator", terms.numerator), std::pair("denominator", terms.denominator)}) {
    TALLY_ASSIGN(const ledger::ResolvedFigure part, part_of(reading, resolved, measure));
    out.key(name).begin_object();
    TALLY_TRY(write_trace_members(out, reading, part, year_start, grown, shown));
    out.end_object();
  }
  return grown();
}

}  // namespace audit

namespace {

Result<void> write_trace(const Ledger& ledger, const FigureReference& reference,
                         const TakeText& take, const audit::TraceShown& shown) {
  TALLY_ASSIGN(projection::Reader reader, ledger.core().reader());
  audit::Reading reading(ledger.core().log(), std::move(reader));
  TALLY_ASSIGN(const ledger::ResolvedFigure resolved,
               ledger::resolve_figure(reading.reader, reference));
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  auto written = audit::write_trace_members(
      out, reading, resolved, ledger.identity().year_start,
      [&]() -> Result<void> {
        TALLY_TRY(take(text));
        text.clear();
        return {};
      },
      shown);
  TALLY_TRY(std::move(written));
  out.end_object();
  return take(text);
}

}  // namespace

Result<void> trace_json(const Ledger& ledger, const FigureReference& reference,
                        const TakeText& take, DetailsIn details) {
  return write_trace(ledger, reference, take, {details, std::nullopt});
}

Result<void> trace_json(const Ledger& ledger, const FigureReference& reference,
                        const TracePage& page, const TakeText& take, DetailsIn details) {
  TALLY_TRY(audit::check_page(page));
  return write_trace(ledger, reference, take, {details, page});
}

}  // namespace tally
