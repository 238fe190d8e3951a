#include "export/totals_json.h"

#include <algorithm>

namespace tally::exports {
namespace {

void write_stages(base::JsonWriter& out, const StageNumbers& numbers,
                  const std::vector<Stage>& stages) {
  for (const Stage stage : kStages) {
    if (!stages.empty() && std::find(stages.begin(), stages.end(), stage) == stages.end()) continue;
    const std::optional<Decimal>& number = numbers[static_cast<std::size_t>(stage)];
    out.key(stage_name(stage));
    if (number) {
      out.string(number->to_string());
    } else {
      out.null();
    }
  }
}

}  // namespace

void write_totals_row(base::JsonWriter& out, const TotalsRow& row, const std::vector<Dimension>& by,
                      const std::vector<Stage>& stages, YearStart year_start) {
  out.begin_object();
  out.member("year", year_start.year_text(row.year));
  out.member("measure", row.measure);
  out.member("unit", row.unit);
  out.member("basis", basis_name(row.basis));
  for (std::size_t i = 0; i < by.size(); ++i) {
    out.key(dimension_name(by[i]));
    if (row.dimensions[i]) {
      out.string(*row.dimensions[i]);
    } else {
      out.null();
    }
  }
  write_stages(out, row.quantities, stages);
  if (row.has_value) {
    out.key("value").begin_object();
    write_stages(out, row.values, stages);
    out.end_object();
  }
  out.key("restated").boolean(row.restated);
  out.end_object();
}

void write_roots(base::JsonWriter& out, const Totals& totals, YearStart year_start) {
  for (const auto& [year, root] : totals.roots) {
    out.member(year_start.year_text(year), root.to_string());
  }
}

void write_totals_members(base::JsonWriter& out, const Totals& totals, const TotalsQuery& query,
                          YearStart year_start) {
  out.member("as_of", totals.as_of.value);
  if (query.with_roots) {
    out.key("root").begin_object();
    write_roots(out, totals, year_start);
    out.end_object();
  }
  out.key("rows").begin_array();
  for (const TotalsRow& row : totals.rows) {
    write_totals_row(out, row, query.by, {}, year_start);
  }
  out.end_array();
}

}  // namespace tally::exports
