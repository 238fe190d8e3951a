#include "export/csv_descriptors.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "export/about.h"
#include "export/csv_tables.h"

namespace tally::exports {
namespace {

std::string_view frictionless_type(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kWord: return "string";
    case ColumnType::kSequence: return "integer";
    case ColumnType::kDecimal: return "number";
    case ColumnType::kDate: return "date";
    case ColumnType::kTime: return "datetime";
    case ColumnType::kTruth: return "boolean";
  }
  return "any";
}

std::string_view csvw_type(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kWord: return "string";
    case ColumnType::kSequence: return "nonNegativeInteger";
    case ColumnType::kDecimal: return "decimal";
    case ColumnType::kDate: return "date";
    case ColumnType::kTime: return "dateTimeStamp";
    case ColumnType::kTruth: return "boolean";
  }
  return "any";
}

void write_key(base::JsonWriter& out, const std::vector<std::string_view>& key) {
  out.key("primaryKey").begin_array();
  for (const std::string_view column : key) out.string(column);
  out.end_array();
}

void write_table_schema(base::JsonWriter& out, const CsvTable& table) {
  out.key("schema").begin_object();
  out.member("$schema", "https://datapackage.org/profiles/2.0/tableschema.json");
  out.key("fields").begin_array();
  for (const Column& column : table.columns) {
    out.begin_object().member("name", column.name);
    out.member("type", frictionless_type(column.type));
    // A time has six fraction digits, which the default format does not say.
    if (column.type == ColumnType::kTime) out.member("format", "any");
    out.member("description", column.meaning);
    if (column.required) {
      out.key("constraints").begin_object().key("required").boolean(true);
      out.end_object();
    }
    out.end_object();
  }
  out.end_array();
  if (!table.primary_key.empty()) write_key(out, table.primary_key);
  if (!table.foreign_keys.empty()) {
    out.key("foreignKeys").begin_array();
    for (const ForeignKey& key : table.foreign_keys) {
      out.begin_object().key("fields").begin_array().string(key.column).end_array();
      out.key("reference").begin_object().member("resource", key.table);
      out.key("fields").begin_array().string(key.target).end_array().end_object();
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

std::string data_package(const Subject& subject, const Staging& staging) {
  std::string json;
  base::JsonWriter out(json);
  out.begin_object();
  out.member("$schema", "https://datapackage.org/profiles/2.0/datapackage.json");
  out.member("name", "tallystick-export");
  out.member("title", fmt::format("{}: social value as of event {}", subject.identity().name,
                                  subject.as_of.value));
  out.member("created", subject.recorded_at.to_string());
  out.key("resources").begin_array();
  for (const CsvTable& table : csv_tables()) {
    const std::string path = std::string(table.name) + ".csv";
    const auto file = std::find_if(staging.files().begin(), staging.files().end(),
                                   [&](const ExportedFile& one) { return one.name == path; });
    if (file == staging.files().end()) continue;
    out.begin_object().member("name", table.name).member("type", "table");
    out.member("path", path).member("title", table.title);
    out.member("format", "csv").member("mediatype", "text/csv").member("encoding", "utf-8");
    out.member("bytes", file->bytes).member("hash", "sha256:" + file->sha256.to_string());
    out.member("rows", file->rows);
    write_table_schema(out, table);
    out.end_object();
  }
  out.end_array();
  out.key("tallystick").begin_object();
  write_about(out, subject);
  out.end_object().end_object();
  return json + "\n";
}

std::string csvw(const Subject& subject) {
  std::string json;
  base::JsonWriter out(json);
  out.begin_object();
  out.key("@context").begin_array().string("http://www.w3.org/ns/csvw");
  out.begin_object().member("@language", "en").end_object().end_array();
  out.member("dc:title", subject.identity().name);
  out.member("dc:issued", subject.recorded_at.to_string());
  out.key("tables").begin_array();
  for (const CsvTable& table : csv_tables()) {
    out.begin_object().member("url", std::string(table.name) + ".csv");
    out.member("dc:title", table.title);
    out.key("tableSchema").begin_object().key("columns").begin_array();
    for (const Column& column : table.columns) {
      out.begin_object().member("name", column.name).member("titles", column.name);
      out.member("datatype", csvw_type(column.type));
      out.member("dc:description", column.meaning);
      out.key("required").boolean(column.required);
      out.end_object();
    }
    out.end_array();
    if (!table.primary_key.empty()) write_key(out, table.primary_key);
    if (!table.foreign_keys.empty()) {
      out.key("foreignKeys").begin_array();
      for (const ForeignKey& key : table.foreign_keys) {
        out.begin_object().member("columnReference", key.column);
        out.key("reference").begin_object();
        out.member("resource", std::string(key.table) + ".csv");
        out.member("columnReference", key.target).end_object().end_object();
      }
      out.end_array();
    }
    out.end_object().end_object();
  }
  out.end_array().end_object();
  return json + "\n";
}

std::string readme(const Subject& subject) {
  std::string text = "YEARLY TOTALS OF SOCIAL VALUE, AND WHAT STANDS BEHIND THEM\n\n";
  for (const CsvTable& table : csv_tables()) {
    text += fmt::format("{:<13} {}\n", std::string(table.name) + ".csv", table.title);
  }
  text +=
      "\nCSV as RFC 4180 has it, UTF-8, a heading first. Numbers are exact decimals: read them as "
      "such,\n"
      "and not as binary floating point. An empty cell is no value.\n\n"
      "A text (not an id, and not a number) that begins with = + - @, a tab, a carriage return or "
      "an\n"
      "apostrophe has an apostrophe before it, so that no spreadsheet takes it for a formula. Take "
      "one\n"
      "apostrophe off, and it is the text that was recorded.\n\n"
      "datapackage.json (Frictionless Data Package) and csv-metadata.json (CSV on the Web) "
      "describe the\n"
      "columns and how the tables belong together. The first also has each table's rows, bytes "
      "and\n"
      "SHA-256: what has fewer was cut short.\n\n";
  text +=
      is_filtered(subject)
          ? "Only a part of each year was asked for (datapackage.json, tallystick.query), so the\n"
            "totals roots cannot be recomputed from accounts.csv.\n\n"
          : "The totals root of a year is the RFC 6962 Merkle tree hash of the year's lines of\n"
            "accounts.csv, in bytewise order, with tabs for the commas and no line ends.\n\n";
  return text + how_to_check(subject);
}

}  // namespace

Result<void> describe_csv(const Subject& subject, Staging& staging) {
  TALLY_TRY(staging.add("csv-metadata.json", csvw(subject)));
  TALLY_TRY(staging.add("README.txt", readme(subject)));
  return staging.add("datapackage.json", data_package(subject, staging));
}

}  // namespace tally::exports
