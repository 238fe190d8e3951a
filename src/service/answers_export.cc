#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <system_error>

#include "audit/zip_archive.h"
#include "base/shown.h"
#include "base/try.h"
#include "export/html.h"
#include "export/sheet_fields.h"
#include "export/statement_style.h"
#include "merkle/hash_text.h"
#include "merkle/sha256.h"
#include "service/answers.h"
#include "service/parameters.h"
#include "tally/pack.h"

namespace tally::service {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kZip = "application/zip";

// A format as it is asked for, and what it is sent as.  A folder is sent as a ZIP file.
struct Sent {
  std::string_view name;
  std::string_view media_type;
  std::string_view suffix;
  std::optional<ExportFormat> format;  // nothing for a pack
  bool is_folder = false;
};

constexpr std::array<Sent, 7> kSent = {{
    {"csv", kZip, ".zip", ExportFormat::kCsv, true},
    {"jsonl", kZip, ".zip", ExportFormat::kJsonlEvents, true},
    {"statement", "text/html; charset=utf-8", ".html", ExportFormat::kStatement, false},
    {"prov", kJson, ".json", ExportFormat::kProv, false},
    {"ocds", kJson, ".json", ExportFormat::kOcds, false},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx",
     ExportFormat::kXlsx, false},
    {"pack", kZip, ".zip", std::nullopt, false},
}};

// A folder of its own in the spool, gone with what is left in it.
class Workplace {
 public:
  explicit Workplace(const Site& site) {
    static std::atomic<std::uint64_t> count = 0;
    folder_ = site.spool_folder() / fmt::format("export-{}", ++count);
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  Result<void> make() const {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (!error) return {};
    return Error{ErrorCode::kIo, "making room for an export: " + error.message(), {}, 0, {}};
  }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_;
};

struct AskedExport {
  ExportQuery what;
  std::vector<FigureReference> figures;  // of a pack
  bool of_totals = false;                // of jsonl
};

Result<AskedExport> read_export(const Ledger& ledger, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"year", "measure", "programme", "organisation", "contract", "as_of",
                               "stage", "of", "figure"}));
  AskedExport asked;
  TALLY_ASSIGN(AskedTotals totals, read_filters(ledger, parameters));
  asked.what.totals = std::move(totals.query);
  for (const std::string& name : parameters.all("stage")) {
    const auto stage = stage_from_name(name);
    if (!stage) {
      return Error{
          ErrorCode::kUsage, fmt::format("\"{}\" is not a stage", base::shown(name)), {}, 0, {}};
    }
    asked.what.stages.push_back(*stage);
  }
  const std::string& format = request.captured[0];
  TALLY_ASSIGN(const auto of, parameters.one("of"));
  if (of && (format != "jsonl" || (*of != "events" && *of != "totals"))) {
    return Error{ErrorCode::kUsage, "`of` is `events` or `totals`, and of jsonl alone", {}, 0, {}};
  }
  asked.of_totals = of == "totals";
  for (const std::string& text : parameters.all("figure")) {
    TALLY_ASSIGN(asked.figures.emplace_back(),
                 FigureReference::parse(text, ledger.identity().year_start));
  }
  if (!asked.figures.empty() && format != "pack") {
    return Error{ErrorCode::kUsage, "`figure` is of a pack alone", {}, 0, {}};
  }
  return asked;
}

// The files of a folder as one ZIP file, in the order of their names.
Result<void> zip_folder(const fs::path& folder, const fs::path& out) {
  std::vector<audit::ZipInput> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    files.push_back({entry->path().filename().string(), entry->path(), false});
  }
  if (error) return Error{ErrorCode::kIo, "reading an export: " + error.message(), {}, 0, {}};
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return audit::pack_files(files, out, {});
}

// Writes the export to a file of the workplace; the answer is what it is as of.
Result<Sequence> write_export(const Ledger& ledger, const Sent& sent, const AskedExport& asked,
                              const Workplace& place, const fs::path& out) {
  if (!sent.format) {
    PackQuery query{asked.what, asked.figures};
    TALLY_ASSIGN(const Packed packed, write_pack(ledger, query, out));
    return packed.as_of;
  }
  const ExportFormat format = asked.of_totals ? ExportFormat::kJsonlTotals : *sent.format;
  const fs::path written = sent.is_folder ? place / std::string("folder") : out;
  TALLY_ASSIGN(const Exported exported, export_to(ledger, format, asked.what, written));
  if (sent.is_folder) TALLY_TRY(zip_folder(written, out));
  return exported.as_of;
}

// The export as an answer, which says what it is as of.
Reply make_export(Site& site, const Request& request, const Sent& sent, const AskedExport& asked) {
  const std::uint64_t head = site.head.load();
  const Workplace place(site);
  TALLY_TRY(place.make());
  const fs::path out = place / ("export" + std::string(sent.suffix));
  TALLY_ASSIGN(const Sequence as_of, write_export(*site.ledger(), sent, asked, place, out));
  Answer answer;
  TALLY_ASSIGN(answer.spool, Spool::of_file(out));
  answer.content_type = sent.media_type;
  date_answer_with_details(head, request, answer, as_of);
  return answer;
}

// What stands in it may be looked at, with its own style and nothing else.
std::string statement_policy() {
  return fmt::format(
      "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; "
      "frame-ancestors 'none'",
      merkle::hash_to_base64(merkle::sha256({exports::kStatementStyle})));
}

Reply answer_template(const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"type"}));
  TALLY_ASSIGN(const auto name, parameters.one("type"));
  if (!name) return Problem::bad_request("`type` is missing: what will the rows of the sheet be?");
  TALLY_ASSIGN(const EntryType type, exports::sheet_type(*name));
  Answer answer = text_answer("text/csv; charset=utf-8", exports::sheet_template(type));
  answer.fields.emplace_back("Content-Disposition",
                             fmt::format("attachment; filename=\"{}.csv\"", type_name(type)));
  return answer;
}

}  // namespace

Reply answer_export(Site& site, const Request& request) {
  const std::string& name = request.captured[0];
  if (name == "template") return answer_template(request);
  const auto sent =
      std::find_if(kSent.begin(), kSent.end(), [&](const Sent& one) { return one.name == name; });
  if (sent == kSent.end()) {
    return Problem::not_found(
        "there is no such format; there are csv, jsonl, statement, prov, ocds, xlsx, pack and "
        "template, and the log as static files under /checkpoint and /tile");
  }
  if (auto problem = unacceptable(request, {sent->media_type})) return std::move(*problem);
  TALLY_ASSIGN(const AskedExport asked, read_export(*site.ledger(), request));
  Reply reply = make_export(site, request, *sent, asked);
  if (!reply.ok()) return reply;
  Answer& answer = reply.answer();
  answer.fields.emplace_back("Content-Disposition",
                             fmt::format("attachment; filename=\"ledger-{}-{}{}\"", name,
                                         answer.as_of->value, sent->suffix));
  return reply;
}

Reply answer_statement(Site& site, const Request& request) {
  const Sent& sent = kSent[2];
  if (auto problem = unacceptable(request, {sent.media_type})) return std::move(*problem);
  const Ledger& ledger = *site.ledger();
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"as_of"}));
  TALLY_ASSIGN(const AskedTotals totals, read_filters(ledger, parameters));
  AskedExport asked;
  asked.what.totals = totals.query;
  TALLY_ASSIGN(asked.what.totals.years.emplace_back(),
               ledger.identity().year_start.parse_year(request.captured[0]));
  Reply reply = make_export(site, request, sent, asked);
  if (reply.ok()) reply.answer().policy = statement_policy();
  return reply;
}

Reply answer_statements(Site& site, const Request& request) {
  if (auto problem = unacceptable(request, {kSent[2].media_type})) return std::move(*problem);
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  TALLY_ASSIGN(const LedgerStatus now, status(*site.ledger()));
  std::string years;
  for (const Year year : now.years) {
    years += fmt::format("<li><a href=\"/statement/{0}\">Social value in {0}</a></li>\n",
                         now.identity.year_start.year_text(year));
  }
  if (years.empty()) years = "<li>Nothing has been recorded yet.</li>\n";
  Answer answer = text_answer(
      std::string(kSent[2].media_type),
      fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<title>{0}: statements</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n"
                  "<h1>{0}</h1>\n<p>A statement of each reporting year, to read or to print:</p>\n"
                  "<ul>\n{2}</ul>\n</main>\n</body>\n</html>\n",
                  exports::html(now.identity.name), exports::kStatementStyle, years));
  answer.policy = statement_policy();
  date_answer(request, answer, now.head, false);
  return answer;
}

}  // namespace tally::service
