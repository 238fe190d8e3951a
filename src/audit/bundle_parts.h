#pragma once

// What a bundle is made of, for who writes it and who checks it.

#include <set>
#include <string>
#include <string_view>

#include "audit/versions.h"
#include "ledger/figure.h"
#include "store/block.h"

namespace tally::audit::bundle {

inline constexpr std::string_view kFigure = "figure.json";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kVkey = "log.vkey";
inline constexpr std::string_view kTotals = "totals.tsv";
inline constexpr std::string_view kReadme = "README.txt";

inline constexpr std::string_view kEvents = "events/";
inline constexpr std::string_view kEventEnding = ".fb";
inline constexpr std::string_view kProofEnding = ".tlog-proof";
inline constexpr std::string_view kDetails = "details/";
inline constexpr std::string_view kDetailsEnding = ".json";

std::string event_part(Sequence sequence);
std::string proof_part(Sequence sequence);
std::string details_part(Sequence sequence);

// What figure.json begins with, before the members of the trace.
inline constexpr std::uint64_t kVersion = 1;

// How an assurer checks it by hand.  Part of the format: it changes only with kVersion.
std::string_view readme();

// The stored details of an event as JSON, and back; `refused` where they are not exactly so.
struct Details {
  std::string salt;
  std::string text;
  store::StoredDetails stored() const { return {salt, text}; }
};
std::string write_details(const store::StoredDetails& details);
Result<Details> read_details(std::string_view json);

// The copy of the key that comes with a checkpoint has signed it too: it is the one that was asked
// for, or, where the key was rotated, one that vouches for the same.  `refused` otherwise.
Result<void> check_vkey(std::string_view text, std::string_view checkpoint);

// The events that it takes to recompute a figure, and no others, numbered as they are read: event 0
// and each rotation of the key; what posted to the figure; its measure and filters; and with each
// of these what it refers to, what corrects it, and what verifies it.
Result<std::set<Sequence>> needed_events(Reading& reading, const ledger::ResolvedFigure& figure);

// The accounts of the figure's year that its number is a sum of, as they stand: the lines of
// totals.tsv that the events of a bundle can be held against.
bool is_line_of(const AccountLine& line, const FigureReference& figure,
                const std::set<std::string>& measures);
// The ids of the measures whose accounts a figure adds up: its own, or a ratio's two.
Result<std::set<std::string>> measures_of(Reading& reading, const ledger::ResolvedFigure& figure);

}  // namespace tally::audit::bundle
