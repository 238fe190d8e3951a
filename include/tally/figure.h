#pragma once

// Stages, and the short text that names one number of the ledger (spec "Totals: Figure
// references"): `2022-23:jobs:verified:programme=kindred@1042`.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tally/result.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally {

// How far a quantity has come.  Accounts are held for the first four; `pending` is derived from
// them: claimed − verified − rejected.
//
// The numbers stand in stored events.
enum class Stage : std::uint8_t {
  kCommitted = 0,
  kClaimed = 1,
  kVerified = 2,
  kRejected = 3,
  kPending = 4,
};
inline constexpr std::size_t kAccountStages = 4;
inline constexpr std::array<Stage, 5> kStages = {
    Stage::kCommitted, Stage::kClaimed, Stage::kVerified, Stage::kRejected, Stage::kPending};
std::string_view stage_name(Stage stage);
std::optional<Stage> stage_from_name(std::string_view name);

struct FigureReference {
  Year year;
  std::string measure;
  Stage stage = Stage::kVerified;
  std::optional<std::string> programme;
  std::optional<std::string> organisation;
  std::optional<std::string> contract;  // kNoContract stands for those without one
  std::optional<Sequence> as_of;        // the head where it is left out

  static constexpr std::string_view kNoContract = "-";

  // Reads a reference as a ledger with this year start writes it.  Filters stand in the order
  // programme, organisation, contract.  Anything malformed is `bad-entry`.
  static Result<FigureReference> parse(std::string_view text, YearStart year_start);
  std::string to_string(YearStart year_start) const;
  friend bool operator==(const FigureReference&, const FigureReference&) = default;
};

}  // namespace tally
