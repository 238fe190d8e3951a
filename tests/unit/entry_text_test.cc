// What texts of entries may hold, replacements, and what stands in an error beside its message.

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "codec/entry_json.h"
#include "support/catch.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

const std::string kHash = "9dbad0c5511205b2c4408f616eb43cadd14dc31bd88d40a03843cbcef553a941";

Result<ParsedEntry> read(std::string_view line) {
  EntryReader reader{YearStart{}};
  return reader.read(line);
}

std::string line(std::string_view type, std::string_view members) {
  return R"({"type":")" + std::string(type) + R"(","id":"e-1","actor":"a-1",)" +
         std::string(members) + "}";
}

std::string named(const std::string& name) { return line("programme", R"("name":)" + name); }
std::string quoted(const std::string& text) { return "\"" + text + "\""; }

std::string replacing(const std::string& replacement) {
  return line("correction", R"("corrects":"x","reason":"r","replacement":)" + replacement);
}

ErrorCode code_of(std::string_view text) {
  const Result<ParsedEntry> result = read(text);
  REQUIRE_FALSE(result.ok());
  return result.error().code;
}

}  // namespace

TEST_CASE("A text has 1 to so many bytes of UTF-8, by its field") {
  struct Row {
    std::string_view type, before, after;
    std::size_t limit;
  };
  const std::string item = R"("commitment":"k","quantity":1,"from":"2022-04-01","to":"2022-04-01",)"
                           R"("evidence":[{"sha256":")" +
                           kHash + "\",";
  const std::string titled = item + R"("title":")";
  const std::string linked = item + R"("title":"T","uri":")";
  const std::string typed = item + R"("title":"T","media_type":")";
  for (const Row& row : {
           Row{"programme", R"("name":")", "\"", 500},
           Row{"programme", R"("name":"N","note":")", "\"", 4000},
           Row{"correction", R"("corrects":"x","reason":")", "\"", 2000},
           Row{"measure", R"("title":"T","unit":"u","basis":"proxy","proxy":1,"proxy_source":")",
               "\"", 2000},
           Row{"claim", titled, "\"}]", 500},
           Row{"claim", linked, "\"}]", 2048},
           Row{"claim", typed, "\"}]", 500},
       }) {
    CAPTURE(row.before, row.limit);
    const auto with = [&](const std::string& text) {
      return read(line(row.type, std::string(row.before) + text + std::string(row.after)));
    };
    CHECK(with("x").ok());
    CHECK(with(std::string(row.limit, 'x')).ok());
    CHECK(with(std::string(row.limit - 2, 'x') + "é").ok());
    CHECK(with(std::string(row.limit - 2, 'x') + "\\u00e9").ok());
    for (const std::string& bad :
         {std::string(), std::string(row.limit + 1, 'x'), std::string(row.limit - 1, 'x') + "é"}) {
      const Result<ParsedEntry> result = with(bad);
      REQUIRE_FALSE(result.ok());
      CHECK(result.error().code == ErrorCode::kBadEntry);
    }
  }
}

TEST_CASE("Control characters are refused, but for line feed and tab in notes and reasons") {
  for (const std::string_view control :
       {"\\u0000", "\\u0001", "\\b", "\\f", "\\r", "\\u001f", "\\u007f", "\x7f", "\\u0080",
        "\\u0085", "\\u009f", "\xc2\x80", "\xc2\x9f"}) {
    CAPTURE(control);
    const std::string text = quoted("abcdefgh" + std::string(control) + "ij");
    CHECK(code_of(named(text)) == ErrorCode::kBadEntry);
    CHECK(code_of(line("programme", R"("name":"N","note":)" + text)) == ErrorCode::kBadEntry);
    CHECK(code_of(line("correction", R"("corrects":"x","reason":)" + text)) ==
          ErrorCode::kBadEntry);
  }
  for (const std::string_view lines : {"\\n", "\\t", "\\u000a", "\\u0009"}) {
    CAPTURE(lines);
    const std::string text = quoted("a" + std::string(lines) + "b");
    CHECK(code_of(named(text)) == ErrorCode::kBadEntry);
    CHECK(read(line("programme", R"("name":"N","note":)" + text)).ok());
    CHECK(read(line("correction", R"("corrects":"x","reason":)" + text)).ok());
  }
  for (const std::string_view fine :
       {" ", "~", "\\u00a0", "\xc2\xa0", "\\u2028", "\\ufffe", "é", "😀"}) {
    CAPTURE(fine);
    CHECK(read(named(quoted(std::string(fine)))).ok());
  }
}

TEST_CASE("An identifier has one form wherever it stands") {
  const auto entry = [](const std::string& id, const std::string& actor, const std::string& claim) {
    return R"({"type":"verification","outcome":"accepted","method":"m","id":")" + id +
           R"(","actor":")" + actor + R"(","claim":")" + claim + "\"}";
  };
  for (const std::string& good :
       {std::string("a"), std::string("9"), std::string("A.b_c-9"), std::string(128, 'x')}) {
    CAPTURE(good);
    CHECK(read(entry(good, good, good)).ok());
  }
  for (const std::string& bad :
       {std::string(), std::string("-a"), std::string(".a"), std::string("_a"), std::string("a b"),
        std::string("a/b"), std::string("é"), std::string("a\\n"), std::string(129, 'x')}) {
    CAPTURE(bad);
    CHECK(code_of(entry(bad, "a", "c")) == ErrorCode::kBadEntry);
    CHECK(code_of(entry("i", bad, "c")) == ErrorCode::kBadEntry);
    CHECK(code_of(entry("i", "a", bad)) == ErrorCode::kBadEntry);
  }
  CHECK(code_of(R"({"type":"programme","id":5,"actor":"a","name":"N"})") == ErrorCode::kBadEntry);
}

TEST_CASE("A line over the limit is too large, and one at the limit is read") {
  const std::string entry = named("\"N\"");
  const std::string padded = entry + std::string(limits::kLineBytes - entry.size(), ' ');
  CHECK(read(padded).ok());
  CHECK(code_of(padded + " ") == ErrorCode::kTooLarge);
}

TEST_CASE("An error names the entry wherever its id stands") {
  struct Row {
    std::string line;
    std::string_view entry;
  };
  for (const Row& row : {
           Row{R"({"id":"e-1","type":"clam"})", "e-1"},
           Row{R"({"type":"clam","id":"e-1"})", "e-1"},
           Row{R"({"unknown":1,"type":"programme","name":"N","actor":"a","id":"e-1"})", "e-1"},
           Row{R"({"name":null,"type":"programme","id":"e-1"})", "e-1"},
           Row{R"({"type":"claim","evidence":[5,{"x":[{}]}],"id":"e-1"})", "e-1"},
           Row{R"({"type":"programme","name":[[]],"actor":"a","id":"\u0065-1"})", "e-1"},
           Row{R"({"id":"e-1","id":"e-2"})", "e-1"},
           Row{R"({"id":"e-1","name":trux})", "e-1"},  // before the fault, in what is not JSON
           Row{R"({"id":"not one","type":"clam"})", ""},
           Row{R"({"id":5,"type":"clam"})", ""},
           Row{R"({"id":null,"type":"clam"})", ""},
           Row{R"({"type":"clam"})", ""},
           Row{R"([])", ""},
       }) {
    CAPTURE(row.line);
    const Result<ParsedEntry> result = read(row.line);
    REQUIRE_FALSE(result.ok());
    CHECK(result.error().entry == row.entry);
  }
}

TEST_CASE("Nothing of one line is left over in the next") {
  EntryReader reader{YearStart{}};
  const std::string full = line("claim", R"("commitment":"k","quantity":"5","from":"2022-04-01",)"
                                         R"("to":"2022-04-01","evidence":[{"sha256":")" +
                                             kHash + R"(","title":"T","uri":"u"}],"note":"n")");
  const std::string bare = line("claim", R"("commitment":"k","quantity":"5","from":"2022-04-01",)"
                                         R"("to":"2022-04-01","evidence":[])");
  const Result<ParsedEntry> expected = read(bare);
  REQUIRE(reader.read(full).ok());
  REQUIRE(reader.read(replacing("{}")).ok());
  for (const std::string_view bad : {"{\"id\":", "{\"id\":]", "[", "{\"id\" \"e-1\"}"}) {
    const Result<ParsedEntry> refused = reader.read(bad);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().entry.empty());
  }
  const Result<ParsedEntry> again = reader.read(bare);
  REQUIRE(again.ok());
  CHECK(again->entry == expected->entry);
  CHECK_FALSE(again->has_replacement);
  CHECK(again->replacement_json.empty());
}

TEST_CASE("A replacement waits until its type is known, and is then read as that body") {
  EntryReader reader{YearStart{}};
  Result<ParsedEntry> parsed = reader.read(replacing(R"( {"name" : "New", "note":"why\nso"} )"));
  REQUIRE(parsed.ok());
  CHECK(parsed->has_replacement);
  CHECK_FALSE(std::get<Correction>(parsed->entry.content).replacement.has_value());
  REQUIRE(reader.read_replacement(*parsed, EntryType::kProgramme).ok());
  const Correction& correction = std::get<Correction>(parsed->entry.content);
  REQUIRE(correction.replacement.has_value());
  CHECK(correction.replacement->body == Body(Programme{"New"}));
  CHECK(correction.replacement->note == "why\nso");
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  write_entry_members(out, parsed->entry, YearStart{});
  out.end_object();
  CHECK(text == replacing(R"({"name":"New","note":"why\nso"})"));

  // The same text as another type is another thing.
  Result<ParsedEntry> other = reader.read(replacing(R"({"name":"New"})"));
  const Result<void> refused = reader.read_replacement(*other, EntryType::kClaim);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::kBadEntry);
  CHECK(refused.error().entry == "e-1");
}

TEST_CASE("A replacement obeys the rules of its type and has nothing of the envelope") {
  EntryReader reader{YearStart{}};
  struct Row {
    std::string_view replacement;
    ErrorCode code;
    std::string_view says;
  };
  for (const Row& row : {
           Row{R"({"name":"N","type":"programme"})", ErrorCode::kBadEntry,
               "`type` does not belong"},
           Row{R"({"name":"N","id":"e"})", ErrorCode::kBadEntry, "`id` does not belong"},
           Row{R"({"name":"N","actor":"e"})", ErrorCode::kBadEntry, "`actor` does not belong"},
           Row{R"({})", ErrorCode::kBadEntry, "`name` is missing"},
           Row{R"({"name":"N","name":"N"})", ErrorCode::kBadEntry, "twice"},
           Row{R"({"name":null})", ErrorCode::kBadEntry, "null"},
           Row{R"({"name":"N","note":""})", ErrorCode::kBadEntry, "`note` is empty"},
           Row{R"({"name":"a\nb"})", ErrorCode::kBadEntry, "control character"},
       }) {
    CAPTURE(row.replacement);
    Result<ParsedEntry> parsed = reader.read(replacing(std::string(row.replacement)));
    REQUIRE(parsed.ok());
    const Result<void> refused = reader.read_replacement(*parsed, EntryType::kProgramme);
    REQUIRE_FALSE(refused.ok());
    CAPTURE(refused.error().message);
    CHECK(refused.error().code == row.code);
    CHECK(refused.error().message.find(row.says) != std::string::npos);
  }
  for (const std::string_view value : {"[]", "\"x\"", "5", "true", "null"}) {
    CAPTURE(value);
    CHECK(code_of(replacing(std::string(value))) == ErrorCode::kBadEntry);
  }
}

TEST_CASE("An event is written with its sequence and time, and without what was erased") {
  Event event;
  event.sequence.value = 7;
  event.recorded_at.micros = 1'700'000'000'000'000;
  event.entry =
      read(line("verification", R"("claim":"l","outcome":"accepted","method":"m","evidence":)"
                                R"([{"sha256":")" +
                                    kHash + R"(","title":"T"}],"note":"n")"))
          ->entry;
  const auto text = [&] {
    std::string out;
    base::JsonWriter writer(out);
    writer.begin_object();
    write_event_members(writer, event, YearStart{});
    writer.end_object();
    return out;
  };
  const std::string start =
      R"({"sequence":7,"recorded_at":"2023-11-14T22:13:20.000000Z","type":"verification","id":"e-1",)"
      R"("actor":"a-1","claim":"l","outcome":"accepted","method":"m","evidence":[{"sha256":")" +
      kHash;
  CHECK(text() == start + R"(","title":"T"}],"note":"n"})");
  event.details_erased = true;
  event.entry.note.clear();
  std::get<Verification>(std::get<Body>(event.entry.content)).evidence[0].title.clear();
  CHECK(text() == start + R"("}],"details_erased":true})");

  event.entry = Entry{};
  event.details_erased = false;
  event.entry.content = LedgerOpened{"A", "a.example", YearStart{}, "GBP", "key"};
  CHECK(text() ==
        R"({"sequence":7,"recorded_at":"2023-11-14T22:13:20.000000Z","type":"ledger-opened",)"
        R"("name":"A","origin":"a.example","year_start":"04-01","currency":"GBP","vkey":"key"})");
}

}  // namespace tally::codec
