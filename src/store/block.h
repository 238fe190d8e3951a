#pragma once

// How a batch's events and their details lie in the log.
//
//   block    = frame*                             at most kEventsPerBlock, in sequence order
//   frame    = length:4 zero:3 0x00 event pad     little-endian length of `event`; the 0x00 before
//                                                 the event is the prefix of its Merkle leaf, so
//                                                 the leaf is hashed where it lies; zeros pad to 8
//                                                 bytes
//   details  = (step salt:32 text)*               step: varint, how many events after the one
//                                                 before (the first: after the block's first);
//                                                 text: varint length, bytes
//
// A block of details has the key of the events' block beside it; events without details are absent.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/result.h"
#include "tally/sequence.h"

namespace tally::store {

inline constexpr std::size_t kEventsPerBlock = 256;
inline constexpr std::size_t kSaltBytes = 32;

// An event's details with the salt that was hashed before them, where they are stored.
struct StoredDetails {
  std::string_view salt;
  std::string_view text;
};

struct DetailsOfEvent {
  Sequence sequence;
  StoredDetails details;
};

// Events that are appended together, up to kEventsPerBlock of them.
struct LogBlock {
  Sequence first;
  std::uint64_t count = 0;
  std::string events;   // frames
  std::string details;  // may be empty
};

// Builds a block, event by event.
class BlockBuilder {
 public:
  explicit BlockBuilder(Sequence first) : previous_details_(first) { block_.first = first; }

  bool has_room(std::uint64_t events) const { return block_.count + events <= kEventsPerBlock; }
  void add_event(std::string_view bytes);
  // Details of the event that was added last.
  void add_details(std::string_view salt, std::string_view text);
  // Adds all of a block that begins where this one ends; `damaged` where its details are none.
  Result<void> append(const LogBlock& next);
  // Takes the details of one event out again; `damaged` where it has none.
  Result<void> erase_details(Sequence event);
  const LogBlock& block() const { return block_; }
  LogBlock take() && { return std::move(block_); }

 private:
  void put_details(Sequence event, std::string_view salt, std::string_view text);

  LogBlock block_;
  Sequence previous_details_;
};

// Walks the frames of a block.  Everything is checked against the block's bytes.
class BlockReader {
 public:
  BlockReader(Sequence first, std::string_view frames) : next_(first), rest_(frames) {}

  struct Frame {
    Sequence sequence;
    std::string_view event;
    std::string_view leaf;  // the event behind its 0x00
  };
  // The next frame, nothing at the end, `damaged` where the bytes are no frame.
  Result<std::optional<Frame>> next();

 private:
  Sequence next_;
  std::string_view rest_;
};

// How many frames a block has, by their lengths alone; `damaged` where these do not fit.
Result<std::uint64_t> count_frames(Sequence first, std::string_view frames);

// All details of a block, for as long as its bytes stay; `damaged` where the bytes are none.
Result<std::vector<DetailsOfEvent>> read_details(Sequence first, std::string_view bytes);

// The details of a block without those of one event; `damaged` where it has none.
Result<std::string> without_details(Sequence first, std::string_view bytes, Sequence event);

}  // namespace tally::store
