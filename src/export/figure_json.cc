#include "export/figure_json.h"

#include "audit/trace_json.h"
#include "codec/entry_json.h"
#include "codec/json_values.h"

namespace tally::exports {
namespace {

using codec::number_or_null;
using codec::text_or_null;

void write_point(base::JsonWriter& out, std::string_view name, const BridgePoint& point) {
  out.key(name).begin_object();
  number_or_null(out, "quantity", point.quantity);
  number_or_null(out, "value", point.value);
  out.end_object();
}

void write_line(base::JsonWriter& out, const BridgeLine& line) {
  out.begin_object();
  out.member("sequence", line.sequence.value);
  out.member("entry", line.entry);
  out.member("cause", cause_name(line.cause));
  out.member("quantity", line.quantity.to_string());
  number_or_null(out, "value", line.value);
  text_or_null(out, "reason", line.reason);
  out.end_object();
}

void write_cause(base::JsonWriter& out, const CauseSum& sum) {
  out.begin_object();
  out.member("cause", cause_name(sum.cause));
  out.member("events", sum.events);
  out.member("quantity", sum.quantity.to_string());
  number_or_null(out, "value", sum.value);
  out.end_object();
}

void write_version(base::JsonWriter& out, const EntryVersion& version, YearStart year_start) {
  out.begin_object();
  out.member("sequence", version.sequence.value);
  out.member("recorded_at", version.recorded_at.to_string());
  // What the ledger writes itself has no actor.
  text_or_null(out, "actor", version.actor);
  text_or_null(out, "reason", version.reason);
  out.key("entry");
  if (version.entry) {
    out.begin_object();
    codec::write_entry_members(out, *version.entry, year_start);
    out.end_object();
  } else {
    out.null();
  }
  if (version.details_erased) out.key("details_erased").boolean(true);
  out.end_object();
}

void write_texts(base::JsonWriter& out, std::string_view name,
                 const std::vector<std::string>& texts) {
  out.key(name).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

}  // namespace

void write_bridge(base::JsonWriter& out, const Bridge& bridge, YearStart year_start, Lines lines) {
  out.begin_object();
  out.member("figure", bridge.figure.to_string(year_start));
  out.member("from", bridge.opening.as_of.value);
  out.member("to", bridge.closing.as_of.value);
  write_point(out, "opening", bridge.opening);
  out.key("lines").begin_array();
  for (const BridgeLine& line : bridge.lines) write_line(out, line);
  out.end_array();
  if (lines == Lines::kMost) {
    out.member("left_off", bridge.left_off);
    out.key("causes").begin_array();
    for (const CauseSum& sum : bridge.causes) write_cause(out, sum);
    out.end_array();
  }
  write_point(out, "closing", bridge.closing);
  if (bridge.numerator && bridge.denominator) {
    out.key("numerator");
    write_bridge(out, *bridge.numerator, year_start, lines);
    out.key("denominator");
    write_bridge(out, *bridge.denominator, year_start, lines);
  }
  out.end_object();
}

void write_curve(base::JsonWriter& out, const BalanceCurve& curve, YearStart year_start) {
  out.begin_object();
  out.member("figure", curve.figure.to_string(year_start));
  out.member("as_of", curve.figure.as_of->value);
  out.key("balances").begin_array();
  for (const CurvePoint& point : curve.points) {
    out.begin_object();
    out.member("sequence", point.sequence.value);
    out.member("recorded_at", point.recorded_at.to_string());
    out.member("balance", point.balance.to_string());
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void write_measures(base::JsonWriter& out, Sequence as_of, const std::vector<DefinedMeasure>& all) {
  out.begin_object();
  out.member("as_of", as_of.value);
  out.key("measures").begin_array();
  for (const auto& [id, measure, version, in_force] : all) {
    out.begin_object();
    out.member("id", id);
    out.member("title", measure.title);
    out.member("basis", basis_name(measure.basis));
    out.member("unit", measure.unit);
    const bool has_proxy = measure.basis == Basis::kProxy;
    number_or_null(out, "proxy", has_proxy ? std::optional(Decimal(measure.proxy)) : std::nullopt);
    text_or_null(out, "framework", measure.framework);
    text_or_null(out, "edition", measure.edition);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void write_history(base::JsonWriter& out, const EntryHistory& history, YearStart year_start,
                   Lines references) {
  out.begin_object().key("entry").begin_object();
  codec::write_entry_members(out, history.entry, year_start);
  out.end_object();
  out.member("state", state_name(history.state));
  out.key("versions").begin_array();
  for (const EntryVersion& version : history.versions) write_version(out, version, year_start);
  out.end_array();
  out.key("referred_to_by").begin_array();
  for (const std::string& id : history.referred_to_by) out.string(id);
  out.end_array();
  if (references == Lines::kMost) {
    out.key("more_refer_to_it").boolean(history.more_refer_to_it);
  }
  out.key("postings");
  audit::write_postings(out, history.postings, year_start);
  out.member("sequence", history.sequence.value);
  out.key("years").begin_array();
  for (const YearStanding& standing : history.years) {
    out.begin_object().member("year", year_start.year_text(standing.year));
    out.key("publication");
    standing.publication.empty() ? out.null() : out.string(standing.publication);
    out.key("restated").boolean(standing.restated);
    out.end_object();
  }
  out.end_array();
  out.end_object();
}

void write_reconciliation(base::JsonWriter& out, const Reconciliation& all, YearStart year_start) {
  out.begin_object();
  out.member("publication", all.publication);
  out.member("as_of", all.as_of.value);
  out.key("statements").begin_array();
  for (const ReconciledStatement& one : all.statements) {
    const Statement& statement = one.statement;
    out.begin_object();
    out.member("label", statement.label);
    out.member("figure", statement.figure.to_string(year_start));
    out.member("stated", statement.stated.to_string());
    out.member("qualifier", qualifier_name(statement.qualifier));
    out.member("of", statement_of_name(statement.of));
    number_or_null(out, "ledger", one.ledger);
    out.member("result", result_name(one.result));
    number_or_null(out, "difference", one.difference);
    write_texts(out, "contradicts", one.contradicts);
    write_texts(out, "because", one.because);
    out.end_object();
  }
  out.end_array();
  out.member("agrees", all.agrees);
  out.member("differs", all.differs);
  out.member("unsupported", all.unsupported);
  out.member("contradicts", all.contradicts);
  out.member("year", year_start.year_text(all.stated.year));
  out.member("title", all.stated.title);
  out.key("recorded").boolean(all.recorded);
  out.end_object();
}

}  // namespace tally::exports
