#include "audit/stored_items.h"

#include <fmt/format.h>

#include <cstring>

#include "projection/tree.h"
#include "store/keys.h"

namespace tally::audit {

using projection::damaged;

Result<TreeRun> TreeRun::open(std::string_view key, std::string_view value) {
  if (key.size() != 10 || value.empty() || value.size() % sizeof(Hash::bytes) != 0) {
    return damaged("a run of the hash tree is unreadable");
  }
  TreeRun run;
  run.at_.level = static_cast<std::uint8_t>(key.front());
  run.at_.index = store::sequence_at(key, 1).value * projection::kTileWidth +
                  static_cast<std::uint8_t>(key.back());
  run.rest_ = value;
  return run;
}

Result<bool> TreeRun::next(TreeHash& item) {
  if (rest_.empty()) return false;
  std::memcpy(at_.hash.bytes.data(), rest_.data(), sizeof(Hash::bytes));
  rest_.remove_prefix(sizeof(Hash::bytes));
  item = at_;
  ++at_.index;
  return true;
}

Result<ReferenceChunk> ReferenceChunk::open(std::string_view key, std::string_view value) {
  if (key.size() != 16) return damaged("a key of references has a wrong length");
  ReferenceChunk chunk(value);
  chunk.at_ = {store::sequence_at(key, 0), store::sequence_at(key, 8)};
  return chunk;
}

Result<bool> ReferenceChunk::next(ReferenceLine& item) {
  if (rest_.at_end()) return false;
  at_.referrer.value += rest_.varint();
  if (!rest_.ok()) return damaged("an index entry of references is unreadable");
  item = at_;
  return true;
}

Result<PostingChunk> PostingChunk::open(std::string_view key, std::string_view value,
                                        const std::vector<projection::LevelKey>& accounts) {
  if (key.size() != 12) return damaged("a key of postings has a wrong length");
  const auto number = base::get_big_endian<std::uint32_t>(key.data());
  if (number >= accounts.size()) return damaged("postings of an account that no event gives");
  TALLY_ASSIGN(projection::ChunkReader chunk,
               projection::ChunkReader::open(value, store::sequence_at(key, 4),
                                             accounts[number].level, number));
  return PostingChunk(number, chunk);
}

Result<bool> PostingChunk::next(NumberedPosting& item) {
  item.chain = chain_;
  return chunk_.next(item.posting);
}

Result<bool> StoredPostings::next(NumberedPosting& item) {
  const auto open = [&](std::string_view key, std::string_view value) -> Result<PostingChunk> {
    TALLY_ASSIGN(PostingChunk chunk, PostingChunk::open(key, value, accounts_));
    if (chain_ != chunk.chain()) balance_ = Quantity{};
    chain_ = chunk.chain();
    if (chunk.opening() == balance_) return chunk;
    return damaged(fmt::format("a chunk of postings opens with {}, and those before it leave {}",
                               chunk.opening().to_string(), balance_.to_string()));
  };
  TALLY_ASSIGN(const bool more, items_.next(item, open));
  if (!more) return false;
  const auto balance = balance_.plus(item.posting.delta);
  if (!balance) return damaged("stored postings add up beyond the range of quantities");
  balance_ = *balance;
  return true;
}

}  // namespace tally::audit
