// Fuzzes what reads signed notes, checkpoints and verifier keys.  Of any text must hold:
// - A note that is read is its text and signatures written again; a verifier key likewise.
// - A checkpoint is accepted only where one of the known keys has signed it.
// - A text that is signed here (so that what stands behind the signature is reached) and accepted
// is
//   the one way to write its checkpoint; with a letter of the signature changed it is refused.
//
// Seeds: checkpoints and keys of the log in known_log.h, whose names are their sizes, and notes of
// others from tests/interop.

#include "merkle/note.h"

#include "base/bytes.h"
#include "fuzz/known_log.h"
#include "merkle/base64.h"
#include "support/fixed_key.h"

namespace tally::fuzz {
namespace {

std::string written(const merkle::SignedNote& note) {
  std::string text = std::string(note.text) + "\n";
  for (const merkle::NoteSignature& signature : note.signatures) {
    std::string bytes;
    base::put_big_endian(bytes, signature.key_id);
    text += "— " + signature.name + " " + merkle::base64(bytes + signature.bytes) + "\n";
  }
  return text;
}

void check_reading(std::string_view text) {
  const auto note = merkle::parse_note(text);
  if (note.ok()) TALLY_CHECK(written(*note) == text);
  const auto key = VerifierKey::parse(text);
  if (key.ok()) TALLY_CHECK(key->to_string() == text);
  const auto checkpoint = check_checkpoint(text, known_keys());
  if (checkpoint.ok()) TALLY_CHECK(is_signed(*checkpoint));
}

void check_signing(std::string_view text) {
  static const merkle::SigningKey key = testing::fixed_key('n');
  const std::string_view line = text.substr(0, text.find('\n'));
  const VerifierKey known{is_key_name(line) ? std::string(line) : "example.org", key.public_key()};
  std::string note = merkle::sign_note(text, known.origin, {&key, 1});
  const auto checkpoint = check_checkpoint(note, {&known, 1});
  if (!checkpoint.ok()) return;
  TALLY_CHECK(checkpoint->to_text() == text);
  constexpr std::size_t kFromEnd = 20;  // within the signature, before its padding
  char& letter = note[note.size() - kFromEnd];
  letter = letter == 'A' ? 'B' : 'A';
  TALLY_CHECK(!check_checkpoint(note, {&known, 1}).ok());
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  tally::fuzz::check_reading(text);
  tally::fuzz::check_signing(text);
  return 0;
}
