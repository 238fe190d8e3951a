#include "command_line.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <utility>

#include "help.h"
#include "store/directory.h"
#include "text.h"

namespace tally::tool {
namespace {

constexpr const char* kDescription =
    "A ledger of what was promised, claimed and verified. Every yearly total can be taken apart\n"
    "into the events behind it, now or as of any earlier point.";

constexpr const char* kFooter =
    "`tally VERB --help` explains a verb and shows an example.\n"
    "Exit status: 0 done; 1 an entry or argument was refused, or a check failed; 2 wrong usage;\n"
    "3 the ledger could not be opened or written.";

// The options of a verb as they are typed.
std::vector<std::string> option_names(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

CommandLine::CommandLine() : app_(kDescription, "tally") {
  app_.formatter(help_formatter());
  app_.footer(kFooter);
  app_.set_help_flag("-h,--help", "print this and end");
  app_.set_version_flag("--version", "tally " TALLY_VERSION, "print the version and end");
  app_.add_flag("--json", json_, "answers and errors as JSON, for programs");
  app_.require_subcommand(1);
}

CLI::App& CommandLine::add_verb(const std::string& name, const std::string& what,
                                std::string& folder, const std::vector<std::string>& examples) {
  CLI::App& verb = add_verb(name, what, examples);
  verb.add_option("DIR", folder, "the ledger's folder")->required();
  return verb;
}

CLI::App& CommandLine::add_verb(const std::string& name, const std::string& what,
                                const std::vector<std::string>& examples) {
  CLI::App& verb = *app_.add_subcommand(name, what);
  std::string footer = examples.size() > 1 ? "Examples:" : "Example:";
  for (const std::string& example : examples) footer += "\n  " + example;
  verb.footer(footer);
  verb.add_flag("--json", json_, "answer and errors as JSON, for programs");
  return verb;
}

void CommandLine::on_run(CLI::App& verb, VerbRun run) {
  verb.callback([this, run = std::move(run)] { chosen_ = run; });
}

int CommandLine::run(int count, const char* const* arguments, Console& console) {
  std::vector<std::string> words(arguments + std::min(count, 1), arguments + count);
  // Known before the rest is read, so that an error in the rest is told as it was asked for.
  console.json = std::find(words.begin(), words.end(), "--json") != words.end();
  auto status = parse_and_run(std::move(words), console);
  if (!status.ok()) console.report(status.error());
  console.out.flush();
  if (console.out.error()) {
    console.report(*console.out.error());
    return static_cast<int>(exit_status_of(console.out.error()->code));
  }
  return static_cast<int>(status.ok() ? *status : exit_status_of(status.error().code));
}

Result<ExitStatus> CommandLine::parse_and_run(std::vector<std::string> arguments,
                                              Console& console) {
  if (arguments.empty()) {
    console.note(app_.help());
    return ExitStatus::kUsage;
  }
  if (auto error = unknown_verb(arguments)) return *error;
  try {
    std::reverse(arguments.begin(), arguments.end());  // the parser takes them from the back
    app_.parse(std::move(arguments));
  } catch (const CLI::CallForVersion& version) {
    console.out.write(fmt::format("{}\n", version.what()));
    return ExitStatus::kDone;
  } catch (const CLI::CallForHelp&) {
    console.out.write(app_.help());
    return ExitStatus::kDone;
  } catch (const CLI::ParseError& error) {
    return usage_error(error);
  }
  console.json = json_;
  return chosen_(console);
}

Error CommandLine::usage_error(const CLI::ParseError& error) const {
  const std::vector<const CLI::App*> verbs =
      app_.get_subcommands([](const CLI::App* verb) { return verb->parsed(); });
  const CLI::App& verb = verbs.empty() ? app_ : *verbs.front();
  const std::vector<std::string> extras = app_.remaining(true);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr && !extras.empty()) {
    return unexpected(verb, extras);
  }
  if (verbs.empty() && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return usage("a verb is missing; `tally --help` lists them");
  }
  const std::string of = verbs.empty() ? "" : " " + verb.get_name();
  return usage(fmt::format("{}; `tally{} --help` explains", error.what(), of));
}

Error CommandLine::unexpected(const CLI::App& verb, const std::vector<std::string>& extras) const {
  const std::string& word = extras.front();
  const std::string of = verb.get_parent() == nullptr ? "" : " " + verb.get_name();
  const bool is_option = word.starts_with("-");
  std::string message = is_option
                            ? fmt::format("`{}` is not an option of `tally{}`", word, of)
                            : fmt::format("`{}` is one argument too many for `tally{}`", word, of);
  const std::string name = word.substr(0, word.find('='));
  if (const auto near = nearest(name, option_names(verb)); is_option && near) {
    message += fmt::format("; did you mean `{}`?", *near);
  } else {
    message += fmt::format("; `tally{} --help` explains", of);
  }
  return usage(message);
}

std::optional<Error> CommandLine::unknown_verb(const std::vector<std::string>& arguments) const {
  const auto word = std::find_if(arguments.begin(), arguments.end(),
                                 [](const std::string& text) { return !text.starts_with("-"); });
  if (word == arguments.end()) return std::nullopt;
  std::vector<std::string> known;
  for (const CLI::App* verb : app_.get_subcommands({})) known.push_back(verb->get_name());
  if (std::find(known.begin(), known.end(), *word) != known.end()) return std::nullopt;
  const auto near = nearest(*word, known);
  return usage(fmt::format("there is no verb `{}`; {}", *word,
                           near ? fmt::format("did you mean `tally {}`?", *near)
                                : fmt::format("the verbs are {}", fmt::join(known, ", "))));
}

CLI::Option* add_number(CLI::App& verb, const std::string& name,
                        std::optional<std::uint64_t>& target, const std::string& what) {
  const auto check = [](const std::string& text) {
    return whole_number(text) ? std::string()
                              : fmt::format("\"{}\" is not a whole number of digits alone", text);
  };
  return verb
      .add_option_function<std::string>(
          name, [&target](const std::string& text) { target = whole_number(text); }, what)
      ->check(check)
      ->option_text("N");
}

CLI::Option* add_texts(CLI::App& verb, const std::string& name, std::vector<std::string>& target,
                       const std::string& placeholder, const std::string& what) {
  // One value each time, so that a positional argument may follow.
  return verb.add_option(name, target, what)->allow_extra_args(false)->option_text(placeholder);
}

CLI::Option* add_text(CLI::App& verb, const std::string& name, std::string& target,
                      const std::string& placeholder, const std::string& what) {
  return verb.add_option(name, target, what)->option_text(placeholder);
}

Result<std::string> read_input(const std::string& name, std::uint64_t limit) {
  const int file = name == "-" ? STDIN_FILENO : ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  std::string text;
  int error = file < 0 ? errno : 0;
  while (error == 0 && text.size() <= limit) {
    char piece[16 * 1024];
    const ssize_t size = ::read(file, piece, sizeof piece);
    if (size == 0) break;
    if (size > 0) {
      text.append(piece, static_cast<std::size_t>(size));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (file > STDIN_FILENO) ::close(file);
  if (error != 0) {
    return Error{ErrorCode::kIo, fmt::format("reading {}: {}", name, strerror(error)), {}, 0, {}};
  }
  if (text.size() <= limit) return text;
  return Error{ErrorCode::kRefused,
               fmt::format("{} has more than {} bytes, and nothing of this kind has", name, limit),
               {},
               0,
               {}};
}

Result<void> write_output(const std::string& name, std::string_view content) {
  const std::filesystem::path path = std::filesystem::absolute(name);
  return store::Directory(path.parent_path())
      .replace_file(path.filename().string(), std::string(content), false);
}

std::optional<std::string> nearest(const std::string& word, const std::vector<std::string>& known) {
  std::optional<std::string> best;
  std::size_t least = 1 + std::max<std::size_t>(1, word.size() / 2);
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  if (!is_digits(text)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  return number;
}

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message), {}, 0, {}}; }

}  // namespace tally::tool
