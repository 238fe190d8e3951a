#pragma once

// Holds a text that somebody wrote against one that is made piece by piece.

#include <string>
#include <string_view>

#include "tally/result.h"

namespace tally::audit {

// Both are JSON without white space, written in one way only, so that what is the same is the same
// text.  `name` is what the given one is called.
class ExpectedText {
 public:
  ExpectedText(std::string_view name, std::string_view given) : name_(name), given_(given) {}

  // The next piece of what it should be; `refused` where the given text says something else, naming
  // the place and both values.
  Result<void> expect(std::string_view piece);
  // Nothing more is expected.
  Result<void> end() const;

 private:
  Error differs(std::string_view piece, std::size_t common) const;

  std::string_view name_;
  std::string_view given_;
  std::size_t at_ = 0;
};

}  // namespace tally::audit
