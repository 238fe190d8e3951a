#include "export/ledger_json.h"

#include <fmt/format.h>

#include "codec/json_values.h"

namespace tally::exports {
namespace {

using codec::number_or_null;

void write_impact(base::JsonWriter& out, const Impact& impact, YearStart year_start) {
  out.key("moves").begin_array();
  for (const Move& move : impact.moves) {
    out.begin_object();
    out.member("figure", move.figure.to_string(year_start));
    number_or_null(out, "from", move.from);
    number_or_null(out, "to", move.to);
    number_or_null(out, "value_from", move.value_from);
    number_or_null(out, "value_to", move.value_to);
    out.end_object();
  }
  out.end_array();
  out.key("restates").begin_array();
  for (const std::string& publication : impact.restates) out.string(publication);
  out.end_array();
}

void write_difference(base::JsonWriter& out, const BalanceDifference& difference,
                      YearStart year_start) {
  out.begin_object();
  out.member("year", year_start.year_text(difference.year));
  out.member("measure", difference.measure);
  if (difference.programme) out.member("programme", *difference.programme);
  if (difference.organisation) out.member("organisation", *difference.organisation);
  if (difference.contract) codec::text_or_null(out, "contract", *difference.contract);
  out.member("stage", stage_name(difference.stage));
  out.member("was", difference.was.to_string());
  out.member("is", difference.is.to_string());
  out.key("events").begin_array();
  for (const Sequence event : difference.events) out.number(event.value);
  out.end_array();
  out.member("events_count", difference.events_count);
  out.end_object();
}

}  // namespace

void write_receipt_members(base::JsonWriter& out, const Receipt& receipt, bool dry_run,
                           YearStart year_start) {
  out.member("appended", receipt.appended);
  out.member("duplicates", receipt.duplicates);
  out.member("head", receipt.head.value);
  out.member("root", receipt.root.to_string());
  if (dry_run) write_impact(out, receipt.impact, year_start);
}

void write_status(base::JsonWriter& out, const LedgerStatus& status) {
  out.begin_object();
  out.member("name", status.identity.name);
  out.member("origin", status.identity.origin);
  out.member("head", status.head.value);
  out.member("root", status.root.to_string());
  out.member("year_start", status.identity.year_start.to_string());
  out.member("currency", status.identity.currency);
  out.member("vkey", status.key.to_string());
  out.member("fingerprint", status.key.fingerprint().to_string());
  out.key("counts").begin_object();
  for (const auto& [type, count] : status.counts) out.member(type_name(type), count);
  out.end_object();
  out.key("years").begin_array();
  for (const Year year : status.years) out.string(status.identity.year_start.year_text(year));
  out.end_array();
  out.member("bytes", status.bytes);
  out.key("publications").begin_array();
  for (const LastPublication& last : status.publications) {
    out.begin_object();
    out.member("year", status.identity.year_start.year_text(last.year));
    out.member("entry", last.entry);
    out.member("sequence", last.sequence.value);
    out.key("restated").boolean(last.restated);
    out.end_object();
  }
  out.end_array();
  out.member("recorded_at", status.recorded_at.to_string());
  out.member("accounts", status.accounts);
  out.member("postings", status.postings);
  out.key("replay_unfinished").boolean(status.replay_unfinished);
  out.end_object();
}

void write_publications(base::JsonWriter& out, const Publications& found, YearStart year_start) {
  out.begin_object().member("as_of", found.as_of.value);
  out.key("publications").begin_array();
  for (const PublicationState& state : found.all) {
    const Publication& publication = state.publication();
    out.begin_object();
    out.member("year", year_start.year_text(publication.year));
    out.member("entry", state.event.entry.id);
    out.member("sequence", state.event.sequence.value);
    out.member("recorded_at", state.event.recorded_at.to_string());
    out.member("actor", state.event.entry.actor);
    out.member("title", publication.title);
    out.member("as_of", publication.as_of->value);
    out.member("totals_root", publication.totals_root->to_string());
    out.member("statements", std::uint64_t{publication.statements.size()});
    out.key("superseded").boolean(!state.superseded_by.empty());
    out.key("superseded_by");
    state.superseded_by.empty() ? out.null() : out.string(state.superseded_by);
    out.key("latest").boolean(state.latest);
    out.key("restated").boolean(state.restated);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_replay_members(base::JsonWriter& out, const ReplayReport& report, YearStart year_start) {
  out.member("events", report.events);
  out.key("stopped").boolean(report.stopped);
  out.key("differences").begin_array();
  for (const BalanceDifference& one : report.differences) write_difference(out, one, year_start);
  out.end_array();
  out.key("digest");
  if (report.stopped) {
    out.null();
  } else {
    out.string(report.digest.to_string());
  }
  out.key("seconds").raw(fmt::format("{:.3f}", report.seconds));
}

}  // namespace tally::exports
