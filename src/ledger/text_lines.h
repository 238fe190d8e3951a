#pragma once

// The lines of a text that is all there.

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "tally/ledger.h"

namespace tally::ledger {

class TextLines : public LineSource {
 public:
  // A byte-order mark is passed over.
  explicit TextLines(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
  }
  Result<std::optional<InputLine>> next() override {
    if (rest_.empty()) return std::optional<InputLine>();
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    InputLine line{rest_.substr(0, end), {}, ++number_};
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return std::optional(line);
  }

 private:
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

}  // namespace tally::ledger
