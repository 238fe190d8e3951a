// `tally export`: the ledger for other tools.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "base/json_writer.h"
#include "base/try.h"
#include "progress.h"
#include "table.h"
#include "tally/static_log.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct ExportArguments {
  std::string folder;
  std::string format;
  std::string out;
};

void print(const StaticLogWritten& written, const std::string& path, Console& console) {
  if (console.json) {
    std::string text;
    base::JsonWriter out(text);
    out.begin_object();
    out.member("format", "tiles");
    out.member("out", valid_utf8(path));
    out.member("size", written.size.count);
    out.member("root", written.root.to_string());
    out.member("files", written.files);
    out.end_object();
    console.out.write(text + "\n");
    return;
  }
  console.out.write(fmt::format("Wrote a static log of {} to {}.\n",
                                counted(written.size.count, "event"), harmless(path)));
  Facts facts;
  facts.add("root", written.root.to_string());
  facts.add("written", counted(written.files, "file"));
  facts.print(console);
}

Result<ExitStatus> run_export(const ExportArguments& arguments, Console& console) {
  if (arguments.format != "tiles") {
    return usage(fmt::format("--format takes `tiles`, not \"{}\"", harmless(arguments.format)));
  }
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  Progress progress(console);
  TALLY_ASSIGN(const StaticLogWritten written,
               write_static_log(*ledger, arguments.out, [&](std::uint64_t done, std::uint64_t all) {
                 progress.update("Writing", "events", done, all);
               }));
  progress.finish();
  print(written, arguments.out, console);
  return ExitStatus::kDone;
}

}  // namespace

void add_export(CommandLine& line) {
  const auto arguments = std::make_shared<ExportArguments>();
  CLI::App& verb =
      line.add_verb("export", "Writes the ledger, or what it adds up to, for other tools.",
                    arguments->folder, {"tally export demo-ledger --format tiles --out demo-log"});
  add_text(verb, "--format", arguments->format, "FORMAT",
           "tiles: the log as static files, for anyone to check (c2sp.org/tlog-tiles)")
      ->required();
  add_text(verb, "--out", arguments->out, "PATH",
           "where to: a new folder, or that of an earlier export, which is brought up to date")
      ->required();
  line.on_run(verb, [arguments](Console& console) { return run_export(*arguments, console); });
}

}  // namespace tally::tool
