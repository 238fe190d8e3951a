#include "support/forged_log.h"

#include "audit/bundle_parts.h"
#include "base/bytes.h"
#include "base/check.h"
#include "codec/event_codec.h"
#include "merkle/note.h"
#include "merkle/tile_path.h"
#include "support/events.h"
#include "support/files.h"
#include "support/fixed_key.h"
#include "support/naive_tree.h"
#include "tally/proof.h"

namespace tally::testing {
namespace {

constexpr char kKey = 'f';

NaiveTree tree_of(const std::vector<std::string>& bytes) {
  std::vector<Hash> leaves;
  for (const std::string& leaf : bytes) leaves.push_back(leaf_hash(leaf));
  return NaiveTree(std::move(leaves));
}

}  // namespace

ForgedLog::ForgedLog() : key_{"forged.example/log", fixed_key(kKey).public_key()} {
  events_ = first_events();
  auto& opened = std::get<LedgerOpened>(events_[0].entry.content);
  opened.origin = key_.origin;
  opened.vkey = key_.to_string();
  for (Event& event : events_) {
    auto* body = std::get_if<Body>(&event.entry.content);
    if (body == nullptr) continue;
    if (auto* measure = std::get_if<Measure>(body)) {
      measure->title = "Jobs";
      if (measure->basis == Basis::kProxy) measure->proxy_source = "a handbook";
    }
    if (auto* contract = std::get_if<Contract>(body)) contract->title = "Works";
  }
}

void ForgedLog::add(std::string actor, Body body) {
  events_.push_back(event_of(events_.size(), std::move(actor), std::move(body)));
}

void ForgedLog::add(std::string actor, Correction correction) {
  add(std::move(actor), Body(Programme{"x"}));
  events_.back().entry.content = std::move(correction);
}

void ForgedLog::add(std::string actor, Publication publication) {
  add(std::move(actor), Body(Programme{"x"}));
  events_.back().entry.content = std::move(publication);
}

void ForgedLog::add(std::string actor, Erasure erasure) {
  add(std::move(actor), Body(Programme{"x"}));
  events_.back().entry.content = std::move(erasure);
}

std::vector<std::string> ForgedLog::bytes() const {
  codec::EventEncoder encoder;
  std::vector<std::string> all;
  for (const Event& event : events_) all.emplace_back(encoder.encode(event));
  return all;
}

Checkpoint ForgedLog::checkpoint() const {
  const std::vector<std::string> leaves = bytes();
  return {key_.origin, LogSize{leaves.size()}, tree_of(leaves).root(leaves.size())};
}

std::string ForgedLog::note() const {
  const merkle::SigningKey key = fixed_key(kKey);
  return merkle::sign_note(checkpoint().to_text(), key_.origin, {&key, 1});
}

void ForgedLog::write(const std::filesystem::path& folder) const {
  const std::vector<std::string> leaves = bytes();
  TALLY_CHECK(leaves.size() < merkle::kTileWidth);
  std::string tile;
  std::string entries;
  for (const std::string& leaf : leaves) {
    const Hash hash = leaf_hash(leaf);
    tile.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
    base::put_big_endian(entries, static_cast<std::uint16_t>(leaf.size()));
    entries += leaf;
  }
  auto put = [&](const std::string& name, const std::string& content) {
    std::filesystem::create_directories((folder / name).parent_path());
    write_file(folder / name, content);
  };
  put(merkle::tile_path(0, 0, leaves.size()), tile);
  put(merkle::entries_path(0, leaves.size()), entries);
  put("checkpoint", note());
}

std::string ForgedLog::bundle(const std::string& figure_json) const {
  using namespace audit::bundle;
  const std::vector<std::string> leaves = bytes();
  const NaiveTree tree = tree_of(leaves);
  const std::string signed_head = note();
  std::vector<audit::ZipPart> parts = {{std::string(kReadme), std::string(readme())},
                                       {std::string(kFigure), figure_json},
                                       {std::string(kCheckpoint), signed_head},
                                       {std::string(kVkey), key_.to_string() + "\n"},
                                       {std::string(kTotals), ""}};
  for (std::uint64_t i = 0; i < leaves.size(); ++i) {
    EventProof proof;
    proof.index = Sequence{i};
    proof.hashes = tree.path(i, leaves.size());
    proof.checkpoint = signed_head;
    parts.push_back({event_part(Sequence{i}), leaves[i]});
    parts.push_back({proof_part(Sequence{i}), proof.to_string()});
  }
  auto zip = audit::write_zip(parts);
  TALLY_CHECK(zip.ok());
  return std::move(*zip);
}

}  // namespace tally::testing
