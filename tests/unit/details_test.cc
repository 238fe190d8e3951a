#include "codec/details.h"

#include <string>
#include <string_view>

#include "codec/entry_json.h"
#include "support/catch.h"

namespace tally::codec {
namespace {

constexpr std::string_view kHash =
    "9dbad0c5511205b2c4408f616eb43cadd14dc31bd88d40a03843cbcef553a941";

Evidence evidence(std::string title, std::string uri = {}) {
  return Evidence{*Hash::parse(kHash), std::move(title), "text/plain", std::move(uri)};
}

Entry entry_of(Body body, std::string note = {}) {
  Entry entry;
  entry.id = "e";
  entry.actor = "a";
  entry.note = std::move(note);
  entry.content = std::move(body);
  return entry;
}

Entry claim(std::vector<Evidence> items, std::string note = {}) {
  Claim body;
  body.evidence = std::move(items);
  return entry_of(body, std::move(note));
}

Entry correction(std::optional<Replacement> replacement, std::string note = {}) {
  Entry entry;
  entry.id = "e";
  entry.actor = "a";
  entry.note = std::move(note);
  entry.content = Correction{Reference{"x", {}}, "because", std::move(replacement)};
  return entry;
}

Replacement replacement(Body body, std::string note = {}) {
  return Replacement{std::move(body), std::move(note)};
}

Body claim_body(std::vector<Evidence> items) {
  Claim body;
  body.evidence = std::move(items);
  return body;
}

Entry publication(std::optional<Evidence> document, std::string note = {}) {
  Entry entry = entry_of(Programme{}, std::move(note));
  Publication content;
  content.title = "Annual report";
  content.document = std::move(document);
  entry.content = std::move(content);
  return entry;
}

Entry erasure(std::string note = {}) {
  Entry entry = entry_of(Programme{}, std::move(note));
  entry.content = Erasure{Sequence{3}, "It names a person"};
  return entry;
}

// The entry as its event has it: without details.
Entry stripped(Entry entry) {
  const auto strip = [](Body& body) {
    std::vector<Evidence>* items = nullptr;
    if (auto* one = std::get_if<Claim>(&body)) items = &one->evidence;
    if (auto* one = std::get_if<Verification>(&body)) items = &one->evidence;
    if (items == nullptr) return;
    for (Evidence& item : *items) item.title = item.uri = "";
  };
  entry.note.clear();
  if (auto* body = std::get_if<Body>(&entry.content)) strip(*body);
  if (auto* one = std::get_if<Correction>(&entry.content); one != nullptr && one->replacement) {
    one->replacement->note.clear();
    strip(one->replacement->body);
  }
  if (auto* one = std::get_if<Publication>(&entry.content); one != nullptr && one->document) {
    one->document->title = one->document->uri = "";
  }
  return entry;
}

struct Stored {
  Entry entry;
  std::string details;
};

std::vector<Stored> stored() {
  Verification verification;
  verification.evidence = {evidence("V")};
  return {
      {claim({}), ""},
      {claim({}, "a note"), R"({"note":"a note"})"},
      {entry_of(Programme{"P"}, "n"), R"({"note":"n"})"},
      {claim({evidence("A"), evidence("B", "https://x")}),
       R"({"evidence":[{"title":"A"},{"title":"B","uri":"https://x"}]})"},
      {claim({evidence("A")}, "n"), R"({"note":"n","evidence":[{"title":"A"}]})"},
      {entry_of(verification), R"({"evidence":[{"title":"V"}]})"},
      {claim({}, "two\nlines\tand \"quotes\" \\ é /"),
       R"({"note":"two\nlines\tand \"quotes\" \\ é /"})"},
      {correction(std::nullopt), ""},
      {correction(std::nullopt, "n"), R"({"note":"n"})"},
      {correction(replacement(Programme{"P"})), ""},
      {correction(replacement(Programme{"P"}, "rn")), R"({"replacement":{"note":"rn"}})"},
      {correction(replacement(claim_body({evidence("A", "u")}), "rn"), "n"),
       R"({"note":"n","replacement":{"note":"rn","evidence":[{"title":"A","uri":"u"}]}})"},
      {correction(replacement(claim_body({evidence("A")}))),
       R"({"replacement":{"evidence":[{"title":"A"}]}})"},
      {correction(replacement(claim_body({})), "n"), R"({"note":"n"})"},
      {publication(std::nullopt), ""},
      {publication(std::nullopt, "n"), R"({"note":"n"})"},
      {publication(evidence("D")), R"({"document":{"title":"D"}})"},
      {publication(evidence("D", "u"), "n"), R"({"note":"n","document":{"title":"D","uri":"u"}})"},
      {erasure(), ""},
      {erasure("n"), R"({"note":"n"})"},
  };
}

}  // namespace

TEST_CASE("Details are written in one way, and put back where they came from") {
  for (const Stored& row : stored()) {
    CAPTURE(row.details);
    CHECK(encode_details(row.entry) == row.details);
    Entry entry = stripped(row.entry);
    REQUIRE(merge_details(row.details, entry).ok());
    CHECK(entry == row.entry);
  }
}

TEST_CASE("A byte more or less in stored details is damage") {
  for (const Stored& row : stored()) {
    for (std::size_t at = 0; at < row.details.size(); ++at) {
      std::string shorter = row.details;
      shorter.erase(at, 1);
      std::string spaced = row.details;
      spaced.insert(at, " ");
      for (const std::string& changed : {shorter, spaced, row.details.substr(0, at)}) {
        CAPTURE(changed);
        Entry entry = stripped(row.entry);
        const Result<void> merged = merge_details(changed, entry);
        // Within a text, a byte more or less makes another text; nothing else is accepted.
        if (merged.ok()) {
          CHECK(encode_details(entry) == changed);
        } else {
          CHECK(merged.error().code == ErrorCode::kDamaged);
        }
      }
    }
  }
}

TEST_CASE("Details that do not fit their entry are damage") {
  struct Row {
    Entry entry;
    std::string_view details;
  };
  const std::string long_title(501, 'x');
  for (const Row& row : {
           Row{claim({evidence("A")}), ""},
           Row{claim({evidence("A")}), R"({"note":"n"})"},
           Row{claim({evidence("A")}), R"({"evidence":[]})"},
           Row{claim({evidence("A")}), R"({"evidence":[{"title":"A"},{"title":"B"}]})"},
           Row{claim({evidence("A"), evidence("B")}), R"({"evidence":[{"title":"A"}]})"},
           Row{claim({}), R"({"evidence":[]})"},
           Row{claim({}), R"({"evidence":[{"title":"A"}]})"},
           Row{claim({}), R"({})"},
           Row{claim({}), R"({"note":""})"},
           Row{claim({}), R"({"note":"a\u0000"})"},
           Row{claim({}), R"({"note":"\u0061"})"},
           Row{claim({}), R"({"note":"a\/b"})"},
           Row{claim({}), "{\"note\":\"a\nb\"}"},
           Row{claim({}), "{\"note\":\"\xff\"}"},
           Row{claim({}), R"({"note":"n","note":"n"})"},
           Row{claim({}), R"({"note":5})"},
           Row{claim({}), R"({"other":"n"})"},
           Row{claim({}), R"({"replacement":{"note":"n"}})"},
           Row{claim({}), R"(null)"},
           Row{claim({evidence("A")}), R"({"evidence":[{"title":"a\nb"}]})"},
           Row{claim({evidence("A")}), R"({"evidence":[{"uri":"A"}]})"},
           Row{claim({evidence("A")}), R"({"evidence":[{"uri":"A","title":"A"}]})"},
           Row{claim({evidence("A")}, "n"), R"({"evidence":[{"title":"A"}],"note":"n"})"},
           Row{entry_of(Programme{"P"}), R"({"evidence":[]})"},
           Row{correction(std::nullopt), R"({"replacement":{"note":"n"}})"},
           Row{correction(replacement(Programme{"P"})), R"({"replacement":{}})"},
           Row{correction(replacement(claim_body({evidence("A")}))), ""},
           Row{correction(replacement(claim_body({evidence("A")}))), R"({"note":"n"})"},
           Row{correction(replacement(claim_body({evidence("A")}))),
               R"({"replacement":{"note":"n"}})"},
           Row{publication(evidence("D")), ""},
           Row{publication(evidence("D")), R"({"note":"n"})"},
           Row{publication(evidence("D")), R"({"document":{}})"},
           Row{publication(evidence("D")), R"({"document":{"uri":"u"}})"},
           Row{publication(evidence("D")), R"({"document":{"uri":"u","title":"D"}})"},
           Row{publication(evidence("D")), R"({"document":{"title":""}})"},
           Row{publication(evidence("D")), R"({"document":{"title":"a\nb"}})"},
           Row{publication(evidence("D")), R"({"document":[{"title":"D"}]})"},
           Row{publication(evidence("D")),
               R"({"document":{"title":"D"},"document":{"title":"D"}})"},
           Row{publication(evidence("D")), R"({"document":{"title":"D"},"note":"n"})"},
           Row{publication(evidence("D")), R"({"evidence":[{"title":"D"}]})"},
           Row{publication(evidence("D")), R"({"evidence":[],"document":{"title":"D"}})"},
           Row{publication(evidence("D")),
               R"({"document":{"title":"D"},"replacement":{"note":"n"}})"},
           Row{publication(std::nullopt), R"({"document":{"title":"D"}})"},
           Row{publication(std::nullopt), R"({})"},
           Row{claim({}), R"({"document":{"title":"D"}})"},
           Row{correction(replacement(Programme{"P"})), R"({"document":{"title":"D"}})"},
           Row{erasure(), R"({"document":{"title":"D"}})"},
           Row{erasure("n"), R"({"reason":"It names a person"})"},
       }) {
    CAPTURE(row.details);
    Entry entry = stripped(row.entry);
    const Result<void> merged = merge_details(row.details, entry);
    REQUIRE_FALSE(merged.ok());
    CHECK(merged.error().code == ErrorCode::kDamaged);
  }
}

TEST_CASE("Texts of stored details keep the limits of entries") {
  for (const std::size_t over : {0U, 1U}) {
    CAPTURE(over);
    Entry noted = claim({}, std::string(4000 + over, 'n'));
    CHECK(merge_details(encode_details(noted), noted).ok() == (over == 0));
    Entry titled = claim({evidence(std::string(500 + over, 't'))});
    CHECK(merge_details(encode_details(titled), titled).ok() == (over == 0));
    Entry linked = claim({evidence("t", std::string(2048 + over, 'u'))});
    CHECK(merge_details(encode_details(linked), linked).ok() == (over == 0));
    Entry headed = publication(evidence(std::string(500 + over, 't')));
    CHECK(merge_details(encode_details(headed), headed).ok() == (over == 0));
    Entry placed = publication(evidence("t", std::string(2048 + over, 'u')));
    CHECK(merge_details(encode_details(placed), placed).ok() == (over == 0));
  }
}

}  // namespace tally::codec
