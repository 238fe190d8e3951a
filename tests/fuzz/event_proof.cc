// Fuzzes what reads proofs.  Of any text must hold:
// - A proof that is read is what writing it again gives.
// - A proof is accepted only where it ends in a checkpoint that a known key has signed, and shows
// an
//   event that says itself to stand where the proof has it.
// - Its hashes, taken as a bare inclusion or consistency proof in a tree of some size, hold for the
//   roots that the definitions of RFC 6962, read backwards, lead to, and for no others.
//
// Seeds: proofs of the log in known_log.h, named after event and size, and one of another log from
// tests/interop.

#include "codec/event_codec.h"
#include "fuzz/known_log.h"
#include "support/naive_tree.h"
#include "tally/proof.h"

namespace tally::fuzz {
namespace {

void check_whole(std::string_view text) {
  for (const VerifierKey& key : known_keys()) {
    const auto proven = check_event_proof(text, key);
    if (!proven.ok()) continue;
    TALLY_CHECK(is_signed(proven->checkpoint));
    TALLY_CHECK(proven->leaf == leaf_hash(proven->bytes));
    const auto event = codec::decode_event(proven->bytes);
    TALLY_CHECK(event.ok() && event->sequence == proven->sequence);
  }
}

Hash changed(Hash hash) {
  hash.bytes[0] ^= 1;
  return hash;
}

void check_bare(const EventProof& proof, const Hash& leaf) {
  // A size that the text decides, and near the index, so that it often fits the number of hashes.
  const LogSize size{proof.index.value + proof.checkpoint.size() % 1024};
  if (size.count >= std::uint64_t{1} << 63) return;
  const auto root = testing::root_of_path(proof.index.value, size.count, leaf, proof.hashes);
  const auto inclusion = [&](const Hash& given) {
    return check_inclusion({proof.index, size, leaf, given, proof.hashes}).ok();
  };
  TALLY_CHECK(inclusion(root.value_or(leaf)) == root.has_value());
  TALLY_CHECK(!root || !inclusion(changed(*root)));

  const auto roots = testing::roots_of_proof(proof.index.value, size.count, leaf, proof.hashes);
  const auto consistency = [&](const Hash& from, const Hash& to) {
    return check_consistency({LogSize{proof.index.value}, size, from, to, proof.hashes}).ok();
  };
  const auto [from, to] = roots.value_or(std::pair(leaf, leaf));
  TALLY_CHECK(consistency(from, to) == roots.has_value());
  TALLY_CHECK(!consistency(from, changed(to)));
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tally;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  fuzz::check_whole(text);
  const auto proof = EventProof::parse(text);
  if (!proof.ok()) return 0;
  TALLY_CHECK(proof->to_string() == text);
  fuzz::check_bare(*proof, leaf_hash(text));
  return 0;
}
