#include "export/pack_readme.h"

#include <fmt/format.h>

#include <algorithm>

#include "export/about.h"

namespace tally::exports::pack {
namespace {

constexpr std::string_view kWhatItIs =
    R"(Everything of a ledger that an auditor may ask for, as of one point.

    SHA256SUMS       the SHA-256 of each file
    pack.json        what this is of, which figures have a bundle, what was left out and why
    checkpoint       the signed head of the log as of then
    log.vkey         a copy of the key that it is signed with
    csv/             tables: totals, accounts, postings, events, measures
    events/          every event, as JSON Lines
    totals/          the totals, as JSON Lines
    workbook.xlsx    a workbook whose sums are formulas over the postings
    prov.json        where each figure comes from, as W3C PROV-JSON
    ocds.json        contracts with what was agreed and delivered (Open Contracting)
    statements/      each year as a page, to read or to print
    publications/    a proof each that what was published stands in the log
    bundles/         a figure each, with all that it takes to recompute it

That the files are those that were packed, without any program of ours, once they are unpacked:

    sha256sum -c SHA256SUMS

That each bundle's figure and each publication are the log's, that the totals are the sums of the
accounts, and the accounts give the totals roots:

    tally check-bundle PACK --vkey VKEY

Whoever makes a pack makes its digests too: what is in no bundle is what the maker says, unless its
year's totals root is one that was published (the check tells), or that a check of the whole log
gives.

)";

// Rows of words in columns, two spaces apart.
std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "    ";
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      line += fmt::format("{:<{}}  ", row[i], widths[i]);
    }
    text += line + row.back() + "\n";
  }
  return text;
}

// Statements of people, kept to a line.
std::string text_of(const PackedStatement& statement) {
  std::string text = statement.publication + ": " + statement.label;
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return text;
}

std::string bundles_text(const Description& description) {
  if (description.bundles.empty()) {
    return "There are no bundles: no figure was asked for, and no publication states one.\n\n";
  }
  std::vector<std::vector<std::string>> rows;
  for (const Bundle& bundle : description.bundles) {
    const std::size_t number = kBundles.size();
    rows.push_back({bundle.file.substr(number, bundle.file.find('-') - number), bundle.figure});
    for (std::size_t i = 0; i < bundle.statements.size(); ++i) {
      if (i > 0) rows.push_back({"", ""});
      rows.back().push_back(text_of(bundle.statements[i]));
    }
  }
  return "The bundles by their numbers, with the statements that they stand behind:\n\n" +
         aligned(rows) + "\n";
}

std::string left_out_text(const Description& description) {
  if (description.left_out.empty()) return {};
  std::string text = "Left out:\n\n";
  for (const PackLeftOut& one : description.left_out) {
    text += fmt::format("    {}: {}\n", one.file.empty() ? one.figure : one.file, one.why);
    for (const PackedStatement& statement : one.statements) {
      text += fmt::format("        {}\n", text_of(statement));
    }
  }
  return text + "\n";
}

void write_statements(base::JsonWriter& out, const std::vector<PackedStatement>& statements) {
  out.key("statements").begin_array();
  for (const PackedStatement& one : statements) {
    out.begin_object().member("publication", one.publication).member("label", one.label);
    out.end_object();
  }
  out.end_array();
}

}  // namespace

std::string readme(const Description& description) {
  return fmt::format("{}{}{}{}", kWhatItIs, bundles_text(description), left_out_text(description),
                     how_to_check(description.ledger, description.origin, description.as_of));
}

std::string description_json(const Subject& subject, const Description& description) {
  std::string json;
  base::JsonWriter out(json);
  out.begin_object().member("format", "pack").member("version", kVersion);
  write_about(out, subject);
  out.key("years").begin_array();
  for (const std::string& year : description.years) out.string(year);
  out.end_array().key("publications").begin_array();
  for (const PublicationProof& proof : description.publications) {
    out.begin_object().member("file", proof.file).member("entry", proof.entry).end_object();
  }
  out.end_array().key("bundles").begin_array();
  for (const Bundle& bundle : description.bundles) {
    out.begin_object().member("file", bundle.file).member("figure", bundle.figure);
    write_statements(out, bundle.statements);
    out.end_object();
  }
  out.end_array().key("left_out").begin_array();
  for (const PackLeftOut& one : description.left_out) {
    const bool is_figure = one.file.empty();
    out.begin_object().member(is_figure ? "figure" : "file", is_figure ? one.figure : one.file);
    out.member("why", one.why);
    if (is_figure) write_statements(out, one.statements);
    out.end_object();
  }
  out.end_array().end_object();
  return json + "\n";
}

}  // namespace tally::exports::pack
