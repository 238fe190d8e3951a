#pragma once

// What text in an entry may hold (spec "Entries: From entry to event"): UTF-8 without control
// characters, which are those of Unicode's category Cc.  The same rules hold for what is submitted
// and for what is read back from stored bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tally::codec {

// Whether a text may go over several lines: line feed and tab are allowed then.
enum class Lines : std::uint8_t { kOne, kMany };

enum class TextFault : std::uint8_t { kNone, kEmpty, kTooLong, kControl, kNotUtf8 };

bool is_utf8(std::string_view text);

// The first rule that a text of at most `limit` bytes breaks.
TextFault text_fault(std::string_view text, std::size_t limit, Lines lines);

}  // namespace tally::codec
