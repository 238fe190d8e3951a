// Proofs in files of their own (c2sp.org/tlog-proof@v1, tally/checkpoint.h): what is malformed or
// claims what does not hold is refused, and the message names the first thing that is wrong.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "merkle/base64.h"
#include "merkle/hash_text.h"
#include "merkle/note.h"
#include "support/catch.h"
#include "support/fixed_key.h"
#include "support/naive_tree.h"
#include "support/random.h"
#include "tally/checkpoint.h"
#include "tally/limits.h"
#include "tally/proof.h"

namespace tally {
namespace {

using testing::fixed_key;
using testing::NaiveTree;

const std::string kOrigin = "example.org/log";
const std::string kHeader = "c2sp.org/tlog-proof@v1\n";

VerifierKey verifier_key(char number = '1') { return {kOrigin, fixed_key(number).public_key()}; }

std::string checkpoint_of(const NaiveTree& tree, std::uint64_t size,
                          const std::string& origin = kOrigin) {
  const merkle::SigningKey key = fixed_key('1');
  return merkle::sign_note(Checkpoint{origin, LogSize{size}, tree.root(size)}.to_text(), origin,
                           {&key, 1});
}

std::string bytes_of(std::uint64_t index) { return testing::numbered_leaf(index); }

// Of event 3 in a log of 7.
const NaiveTree& seven() {
  static const NaiveTree kTree = NaiveTree::numbered(7);
  return kTree;
}

EventProof good_proof(std::uint64_t index = 3, std::uint64_t size = 7) {
  EventProof proof;
  proof.index.value = index;
  proof.hashes = seven().path(index, size);
  proof.extra = bytes_of(index);
  proof.checkpoint = checkpoint_of(seven(), size);
  return proof;
}

std::string good_text() { return good_proof().to_string(); }

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string hash_line(const Hash& hash) { return merkle::hash_to_base64(hash) + "\n"; }

struct Row {
  std::string_view what;  // goes on the sentence "A proof is refused that …"
  std::string text;
  std::string message;  // a part of it; empty: it holds
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto proven = check_event_proof(row.text, verifier_key());
    const std::string message = proven.ok() ? "" : proven.error().message;
    CAPTURE(row.what, row.text, message);
    CHECK(proven.ok() == row.message.empty());
    if (proven.ok()) continue;
    CHECK(proven.error().code == ErrorCode::kRefused);
    CHECK(message.find(row.message) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("A proof is its header, the event's bytes, its index, hashes, and a checkpoint") {
  std::string text = kHeader + "extra " + merkle::base64(bytes_of(3)) + "\nindex 3\n";
  for (const Hash& hash : seven().path(3, 7)) text += hash_line(hash);
  text += "\n" + checkpoint_of(seven(), 7);
  CHECK(good_text() == text);
  const auto proven = check_event_proof(text, verifier_key());
  REQUIRE(proven.ok());
  CHECK(proven->checkpoint == Checkpoint{kOrigin, LogSize{7}, seven().root(7)});
  CHECK(proven->sequence == Sequence{3});
  CHECK(proven->bytes == bytes_of(3));
  CHECK(proven->leaf == seven().leaves()[3]);
}

TEST_CASE("Every event is proven in every log that holds it, and read back as it was written") {
  for (std::uint64_t size = 1; size <= 7; ++size) {
    for (std::uint64_t index = 0; index < size; ++index) {
      const EventProof proof = good_proof(index, size);
      const std::string text = proof.to_string();
      INFO(text);
      const auto parsed = EventProof::parse(text);
      REQUIRE(parsed.ok());
      CHECK(parsed->index == proof.index);
      CHECK(parsed->hashes == proof.hashes);
      CHECK(parsed->extra == proof.extra);
      CHECK(parsed->checkpoint == proof.checkpoint);
      CHECK(parsed->to_string() == text);
      CHECK(check_event_proof(text, verifier_key()).ok());
    }
  }
}

TEST_CASE("A proof that is not of the form is refused") {
  const std::string text = good_text();
  const std::string extra = "extra " + merkle::base64(bytes_of(3)) + "\n";
  const std::vector<Hash> hashes = seven().path(3, 7);
  const std::string first = hash_line(hashes[0]);
  const std::string checkpoint = checkpoint_of(seven(), 7);
  const auto with_header = [&](const std::string& header) {
    return replaced(text, kHeader, header);
  };
  const auto with_extra = [&](const std::string& other) { return replaced(text, extra, other); };
  const auto with_index = [&](const std::string& other) {
    return replaced(text, "index 3\n", other);
  };
  const auto with_first = [&](const std::string& other) { return replaced(text, first, other); };
  const auto not_header = [](const std::string& line) {
    return "the proof begins with \"" + line + "\", not with c2sp.org/tlog-proof@v1";
  };
  const auto no_number = [](const std::string& index) {
    return "the proof's index \"" + index + "\" is not a number without leading zeros";
  };
  const auto no_hash = [](const std::string& line) {
    return "\"" + line + "\" in the proof is not 32 bytes in canonical base64";
  };
  const std::string bad_extra = "the proof's extra data is empty or not in canonical base64";
  const std::string no_index = "the proof has no index";
  const std::string no_end = "the proof ends before the empty line in front of its checkpoint";
  const std::string line = first.substr(0, 44);
  const std::string raw(reinterpret_cast<const char*>(hashes[0].bytes.data()), 32);
  std::string bits_left_over = line;
  ++bits_left_over[42];
  const std::string bytes31 = merkle::base64(raw.substr(1));
  const std::string bytes33 = merkle::base64(raw + "x");
  check_rows({
      {"is whole", text, ""},
      {"is empty", "", not_header("")},
      {"is one line feed", "\n", not_header("")},
      {"is a header alone", kHeader, no_index},
      {"is half a header", kHeader.substr(0, 22), not_header("c2sp.org/tlog-proof@v1")},
      {"is of a later version", with_header("c2sp.org/tlog-proof@v2\n"),
       not_header("c2sp.org/tlog-proof@v2")},
      {"has a header in capitals", with_header("C2SP.org/tlog-proof@v1\n"),
       not_header("C2SP.org/tlog-proof@v1")},
      {"has a space behind its header", with_header("c2sp.org/tlog-proof@v1 \n"),
       not_header("c2sp.org/tlog-proof@v1 ")},
      {"has a carriage return behind its header", with_header("c2sp.org/tlog-proof@v1\r\n"),
       not_header("c2sp.org/tlog-proof@v1?")},
      {"has a byte order mark", "\xef\xbb\xbf" + text,
       not_header("\xef\xbb\xbf"
                  "c2sp.org/tlog-proof@v1")},
      {"has an empty line first", "\n" + text, not_header("")},
      {"is a checkpoint", checkpoint, not_header(kOrigin)},

      {"has empty extra data", with_extra("extra \n"), bad_extra},
      {"has extra data without a space", with_extra("extra\n"), no_index},
      {"has extra data with two spaces", with_extra("extra  YWJj\n"), bad_extra},
      {"has extra data without padding", with_extra("extra YWI\n"), bad_extra},
      {"has extra data with bits left over", with_extra("extra YWJ=\n"), bad_extra},
      {"has extra data and a space", with_extra("extra YWJj \n"), bad_extra},
      {"has extra data in the alphabet of URLs", with_extra("extra -_-_\n"), bad_extra},
      {"has a carriage return behind its extra data", with_extra("extra YWJj\r\n"), bad_extra},
      {"has extra data twice", with_extra(extra + extra), no_index},
      {"has extra data behind its index",
       replaced(with_extra(""), "index 3\n", "index 3\n" + extra),
       no_hash(extra.substr(0, extra.size() - 1))},
      {"has extra data in capitals", with_extra("Extra YWJj\n"), no_index},
      {"ends within its extra data", kHeader + "extra YWJj", no_index},

      {"has no index", with_index(""), no_index},
      {"has an index without a number", with_index("index\n"), no_index},
      {"has an index of nothing", with_index("index \n"), no_number("")},
      {"has an index in capitals", with_index("Index 3\n"), no_index},
      {"has an index with a leading zero", with_index("index 03\n"), no_number("03")},
      {"has an index below zero", with_index("index -3\n"), no_number("-3")},
      {"has an index with a plus", with_index("index +3\n"), no_number("+3")},
      {"has an index with two spaces", with_index("index  3\n"), no_number(" 3")},
      {"has an index and a space", with_index("index 3 \n"), no_number("3 ")},
      {"has an index and a carriage return", with_index("index 3\r\n"), no_number("3?")},
      {"has an index in hex", with_index("index 0x3\n"), no_number("0x3")},
      {"has an index of 2^63", with_index("index 9223372036854775808\n"),
       no_number("9223372036854775808")},
      {"has an index of 2^64 + 3", with_index("index 18446744073709551619\n"),
       no_number("18446744073709551619")},
      {"has two indexes", with_index("index 3\nindex 3\n"), no_hash("index 3")},
      {"ends within its index", kHeader + extra + "index 3", no_index},
      {"ends behind its index", kHeader + extra + "index 3\n", no_end},

      {"has a hash of 31 bytes", with_first(bytes31 + "\n"), no_hash(bytes31)},
      {"has a hash of 33 bytes", with_first(bytes33 + "\n"), no_hash(bytes33)},
      {"has a hash with bits left over", with_first(bits_left_over + "\n"),
       no_hash(bits_left_over)},
      {"has a hash without padding", with_first(line.substr(0, 43) + "\n"),
       no_hash(line.substr(0, 43))},
      {"has a hash and a space", with_first(line + " \n"), no_hash(line + " ")},
      {"has a space and a hash", with_first(" " + line + "\n"), no_hash(" " + line)},
      {"has a hash and a carriage return", with_first(line + "\r\n"), no_hash(line + "?")},
      {"has a hash in hex", with_first(hashes[0].to_string() + "\n"),
       no_hash(hashes[0].to_string().substr(0, 60) + "…")},
      {"has two hashes in a line", with_first(line + line + "\n"),
       no_hash((line + line).substr(0, 60) + "…")},
      {"ends within a hash", text.substr(0, text.find(first) + 20), no_end},
      {"ends behind its hashes", text.substr(0, text.find("\n\n") + 1), no_end},

      {"has no empty line before its checkpoint", replaced(text, "\n\n", "\n"), no_hash(kOrigin)},
      {"has no checkpoint", text.substr(0, text.find("\n\n") + 2), "the proof has no checkpoint"},
      {"has two empty lines before its checkpoint", replaced(text, "\n\n", "\n\n\n"),
       "the checkpoint's size \"example.org/log\" is not a number"},
      {"has a checkpoint without a last line feed", text.substr(0, text.size() - 1),
       "the signed note does not end with a line feed"},
      {"has a line behind its checkpoint", text + "more\n",
       "the signature line \"more\" does not begin with an em dash"},
      {"has an empty line behind its checkpoint", text + "\n", "has no signature"},
      {"is two proofs", text + text, "the checkpoint has an extension line"},
  });
}

TEST_CASE("A proof may have 63 hashes, as many as a tree has levels, and not one more") {
  std::string text = kHeader + "index 3\n";
  for (int i = 0; i < 63; ++i) text += hash_line(seven().leaves()[0]);
  const auto most = EventProof::parse(text + "\nthe rest");
  REQUIRE(most.ok());
  CHECK(most->hashes.size() == 63);
  CHECK(most->checkpoint == "the rest");
  text += hash_line(seven().leaves()[0]);
  const auto more = EventProof::parse(text + "\nthe rest");
  REQUIRE_FALSE(more.ok());
  CHECK(more.error().message == "the proof has more than 63 hashes");
}

TEST_CASE("A proof that is of the form and claims what does not hold is refused") {
  const auto changed = [](auto change) {
    EventProof proof = good_proof();
    change(proof);
    return proof.to_string();
  };
  const std::string elsewhere = "the proof leads to the root ";
  const std::string other_key = "it is signed by no key that is known";
  check_rows({
      {"is at another index", changed([](EventProof& proof) { proof.index.value = 2; }), elsewhere},
      {"is at another index, which is the last",
       changed([](EventProof& proof) { proof.index.value = 6; }),
       "a proof of 3 hashes is too long"},
      {"is beyond the log", changed([](EventProof& proof) { proof.index.value = 7; }),
       "index 7 does not lie in a log of 7 events"},
      {"is far beyond the log",
       changed([](EventProof& proof) { proof.index.value = UINT64_MAX / 2; }),
       "index 9223372036854775807 does not lie in a log of 7 events"},
      {"is of another event's bytes", changed([](EventProof& proof) { proof.extra = bytes_of(2); }),
       elsewhere},
      {"is of bytes and one more", changed([](EventProof& proof) { *proof.extra += '\0'; }),
       elsewhere},
      {"lacks its first hash",
       changed([](EventProof& proof) { proof.hashes.erase(proof.hashes.begin()); }),
       "a proof of 2 hashes is too short"},
      {"lacks its last hash", changed([](EventProof& proof) { proof.hashes.pop_back(); }),
       "a proof of 2 hashes is too short"},
      {"has no hashes", changed([](EventProof& proof) { proof.hashes.clear(); }),
       "a proof of 0 hashes is too short"},
      {"has a hash twice",
       changed([](EventProof& proof) { proof.hashes.push_back(proof.hashes.back()); }),
       "a proof of 4 hashes is too long"},
      {"has two hashes exchanged",
       changed([](EventProof& proof) { std::swap(proof.hashes[0], proof.hashes[1]); }), elsewhere},
      {"has a hash with a bit turned",
       changed([](EventProof& proof) { proof.hashes[2].bytes[31] ^= 1; }), elsewhere},
      {"ends in the checkpoint of a smaller log",
       changed([](EventProof& proof) { proof.checkpoint = checkpoint_of(seven(), 4); }),
       "a proof of 3 hashes is too long"},
      {"ends in the checkpoint of a log of the same shape",
       changed([](EventProof& proof) { proof.checkpoint = checkpoint_of(seven(), 6); }), elsewhere},
      {"ends in the checkpoint of a log that does not reach it",
       changed([](EventProof& proof) { proof.checkpoint = checkpoint_of(seven(), 3); }),
       "index 3 does not lie in a log of 3 events"},
      {"ends in the checkpoint of another log", changed([](EventProof& proof) {
         proof.checkpoint = checkpoint_of(seven(), 7, "example.com/log");
       }),
       "the checkpoint is of the log \"example.com/log\", and the key of \"example.org/log\""},
      {"ends in a checkpoint of another tree", changed([](EventProof& proof) {
         const NaiveTree other({seven().leaves().rbegin(), seven().leaves().rend()});
         proof.checkpoint = checkpoint_of(other, 7);
       }),
       elsewhere},
      {"ends in a checkpoint that nobody known has signed", changed([](EventProof& proof) {
         const merkle::SigningKey key = fixed_key('2');
         const std::string text = Checkpoint{kOrigin, LogSize{7}, seven().root(7)}.to_text();
         proof.checkpoint = merkle::sign_note(text, kOrigin, {&key, 1});
       }),
       other_key},
      {"ends in a checkpoint that somebody signed, too", changed([](EventProof& proof) {
         const std::vector<merkle::SigningKey> keys = {fixed_key('2'), fixed_key('1')};
         const std::string text = Checkpoint{kOrigin, LogSize{7}, seven().root(7)}.to_text();
         proof.checkpoint = merkle::sign_note(text, kOrigin, keys);
       }),
       ""},
  });
}

TEST_CASE("An event's bytes come with the proof or from outside, and are the same in both") {
  EventProof without = good_proof();
  without.extra.reset();
  const std::string with = good_text();
  struct Source {
    std::string_view what;
    std::string text;
    std::optional<std::string> event;
    std::string message;  // empty: it holds
  };
  const std::string differ =
      "the event's bytes that stand in the proof are not those that were given";
  const std::string missing =
      "the event's bytes are missing: the proof has no extra data, and none were given";
  for (const Source& row : std::vector<Source>{
           {"with the proof", with, std::nullopt, ""},
           {"from outside", without.to_string(), bytes_of(3), ""},
           {"from both", with, bytes_of(3), ""},
           {"from both, another event's from outside", with, bytes_of(2), differ},
           {"from both, none from outside", with, "", differ},
           {"from both, a byte more from outside", with, bytes_of(3) + "\n", differ},
           {"from outside, of another event", without.to_string(), bytes_of(2),
            "the proof leads to the root "},
           {"from outside, a byte more", without.to_string(), bytes_of(3) + "\n",
            "the proof leads to the root "},
           {"from outside, of no bytes", without.to_string(), "", "the proof leads to the root "},
           {"from nowhere", without.to_string(), std::nullopt, missing},
       }) {
    const auto proven = check_event_proof(row.text, verifier_key(), row.event);
    CAPTURE(row.what, proven.ok() ? "" : proven.error().message);
    CHECK(proven.ok() == row.message.empty());
    if (proven.ok()) {
      CHECK(proven->bytes == bytes_of(3));
      CHECK(proven->leaf == seven().leaves()[3]);
    } else {
      CHECK(proven.error().code == ErrorCode::kRefused);
      CHECK(proven.error().message.find(row.message) == 0);
    }
  }
  // A checkpoint that does not hold is the first thing that is wrong.
  without.checkpoint = checkpoint_of(seven(), 7, "example.com/log");
  const auto first = check_event_proof(without.to_string(), verifier_key());
  REQUIRE_FALSE(first.ok());
  CHECK(first.error().message.find("the checkpoint is of the log") == 0);
}

TEST_CASE("A proof of 512 KiB is read, and one of a byte more is not") {
  // The event takes what room there is, but for what base64 cannot fill.
  const std::string event(380'000, 'e');
  const NaiveTree tree({leaf_hash(event)});
  EventProof proof;
  proof.extra = event;
  proof.checkpoint = checkpoint_of(tree, 1);
  const auto filled_up_to = [&](std::size_t size) {
    // A line of an unknown key: `— `, a name, a space, base64, a line feed.
    const std::size_t left = size - proof.to_string().size();
    const std::size_t frame = 4 + 2;
    const std::size_t name = 1 + (left - frame - 1) % 4;
    EventProof filled = proof;
    filled.checkpoint +=
        fmt::format("— {} {}\n", std::string(name, 'n'), std::string(left - frame - name, 'A'));
    REQUIRE(filled.to_string().size() == size);
    return filled.to_string();
  };
  CHECK(check_event_proof(filled_up_to(limits::kProofFileBytes), verifier_key()).ok());
  for (const std::string& longer : {filled_up_to(limits::kProofFileBytes + 1),
                                    std::string(limits::kProofFileBytes + 1, '\n')}) {
    const auto proven = check_event_proof(longer, verifier_key());
    REQUIRE_FALSE(proven.ok());
    CHECK(proven.error().code == ErrorCode::kRefused);
    CHECK(proven.error().message == "the proof has 524289 bytes; at most 524288 are read");
  }
}

TEST_CASE("A proof of which any byte is changed, dropped or added is refused") {
  const VerifierKey key = verifier_key();
  const std::string event = bytes_of(3);
  EventProof outside = good_proof();
  outside.extra.reset();
  for (const EventProof& proof : {good_proof(), outside}) {
    const std::string text = proof.to_string();
    std::optional<std::string_view> given;
    if (!proof.extra) given = event;
    const auto check = [&](const std::string& changed) {
      return check_event_proof(changed, key, given);
    };
    REQUIRE(check(text).ok());
    for (std::size_t i = 0; i <= text.size(); ++i) {
      for (const char letter : {'\0', '\n', '\r', ' ', '+', '/', '0', '9', '=', 'A', 'z', '\xff'}) {
        INFO("byte " << int{letter} << " at " << i);
        REQUIRE_FALSE(check(std::string(text).insert(i, 1, letter)).ok());
      }
      if (i == text.size()) break;
      REQUIRE_FALSE(check(std::string(text).insert(i, 1, text[i])).ok());
      REQUIRE_FALSE(check(std::string(text).erase(i, 1)).ok());
      for (int turned = 1; turned < 256; ++turned) {
        INFO("bits " << turned << " at " << i);
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ turned);
        REQUIRE_FALSE(check(changed).ok());
      }
    }
  }
}

TEST_CASE("What is made of a good proof by chance is refused, and harms nobody") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const VerifierKey key = verifier_key();
  const std::string text = good_text();
  const std::vector<std::string> pieces = {"\n",
                                           "\n\n",
                                           "extra ",
                                           "index ",
                                           "0",
                                           "=",
                                           text,
                                           "é",
                                           "extra \n",
                                           kHeader,
                                           hash_line(seven().root(7))};
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = text;
    for (std::uint64_t steps = 1 + random.below(4); steps > 0; --steps) {
      const std::size_t at = random.below(changed.size() + 1);
      const std::size_t length = random.below(50);
      if (random.one_in(2)) {
        changed.erase(at, length);
      } else {
        changed.insert(at, random.one_in(2) ? random.pick(pieces) : changed.substr(at, length));
      }
    }
    const auto proven = check_event_proof(changed, key);
    if (!proven.ok()) {
      REQUIRE(proven.error().code == ErrorCode::kRefused);
      continue;
    }
    // Chance may undo what it did.
    INFO(changed);
    REQUIRE(proven->bytes == bytes_of(3));
    REQUIRE(proven->checkpoint.root == seven().root(7));
  }
}

}  // namespace tally
