#include "service/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/shown.h"
#include "base/try.h"

namespace tally::service {
namespace {

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message), {}, 0, {}}; }

}  // namespace

Result<void> Parameters::expect(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : target_.parameters) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return usage(fmt::format("`{}` is not a parameter of this resource; {}", base::shown(name),
                             known.size() == 0 ? std::string("it has none")
                                               : fmt::format("it has {}", fmt::join(known, ", "))));
  }
  return {};
}

std::vector<std::string> Parameters::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [given, value] : target_.parameters) {
    if (given == name) values.push_back(value);
  }
  return values;
}

Result<std::optional<std::string>> Parameters::one(std::string_view name) const {
  const std::vector<std::string> values = all(name);
  if (values.size() > 1) return usage(fmt::format("`{}` is given more than once", name));
  if (values.empty()) return std::optional<std::string>();
  return std::optional(values.front());
}

Result<bool> Parameters::flag(std::string_view name) const {
  TALLY_ASSIGN(const auto given, one(name));
  const std::string_view value = given ? std::string_view(*given) : "0";
  if (value == "0" || value == "1") return value == "1";
  return usage(fmt::format("`{}` is 1 or 0, not \"{}\"", name, base::shown(value)));
}

Result<std::optional<std::uint64_t>> Parameters::number(std::string_view name) const {
  TALLY_ASSIGN(const auto value, one(name));
  if (!value) return std::optional<std::uint64_t>();
  std::uint64_t number = 0;
  const char* const end = value->data() + value->size();
  const auto [stopped, error] = std::from_chars(value->data(), end, number);
  if (is_sequence(*value) && error == std::errc() && stopped == end) return std::optional(number);
  return usage(
      fmt::format("`{}` is a whole number of digits alone, not \"{}\"", name, base::shown(*value)));
}

Result<std::optional<std::uint64_t>> Parameters::limit(std::uint64_t most) const {
  TALLY_ASSIGN(const auto asked, number("limit"));
  if (!asked || (*asked >= 1 && *asked <= most)) return asked;
  return Error{
      ErrorCode::kUsage, fmt::format("`limit` is 1 to {}, not {}", most, *asked), {}, 0, {}};
}

Result<AskedPoint> read_point(const Ledger& ledger, const Parameters& parameters) {
  AskedPoint asked;
  TALLY_ASSIGN(const auto as_of, parameters.one("as_of"));
  if (!as_of) return asked;
  TALLY_ASSIGN(asked.as_of, ledger.resolve_as_of(*as_of));
  asked.is_pinned = is_sequence(*as_of);
  return asked;
}

Result<AskedTotals> read_filters(const Ledger& ledger, const Parameters& parameters) {
  AskedTotals asked;
  for (const std::string& text : parameters.all("year")) {
    TALLY_ASSIGN(asked.query.years.emplace_back(), ledger.identity().year_start.parse_year(text));
  }
  asked.query.measures = parameters.all("measure");
  asked.query.programmes = parameters.all("programme");
  asked.query.organisations = parameters.all("organisation");
  asked.query.contracts = parameters.all("contract");
  TALLY_ASSIGN(const AskedPoint point, read_point(ledger, parameters));
  asked.query.as_of = point.as_of;
  asked.is_pinned = point.is_pinned;
  return asked;
}

bool is_sequence(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace tally::service
