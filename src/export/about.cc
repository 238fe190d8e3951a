#include "export/about.h"

#include <fmt/format.h>

#include "base/try.h"
#include "export/totals_json.h"

namespace tally::exports {
namespace {

void write_texts(base::JsonWriter& out, std::string_view name,
                 const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.key(name).begin_array();
  for (const std::string& text : texts) out.string(text);
  out.end_array();
}

}  // namespace

void write_about(base::JsonWriter& out, const Subject& subject) {
  const LedgerOpened& identity = subject.identity();
  out.member("ledger", identity.name);
  out.member("origin", identity.origin);
  out.member("vkey", subject.vkey);
  out.member("currency", identity.currency);
  out.member("year_start", identity.year_start.to_string());
  out.member("as_of", subject.as_of.value);
  out.member("recorded_at", subject.recorded_at.to_string());
  out.member("size", subject.head.size.count);
  out.member("log_root", subject.head.root.to_string());
  out.key("totals_roots").begin_object();
  write_roots(out, subject.totals, identity.year_start);
  out.end_object();
  out.member("checkpoint", subject.checkpoint);
  out.key("query");
  write_query(out, subject);
}

void write_query(base::JsonWriter& out, const Subject& subject) {
  const YearStart year_start = subject.year_start();
  const TotalsQuery& asked = subject.query.totals;
  out.begin_object();
  std::vector<std::string> texts;
  for (const Year year : asked.years) texts.push_back(year_start.year_text(year));
  write_texts(out, "years", texts);
  write_texts(out, "measures", asked.measures);
  write_texts(out, "programmes", asked.programmes);
  write_texts(out, "organisations", asked.organisations);
  write_texts(out, "contracts", asked.contracts);
  texts.clear();
  for (const Stage stage : subject.query.stages) texts.emplace_back(stage_name(stage));
  write_texts(out, "stages", texts);
  out.end_object();
}

std::string time_text(Timestamp time) {
  std::string text = time.to_string();
  text[10] = ' ';
  return text.substr(0, 19);
}

bool is_filtered(const Subject& subject) {
  const TotalsQuery& asked = subject.query.totals;
  return !(asked.measures.empty() && asked.programmes.empty() && asked.organisations.empty() &&
           asked.contracts.empty() && subject.query.stages.empty());
}

Result<void> add_proofs(Staging& staging, const Subject& subject) {
  TALLY_TRY(staging.add("checkpoint", subject.checkpoint));
  return staging.add("log.vkey", subject.vkey + "\n");
}

std::string how_to_check(const Subject& subject) {
  return how_to_check(subject.identity().name, subject.identity().origin, subject.as_of.value);
}

std::string how_to_check(std::string_view ledger, std::string_view origin, std::uint64_t as_of) {
  return fmt::format(
      "`checkpoint` is signed with the log's key (c2sp.org/signed-note; `log.vkey` is a copy of "
      "it:\n"
      "take the key itself from a source that you trust). It says how many events the log had and\n"
      "what the root of their hash tree was. Whoever holds the ledger can show that it still "
      "extends\n"
      "that checkpoint:\n\n"
      "    tally verify DIR --against checkpoint\n\n"
      "and that the totals are these, to anyone, without the ledger, from an export of the whole "
      "log:\n\n"
      "    tally export DIR --format tiles --out LOG\n"
      "    tally check-log LOG --vkey VKEY\n\n"
      "The ledger is \"{}\", its log {}; this is as of event {}.\n",
      ledger, origin, as_of);
}

}  // namespace tally::exports
