#pragma once

// Whether a ledger on disk is what the model says, and sound.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/naive_ledger.h"
#include "support/random.h"
#include "tally/ledger.h"

namespace tally::simulation {

// What the log of a ledger says, from a sequence on.
struct LoggedEvent {
  std::uint64_t sequence = 0;
  std::int64_t recorded_at = 0;
  std::string id;
};
Result<std::vector<LoggedEvent>> events_from(const Ledger& ledger, std::uint64_t first);

// The bytes of all events, in order: the leaves of the log's tree.
Result<std::vector<std::string>> leaves_of(const Ledger& ledger);

// The rows of all totals as of a point, as `rows_as_of` has them of a ledger.
std::string model_rows(const testing::NaiveLedger& model, std::uint64_t point);

// What is wrong with a ledger in itself: it must verify, and its root be that of its events' bytes,
// worked out from the definition.  Nothing where it is sound.
std::optional<std::string> unsoundness(const Ledger& ledger);

// The first question of some, random ones too, to which ledger and model give different answers.
std::optional<std::string> disagreement(const Ledger& ledger, const testing::NaiveLedger& model,
                                        testing::Random& random);

}  // namespace tally::simulation
