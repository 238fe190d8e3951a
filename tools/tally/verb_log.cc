// `tally log`: the events, in the order in which they were recorded.

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/try.h"
#include "entry_text.h"
#include "process.h"
#include "table.h"
#include "tally/ledger.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

constexpr int kPollEveryMs = 200;
constexpr std::size_t kSummaryWidth = 72;
// Rows that are held back until the columns' widths are known.
constexpr std::size_t kRowsTogether = 256;

struct LogArguments {
  std::string folder;
  std::optional<std::uint64_t> after;
  std::optional<std::uint64_t> limit;
  std::optional<std::string> type;
  bool follow = false;
  bool reverse = false;
};

// Prints events as they come, as JSON Lines or as rows of one table.
class EventPrinter {
 public:
  EventPrinter(Console& console, YearStart year_start)
      : console_(console),
        year_start_(year_start),
        table_({{"event", Align::kRight},
                {"recorded (UTC)"},
                {"type"},
                {"entry"},
                {"actor"},
                {"what"}}) {}

  void print(const Event& event) {
    ++printed_;
    if (console_.json) {
      console_.out.write(to_json(event, year_start_) + "\n");
      return;
    }
    const Entry& entry = event.entry;
    std::string what = summary_of(entry, year_start_);
    if (event.details_erased) what += " (details erased)";
    table_.add_row({with_thousands(event.sequence.value), time_text(event.recorded_at),
                    std::string(type_name(entry.type())), entry.id.empty() ? "–" : entry.id,
                    entry.actor.empty() ? "–" : entry.actor,
                    shortened(harmless(what), kSummaryWidth)});
    if (table_.waiting() >= kRowsTogether) table_.print(console_);
  }

  // Nothing is held back after this.
  void flush() {
    if (table_.waiting() > 0) table_.print(console_);
    console_.out.flush();
  }

  std::uint64_t printed() const { return printed_; }

 private:
  Console& console_;
  YearStart year_start_;
  Table table_;
  std::uint64_t printed_ = 0;
};

Result<EventQuery> query_of(const LogArguments& arguments) {
  EventQuery query;
  query.reverse = arguments.reverse;
  if (arguments.after) query.after = Sequence{*arguments.after};
  if (arguments.limit) query.limit = *arguments.limit;
  if (!arguments.type) return query;
  query.type = type_from_name(*arguments.type);
  if (query.type) return query;
  std::vector<std::string> known;
  for (std::size_t number = 0; number < kEntryTypeLimit; ++number) {
    const std::string name(type_name(static_cast<EntryType>(number)));
    if (type_from_name(name)) known.push_back(name);
  }
  const auto near = nearest(*arguments.type, known);
  return usage(fmt::format("\"{}\" is not a type of entry; {}", *arguments.type,
                           near ? fmt::format("did you mean `{}`?", *near)
                                : fmt::format("the types are {}", fmt::join(known, ", "))));
}

// Prints what is there now, each event at once where more will follow.
Result<void> print_events(const Ledger& ledger, const EventQuery& query, bool at_once,
                          EventPrinter& printer, const Console& console) {
  if (query.limit == 0) return {};
  TALLY_TRY(ledger.for_each_event(query, [&](const Event& event) {
    printer.print(event);
    if (at_once) printer.flush();
    return !console.out.is_closed() && !was_asked_to_end();
  }));
  printer.flush();
  return {};
}

// Prints what is recorded from now on, until enough is printed, the reader leaves, or a signal asks
// to end.
Result<void> follow(Ledger& ledger, EventQuery query, EventPrinter& printer, Console& console) {
  const std::uint64_t limit = query.limit;
  while (printer.printed() < limit && !console.out.is_closed() && wait_for_more(kPollEveryMs)) {
    TALLY_ASSIGN(const Sequence seen, ledger.head());
    TALLY_TRY(ledger.refresh());
    if (!query.after || *query.after < seen) query.after = seen;
    query.limit = limit - printer.printed();
    TALLY_TRY(print_events(ledger, query, true, printer, console));
  }
  return {};
}

Result<ExitStatus> run_log(const LogArguments& arguments, Console& console) {
  if (arguments.follow && arguments.reverse) {
    return usage(
        "--follow waits for newer events and --reverse ends with the oldest: leave one out");
  }
  TALLY_ASSIGN(const EventQuery query, query_of(arguments));
  TALLY_ASSIGN(const std::unique_ptr<Ledger> ledger,
               Ledger::open(arguments.folder, Ledger::Access::kRead));
  EventPrinter printer(console, ledger->identity().year_start);
  if (arguments.follow) end_when_asked();
  TALLY_TRY(print_events(*ledger, query, false, printer, console));
  if (arguments.follow) TALLY_TRY(follow(*ledger, query, printer, console));
  return ExitStatus::kDone;
}

}  // namespace

void add_log(CommandLine& line) {
  const auto arguments = std::make_shared<LogArguments>();
  CLI::App& verb = line.add_verb("log", "Prints the events, oldest first.", arguments->folder,
                                 {"tally log demo-ledger --type claim --limit 5",
                                  "tally log demo-ledger --reverse --limit 3 --json"});
  add_number(verb, "--after", arguments->after, "only events later than sequence N");
  add_number(verb, "--limit", arguments->limit, "at most N events");
  verb.add_option("--type", arguments->type, "only events of this type, such as `claim`")
      ->option_text("TYPE");
  verb.add_flag("--follow", arguments->follow, "go on with what is recorded, until interrupted");
  verb.add_flag("--reverse", arguments->reverse, "newest first");
  line.on_run(verb, [arguments](Console& console) { return run_log(*arguments, console); });
}

}  // namespace tally::tool
