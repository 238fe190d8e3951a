#pragma once

// The key grammar of a ledger's RocksDB.  All numbers in keys are big-endian, so that keys sort as
// the numbers do; all values are written with base/bytes.h.
//
//   family      key                                          value
//   meta        "log"                                        log head            (store/log_store)
//   meta        "erasing"                                    blocks of details that erased ones
//                                                            must yet be purged from
//                                                            (store/store_log)
//   meta        "generation"                                 number of the generation in force
//   meta        "building"                                   number of the one that is being built
//   log         first:8                                      block of events     (store/block)
//   details     first:8                                      block of details    (store/block)
//
//   state       "head"                                       projection head     (projection/head)
//   tree        level:1 tile:8 offset:1                      hashes, 32 bytes each, of one tile
//   from
//                                                            this offset on (a run; runs of a tile
//                                                            follow one another without a gap)
//   ids         id                                           sequence, varint
//   records     sequence:8                                   record (projection/record_codec)
//   referrers   target:8 first:8                             sequences that refer to the target,
//                                                            varint steps, one chunk a commit
//   accounts    "a" level:1 year:2 measure:8 programme:8     number, balance, postings, first
//                 organisation:8 contract:8 stage:1          (projection/account_state)
//   accounts    "n" number:4                                 the account's key, as above
//   postings    number:4 first:8                             chunk of postings of one account, one
//                                                            chunk a commit (projection/chunk)
//   times       recorded_at:8 (sign bit turned)              last sequence recorded then, varint
//   measures    measure:8 version:8                          the measure as that event defined it
//   publications year:2 event:8                              the point that it is as of, varint
//
// What follows the details is derived from the log, and there may be two generations of it: the one
// in force, and one that is being built beside it.  In RocksDB a family of generation 0 has its
// name from above, and one of generation N is called "name@N".
//
// A level says how much of an account's key stands: rolled-up accounts leave dimensions at 0.

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally::store {

// Keys of meta that tell of generations.
inline constexpr std::string_view kGenerationKey = "generation";
inline constexpr std::string_view kBuildingKey = "building";

inline std::string sequence_key(Sequence sequence) {
  std::string key;
  base::put_big_endian(key, sequence.value);
  return key;
}

inline std::string pair_key(Sequence first, Sequence second) {
  std::string key = sequence_key(first);
  base::put_big_endian(key, second.value);
  return key;
}

inline std::string tile_key(unsigned level, std::uint64_t tile, unsigned offset) {
  std::string key;
  key.push_back(static_cast<char>(level));
  base::put_big_endian(key, tile);
  key.push_back(static_cast<char>(offset));
  return key;
}

inline std::string time_key(Timestamp time) {
  std::string key;
  base::put_big_endian(key, static_cast<std::uint64_t>(time.micros) ^ (std::uint64_t{1} << 63));
  return key;
}

inline std::string number_key(std::uint32_t account) {
  std::string key = "n";
  base::put_big_endian(key, account);
  return key;
}

inline std::string chunk_key(std::uint32_t account, Sequence first) {
  std::string key;
  base::put_big_endian(key, account);
  base::put_big_endian(key, first.value);
  return key;
}

// Years sort as numbers do; the smallest is 1899.
inline constexpr std::size_t kPublicationKeyBytes = 10;
inline std::string publication_key(Year year, Sequence event) {
  std::string key;
  base::put_big_endian(key, static_cast<std::uint16_t>(year.begins));
  base::put_big_endian(key, event.value);
  return key;
}

// Reads a big-endian sequence at an offset; the caller has checked the length.
inline Sequence sequence_at(std::string_view key, std::size_t offset) {
  return Sequence{base::get_big_endian<std::uint64_t>(key.data() + offset)};
}

}  // namespace tally::store
