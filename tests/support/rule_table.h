#pragma once

// Rules as a table, a row a rule: given these lines, when this line comes, then this is the answer.

#include <string>
#include <string_view>
#include <vector>

namespace tally::testing {

struct Rule {
  std::string_view name;           // goes on the sentence "It is a rule that …"
  std::vector<std::string> given;  // lines that are accepted, after base_lines()
  std::string when;
  std::string_view then;  // `accepted`, `duplicate`, or the code of the refusal
};

// Holds a ledger to each row, in two ways: all lines as one submission (tried, not written), and
// `when` as a submission of its own after what was given is on disk.  In every line, `$` stands for
// the number of the row, so that rows do not meet each other; what rows share is base_lines().  And
// `#1` stands for the sequence of the row's first line, `#2` for that of its second, …; `#0` for
// the event before them.
// A refusal must name the line and the entry, and leave head, root and totals as they were.
void check_rules(const std::vector<Rule>& rules);

}  // namespace tally::testing
