#pragma once

// Signed notes, byte for byte as c2sp.org/signed-note has them:
//
//   note       = text LF signature+             text ends with a line feed
//   signature  = "— " name " " base64(id:4 rest) LF
//
// UTF-8 without control characters but for line feed.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "merkle/signing_key.h"
#include "tally/checkpoint.h"

namespace tally::merkle {

struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string bytes;
};

struct SignedNote {
  std::string_view text;  // with its last line feed
  std::vector<NoteSignature> signatures;
};

// Reads the form, and checks no signature.  `refused`, with what is malformed.
Result<SignedNote> parse_note(std::string_view note);

// Whether the note is signed by at least one of the known keys and by none of them badly or twice.
Result<void> check_signatures(const SignedNote& note, std::span<const VerifierKey> known);

// The note of a text: signed by each of the keys in turn.
std::string sign_note(std::string_view text, std::string_view name,
                      std::span<const SigningKey> keys);

}  // namespace tally::merkle
