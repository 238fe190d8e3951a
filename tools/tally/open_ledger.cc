#include "open_ledger.h"

#include <fmt/format.h>

#include "process.h"
#include "progress.h"
#include "text.h"

namespace tally::tool {

void add_rebuild(CLI::App& verb, bool& rebuild) {
  verb.add_flag("--rebuild", rebuild,
                "where an older version of the program, or damage, left derived state that cannot "
                "be used, build it anew from the events first");
}

Result<std::unique_ptr<Ledger>> open_for_writing(const std::string& folder, bool rebuild,
                                                 Console& console) {
  auto opened = Ledger::open(folder, Ledger::Access::kWrite);
  if (opened.ok() || !rebuild || opened.error().code != ErrorCode::kDamaged) return opened;
  console.note(fmt::format("Building derived state anew: {}.", harmless(opened.error().message)));
  Progress progress(console);
  ReplayOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    progress.update("Replaying", "events", done, all);
  };
  return Ledger::open_rebuilding(folder, options);
}

}  // namespace tally::tool
