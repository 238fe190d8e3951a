#pragma once

// Text for people: made harmless for a terminal, measured, shortened, and numbers as they are read.
// Nothing here decides what stands in JSON or CSV; those carry canonical values.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tally/hash.h"
#include "tally/time.h"

namespace tally::tool {

// The text with everything that could steer a terminal or hide what follows written out: control
// characters and controls of writing direction as `\n`, `\x1b` or `\u202e`, bytes that are not
// UTF-8 as `\xff`.  The answer is one line.
std::string harmless(std::string_view text);

// The text with U+FFFD for what is not UTF-8: what JSON may hold.
std::string valid_utf8(std::string_view text);

// How many columns of a terminal a harmless text takes.
std::size_t display_width(std::string_view text);

// The text, cut between two characters and ended with `…` where it is wider than `width`.
std::string shortened(std::string_view text, std::size_t width);

// `1,234,567`
std::string with_thousands(std::uint64_t number);

// `1 event`, `2,000 events`: the noun with an s unless there is one.
std::string counted(std::uint64_t number, std::string_view noun);

// `17.3 MiB`; whole bytes below 1 KiB.
std::string bytes_text(std::uint64_t bytes);

// `0.04 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
std::string duration_text(double seconds);

// The first 12 hex digits and `…`.
std::string short_digest(const Hash& digest);

// `2026-11-22 09:30:00`, in UTC, cut to seconds.
std::string time_text(Timestamp time);

// `2022-23:jobs:verified, …`: the first few totals, and how many more there are.
std::string totals_text(const std::vector<std::string>& totals);

// How many letters must be changed, added, left out or swapped to make one word of the other.
std::size_t edit_distance(std::string_view one, std::string_view other);

}  // namespace tally::tool
