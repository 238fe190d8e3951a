#pragma once

// How accounts, their postings and the rolled-up balances over them are stored.
//
// A posting goes to its account, and to three rolled-up accounts above it: that of the measure in
// the year, that of the programme in it, that of the organisation in it.  Each of the four keeps
// its balance and its own chain of postings, so that a figure with no filter or one is read in one
// seek, now or as of any earlier event.  All four are fed by the same postings, and `verify`
// rechecks them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/account.h"
#include "tally/result.h"

namespace tally::projection {

// How much of an account's key stands; the rest of its dimensions are 0.
enum class Level : std::uint8_t {
  kMeasure = 0,       // year, measure, stage
  kProgramme = 1,     // and programme
  kOrganisation = 2,  // and organisation
  kAccount = 3,       // all: the account itself
};
inline constexpr std::size_t kLevels = 4;

struct LevelKey {
  Level level = Level::kAccount;
  domain::AccountKey account;
  friend auto operator<=>(const LevelKey&, const LevelKey&) = default;
};

// The account's key as it stands at a level.
LevelKey at_level(const domain::AccountKey& account, Level level);

std::string encode_key(const LevelKey& key);
Result<LevelKey> decode_key(std::string_view bytes);
// What all keys of a level, and of a year and measure in it, begin with.
std::string level_prefix(Level level);
std::string year_prefix(Level level, Year year);
std::string measure_prefix(Level level, Year year, Sequence measure);

// An account as it stands at the head.
struct AccountState {
  std::uint32_t number = 0;
  Quantity balance;
  std::uint64_t postings = 0;
  Sequence first;  // the first event that posted to it

  std::string encode() const;
  static Result<AccountState> decode(std::string_view bytes);
  friend bool operator==(const AccountState&, const AccountState&) = default;
};

// One posting in a chain: which event, to which account (by its number), how much.
struct ChainPosting {
  Sequence sequence;
  std::uint32_t account = 0;
  Quantity delta;
  friend bool operator==(const ChainPosting&, const ChainPosting&) = default;
};

inline constexpr std::size_t kPostingsPerChunk = 256;

// chunk = opening (quantity), then for each posting: step of the sequence (varint; the first counts
// from the chunk's key), account number (varint; absent at level kAccount), delta (quantity, as in
// projection/quantity_codec.h).  An event's postings never stand in two chunks.
std::string encode_chunk(Quantity opening, const ChainPosting* postings, std::size_t count,
                         bool with_accounts);

// Reads a chunk's postings one by one; `damaged` where the bytes are none.
class ChunkReader {
 public:
  // `own_number` is the account of every posting where the chunk does not name accounts.
  static Result<ChunkReader> open(std::string_view bytes, Sequence first, Level level,
                                  std::uint32_t own_number);
  Quantity opening() const { return opening_; }
  // Reads the next posting into `posting`; false at the end.
  Result<bool> next(ChainPosting& posting);

 private:
  ChunkReader(std::string_view rest, Quantity opening, Sequence first, bool with_accounts,
              std::uint32_t own_number)
      : rest_(rest),
        opening_(opening),
        sequence_(first),
        with_accounts_(with_accounts),
        own_number_(own_number) {}

  std::string_view rest_;
  Quantity opening_;
  Sequence sequence_;
  bool with_accounts_;
  std::uint32_t own_number_;
};

}  // namespace tally::projection
