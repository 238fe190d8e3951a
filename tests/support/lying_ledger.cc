#include "support/lying_ledger.h"

#include "base/check.h"
#include "codec/event_codec.h"
#include "ledger/core.h"
#include "merkle/note.h"
#include "merkle/sha256.h"
#include "projection/head.h"
#include "projection/tree.h"
#include "store/block.h"
#include "store/keys.h"
#include "support/files.h"
#include "support/stored_state.h"

namespace tally::testing {
namespace {

using store::Family;

// Keeps what is written of the tree.
class TreeKeys : public store::Batch {
 public:
  explicit TreeKeys(Keys& keys) : keys_(keys) { keys_.clear(); }
  Result<void> put(Family family, std::string_view key, std::string_view value) override {
    TALLY_CHECK(family == Family::kTree);
    keys_.emplace(key, value);
    return {};
  }

 private:
  Keys& keys_;
};

// The frames of a block again, with one event changed; every event's bytes go into the tree.
std::string rewritten(Sequence first, const std::string& frames, Sequence sequence,
                      const std::function<void(Event&)>& change, projection::TreeChanges& tree) {
  store::BlockBuilder block(first);
  store::BlockReader reader(first, frames);
  codec::EventEncoder encoder;
  for (;;) {
    const auto frame = reader.next();
    TALLY_CHECK(frame.ok());
    if (!*frame) return block.block().events;
    std::string bytes((*frame)->event);
    if ((*frame)->sequence == sequence) {
      auto event = codec::decode_event(bytes);
      TALLY_CHECK(event.ok());
      change(*event);
      bytes = encoder.encode(*event);
    }
    block.add_event(bytes);
    tree.append(merkle::leaf_hash(bytes));
  }
}

}  // namespace

void lie(TestLedger& ledger, Sequence sequence, const std::function<void(Event&)>& change) {
  StoredState state(ledger->core().store());
  projection::TreeChanges tree{merkle::Frontier()};
  for (auto& [key, frames] : state.of(Family::kLog)) {
    frames = rewritten(store::sequence_at(key, 0), frames, sequence, change, tree);
  }
  TreeKeys keys(state.of(Family::kTree));
  TALLY_CHECK(tree.write(keys).ok());
  std::string& stored = state.of(Family::kState).at(std::string(projection::kHeadKey));
  auto head = projection::Head::decode(stored);
  TALLY_CHECK(head.ok());
  head->root = tree.frontier().root();
  stored = head->encode();
  const auto key = ledger->core().checkpoints().signing_key();
  TALLY_CHECK(key.ok());
  const Checkpoint checkpoint{ledger->identity().origin, head->size, head->root};
  const std::string note = merkle::sign_note(checkpoint.to_text(), checkpoint.origin, {&*key, 1});
  ledger.close();
  state.replace(ledger.path() / "db");
  write_file(ledger.path() / ledger::kCheckpointFile, note);
  ledger.open();
}

}  // namespace tally::testing
