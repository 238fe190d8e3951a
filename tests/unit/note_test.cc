// Signed notes, checkpoints and keys, byte by byte (tally/checkpoint.h, merkle/note.h): what is
// malformed is refused, and the message names the first thing that is wrong.

#include "merkle/note.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <set>

#include "base/bytes.h"
#include "merkle/base64.h"
#include "merkle/hash_text.h"
#include "merkle/sha256.h"
#include "support/catch.h"
#include "support/fixed_key.h"
#include "support/random.h"
#include "tally/checkpoint.h"
#include "tally/limits.h"

namespace tally {
namespace {

using testing::fixed_key;

const std::string kOrigin = "example.org/log";
const std::string kDash = "— ";

VerifierKey verifier_key(char number, const std::string& origin = kOrigin) {
  return {origin, fixed_key(number).public_key()};
}

Hash some_root() { return merkle::sha256({"some root"}); }
std::string root_text() { return merkle::hash_to_base64(some_root()); }

std::string good_text() { return Checkpoint{kOrigin, LogSize{7}, some_root()}.to_text(); }

// The text, signed as a checkpoint is, by keys of these numbers.
std::string signed_note(const std::string& text, const std::string& numbers = "1") {
  std::vector<merkle::SigningKey> keys;
  for (const char number : numbers) keys.push_back(fixed_key(number));
  return merkle::sign_note(text, kOrigin, keys);
}

std::string good_note() { return signed_note(good_text()); }

// The last line of a note.
std::string signature_line(const std::string& note) {
  return note.substr(note.rfind('\n', note.size() - 2) + 1);
}

// A well-formed line of a key that nobody knows.
std::string unknown_line(std::uint32_t id, std::string_view name = "elsewhere.example",
                         const std::string& signature = std::string(64, 's')) {
  std::string bytes;
  base::put_big_endian(bytes, id);
  return fmt::format("{}{} {}\n", kDash, name, merkle::base64(bytes + signature));
}

std::string unknown_lines(std::uint32_t count) {
  std::string lines;
  for (std::uint32_t id = 0; id < count; ++id) lines += unknown_line(id);
  return lines;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

// The signature with the order of the group added to its second half: another text of bytes that a
// careless check takes for the same number (RFC 8032 section 5.1.7 does not).
std::string with_order_added(std::string signature) {
  static constexpr std::uint8_t kOrder[] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                            0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                            0,    0,    0,    0,    0,    0,    0,    0,
                                            0,    0,    0,    0,    0,    0,    0,    0x10};
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<std::uint8_t>(signature[32 + i]) + unsigned{kOrder[i]};
    signature[32 + i] = static_cast<char>(carry & 0xff);
    carry >>= 8;
  }
  REQUIRE(carry == 0);
  return signature;
}

struct Row {
  std::string_view what;  // goes on the sentence "A checkpoint is refused that …"
  std::string note;
  std::string message;  // a part of it; empty: it is good
};

void check_rows(const std::vector<Row>& rows, const std::vector<VerifierKey>& known) {
  for (const Row& row : rows) {
    const auto checkpoint = check_checkpoint(row.note, known);
    const std::string message = checkpoint.ok() ? "" : checkpoint.error().message;
    CAPTURE(row.what, row.note, message);
    CHECK(checkpoint.ok() == row.message.empty());
    if (checkpoint.ok()) continue;
    CHECK(checkpoint.error().code == ErrorCode::kRefused);
    CHECK(message.find(row.message) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("A checkpoint says whose log it is of, its size and its root, and is signed") {
  const VerifierKey key = verifier_key('1');
  const auto checkpoint = check_checkpoint(good_note(), {&key, 1});
  REQUIRE(checkpoint.ok());
  CHECK(*checkpoint == Checkpoint{kOrigin, LogSize{7}, some_root()});
  CHECK(good_note() == kOrigin + "\n7\n" + root_text() + "\n\n" + signature_line(good_note()));
  CHECK(signature_line(good_note()).starts_with(kDash + kOrigin + " "));
}

TEST_CASE("A note that is no text with signatures below an empty line is refused") {
  const std::string note = good_note();
  const std::string line = signature_line(note);
  const std::string text = good_text();
  const std::string no_feed = "the signed note does not end with a line feed";
  const std::string control = "the signed note holds a control character";
  const std::string not_utf8 = "the signed note is not UTF-8";
  const std::string nothing = "the signed note has no signature behind an empty line";
  check_rows(
      {
          {"is whole", note, ""},
          {"is empty", "", no_feed},
          {"is one line feed", "\n", nothing},
          {"is two line feeds", "\n\n", nothing},
          {"lacks its last line feed", note.substr(0, note.size() - 1), no_feed},
          {"ends in a carriage return", note.substr(0, note.size() - 1) + "\r", control},
          {"has carriage returns", replaced(note, "\n7\n", "\r\n7\r\n"), control},
          {"holds a tab", replaced(note, "log\n", "log\t\n"), control},
          {"holds a zero", replaced(note, "7\n", std::string("7\0\n", 3)), control},
          {"holds U+001F", replaced(note, "7\n", "7\x1f\n"), control},
          {"begins with no text", "\xff" + note, not_utf8},
          {"holds half a character", replaced(note, "log\n", "log\xc3\n"), not_utf8},
          {"holds an overlong character", replaced(note, "log\n", "log\xc0\x80\n"), not_utf8},
          {"holds a surrogate", replaced(note, "log\n", "log\xed\xa0\x80\n"), not_utf8},
          {"ends within an em dash", note + "\xe2\x80", not_utf8},
          {"has no empty line", text + line, nothing},
          {"has no signature", text + "\n", nothing},
          {"is a text alone", text, nothing},
          {"ends in an empty line", note + "\n", nothing},
          {"has an empty line between two signatures", note + "\n" + line,
           "the checkpoint has an extension line, \"\""},
          {"has two empty lines before the signature", text + "\n\n" + line,
           "the checkpoint has an extension line, \"\""},
          {"is two notes", note + note, "the checkpoint has an extension line, \"\""},
      },
      {verifier_key('1')});
}

TEST_CASE("A checkpoint whose lines are not those of the format is refused, though it is signed") {
  const auto with_size = [](const std::string& size) {
    return signed_note(kOrigin + "\n" + size + "\n" + root_text() + "\n");
  };
  const auto with_root = [](const std::string& root) {
    return signed_note(kOrigin + "\n7\n" + root + "\n");
  };
  const auto with_origin = [](const std::string& origin) {
    return signed_note(origin + "\n7\n" + root_text() + "\n");
  };
  const auto no_size = [](const std::string& size) {
    return "the checkpoint's size \"" + size + "\" is not a number from 1 to 2^63 - 1";
  };
  const auto no_root = [](const std::string& root) {
    return "the checkpoint's root \"" + root + "\" is not 32 bytes in canonical base64";
  };
  const auto other_log = [](const std::string& origin) {
    return "the checkpoint is of the log \"" + origin + "\", and the key of \"" + kOrigin + "\"";
  };
  const std::string root = root_text();
  const std::string bytes(reinterpret_cast<const char*>(some_root().bytes.data()), 32);
  const std::string bytes31 = merkle::base64(bytes.substr(1));
  const std::string bytes33 = merkle::base64(bytes + "x");
  // The last letter before the padding holds four bits of the root, and two that must be zero.
  std::string bits_left_over = root;
  ++bits_left_over[42];
  std::string url_safe = root;
  url_safe[3] = '-';
  check_rows(
      {
          {"has the largest size", with_size("9223372036854775807"), ""},
          {"has the smallest size", with_size("1"), ""},
          {"is of no events", with_size("0"), no_size("0")},
          {"has a leading zero", with_size("07"), no_size("07")},
          {"has two zeros", with_size("00"), no_size("00")},
          {"has a size of 2^63", with_size("9223372036854775808"), no_size("9223372036854775808")},
          {"has a size of 2^64", with_size("18446744073709551616"),
           no_size("18446744073709551616")},
          {"has a size of 2^64 + 7", with_size("18446744073709551623"),
           no_size("18446744073709551623")},
          {"has a minus", with_size("-7"), no_size("-7")},
          {"has a plus", with_size("+7"), no_size("+7")},
          {"has a space before its size", with_size(" 7"), no_size(" 7")},
          {"has a space behind its size", with_size("7 "), no_size("7 ")},
          {"has a size in hex", with_size("0x7"), no_size("0x7")},
          {"has a fraction", with_size("7.0"), no_size("7.0")},
          {"has a digit of another script", with_size("７"), no_size("７")},
          {"has no size", signed_note(kOrigin + "\n\n" + root + "\n"), no_size("")},
          {"has a size of many digits", with_size(std::string(500, '7')),
           no_size(std::string(60, '7') + "…")},

          {"has a root of 31 bytes", with_root(bytes31), no_root(bytes31)},
          {"has a root of 33 bytes", with_root(bytes33), no_root(bytes33)},
          {"has no root", with_root(""), no_root("")},
          {"has a root with bits left over", with_root(bits_left_over), no_root(bits_left_over)},
          {"has a root without padding", with_root(root.substr(0, 43)),
           no_root(root.substr(0, 43))},
          {"has a root with more padding", with_root(root + "="), no_root(root + "=")},
          {"has a root with padding for a letter", with_root(root.substr(0, 42) + "=="),
           no_root(root.substr(0, 42) + "==")},
          {"has a space before its root", with_root(" " + root), no_root(" " + root)},
          {"has a space behind its root", with_root(root + " "), no_root(root + " ")},
          {"has a space within its root", with_root(root.substr(0, 20) + " " + root.substr(21)),
           no_root(root.substr(0, 20) + " " + root.substr(21))},
          {"has a root in the alphabet of URLs", with_root(url_safe), no_root(url_safe)},
          {"has its root in hex", with_root(some_root().to_string()),
           no_root(some_root().to_string().substr(0, 60) + "…")},

          {"has an extension line", signed_note(good_text() + "more\n"),
           "the checkpoint has an extension line, \"more\""},
          {"has two extension lines", signed_note(good_text() + "more\nand more\n"),
           "the checkpoint has an extension line, \"more\""},
          {"has no lines but its origin", signed_note(kOrigin + "\n"),
           "the checkpoint has fewer than three lines"},
          {"lacks its root", signed_note(kOrigin + "\n7\n"),
           "the checkpoint has fewer than three lines"},
          {"has its lines in another order", signed_note("7\n" + kOrigin + "\n" + root + "\n"),
           no_size(kOrigin)},

          {"is of another log", with_origin("example.org/log2"), other_log("example.org/log2")},
          {"is of a log of no name", with_origin(""), other_log("")},
          {"is of a log written otherwise", with_origin("Example.org/log"),
           other_log("Example.org/log")},
          {"has a space behind its origin", with_origin(kOrigin + " "), other_log(kOrigin + " ")},
          {"has a byte order mark", with_origin("\xef\xbb\xbf" + kOrigin),
           other_log("\xef\xbb\xbf" + kOrigin)},
      },
      {verifier_key('1')});
}

TEST_CASE("A signature line that is not of the form is refused, though a known key signed, too") {
  const std::string note = good_note();
  const std::string line = signature_line(note);
  const std::string base64 = line.substr(line.rfind(' ') + 1);  // with its line feed
  const auto with = [&](const std::string& other) { return note + other; };
  const std::string no_dash = "does not begin with an em dash and a space";
  const std::string no_name = "names no key";
  const std::string no_base64 = "is not in canonical base64";
  const std::string too_short = "is too short to hold a signature";
  std::vector<Row> rows = {
      {"has another line, well-formed", with(unknown_line(1)), ""},
      {"has a shortest signature", with(unknown_line(1, "e", "s")), ""},
      {"has a word", with("Unexpected line.\n"),
       "the signature line \"Unexpected line.\" " + no_dash},
      {"has a hyphen", with("- elsewhere.example " + base64), no_dash},
      {"has an en dash", with("– elsewhere.example " + base64), no_dash},
      {"has no space behind the dash", with("—elsewhere.example " + base64), no_dash},
      {"has a no-break space behind it", with("—\u00a0elsewhere.example " + base64), no_dash},
      {"has a space before it", with(" — elsewhere.example " + base64), no_dash},
      {"has nothing behind the dash", with("— \n"), "has no signature"},
      {"has a name alone", with("— elsewhere.example\n"), "has no signature"},
      {"has no space behind the name", with("— elsewhere.example" + base64), "has no signature"},
      {"has an empty name", with("—  " + base64), no_name},
      {"has a name with a plus", with("— else+where " + base64), no_name},
      {"has a name of two words", with("— Bad Name " + base64), no_base64},
      {"has nothing behind the name", with("— elsewhere.example \n"), too_short},
      {"has a key id alone", with(unknown_line(1, "e", "")), too_short},
      {"has half a key id", with("— e YWI=\n"), too_short},
      {"has two spaces", with("— elsewhere.example  " + base64), no_base64},
      {"has a space behind it", with("— e " + base64.substr(0, base64.size() - 1) + " \n"),
       no_base64},
      {"has a remark behind it", with("— e " + base64.substr(0, base64.size() - 1) + " me\n"),
       no_base64},
      {"lacks padding", with("— e YWJjZGVmZw\n"), no_base64},
      {"has bits left over", with("— e YWJjZGVmZx==\n"), no_base64},
      {"has padding within", with("— e YWJj==ZGVmZw\n"), no_base64},
      {"has padding alone", with("— e ====\n"), no_base64},
      {"is in the alphabet of URLs", with("— e YWJjZGVmZw-_\n"), no_base64},
  };
  for (const std::string_view space :
       {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005",
        "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f",
        "\u3000"}) {
    rows.push_back(
        {"has white space in a name", with(unknown_line(1, fmt::format("a{}b", space))), no_name});
  }
  // What only looks as if it were white space.
  for (const std::string_view sign : {"\u200b", "\u180e", "\ufeff", "\u2060", "é", "—"}) {
    rows.push_back({"has a sign in a name", with(unknown_line(1, fmt::format("a{}b", sign))), ""});
  }
  check_rows(rows, {verifier_key('1')});
}

TEST_CASE("A checkpoint wants a known key's good signature, and one from each key at most") {
  const std::string text = good_text();
  const std::string line = signature_line(good_note());
  const std::string other_text = Checkpoint{kOrigin, LogSize{8}, some_root()}.to_text();
  const auto id_of = [](char number) { return verifier_key(number).id(); };
  const auto by = [&](std::uint32_t id, const std::string& signature) {
    return text + "\n" + unknown_line(id, kOrigin, signature);
  };
  const merkle::Signature bytes = fixed_key('1').sign(text);
  const std::string signature(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string turned = signature;
  turned[40] = static_cast<char>(turned[40] ^ 1);
  const std::string not_his =
      "the signature of example.org/log is not one of this key over this text";
  const std::string twice = "two signatures are by one key of example.org/log";
  const std::string nobody = "it is signed by no key that is known";
  const std::vector<VerifierKey> one = {verifier_key('1')};
  check_rows(
      {
          {"is signed", by(id_of('1'), signature), ""},
          {"is signed with a bit turned", by(id_of('1'), turned), not_his},
          {"is signed with a number beyond the order of the group",
           by(id_of('1'), with_order_added(signature)), not_his},
          {"is signed by zeros", by(id_of('1'), std::string(64, '\0')), not_his},
          {"is signed by a byte too few", by(id_of('1'), signature.substr(0, 63)), not_his},
          {"is signed by a byte too many", by(id_of('1'), signature + "x"), not_his},
          {"is signed by one byte", by(id_of('1'), "x"), not_his},
          {"bears the signature of another size",
           text + "\n" + signature_line(signed_note(other_text)), not_his},
          {"is signed by another key in this one's name",
           by(id_of('1'),
              std::string(reinterpret_cast<const char*>(fixed_key('2').sign(text).data()), 64)),
           not_his},
          {"is signed badly besides", good_note() + unknown_line(id_of('1'), kOrigin, turned),
           twice},
          {"is signed badly first", text + "\n" + unknown_line(id_of('1'), kOrigin, turned) + line,
           not_his},
          {"is signed twice", good_note() + line, twice},
          {"is signed twice, with another between", good_note() + unknown_line(1) + line, twice},
          {"is signed by an unknown key", signed_note(text, "2"), nobody},
          {"is signed by an unknown key besides", signed_note(text, "12"), ""},
          {"is signed by an unknown key before", signed_note(text, "21"), ""},
          {"is signed by an unknown key twice", signed_note(text, "122"), ""},
          // Only name and key id together name a key.
          {"is signed under the key's name with another id", by(id_of('1') ^ 1, signature), nobody},
          {"is signed under another id besides", good_note() + unknown_line(7, kOrigin), ""},
          {"is signed under the key's id with another name",
           text + "\n" + unknown_line(id_of('1'), "elsewhere.example", signature), nobody},
          {"is signed under another name besides",
           good_note() + unknown_line(id_of('1'), "elsewhere.example", signature), ""},
      },
      one);
  const std::vector<VerifierKey> two = {verifier_key('1'), verifier_key('2')};
  check_rows(
      {
          {"is signed by the first", signed_note(text, "1"), ""},
          {"is signed by the second", signed_note(text, "2"), ""},
          {"is signed by both", signed_note(text, "12"), ""},
          {"is signed by both, the second first", signed_note(text, "21"), ""},
          {"is signed by a third, too", signed_note(text, "132"), ""},
          {"is signed well by one and badly by the other",
           signed_note(text, "1") + unknown_line(id_of('2'), kOrigin, signature), not_his},
          {"is signed well by one and twice by the other", signed_note(text, "122"), twice},
          {"is signed by neither", signed_note(text, "3"), nobody},
      },
      two);
  check_rows({{"nobody can check", good_note(), nobody}}, {});
  check_rows({{"is looked at by keys of two logs", good_note(),
               "the checkpoint is of the log \"example.org/log\", and the key of \"example.com\""}},
             {verifier_key('1'), verifier_key('2', "example.com")});
}

TEST_CASE("Signatures of 16 unknown keys are passed over, and those of 17 are not") {
  const std::string text = good_text();
  const std::string line = signature_line(good_note());
  const std::string too_many = "more than 16 signatures are of unknown keys";
  check_rows(
      {
          {"has 16 behind", good_note() + unknown_lines(16), ""},
          {"has 17 behind", good_note() + unknown_lines(17), too_many},
          {"has 16 before", text + "\n" + unknown_lines(16) + line, ""},
          {"has 17 before", text + "\n" + unknown_lines(17) + line, too_many},
          {"has 16 and nothing else", text + "\n" + unknown_lines(16),
           "it is signed by no key that is known"},
          {"has 17 and nothing else", text + "\n" + unknown_lines(17), too_many},
          {"has 16 and two of known keys", signed_note(text, "12") + unknown_lines(16), ""},
          {"has one 17 times",
           [&] {
             std::string note = good_note();
             for (int i = 0; i < 17; ++i) note += unknown_line(1);
             return note;
           }(),
           too_many},
      },
      {verifier_key('1'), verifier_key('2')});
}

TEST_CASE("A note of 256 KiB is read, and one of a byte more is not") {
  const std::string note = good_note();
  // A line of an unknown key that fills up what is left, whatever remains of four.
  const auto filled_up_to = [&](std::size_t size) {
    const std::size_t left = size - note.size();
    const std::size_t frame = kDash.size() + 2;  // and a name
    const std::size_t name = 1 + (left - frame - 1) % 4;
    const std::size_t letters = left - frame - name;
    const std::string line =
        unknown_line(1, std::string(name, 'n'), std::string(letters / 4 * 3 - 4, 's'));
    REQUIRE(line.size() == left);
    return note + line;
  };
  check_rows(
      {
          {"is as long as may be", filled_up_to(limits::kNoteFileBytes), ""},
          {"is a byte longer", filled_up_to(limits::kNoteFileBytes + 1),
           "the signed note has 262145 bytes; at most 262144 are read"},
          {"is a megabyte", filled_up_to(1 << 20), "the signed note has 1048576 bytes"},
          {"is a megabyte of nothing", std::string(1 << 20, '\n'), "1048576 bytes"},
          {"is 256 KiB of nothing", std::string(limits::kNoteFileBytes, '\n'), "no signature"},
      },
      {verifier_key('1')});
}

TEST_CASE("A checkpoint of which any byte is changed, dropped or added is refused") {
  const std::string note = signed_note(good_text(), "12");
  const std::vector<VerifierKey> known = {verifier_key('1'), verifier_key('2')};
  REQUIRE(check_checkpoint(note, known).ok());
  const auto refuse = [&](const std::string& changed) {
    INFO(changed);
    REQUIRE_FALSE(check_checkpoint(changed, known).ok());
  };
  const VerifierKey first = verifier_key('1');
  const std::string alone = good_note();
  for (std::size_t i = 0; i <= alone.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      const auto letter = static_cast<char>(byte);
      std::string changed = alone;
      changed.insert(i, 1, letter);
      INFO("byte " << byte << " at " << i);
      REQUIRE_FALSE(check_checkpoint(changed, {&first, 1}).ok());
      if (i == alone.size() || alone[i] == letter) continue;
      changed = alone;
      changed[i] = letter;
      REQUIRE_FALSE(check_checkpoint(changed, {&first, 1}).ok());
    }
    if (i < alone.size()) {
      REQUIRE_FALSE(check_checkpoint(std::string(alone).erase(i, 1), {&first, 1}).ok());
    }
  }
  // Where two keys signed, either vouches for the text.
  const std::size_t text = good_text().size();
  for (std::size_t i = 0; i < text; ++i) {
    refuse(std::string(note).erase(i, 1));
    for (const char letter : {'0', '7', 'A', '=', '+', ' ', '\n', '\xe2'}) {
      refuse(std::string(note).insert(i, 1, letter));
      if (note[i] != letter) refuse(std::string(note).replace(i, 1, 1, letter));
    }
  }
}

TEST_CASE("What is made of a good checkpoint by chance is refused, and harms nobody") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  const VerifierKey key = verifier_key('1');
  const std::string note = good_note();
  const std::vector<std::string> pieces = {"\n", "\n\n", "— ", " ",     "=",        "0",
                                           note, "\xff", "é",  kOrigin, root_text()};
  for (int round = 0; round < 20'000; ++round) {
    std::string changed = note;
    for (std::uint64_t steps = 1 + random.below(4); steps > 0; --steps) {
      const std::size_t at = random.below(changed.size() + 1);
      const std::size_t length = random.below(12);
      if (random.one_in(2)) {
        changed.erase(at, length);
      } else {
        changed.insert(at, random.one_in(2) ? random.pick(pieces) : changed.substr(at, length));
      }
    }
    const auto checkpoint = check_checkpoint(changed, {&key, 1});
    if (!checkpoint.ok()) {
      REQUIRE(checkpoint.error().code == ErrorCode::kRefused);
      continue;
    }
    // Chance may undo what it did, or copy a line of a key that is then unknown.
    INFO(changed);
    REQUIRE(*checkpoint == Checkpoint{kOrigin, LogSize{7}, some_root()});
  }
}

TEST_CASE("A key's name is not empty, and has no white space, control character or plus") {
  for (const std::string_view good :
       {"a", "example.org/log", "Môn", "a-b_c.d/e:f@g", "—", "日本", "\u200b", "=", "~"}) {
    CAPTURE(good);
    CHECK(is_key_name(good));
  }
  for (const std::string& bad :
       {std::string(), std::string(" "), std::string("a b"), std::string(" a"), std::string("a "),
        std::string("a+b"), std::string("+"), std::string("a\tb"), std::string("a\n"),
        std::string("a\0b", 3), std::string("a\x1f"), std::string("a\u0085"),
        std::string("a\u00a0b"), std::string("\u2028"), std::string("a\u3000b")}) {
    CAPTURE(bad);
    CHECK_FALSE(is_key_name(bad));
    CHECK_FALSE(VerifierKey::parse(verifier_key('1', bad).to_string()).ok());
  }
}

TEST_CASE("Base64 is read where it is exactly as it is written, and nowhere else") {
  testing::Random random(testing::test_seed());
  INFO("TALLY_TEST_SEED=" << testing::test_seed());
  for (std::size_t size = 0; size < 100; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(random.below(256)));
    const std::string text = merkle::base64(bytes);
    REQUIRE(text.size() == (size + 2) / 3 * 4);
    REQUIRE(merkle::from_base64(text) == bytes);
    REQUIRE_FALSE(merkle::from_base64(text + "\n"));
    REQUIRE_FALSE(merkle::from_base64(text + "===="));
    REQUIRE_FALSE(merkle::from_base64(" " + text));
    REQUIRE_FALSE(merkle::from_base64(text + "A"));
    if (text.empty()) continue;
    // No two texts stand for the same bytes.
    std::set<std::string> read = {bytes};
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      char& letter = changed[random.below(changed.size())];
      if (letter == static_cast<char>(byte)) continue;
      letter = static_cast<char>(byte);
      const auto other = merkle::from_base64(changed);
      if (!other) continue;
      REQUIRE(*other != bytes);
      REQUIRE(merkle::base64(*other) == changed);
    }
  }
  CHECK(merkle::base64("") == "");
  CHECK(merkle::base64("f") == "Zg==");
  CHECK(merkle::base64("fo") == "Zm8=");
  CHECK(merkle::base64("foo") == "Zm9v");
  CHECK(merkle::base64("foobar") == "Zm9vYmFy");
  for (const std::string_view bad :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z", "=", "====", "Z===", "Zg==Zg==", "Zm 9", "Zm9v\n",
        "Zm9v====", "-_-_", "Zm9v Zm9v", "Zm8=Zm8="}) {
    CAPTURE(bad);
    CHECK_FALSE(merkle::from_base64(bad));
  }
}

TEST_CASE("A key file of which any byte is changed, dropped or added holds no key") {
  const merkle::SigningKey key = fixed_key('1');
  const std::string pem = key.to_pem();
  REQUIRE(merkle::SigningKey::from_pem(pem));
  CHECK(merkle::SigningKey::from_pem(pem)->to_pem() == pem);
  for (std::size_t i = 0; i <= pem.size(); ++i) {
    for (const char letter : {'A', 'B', 'w', '+', '=', '-', '\n', '\r', ' ', '\0', '\xff'}) {
      INFO("byte " << int{letter} << " at " << i);
      std::string changed = pem;
      changed.insert(i, 1, letter);
      REQUIRE_FALSE(merkle::SigningKey::from_pem(changed));
      if (i == pem.size() || pem[i] == letter) continue;
      changed = pem;
      changed[i] = letter;
      // A letter of the seed gives another key, which is none of ours.
      const auto other = merkle::SigningKey::from_pem(changed);
      if (other) REQUIRE(other->public_key() != key.public_key());
    }
    if (i < pem.size()) REQUIRE_FALSE(merkle::SigningKey::from_pem(std::string(pem).erase(i, 1)));
  }
  for (const std::string& none :
       {std::string(), std::string("\n"), pem + pem, "# a key\n" + pem, std::string(5'000, 'A'),
        // Of another kind: an X25519 key, and one that asks for a password.
        std::string("-----BEGIN PRIVATE KEY-----\n"
                    "MC4CAQAwBQYDK2VuBCIEIDExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTEx\n"
                    "-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN ENCRYPTED PRIVATE KEY-----\n") + pem.substr(28)}) {
    CAPTURE(none);
    CHECK_FALSE(merkle::SigningKey::from_pem(none));
  }
}

}  // namespace tally
