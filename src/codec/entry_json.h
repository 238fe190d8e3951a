#pragma once

// JSON → entry, and event → JSON (spec "Entries").  Reading is strict: UTF-8, no repeated, unknown
// or missing field, numbers read as decimal text.  What a line means beyond its own shape is the
// business of `domain`.

#include <optional>
#include <string>
#include <string_view>

#include "tally/entry.h"
#include "tally/result.h"

namespace tally::base {
class JsonWriter;
}

namespace tally::codec {

// One line as read.  The replacement of a correction can only be read once the type of what it
// corrects is known: until `EntryReader::read_replacement`, it waits here as JSON text.
struct ParsedEntry {
  Entry entry;
  bool has_replacement = false;
  std::string replacement_json;
};

// Reads entries.  Keeps the parser's buffers between lines: one reader a thread.
class EntryReader {
 public:
  explicit EntryReader(YearStart year_start);
  ~EntryReader();
  EntryReader(const EntryReader&) = delete;
  EntryReader& operator=(const EntryReader&) = delete;

  // Reads one JSON object.  Errors: `bad-json` (malformed anywhere in the line, not UTF-8, an
  // unpaired surrogate, deep nesting, a second value), else `bad-entry`, `bad-quantity`,
  // `bad-date`, `bad-year`, with the entry's id where it could be read; `too-large` past
  // limits::kLineBytes.
  Result<ParsedEntry> read(std::string_view line);

  // Completes a correction: reads the waiting replacement as a body of the given type.
  // `type` is one that a Body can have.
  Result<void> read_replacement(ParsedEntry& parsed, EntryType type);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Writes the members of an event as the command line's `log --json` has them: sequence,
// recorded_at, then the entry (type, id, actor, body, note) into an open object.
void write_event_members(base::JsonWriter& out, const Event& event, YearStart year_start);
// Writes the members of an entry alone.
void write_entry_members(base::JsonWriter& out, const Entry& entry, YearStart year_start);
// Writes the members of a body alone (what a replacement holds).
void write_body_members(base::JsonWriter& out, const Body& body, YearStart year_start);
// Writes a list of evidence as a JSON array.
void write_evidence(base::JsonWriter& out, const std::vector<Evidence>& evidence);

}  // namespace tally::codec
