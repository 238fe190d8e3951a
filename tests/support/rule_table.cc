#include "support/rule_table.h"

#include "support/catch.h"
#include "support/lines.h"
#include "support/test_ledger.h"

namespace tally::testing {
namespace {

std::string numbered(std::string_view line, std::size_t row, Sequence before) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '$') {
      text += "-" + std::to_string(row);
    } else if (line[i] == '#') {
      text += std::to_string(before.value + static_cast<std::uint64_t>(line[++i] - '0'));
    } else {
      text.push_back(line[i]);
    }
  }
  return text;
}

std::string id_in(const std::string& line) {
  constexpr std::string_view kBegin = "\"id\":\"";
  const std::size_t begin = line.find(kBegin);
  if (begin == std::string::npos) return {};
  const std::size_t first = begin + kBegin.size();
  return line.substr(first, line.find('"', first) - first);
}

void check_answer(const Result<Receipt>& answer, const Rule& rule, const std::string& when,
                  std::uint64_t line, std::uint64_t before) {
  if (answer.ok()) {
    CHECK(rule.then == (answer->appended > before ? "accepted" : "duplicate"));
    return;
  }
  CAPTURE(answer.error().message);
  CHECK(code_of(answer) == rule.then);
  CHECK(answer.error().line == line);
  CHECK(answer.error().entry == id_in(when));
  CHECK(answer.error().message.size() > 10);
}

void check_rule(TestLedger& ledger, const Rule& rule, std::size_t row) {
  const Sequence head = *ledger->head();
  std::vector<std::string> lines;
  for (const std::string& line : rule.given) lines.push_back(numbered(line, row, head));
  const std::string when = numbered(rule.when, row, head);
  CAPTURE(rule.name, lines, when);
  AppendOptions dry_run;
  dry_run.dry_run = true;
  std::vector<std::string> all = lines;
  all.push_back(when);
  check_answer(ledger->append(joined(all), dry_run), rule, when, all.size(), lines.size());

  const Result<Receipt> given = ledger->append(joined(lines));
  INFO((given.ok() ? std::string() : given.error().message));
  REQUIRE(given.ok());
  REQUIRE(given->appended == lines.size());
  const std::string before = portrait(*ledger);
  const Result<Receipt> answer = ledger->append(when + "\n");
  check_answer(answer, rule, when, 1, 0);
  if (rule.then != "accepted") CHECK(portrait(*ledger) == before);
}

}  // namespace

void check_rules(const std::vector<Rule>& rules) {
  TestLedger ledger;
  ledger.append(base_lines());
  for (std::size_t row = 0; row < rules.size(); ++row) check_rule(ledger, rules[row], row);
}

}  // namespace tally::testing
