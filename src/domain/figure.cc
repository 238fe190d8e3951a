#include "tally/figure.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/shown.h"
#include "base/try.h"
#include "domain/identifier.h"

namespace tally {
namespace {

constexpr std::array<std::string_view, 5> kStageNames = {"committed", "claimed", "verified",
                                                         "rejected", "pending"};

Error malformed(std::string_view text, std::string_view why) {
  return {
      ErrorCode::kBadEntry,
      fmt::format("\"{}\" is not a figure reference: {}. Write it as "
                  "YEAR:MEASURE:STAGE[:programme=ID][:organisation=ID][:contract=ID][@SEQUENCE]",
                  base::shown(text), why),
      {},
      0,
      {}};
}

// Takes the text up to the next colon off the front; what follows the colon stays in `rest`.
// `rest` becomes nothing when there is no further part.
std::string_view take_part(std::optional<std::string_view>& rest) {
  const std::string_view whole = *rest;
  const std::size_t colon = whole.find(':');
  if (colon == std::string_view::npos) {
    rest.reset();
    return whole;
  }
  rest = whole.substr(colon + 1);
  return whole.substr(0, colon);
}

// Reads the parts behind the stage, which stand in a fixed order.
Result<void> read_filters(std::string_view text, std::optional<std::string_view> rest,
                          FigureReference& figure) {
  struct Filter {
    std::string_view name;
    std::optional<std::string>* target;
  };
  const std::array<Filter, 3> filters = {{{"programme=", &figure.programme},
                                          {"organisation=", &figure.organisation},
                                          {"contract=", &figure.contract}}};
  std::size_t next = 0;
  while (rest) {
    const std::string_view part = take_part(rest);
    while (next < filters.size() && !part.starts_with(filters[next].name)) ++next;
    if (next == filters.size()) {
      return malformed(
          text, fmt::format("\"{}\" is not a filter, or stands out of order", base::shown(part)));
    }
    const std::string_view id = part.substr(filters[next].name.size());
    const bool none =
        filters[next].target == &figure.contract && id == FigureReference::kNoContract;
    if (!none && !domain::is_identifier(id)) {
      return malformed(text, fmt::format("\"{}\" cannot be an id", base::shown(id)));
    }
    *filters[next++].target = std::string(id);
  }
  return {};
}

}  // namespace

std::string_view stage_name(Stage stage) { return kStageNames[static_cast<std::size_t>(stage)]; }

std::optional<Stage> stage_from_name(std::string_view name) {
  const auto found = std::find(kStageNames.begin(), kStageNames.end(), name);
  if (found == kStageNames.end()) return std::nullopt;
  return static_cast<Stage>(found - kStageNames.begin());
}

Result<FigureReference> FigureReference::parse(std::string_view text, YearStart year_start) {
  FigureReference figure;
  std::string_view body = text;
  if (const std::size_t at = text.find('@'); at != std::string_view::npos) {
    const std::string_view digits = text.substr(at + 1);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return malformed(text, fmt::format("\"{}\" after @ is not a sequence", base::shown(digits)));
    }
    figure.as_of = Sequence{value};
    body = text.substr(0, at);
  }

  std::optional<std::string_view> rest = body;
  const std::string_view year = take_part(rest);
  auto parsed_year = year_start.parse_year(year);
  if (!parsed_year.ok()) {
    return malformed(
        text, fmt::format("\"{}\" is not a reporting year of this ledger", base::shown(year)));
  }
  figure.year = *parsed_year;
  if (!rest) return malformed(text, "the measure is missing");
  const std::string_view measure = take_part(rest);
  if (!domain::is_identifier(measure)) {
    return malformed(text,
                     fmt::format("\"{}\" cannot be the id of a measure", base::shown(measure)));
  }
  figure.measure = measure;
  if (!rest) return malformed(text, "the stage is missing");
  const std::string_view stage = take_part(rest);
  const std::optional<Stage> parsed_stage = stage_from_name(stage);
  if (!parsed_stage) {
    return malformed(text, fmt::format("\"{}\" is not a stage (committed, claimed, verified, "
                                       "rejected, pending)",
                                       base::shown(stage)));
  }
  figure.stage = *parsed_stage;

  TALLY_TRY(read_filters(text, rest, figure));
  return figure;
}

std::string FigureReference::to_string(YearStart year_start) const {
  std::string text =
      fmt::format("{}:{}:{}", year_start.year_text(year), measure, stage_name(stage));
  if (programme) text += ":programme=" + *programme;
  if (organisation) text += ":organisation=" + *organisation;
  if (contract) text += ":contract=" + *contract;
  if (as_of) text += fmt::format("@{}", as_of->value);
  return text;
}

}  // namespace tally
