// What others published holds here, and what they refuse is refused (tests/interop/README.md says
// where each fact is from).

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/decimal_digits.h"
#include "merkle/base64.h"
#include "merkle/note.h"
#include "merkle/sha256.h"
#include "merkle/tile_path.h"
#include "projection/tree.h"
#include "support/catch.h"
#include "support/memory_store.h"
#include "support/naive_tree.h"
#include "tally/checkpoint.h"
#include "tally/proof.h"

namespace tally {
namespace {

std::string published(const std::string& name) {
  std::ifstream file(std::string(TALLY_INTEROP_DIR) + "/" + name, std::ios::binary);
  INFO(name);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

// The words of each line that is neither empty nor a remark.
std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(published(name));
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    std::istringstream words(line);
    rows.emplace_back(std::istream_iterator<std::string>(words),
                      std::istream_iterator<std::string>());
  }
  return rows;
}

// A vector of inclusion.txt or consistency.txt.
struct Vector {
  std::string verdict;
  std::string name;
  std::vector<std::string> numbers;
  std::vector<std::string> hashes;  // that it names, then those of the proof
};

std::vector<Vector> vectors_of(const std::string& name) {
  std::vector<Vector> vectors;
  for (const auto& row : rows_of(name)) {
    const std::string& key = row.front();
    const std::string value = row.size() > 1 ? row.back() : "";
    if (key == "holds" || key == "refused" || key == "stricter") {
      vectors.push_back({key, value, {}, {}});
    } else if (key == "index" || key == "size" || key == "from" || key == "to") {
      vectors.back().numbers.push_back(value);
    } else {
      vectors.back().hashes.push_back(value);
    }
  }
  return vectors;
}

// As `tally check-inclusion` and `tally check-consistency` read them: whatever is no number below
// 2^63, or no hash of 32 bytes, is refused.
template <typename Check>
bool holds(const Vector& vector, Check check) {
  std::vector<std::uint64_t> numbers;
  for (const std::string& text : vector.numbers) {
    const auto number = base::canonical_number(text);
    if (!number) return false;
    numbers.push_back(*number);
  }
  std::vector<Hash> hashes;
  for (const std::string& hex : vector.hashes) {
    const auto hash = Hash::parse(hex);
    if (!hash.ok()) return false;
    hashes.push_back(*hash);
  }
  REQUIRE(numbers.size() == 2);
  REQUIRE(hashes.size() >= 2);
  const std::vector<Hash> proof(hashes.begin() + 2, hashes.end());
  const auto checked = check(numbers, hashes, proof);
  if (!checked.ok()) CHECK(checked.error().code == ErrorCode::kRefused);
  return checked.ok();
}

VerifierKey key_of(std::string_view name) {
  for (const auto& row : rows_of("keys.txt")) {
    if (row[0] != "good" || !row[1].starts_with(std::string(name) + "+")) continue;
    const auto key = VerifierKey::parse(row[1]);
    REQUIRE(key.ok());
    return *key;
  }
  FAIL("there is no key of that name");
  return {};
}

// The key that the Go authors published with its private half.
merkle::SigningKey peter_neumann() {
  const auto key = merkle::SigningKey::from_pem(
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIIEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
      "-----END PRIVATE KEY-----\n");
  REQUIRE(key);
  return *key;
}

Result<void> check_note(const std::string& note, const std::vector<VerifierKey>& known) {
  const auto parsed = merkle::parse_note(note);
  REQUIRE(parsed.ok());
  return merkle::check_signatures(*parsed, known);
}

}  // namespace

TEST_CASE("Published proofs of inclusion hold, and those that others refuse are refused") {
  const std::vector<Vector> vectors = vectors_of("inclusion.txt");
  CHECK(vectors.size() == 25);
  for (const Vector& vector : vectors) {
    INFO(vector.name);
    const bool held = holds(vector, [](const auto& numbers, const auto& hashes, const auto& proof) {
      return check_inclusion(
          {Sequence{numbers[0]}, LogSize{numbers[1]}, hashes[0], hashes[1], proof});
    });
    CHECK(held == (vector.verdict == "holds"));
  }
}

TEST_CASE("Published proofs of consistency hold, and those that others refuse are refused") {
  const std::vector<Vector> vectors = vectors_of("consistency.txt");
  CHECK(vectors.size() == 25);
  for (const Vector& vector : vectors) {
    INFO(vector.name);
    const bool held = holds(vector, [](const auto& numbers, const auto& hashes, const auto& proof) {
      return check_consistency(
          {LogSize{numbers[0]}, LogSize{numbers[1]}, hashes[0], hashes[1], proof});
    });
    CHECK(held == (vector.verdict == "holds"));
  }
}

TEST_CASE("The proofs that are made of Certificate Transparency's leaves are those it published") {
  const std::vector<std::string> leaves = {
      "", std::string(1, '\0'), "\x10", " !", "01", "@ABC", "PQRSTUVW", "`abcdefghijklmno"};
  testing::MemoryStore store;
  projection::TreeChanges changes((merkle::Frontier()));
  for (const std::string& leaf : leaves) changes.append(leaf_hash(leaf));
  REQUIRE(changes.write(store).ok());
  projection::TreeReader reader(store);
  const auto texts = [](const std::vector<Hash>& hashes) {
    std::vector<std::string> all;
    for (const Hash& hash : hashes) all.push_back(hash.to_string());
    return all;
  };
  std::size_t seen = 0;
  for (const Vector& vector : vectors_of("inclusion.txt")) {
    if (vector.verdict != "holds" || vector.name.find('/') == std::string::npos) continue;
    INFO(vector.name);
    const Sequence index{std::stoull(vector.numbers[0])};
    const LogSize size{std::stoull(vector.numbers[1])};
    std::vector<Hash> hashes = {leaf_hash(leaves[index.value]), *reader.root(size)};
    const std::vector<Hash> proof = *reader.inclusion(index, size);
    hashes.insert(hashes.end(), proof.begin(), proof.end());
    CHECK(texts(hashes) == vector.hashes);
    ++seen;
  }
  for (const Vector& vector : vectors_of("consistency.txt")) {
    if (vector.verdict != "holds" || vector.name.find('/') == std::string::npos) continue;
    INFO(vector.name);
    const LogSize from{std::stoull(vector.numbers[0])};
    const LogSize to{std::stoull(vector.numbers[1])};
    std::vector<Hash> hashes = {*reader.root(from), *reader.root(to)};
    const std::vector<Hash> proof = *reader.consistency(from, to);
    hashes.insert(hashes.end(), proof.begin(), proof.end());
    CHECK(texts(hashes) == vector.hashes);
    ++seen;
  }
  CHECK(seen == 10);
}

TEST_CASE("Published verifier keys are read and written back, and no part of one is another") {
  std::size_t good = 0;
  for (const auto& row : rows_of("keys.txt")) {
    const auto key = VerifierKey::parse(row[1]);
    INFO(row[1]);
    CHECK(key.ok() == (row[0] == "good"));
    if (!key.ok()) continue;
    ++good;
    CHECK(key->to_string() == row[1]);
    CHECK(row[1].starts_with(fmt::format("{}+{:08x}+", key->origin, key->id())));
  }
  CHECK(good == 4);
  const std::string vkey = key_of("PeterNeumann").to_string();
  for (std::size_t begin = 0; begin <= vkey.size(); ++begin) {
    for (std::size_t end = begin; end <= vkey.size(); ++end) {
      const std::string part = vkey.substr(begin, end - begin);
      INFO(part);
      REQUIRE(VerifierKey::parse(part).ok() == (part == vkey));
    }
    if (begin == vkey.size()) continue;
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = vkey;
      changed[begin] = static_cast<char>(byte);
      INFO(changed);
      REQUIRE(VerifierKey::parse(changed).ok() == (changed == vkey));
    }
  }
}

TEST_CASE("A note is signed byte for byte as the Go authors sign it") {
  const std::string note = published("peter_neumann.note");
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const merkle::SigningKey key = peter_neumann();
  CHECK(key.public_key() == key_of("PeterNeumann").key);
  CHECK(merkle::sign_note(text, "PeterNeumann", {&key, 1}) == note);
}

TEST_CASE("A published note is good with each key that signed it, and with no other") {
  const VerifierKey peter = key_of("PeterNeumann");
  const VerifierKey enoch = key_of("EnochRoot");
  const std::string one = published("peter_neumann.note");
  const std::string two = published("peter_and_enoch.note");
  CHECK(check_note(one, {peter}).ok());
  CHECK(check_note(two, {peter}).ok());
  CHECK(check_note(two, {enoch}).ok());
  CHECK(check_note(two, {peter, enoch}).ok());
  CHECK(check_note(two, {enoch, peter, enoch}).ok());
  for (const auto& known : {std::vector<VerifierKey>{}, {enoch}}) {
    const auto unknown = check_note(one, known);
    REQUIRE_FALSE(unknown.ok());
    CHECK(unknown.error().message == "it is signed by no key that is known");
  }
  // The same key under another name is another key, and so is another key under the same name.
  CHECK_FALSE(check_note(one, {{"CarmenSandiego", peter.key}}).ok());
  CHECK_FALSE(check_note(one, {{"PeterNeumann", enoch.key}}).ok());
  const auto parsed = merkle::parse_note(two);
  REQUIRE(parsed.ok());
  REQUIRE(parsed->signatures.size() == 2);
  CHECK(parsed->signatures[0].name == "PeterNeumann");
  CHECK(parsed->signatures[0].key_id == 0xc74f20a3);
  CHECK(parsed->signatures[1].name == "EnochRoot");
  CHECK(parsed->signatures[1].key_id == 0xaf0cfe78);
}

TEST_CASE("What the Go authors call malformed or invalid in a note is refused") {
  const VerifierKey peter = key_of("PeterNeumann");
  const std::string note = published("peter_neumann.note");
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const std::string signature = note.substr(text.size() + 1);
  std::string many = text + "\n";
  for (int i = 0; i < 101; ++i) many += signature;
  for (const std::string& malformed :
       {text, text + "\n", note.substr(0, note.size() - 1), "\x01" + note, "\xff" + note,
        text + "\n— Bad Name " + signature.substr(signature.rfind(' ') + 1),
        note + "Unexpected line.\n"}) {
    INFO(malformed);
    const auto parsed = merkle::parse_note(malformed);
    REQUIRE_FALSE(parsed.ok());
    CHECK(parsed.error().code == ErrorCode::kRefused);
  }
  CHECK_FALSE(check_note(many, {peter}).ok());
  CHECK_FALSE(check_note(many, {}).ok());
  // A signature that is not one, by a known key.
  const auto invalid =
      check_note(text + "\n" + signature.substr(0, 60) + "ABCD" + signature.substr(60), {peter});
  REQUIRE_FALSE(invalid.ok());
  CHECK(invalid.error().message.find("of PeterNeumann is not one of this key") !=
        std::string::npos);
}

TEST_CASE("An empty line within a note is text, and a signature of an unknown key is read") {
  // The signature line is that of the example of c2sp.org/signed-note, whose text has such a line,
  // too, and whose key is not published.
  const std::string text = "Behind an empty line\n\nthe text goes on.\n";
  const std::string line =
      "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+"
      "EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
  const std::string note = text + "\n" + line;
  const auto parsed = merkle::parse_note(note);
  REQUIRE(parsed.ok());
  CHECK(parsed->text == text);
  REQUIRE(parsed->signatures.size() == 1);
  CHECK(parsed->signatures[0].name == "quasimodo.example/salvatore");
  CHECK(parsed->signatures[0].key_id == 0x367ba04b);
  CHECK(parsed->signatures[0].bytes.size() == 64);
  const merkle::SigningKey key = peter_neumann();
  CHECK(check_note(merkle::sign_note(text, "PeterNeumann", {&key, 1}) + line,
                   {key_of("PeterNeumann")})
            .ok());
}

TEST_CASE("A checkpoint of the Go checksum database is signed, but by a key of another name") {
  const VerifierKey go = key_of("sum.golang.org");
  for (const char* name : {"go_sum_20852163.note", "go_sum_49189689.note"}) {
    const std::string note = published(name);
    CHECK(check_note(note, {go}).ok());
    const auto checkpoint = check_checkpoint(note, {&go, 1});
    REQUIRE_FALSE(checkpoint.ok());
    CHECK(checkpoint.error().message ==
          "the checkpoint is of the log \"go.sum database tree\", and the key of "
          "\"sum.golang.org\"");
  }
  // The checkpoint that the specification draws bears that log's root and signature, but not its
  // name: it is nobody's.
  const std::string drawn = published("behind_the_sofa.note");
  CHECK_FALSE(check_note(drawn, {go}).ok());
  const VerifierKey renamed{"example.com/behind-the-sofa", go.key};
  const auto checkpoint = check_checkpoint(drawn, {&renamed, 1});
  REQUIRE_FALSE(checkpoint.ok());
  CHECK(checkpoint.error().message == "it is signed by no key that is known");
}

TEST_CASE("The text of a checkpoint is the one that the Go authors write") {
  Checkpoint checkpoint{"go.sum database tree", LogSize{123'456'789'012}, leaf_hash("hello world")};
  CHECK(checkpoint.to_text() ==
        "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n");
}

TEST_CASE("Checkpoints of Sigstore's log are good, with a witness beside its key and without") {
  const VerifierKey rekor = key_of("log2025-1.rekor.sigstore.dev");
  for (const std::uint64_t size : {34'356'369U, 139'911'860U}) {
    const std::string note = published(fmt::format("rekor_{}.note", size));
    const auto checkpoint = check_checkpoint(note, {&rekor, 1});
    REQUIRE(checkpoint.ok());
    CHECK(checkpoint->origin == "log2025-1.rekor.sigstore.dev");
    CHECK(checkpoint->size.count == size);
    CHECK(note.starts_with(checkpoint->to_text() + "\n"));
    std::string other = note;
    other[other.find('\n') + 1] = '5';  // the first digit of its size
    CHECK_FALSE(check_checkpoint(other, {&rekor, 1}).ok());
  }
}

TEST_CASE("An entry of Sigstore's log is proven, by what that log answered") {
  const VerifierKey rekor = key_of("log2025-1.rekor.sigstore.dev");
  const std::string text = published("rekor_412114.tlog-proof");
  const auto proven = check_event_proof(text, rekor);
  REQUIRE(proven.ok());
  CHECK(proven->sequence.value == 412'114);
  CHECK(proven->checkpoint.size.count == 412'115);
  CHECK(proven->bytes.starts_with("{\"apiVersion\":\"0.0.2\",\"kind\":\"hashedrekord\""));
  CHECK(proven->leaf == leaf_hash(proven->bytes));
  CHECK(EventProof::parse(text)->to_string() == text);
  // It is of these bytes at this place in a log of this size, under this key.
  EventProof changed = *EventProof::parse(text);
  changed.extra->back() = ' ';
  CHECK_FALSE(check_event_proof(changed.to_string(), rekor).ok());
  changed = *EventProof::parse(text);
  changed.index.value = 412'113;
  CHECK_FALSE(check_event_proof(changed.to_string(), rekor).ok());
  CHECK_FALSE(check_event_proof(text, key_of("PeterNeumann")).ok());
}

TEST_CASE("Tiles lie where the specification of static logs puts them") {
  std::size_t paths = 0;
  for (const auto& row : rows_of("tiles.txt")) {
    if (row[0] != "path") continue;
    const std::uint64_t index = std::stoull(row[2]);
    const std::uint64_t width = std::stoull(row[3]);
    CHECK(row[4] ==
          (row[1] == "entries"
               ? merkle::entries_path(index, width)
               : merkle::tile_path(static_cast<unsigned>(std::stoul(row[1])), index, width)));
    ++paths;
  }
  CHECK(paths == 14);
  CHECK(merkle::tile_path(0, 1'234'067) == "tile/0/x001/x234/067");
  CHECK(merkle::entries_path(7) == "tile/entries/007");
}

TEST_CASE("A tree has the tiles that the specification counts for its size") {
  std::size_t levels = 0;
  for (const std::uint64_t size : {70'000U, 256U}) {
    testing::MemoryStore store;
    projection::TreeChanges changes((merkle::Frontier()));
    for (std::uint64_t i = 0; i < size; ++i) changes.append(leaf_hash(testing::numbered_leaf(i)));
    REQUIRE(changes.write(store).ok());
    for (const auto& row : rows_of("tiles.txt")) {
      if (row[0] != "tiles" || std::stoull(row[1]) != size) continue;
      const auto level = static_cast<unsigned>(std::stoul(row[2]));
      const std::uint64_t full = std::stoull(row[3]);
      for (std::uint64_t tile = 0; tile < full; ++tile) {
        REQUIRE(projection::read_tile(store, level, tile)->size() == 256);
      }
      CHECK(projection::read_tile(store, level, full)->size() == std::stoull(row[4]));
      CHECK(projection::read_tile(store, level, full + 1)->empty());
      ++levels;
    }
  }
  CHECK(levels == 7);
}

}  // namespace tally
