#include "merkle/note.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/bytes.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/text_rules.h"
#include "merkle/base64.h"
#include "merkle/refused.h"
#include "tally/limits.h"

namespace tally::merkle {
namespace {

constexpr std::string_view kDash = "— ";
constexpr std::size_t kKeyIdBytes = 4;

Result<NoteSignature> parse_signature(std::string_view line) {
  auto malformed = [&](std::string_view why) {
    return refused(fmt::format("the signature line \"{}\" {}", base::shown(line), why));
  };
  if (!line.starts_with(kDash)) return malformed("does not begin with an em dash and a space");
  const std::string_view rest = line.substr(kDash.size());
  const std::size_t space = rest.find(' ');
  if (space == std::string_view::npos) return malformed("has no signature");
  NoteSignature signature;
  signature.name = rest.substr(0, space);
  if (!is_key_name(signature.name)) return malformed("names no key");
  const auto bytes = from_base64(rest.substr(space + 1));
  if (!bytes) return malformed("is not in canonical base64");
  if (bytes->size() <= kKeyIdBytes) return malformed("is too short to hold a signature");
  signature.key_id = base::get_big_endian<std::uint32_t>(bytes->data());
  signature.bytes = bytes->substr(kKeyIdBytes);
  return signature;
}

}  // namespace

Result<SignedNote> parse_note(std::string_view note) {
  if (note.size() > limits::kNoteFileBytes) {
    return refused(fmt::format("the signed note has {} bytes; at most {} are read", note.size(),
                               limits::kNoteFileBytes));
  }
  if (!codec::is_utf8(note)) return refused("the signed note is not UTF-8");
  const bool control = std::any_of(note.begin(), note.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n';
  });
  if (control) return refused("the signed note holds a control character");
  if (!note.ends_with('\n')) return refused("the signed note does not end with a line feed");
  // The last empty line stands between the text and the signatures.
  const std::size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos || split + 2 == note.size()) {
    return refused("the signed note has no signature behind an empty line");
  }
  SignedNote parsed;
  parsed.text = note.substr(0, split + 1);
  for (std::string_view rest = note.substr(split + 2); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    TALLY_ASSIGN(parsed.signatures.emplace_back(), parse_signature(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
  return parsed;
}

Result<void> check_signatures(const SignedNote& note, std::span<const VerifierKey> known) {
  std::set<std::pair<std::string_view, std::uint32_t>> signed_by;
  std::size_t unknown = 0;
  for (const NoteSignature& signature : note.signatures) {
    const auto key = std::find_if(known.begin(), known.end(), [&](const VerifierKey& one) {
      return one.origin == signature.name && one.id() == signature.key_id;
    });
    if (key == known.end()) {
      if (++unknown > limits::kUnknownSignatures) {
        return refused(
            fmt::format("more than {} signatures are of unknown keys", limits::kUnknownSignatures));
      }
      continue;
    }
    if (!signed_by.emplace(signature.name, signature.key_id).second) {
      return refused(fmt::format("two signatures are by one key of {}", signature.name));
    }
    if (!is_signed_by(key->key, note.text, signature.bytes)) {
      return refused(
          fmt::format("the signature of {} is not one of this key over this text", signature.name));
    }
  }
  if (signed_by.empty()) return refused("it is signed by no key that is known");
  return {};
}

std::string sign_note(std::string_view text, std::string_view name,
                      std::span<const SigningKey> keys) {
  std::string note(text);
  note.push_back('\n');
  for (const SigningKey& key : keys) {
    std::string bytes;
    base::put_big_endian(bytes, VerifierKey{std::string(name), key.public_key()}.id());
    const Signature signature = key.sign(text);
    bytes.append(reinterpret_cast<const char*>(signature.data()), signature.size());
    note += fmt::format("{}{} {}\n", kDash, name, base64(bytes));
  }
  return note;
}

}  // namespace tally::merkle
