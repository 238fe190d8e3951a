#include "tally/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal_digits.h"
#include "base/shown.h"
#include "base/try.h"
#include "merkle/base64.h"
#include "merkle/hash_text.h"
#include "merkle/note.h"
#include "merkle/refused.h"

namespace tally {
namespace {

using merkle::refused;

Result<Checkpoint> parse_text(std::string_view text) {
  std::array<std::string_view, 3> lines;
  for (std::string_view& line : lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return refused("the checkpoint has fewer than three lines");
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  const auto size = base::canonical_number(lines[1]);
  if (!size || *size == 0) {
    return refused(
        fmt::format("the checkpoint's size \"{}\" is not a number from 1 to 2^63 - 1 "
                    "without leading zeros",
                    base::shown(lines[1])));
  }
  checkpoint.size.count = *size;
  const auto root = merkle::hash_from_base64(lines[2]);
  if (!root) {
    return refused(fmt::format("the checkpoint's root \"{}\" is not 32 bytes in canonical base64",
                               base::shown(lines[2])));
  }
  checkpoint.root = *root;
  if (!text.empty()) {
    return refused(
        fmt::format("the checkpoint has an extension line, \"{}\", which nobody here "
                    "can check",
                    base::shown(text.substr(0, text.find('\n')))));
  }
  return checkpoint;
}

}  // namespace

std::string Checkpoint::to_text() const {
  return fmt::format("{}\n{}\n{}\n", origin, size.count, merkle::hash_to_base64(root));
}

Result<Checkpoint> check_checkpoint(std::string_view note, std::span<const VerifierKey> known) {
  TALLY_ASSIGN(const merkle::SignedNote parsed, merkle::parse_note(note));
  TALLY_ASSIGN(Checkpoint checkpoint, parse_text(parsed.text));
  for (const VerifierKey& key : known) {
    if (key.origin == checkpoint.origin) continue;
    return refused(fmt::format("the checkpoint is of the log \"{}\", and the key of \"{}\"",
                               base::shown(checkpoint.origin), base::shown(key.origin)));
  }
  TALLY_TRY(merkle::check_signatures(parsed, known));
  return checkpoint;
}

}  // namespace tally
