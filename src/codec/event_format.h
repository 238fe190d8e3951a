#pragma once

// What the writer and the reader of events agree on beyond the schema (schemas/event.fbs).

#include <cstdint>
#include <limits>

#include "event_generated.h"
#include "tally/entry.h"

namespace tally::codec {

// What stands for an absent amount and an absent date.
inline constexpr std::int64_t kNoAmount = -1;
inline constexpr std::int32_t kNoDate = std::numeric_limits<std::int32_t>::min();
// And for a figure's point that is left out.
inline constexpr std::uint64_t kNoPoint = std::numeric_limits<std::uint64_t>::max();

// The numbers of the enumerations are the same on both sides.
static_assert(static_cast<int>(fb::Body::LedgerOpened) ==
              static_cast<int>(EntryType::kLedgerOpened));
static_assert(static_cast<int>(fb::Body::Correction) == static_cast<int>(EntryType::kCorrection));
static_assert(static_cast<int>(fb::Body::KeyRotated) == static_cast<int>(EntryType::kKeyRotated));
static_assert(static_cast<int>(fb::Body::Publication) == static_cast<int>(EntryType::kPublication));
static_assert(static_cast<int>(fb::Body::Erasure) == static_cast<int>(EntryType::kErasure));
static_assert(static_cast<int>(fb::Body::LedgerRestored) ==
              static_cast<int>(EntryType::kLedgerRestored));
static_assert(static_cast<int>(fb::Basis::Count) == static_cast<int>(Basis::kCount));
static_assert(static_cast<int>(fb::Basis::Ratio) == static_cast<int>(Basis::kRatio));
static_assert(static_cast<int>(fb::Outcome::Accepted) == static_cast<int>(Outcome::kAccepted));
static_assert(static_cast<int>(fb::Outcome::Rejected) == static_cast<int>(Outcome::kRejected));

static_assert(static_cast<int>(fb::Stage::Committed) == static_cast<int>(Stage::kCommitted));
static_assert(static_cast<int>(fb::Stage::Pending) == static_cast<int>(Stage::kPending));
static_assert(static_cast<int>(fb::Qualifier::Exact) == static_cast<int>(Qualifier::kExact));
static_assert(static_cast<int>(fb::Qualifier::About) == static_cast<int>(Qualifier::kAbout));
static_assert(static_cast<int>(fb::StatementOf::Value) == static_cast<int>(StatementOf::kValue));

}  // namespace tally::codec
