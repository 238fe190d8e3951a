#pragma once

// How --help looks.

#include <CLI/CLI.hpp>
#include <memory>

namespace tally::tool {

// Writes usage, description, arguments, options, verbs and footer, each with a blank line before.
std::shared_ptr<CLI::FormatterBase> help_formatter();

}  // namespace tally::tool
