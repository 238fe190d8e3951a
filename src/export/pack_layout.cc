#include "export/pack_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "export/canonical_json.h"

namespace tally::exports::pack {
namespace {

// As much of a figure as a file's name may tell.
constexpr std::size_t kFigureInName = 100;

// The parts between the first ones and the statements.
constexpr std::string_view kExports[] = {kTotals,
                                         kAccounts,
                                         "csv/postings.csv",
                                         "csv/events.csv",
                                         "csv/measures.csv",
                                         "csv/checkpoint",
                                         "csv/log.vkey",
                                         "csv/csv-metadata.json",
                                         "csv/README.txt",
                                         "csv/datapackage.json",
                                         "events/events.jsonl",
                                         "events/README.txt",
                                         "events/checkpoint",
                                         "events/log.vkey",
                                         "events/export.json",
                                         "totals/totals.jsonl",
                                         "totals/README.txt",
                                         "totals/checkpoint",
                                         "totals/log.vkey",
                                         "totals/export.json",
                                         "workbook.xlsx",
                                         kProv,
                                         "ocds.json"};

// The kinds of filter, in the order in which they are written.
constexpr std::array<std::string_view, 6> kQueryKinds = {"years",         "measures",  "programmes",
                                                         "organisations", "contracts", "stages"};

Result<std::vector<std::string>> read_texts(CanonicalJson& json) {
  std::vector<std::string> texts;
  TALLY_TRY(json.expect("["));
  const auto read_text = [&]() -> Result<void> {
    TALLY_ASSIGN(std::string text, json.string());
    texts.push_back(std::move(text));
    return {};
  };
  TALLY_TRY(json.items(']', read_text));
  return texts;
}

Result<std::vector<PackedStatement>> read_statements(CanonicalJson& json) {
  std::vector<PackedStatement> statements;
  TALLY_TRY(json.expect(",\"statements\":["));
  const auto read_statement = [&]() -> Result<void> {
    PackedStatement statement;
    TALLY_TRY(json.expect("{"));
    TALLY_ASSIGN(statement.publication, json.string_member("publication"));
    TALLY_ASSIGN(statement.label, json.string_member("label"));
    statements.push_back(std::move(statement));
    return json.expect("}");
  };
  TALLY_TRY(json.items(']', read_statement));
  return statements;
}

Result<void> read_roots(CanonicalJson& json, Description& into) {
  TALLY_TRY(json.expect(",\"totals_roots\":{"));
  return json.items('}', [&]() -> Result<void> {
    TALLY_ASSIGN(std::string year, json.string());
    TALLY_TRY(json.expect(":"));
    TALLY_ASSIGN(const Hash root, json.hash());
    into.totals_roots.emplace_back(std::move(year), root);
    return {};
  });
}

Result<void> read_query(CanonicalJson& json, Description& into) {
  TALLY_TRY(json.expect(",\"query\":{"));
  for (const std::string_view kind : kQueryKinds) {
    const std::string_view comma = into.query.empty() ? "" : ",";
    if (!json.take(fmt::format("{}\"{}\":", comma, kind))) continue;
    TALLY_ASSIGN(std::vector<std::string> texts, read_texts(json));
    into.query.emplace_back(kind, std::move(texts));
  }
  return json.expect("}");
}

Result<void> read_about(CanonicalJson& json, Description& into) {
  TALLY_ASSIGN(into.ledger, json.string_member("ledger"));
  TALLY_ASSIGN(into.origin, json.string_member("origin"));
  TALLY_ASSIGN(into.vkey, json.string_member("vkey"));
  TALLY_ASSIGN(into.currency, json.string_member("currency"));
  TALLY_ASSIGN(into.year_start, json.string_member("year_start"));
  TALLY_ASSIGN(into.as_of, json.number_member("as_of"));
  TALLY_ASSIGN(into.recorded_at, json.string_member("recorded_at"));
  TALLY_ASSIGN(into.size, json.number_member("size"));
  TALLY_TRY(json.expect(",\"log_root\":"));
  TALLY_ASSIGN(into.log_root, json.hash());
  TALLY_TRY(read_roots(json, into));
  TALLY_ASSIGN(into.checkpoint, json.string_member("checkpoint"));
  return read_query(json, into);
}

Result<void> read_publications(CanonicalJson& json, Description& into) {
  TALLY_TRY(json.expect(",\"publications\":["));
  return json.items(']', [&]() -> Result<void> {
    PublicationProof proof;
    TALLY_TRY(json.expect("{"));
    TALLY_ASSIGN(proof.file, json.string_member("file"));
    TALLY_ASSIGN(proof.entry, json.string_member("entry"));
    into.publications.push_back(std::move(proof));
    return json.expect("}");
  });
}

Result<void> read_bundles(CanonicalJson& json, Description& into) {
  TALLY_TRY(json.expect(",\"bundles\":["));
  return json.items(']', [&]() -> Result<void> {
    Bundle bundle;
    TALLY_TRY(json.expect("{"));
    TALLY_ASSIGN(bundle.file, json.string_member("file"));
    TALLY_ASSIGN(bundle.figure, json.string_member("figure"));
    TALLY_ASSIGN(bundle.statements, read_statements(json));
    into.bundles.push_back(std::move(bundle));
    return json.expect("}");
  });
}

Result<void> read_left_out(CanonicalJson& json, Description& into) {
  TALLY_TRY(json.expect(",\"left_out\":["));
  return json.items(']', [&]() -> Result<void> {
    PackLeftOut one;
    const bool is_figure = json.take("{\"figure\":");
    if (!is_figure) TALLY_TRY(json.expect("{\"file\":"));
    TALLY_ASSIGN((is_figure ? one.figure : one.file), json.string());
    TALLY_ASSIGN(one.why, json.string_member("why"));
    if (is_figure) {
      TALLY_ASSIGN(one.statements, read_statements(json));
    }
    into.left_out.push_back(std::move(one));
    return json.expect("}");
  });
}

}  // namespace

std::string statement_part(std::string_view year) {
  return fmt::format("statements/{}.html", year);
}

std::string publication_part(std::size_t number, std::string_view entry) {
  return fmt::format("{}{:04}-{}.tlog-proof", kPublications, number, entry);
}

std::string bundle_part(std::size_t number, std::string_view figure) {
  std::string name(figure.substr(0, kFigureInName));
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == ':' || c == '=' || c == '@'; }, '_');
  return fmt::format("{}{:04}-{}.zip", kBundles, number, name);
}

Result<Description> Description::parse(std::string_view text) {
  CanonicalJson json(kDescription, text);
  Description read;
  TALLY_TRY(json.expect(fmt::format("{{\"format\":\"pack\",\"version\":{}", kVersion)));
  TALLY_TRY(read_about(json, read));
  TALLY_TRY(json.expect(",\"years\":"));
  TALLY_ASSIGN(read.years, read_texts(json));
  TALLY_TRY(read_publications(json, read));
  TALLY_TRY(read_bundles(json, read));
  TALLY_TRY(read_left_out(json, read));
  TALLY_TRY(json.expect("}\n"));
  TALLY_TRY(json.end());
  return read;
}

std::vector<std::string> Description::asked(std::string_view kind) const {
  for (const auto& [name, texts] : query) {
    if (name == kind) return texts;
  }
  return {};
}

bool Description::is_filtered() const {
  return std::any_of(query.begin(), query.end(),
                     [](const auto& one) { return one.first != kQueryKinds.front(); });
}

bool Description::lacks(std::string_view file) const {
  return std::any_of(left_out.begin(), left_out.end(),
                     [&](const PackLeftOut& one) { return one.file == file; });
}

std::vector<std::string> parts_of(const Description& description) {
  std::vector<std::string> parts(kFirstParts.begin(), kFirstParts.end());
  for (const std::string_view name : kExports) {
    if (name != kProv || !description.lacks(kProv)) parts.emplace_back(name);
  }
  for (const std::string& year : description.years) parts.push_back(statement_part(year));
  for (const PublicationProof& proof : description.publications) parts.push_back(proof.file);
  for (const Bundle& bundle : description.bundles) parts.push_back(bundle.file);
  return parts;
}

}  // namespace tally::exports::pack
