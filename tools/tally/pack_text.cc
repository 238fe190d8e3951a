#include "pack_text.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "codec/json_values.h"
#include "table.h"
#include "text.h"

namespace tally::tool {
namespace {

void write_bundle(base::JsonWriter& out, const PackedBundle& bundle) {
  const Figure& figure = bundle.report.figure;
  out.begin_object().member("file", bundle.file).member("figure", bundle.figure);
  codec::number_or_null(out, "quantity", figure.quantity);
  codec::number_or_null(out, "value", figure.value);
  out.key("statements").begin_array();
  for (const PackedStatement& statement : bundle.statements) {
    out.begin_object().member("publication", statement.publication);
    out.member("label", statement.label).end_object();
  }
  out.end_array().end_object();
}

void print_json(const PackReport& report, Console& console) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().key("ok").boolean(true);
  out.member("kind", "pack");
  out.member("as_of", report.checkpoint.size.count - 1);
  out.member("origin", report.checkpoint.origin);
  out.member("size", report.checkpoint.size.count);
  out.member("root", report.checkpoint.root.to_string());
  out.member("parts", report.parts).member("bytes", report.bytes);
  out.member("publications", report.publications);
  out.member("totals", report.totals).key("filtered").boolean(report.is_filtered);
  out.key("bundles").begin_array();
  for (const PackedBundle& bundle : report.bundles) write_bundle(out, bundle);
  out.end_array().key("totals_roots").begin_object();
  for (const PackedRoot& one : report.roots) out.member(one.year, one.root.to_string());
  out.end_object().key("published_by").begin_object();
  for (const PackedRoot& one : report.roots) {
    if (!one.published_by.empty()) out.member(one.year, one.published_by);
  }
  out.end_object().key("left_out").begin_array();
  for (const PackLeftOut& one : report.left_out) {
    const bool is_file = one.figure.empty();
    out.begin_object().member(is_file ? "file" : "figure", is_file ? one.file : one.figure);
    out.member("why", one.why).end_object();
  }
  out.end_array().end_object();
  console.out.write(text + "\n");
}

// Which of the pack's totals are more than what its maker says.
std::string root_text(const PackedRoot& one) {
  return fmt::format("{} {}{}", one.year, one.root.to_string(),
                     one.published_by.empty()
                         ? std::string()
                         : fmt::format(", as published by {}", one.published_by));
}

}  // namespace

void print_pack(const PackReport& report, Console& console) {
  if (console.json) return print_json(report, console);
  console.out.write(fmt::format("{} Its figures are the log's, and its tables agree.\n",
                                console.style.green("The pack holds.")));
  Facts facts;
  facts.add("figures",
            fmt::format("{} recomputed from their events", with_thousands(report.bundles.size())));
  facts.add("publications",
            fmt::format("{} proven to stand in the log", with_thousands(report.publications)));
  facts.add("totals",
            fmt::format("{}, each the sum of its accounts", counted(report.totals, "row")));
  facts.add("parts", fmt::format("{}, {}", with_thousands(report.parts), bytes_text(report.bytes)));
  for (const PackedRoot& one : report.roots) facts.add("totals root", root_text(one));
  if (report.is_filtered) facts.add("totals roots", "not recomputed: accounts were filtered out");
  facts.add("ledger", harmless(report.ledger));
  facts.add("log", fmt::format("{}, {}", report.checkpoint.origin,
                               counted(report.checkpoint.size.count, "event")));
  facts.add("as of", fmt::format("event {}", with_thousands(report.checkpoint.size.count - 1)));
  facts.add("root", report.checkpoint.root.to_string());
  for (const PackLeftOut& one : report.left_out) {
    facts.add("left out", harmless(one.figure.empty() ? one.file : one.figure));
  }
  facts.print(console);
  if (report.bundles.empty()) return;
  console.out.write("\n");
  Table table({{"figure"}, {"quantity", Align::kRight}, {"unit"}}, 2);
  for (const PackedBundle& bundle : report.bundles) {
    const auto& quantity = bundle.report.figure.quantity;
    table.add_row({harmless(bundle.figure), quantity ? quantity->to_display() : "–",
                   harmless(bundle.report.unit)});
  }
  table.print(console);
}

}  // namespace tally::tool
