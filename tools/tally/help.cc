#include "help.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "text.h"

namespace tally::tool {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

// The lines under a title, what they say in one column.
std::string section(const std::string& title, const Lines& lines) {
  if (lines.empty()) return {};
  std::size_t width = 0;
  for (const auto& [name, what] : lines) width = std::max(width, display_width(name));
  std::string out = fmt::format("\n{}:\n", title);
  for (const auto& [name, what] : lines) {
    const std::string fill(width - display_width(name), ' ');
    out +=
        what.empty() ? fmt::format("  {}\n", name) : fmt::format("  {}{}  {}\n", name, fill, what);
  }
  return out;
}

Lines options_of(const CLI::App& app, bool positional) {
  Lines lines;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() != positional) continue;
    std::string name = positional ? option->get_name(true) : option->get_name(false, true);
    if (const std::size_t comma = name.find(','); comma != std::string::npos) {
      name.insert(comma + 1, " ");
    }
    if (!positional && !option->get_option_text().empty()) name += " " + option->get_option_text();
    lines.emplace_back(std::move(name), option->get_description());
  }
  return lines;
}

std::string usage_of(const CLI::App& app) {
  const bool is_verb = app.get_parent() != nullptr;
  if (!is_verb) return "Usage: tally VERB DIR [options]\n";
  std::string usage = "Usage: tally " + app.get_name();
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const bool many = option->get_expected_max() > 1;
    const std::string name = option->get_name(true) + (many ? "…" : "");
    usage += option->get_required() ? " " + name : " [" + name + "]";
  }
  return usage + " [options]\n";
}

std::string make_help(const CLI::App* app, const std::string& /*name*/,
                      CLI::AppFormatMode /*mode*/) {
  Lines verbs;
  for (const CLI::App* verb : app->get_subcommands({})) {
    verbs.emplace_back(verb->get_name(), verb->get_description());
  }
  std::string help = fmt::format("{}\n{}\n", usage_of(*app), app->get_description());
  help += section("Arguments", options_of(*app, true));
  help += section("Verbs", verbs);
  help += section("Options", options_of(*app, false));
  if (!app->get_footer().empty()) help += "\n" + app->get_footer() + "\n";
  return help;
}

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() {
  return std::make_shared<CLI::FormatterLambda>(make_help);
}

}  // namespace tally::tool
