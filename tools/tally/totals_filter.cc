#include "totals_filter.h"

#include "base/try.h"

namespace tally::tool {

Result<TotalsQuery> TotalsFilter::read(const Ledger& ledger) const {
  TotalsQuery read = query;
  for (const std::string& text : years) {
    TALLY_ASSIGN(const Year year, ledger.identity().year_start.parse_year(text));
    read.years.push_back(year);
  }
  if (as_of) {
    TALLY_ASSIGN(read.as_of, ledger.resolve_as_of(*as_of));
  }
  return read;
}

void add_totals_filter(CLI::App& verb, TotalsFilter& filter) {
  TotalsQuery& query = filter.query;
  add_texts(verb, "--year", filter.years, "YEAR",
            "only this year; this and the next four may be repeated");
  add_texts(verb, "--measure", query.measures, "ID", "only this measure");
  add_texts(verb, "--programme", query.programmes, "ID", "only this programme");
  add_texts(verb, "--organisation", query.organisations, "ID", "only this organisation");
  add_texts(verb, "--contract", query.contracts, "ID",
            "only this contract; `-` is those without one");
  verb.add_option("--as-of", filter.as_of, "as of event N, or of a time in RFC 3339")
      ->option_text("N|TIME");
}

}  // namespace tally::tool
