#include "codec/entry_json.h"

#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "support/catch.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

const std::string kHash = "9dbad0c5511205b2c4408f616eb43cadd14dc31bd88d40a03843cbcef553a941";
const std::string kItem = R"({"sha256":")" + kHash + R"(","title":"T"})";

Result<ParsedEntry> read(std::string_view line, YearStart start = {}) {
  EntryReader reader(start);
  return reader.read(line);
}

std::string written(const Entry& entry, YearStart start = {}) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  write_entry_members(out, entry, start);
  out.end_object();
  return text;
}

// A line of a type, with an envelope, whose members are given.
std::string line(std::string_view type, std::string_view members) {
  return R"({"type":")" + std::string(type) + R"(","id":"e-1","actor":"a-1",)" +
         std::string(members) + "}";
}

// A claim whose one member is as given, in the place of its own.
std::string claim_with(std::string_view field, std::string_view value) {
  std::string out = R"({"type":"claim","id":"e-1","actor":"a-1")";
  const auto member = [&](std::string_view name, std::string_view own) {
    out += ",\"" + std::string(name) + "\":" + std::string(name == field ? value : own);
  };
  member("commitment", "\"k\"");
  member("quantity", "\"5\"");
  member("from", "\"2022-04-01\"");
  member("to", "\"2023-03-31\"");
  member("evidence", "[]");
  if (field == "note") member("note", "");
  return out + "}";
}

struct Refused {
  std::string line;
  ErrorCode code;
  std::string_view says;
};

void check_refused(const Refused& row, YearStart start = {}) {
  CAPTURE(row.line.substr(0, 400));
  const Result<ParsedEntry> result = read(row.line, start);
  REQUIRE_FALSE(result.ok());
  CAPTURE(result.error().message);
  CHECK(code_name(result.error().code) == code_name(row.code));
  CHECK(result.error().message.find(row.says) != std::string::npos);
  CHECK(result.error().message.find("?.") == std::string::npos);
}

constexpr ErrorCode kJson = ErrorCode::kBadJson;
constexpr ErrorCode kEntry = ErrorCode::kBadEntry;
constexpr ErrorCode kQuantity = ErrorCode::kBadQuantity;
constexpr ErrorCode kDate = ErrorCode::kBadDate;
constexpr ErrorCode kYear = ErrorCode::kBadYear;

const std::string kOpen = R"("organisation":"o","programme":"p","measure":"m")";
const std::string kDates = R"("from":"2022-04-01","to":"2023-03-31")";

}  // namespace

TEST_CASE("An entry of every type is read and written back in one form") {
  for (const std::string& one : {
           line("organisation", R"("name":"N","scheme":"GB-COH","identifier":"01234567")"),
           line("organisation", R"("name":"N","note":"n")"),
           line("programme", R"("name":"N")"),
           line("contract", R"("title":"T","buyer":"b","supplier":"s")"),
           line("contract", R"("title":"T","buyer":"b","supplier":"s","programme":"p","ocid":"x",)"
                            R"("amount":"12.5",)" +
                                kDates),
           line("measure",
                R"("title":"T","unit":"job","framework":"F","edition":"1","basis":"count")"),
           line("measure", R"("title":"T","unit":"GBP","basis":"in-kind")"),
           line("measure", R"("title":"T","unit":"GBP","basis":"cash")"),
           line("measure",
                R"("title":"T","unit":"u","basis":"proxy","proxy":"1.5","proxy_source":"S")"),
           line("measure",
                R"("title":"T","unit":"%","basis":"ratio","numerator":"n","denominator":"d")"),
           line("commitment", kOpen + R"(,"contract":"c","year":"2022-23","quantity":"5")"),
           line("commitment", kOpen + R"(,"schedule":[{"year":"2022-23","quantity":"5"},)"
                                      R"({"year":"2023-24","quantity":"0"}])"),
           line("claim", R"("commitment":"k","quantity":"0",)" + kDates + R"(,"evidence":[])"),
           line("claim", kOpen + R"(,"contract":"c","quantity":"5",)" + kDates +
                             R"(,"evidence":[)" + kItem + "]"),
           line("claim", R"("commitment":"k","quantity":"5",)" + kDates +
                             R"(,"evidence":[{"sha256":")" + kHash +
                             R"(","title":"T","media_type":"a/b","uri":"u"}],"note":"n")"),
           line("verification", R"("claim":"l","outcome":"accepted","method":"desk-review")"),
           line("verification", R"("claim":"l","outcome":"rejected","method":"m")"),
           line("verification", R"("claim":"l","outcome":"partial","quantity":"2","method":"m",)"
                                R"("evidence":[)" +
                                    kItem + "]"),
           line("correction", R"("corrects":"x","reason":"two\nlines")"),
       }) {
    CAPTURE(one);
    const Result<ParsedEntry> result = read(one);
    REQUIRE(result.ok());
    CHECK(written(result->entry) == one);
  }
}

TEST_CASE("How a line is written makes no difference to what it says") {
  const std::string plain = claim_with("evidence", "[" + kItem + "]");
  const Result<ParsedEntry> expected = read(plain);
  REQUIRE(expected.ok());
  std::string hex = kHash;
  for (char& c : hex) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  for (const std::string& one : {
           " \t" + plain + " \r\n",
           R"({ "evidence" : [ { "title" : "T" , "sha256" : ")" + hex +
               R"(" } ] , "to":"2023-03-31",)"
               R"("from":"2022-04-01","quantity": 5.0 ,"commitment":"k","actor":"a-1","id":"e-1",)"
               R"("type":"claim" })",
           R"({"\u0074ype":"cl\u0061im","id":"e-\u0031","actor":"a-1","commitment":"\u006b",)"
           R"("quantity":"\u0035","from":"2022\u002d04-01","to":"2023-03-31","evidence":[)" +
               kItem + "]}",
       }) {
    CAPTURE(one);
    const Result<ParsedEntry> result = read(one);
    REQUIRE(result.ok());
    CHECK(result->entry == expected->entry);
  }
  CHECK(read(line("verification", R"("claim":"l","outcome":"accepted","method":"m","evidence":[])"))
            ->entry ==
        read(line("verification", R"("claim":"l","outcome":"accepted","method":"m")"))->entry);
  CHECK(read(line("commitment", kOpen + R"(,"year":"2022/23","quantity":5)"))->entry ==
        read(line("commitment", kOpen + R"(,"year":"2022-23","quantity":"5.000")"))->entry);
  CHECK_FALSE(read(line("commitment", kOpen + R"(,"schedule":[{"year":"2022-23","quantity":"5"}])"))
                  ->entry ==
              read(line("commitment", kOpen + R"(,"year":"2022-23","quantity":"5")"))->entry);
}

TEST_CASE("A line that is malformed anywhere is bad JSON, whatever else is wrong with it") {
  for (const std::string_view bad : {"",
                                     " ",
                                     "{",
                                     "}",
                                     "{}}",
                                     "{} {}",
                                     "{},",
                                     "[",
                                     "nul",
                                     "{\"a\"}",
                                     "{\"a\":}",
                                     "{\"a\":1,}",
                                     "{\"a\" 1}",
                                     "{a:1}",
                                     "{'a':1}",
                                     "{\"a\":01}",
                                     "{\"a\":1.}",
                                     "{\"a\":-}",
                                     "{\"a\":.5}",
                                     "{\"a\":+5}",
                                     "{\"a\":5e}",
                                     "{\"a\":0x5}",
                                     "{\"a\":trux}",
                                     "{\"a\":truex}",
                                     "{\"a\":nul}",
                                     "{\"a\":tru}",
                                     "{\"a\":\"x}",
                                     "{\"a\":\"\\x\"}",
                                     "{\"a\":\"\\u12\"}",
                                     "{\"a\":\"\\u12g4\"}",
                                     "{\"a\":\"\t\"}",
                                     "{\"a\":\"\n\"}",
                                     "{\"a\":[1,]}",
                                     "{\"a\":[1 2]}",
                                     "{\"a\":[}",
                                     "{\"a\":1 2}",
                                     "{\"a\":\"b\":\"c\"}",
                                     "{\"a\":\"b\"\"c\"}",
                                     "{\"a\":NaN}",
                                     "{\"a\":1}x",
                                     "{\"a\":/**/1}",
                                     "\xef\xbb\xbf{}",
                                     "{\"a\":\"\xff\"}",
                                     "{\"a\":\"\xc3\"}",
                                     "{\"a\":\"\xed\xa0\x80\"}",
                                     "{\"a\":\"\\ud800\"}",
                                     "{\"a\":\"\\udc00\"}",
                                     "{\"a\":\"\\ud800\\u0041\"}",
                                     "{\"a\":\"\\ud800\\ud800\"}",
                                     "{\"a\":\"\\ud800x\"}",
                                     "{\"a\":\"\\udc00\\ud800\"}",
                                     "{\"\\ud800\":1}"}) {
    check_refused({std::string(bad), kJson, "not JSON"});
  }
  // The same where the reader has a shape error to tell first, and where it has none.
  for (const std::string_view bad : {"01", "1.", "-", "trux", "\"\\udc00\"", "\"\\ud800\"",
                                     "\"a\":\"b\"", "5 5", "[1,]", "{\"x\"}"}) {
    for (const std::string_view field : {"quantity", "commitment", "from", "evidence", "note"}) {
      check_refused({claim_with(field, bad), kJson, "not JSON"});
    }
    check_refused({R"({"unknown":null,"other":)" + std::string(bad) + "}", kJson, "not JSON"});
    check_refused({line("correction", R"("corrects":"x","reason":"r","replacement":{"name":)" +
                                          std::string(bad) + "}"),
                   kJson, "not JSON"});
  }
}

TEST_CASE("Nesting deeper than a line can need is bad JSON") {
  const auto nested = [](std::size_t depth) {
    return claim_with("note", std::string(depth, '[') + std::string(depth, ']'));
  };
  check_refused({nested(limits::kNesting - 1), kEntry, "`note` must be a text"});
  check_refused({nested(limits::kNesting), kJson, "nested too deeply"});
  check_refused({nested(100'000), kJson, "nested too deeply"});
  check_refused({std::string(100'000, '['), kJson, ""});
}

TEST_CASE("A value that is not an object is no entry") {
  for (const std::string_view value : {"5", "\"claim\"", "null", "true", "[]", "[{}]", " 1.5 "}) {
    check_refused({std::string(value), kEntry, "one JSON object"});
  }
}

TEST_CASE("A surrogate pair in an escape is one character") {
  const Result<ParsedEntry> result = read(claim_with("note", R"("\ud83d\ude00 \u00e9\u20ac\/")"));
  REQUIRE(result.ok());
  CHECK(result->entry.note == "😀 é€/");
}

TEST_CASE("A quantity is told from what is not one, whatever its JSON type") {
  for (const std::string_view good :
       {"5", "\"5\"", "0", "-0", "\"-0.0\"", "1.000001", "9000000000000"}) {
    CAPTURE(good);
    CHECK(read(claim_with("quantity", good)).ok());
  }
  for (const std::string_view bad :
       {"5e3", "1E2", "\"5e3\"", "true", "false", "{}", "[]", "{\"a\":1}", "[5]", "\"\"", "\" 5\"",
        "\"five\"", "1.0000001", "\"1.\"", "9000000000000.1", "123456789012345678901234567890",
        "-1", "\"-0.000001\"", "\"\\u0000\""}) {
    check_refused({claim_with("quantity", bad), kQuantity, "`quantity`"});
  }
  check_refused({claim_with("quantity", "null"), kEntry, "`quantity` is null"});
  check_refused({line("contract", R"("title":"T","buyer":"b","supplier":"s","amount":-1)"),
                 kQuantity, "`amount`"});
  check_refused({line("measure", R"("title":"T","unit":"u","basis":"proxy","proxy":-1,)"
                                 R"("proxy_source":"S")"),
                 kQuantity, "`proxy`"});
  check_refused(
      {line("verification", R"("claim":"l","outcome":"partial","quantity":0,"method":"m")"),
       kQuantity, "`quantity` is 0"});
}

TEST_CASE("Dates and years are told by their own codes") {
  for (const std::string_view bad : {"\"2022-02-30\"", "20220401", "true", "[]", "{}", "\"\""}) {
    check_refused({claim_with("from", bad), kDate, "`from`"});
    check_refused({line("commitment", kOpen + R"(,"quantity":1,"year":)" + std::string(bad)), kYear,
                   "`year`"});
  }
  check_refused({claim_with("from", "\"2023-04-01\""), kDate, "`from` (2023-04-01) is later"});
  check_refused({line("contract", R"("title":"T","buyer":"b","supplier":"s","from":"2022-04-02",)"
                                  R"("to":"2022-04-01")"),
                 kDate, "is later"});
  CHECK(read(claim_with("from", "\"2023-03-31\"")).ok());  // a day is a span too
  const std::string calendar = line("commitment", kOpen + R"(,"year":"2022","quantity":"1")");
  CHECK(written(read(calendar, YearStart{1, 1})->entry, YearStart{1, 1}) == calendar);
  check_refused({calendar, kYear, "write it as 2022-23"});
}

TEST_CASE("A field is given once, and only where it belongs") {
  const std::string claim = claim_with("", "");
  const std::string body = claim.substr(0, claim.size() - 1);
  for (const Refused& row : {
           Refused{body + R"(,"quantity":"5"})", kEntry, "`quantity` stands twice"},
           Refused{body + R"(,"\u0071uantity":"5"})", kEntry, "`quantity` stands twice"},
           Refused{body + R"(,"quantiy":"5"})", kEntry, "`quantiy` is not a field of a claim"},
           Refused{body + R"(,"evidnce":"5"})", kEntry, "did you mean `evidence`?"},
           Refused{body + R"(,"organisation":"o"})", kEntry, "`organisation` does not belong in"},
           Refused{body + R"(,"contract":"o"})", kEntry, "`contract` does not belong in"},
           Refused{body + R"(,"sequence":5})", kEntry, "`sequence` is not a field"},
           Refused{body + R"(,"":5})", kEntry, "is not a field"},
           Refused{body + R"(,"sha256":"x"})", kEntry, "`sha256` does not belong"},
           Refused{body + R"(,"note":null})", kEntry, "`note` is null"},
           Refused{body + R"(,"other":null})", kEntry, "`other` is not a field"},
           Refused{line("verification",
                        R"("claim":"l","outcome":"accepted","method":"m","quantity":1)"),
                   kEntry, "`quantity` does not belong in a verification with outcome `accepted`"},
           Refused{line("verification",
                        R"("claim":"l","outcome":"rejected","method":"m","quantity":1)"),
                   kEntry, "`quantity` does not belong"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":"count","proxy":1)"), kEntry,
                   "`proxy` does not belong in a measure of basis `count`"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":"cash","proxy_source":"S")"),
                   kEntry, "`proxy_source` does not belong"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":"count","numerator":"n")"),
                   kEntry, "`numerator` does not belong"},
           Refused{line("commitment", kOpen + R"(,"year":"2022-23","schedule":[])"), kEntry,
                   "`year` does not belong in a commitment with a `schedule`"},
           Refused{line("commitment", kOpen + R"(,"quantity":1,"schedule":[])"), kEntry,
                   "`quantity` does not belong"},
           Refused{line("programme", R"("name":"N","scheme":"S")"), kEntry, "`scheme` does not"},
       }) {
    check_refused(row);
  }
}

TEST_CASE("A field that must stand is asked for by name") {
  for (const Refused& row : {
           Refused{R"({})", kEntry, "`type` is missing"},
           Refused{R"({"tpye":"claim"})", kEntry, "did you mean `type`?"},
           Refused{R"({"type":"programme","actor":"a","name":"N"})", kEntry, "`id` is missing"},
           Refused{R"({"type":"programme","id":"i","name":"N"})", kEntry, "`actor` is missing"},
           Refused{line("programme", R"("note":"n")"), kEntry, "`name` is missing"},
           Refused{line("organisation", R"("name":"N","scheme":"S")"), kEntry,
                   "`scheme` stands without `identifier`"},
           Refused{line("organisation", R"("name":"N","identifier":"S")"), kEntry,
                   "`identifier` stands without `scheme`"},
           Refused{line("contract", R"("title":"T","buyer":"b")"), kEntry, "`supplier` is missing"},
           Refused{line("measure", R"("title":"T","unit":"u")"), kEntry, "`basis` is missing"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":"proxy","proxy":1)"), kEntry,
                   "`proxy_source` is missing"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":"ratio","numerator":"n")"),
                   kEntry, "`denominator` is missing"},
           Refused{line("commitment", kOpen + R"(,"quantity":1)"), kEntry, "`year` is missing"},
           Refused{line("claim", R"("commitment":"k","quantity":1,)" + kDates), kEntry,
                   "`evidence` is missing"},
           Refused{line("claim", R"("quantity":1,"evidence":[],)" + kDates), kEntry,
                   "`organisation` is missing; a claim without a `commitment` must have it"},
           Refused{line("verification", R"("claim":"l","outcome":"partial","method":"m")"), kEntry,
                   "`quantity` is missing"},
           Refused{line("correction", R"("corrects":"x")"), kEntry, "`reason` is missing"},
       }) {
    check_refused(row);
  }
}

TEST_CASE("A type or a word that nobody knows is refused with what was perhaps meant") {
  for (const Refused& row : {
           Refused{line("clam", R"("name":"N")"), kEntry, "did you mean `claim`?"},
           Refused{line("organization", R"("name":"N")"), kEntry, "did you mean `organisation`?"},
           Refused{line("ledger-opened", R"("name":"N")"), kEntry, "written by the ledger itself"},
           Refused{line("key-rotated", R"("name":"N")"), kEntry, "written by the ledger itself"},
           Refused{line("ledger-restored", R"("name":"N")"), kEntry,
                   "written by the ledger itself"},
           Refused{line("", R"("name":"N")"), kEntry, "is not a type of entry"},
           Refused{R"({"type":5})", kEntry, "`type` must be a text, not a number"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":"Count")"), kEntry,
                   "`Count` is not a basis"},
           Refused{line("measure", R"("title":"T","unit":"u","basis":1)"), kEntry,
                   "`basis` must be"},
           Refused{line("verification", R"("claim":"l","outcome":"ok","method":"m")"), kEntry,
                   "`ok` is not an outcome"},
       }) {
    check_refused(row);
  }
}

TEST_CASE("A list keeps its limits, and each of its items its shape") {
  const auto lines = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) {
      const YearStart start;
      list += (i == 0 ? "" : ",") +
              (R"({"year":")" + start.year_text(Year{static_cast<std::int16_t>(2000 + i)})) +
              R"(","quantity":1})";
    }
    return line("commitment", kOpen + R"(,"schedule":[)" + list + "]");
  };
  const auto items = [](int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + kItem;
    return claim_with("evidence", "[" + list + "]");
  };
  const auto schedule = [](const std::string& list) {
    return line("commitment", kOpen + R"(,"schedule":)" + list);
  };
  const auto item = [](const std::string& one) {
    return claim_with("evidence", "[" + kItem + "," + one + "]");
  };
  CHECK(read(lines(1)).ok());
  CHECK(read(lines(50)).ok());
  CHECK(read(items(64)).ok());
  for (const Refused& row : {
           Refused{lines(0), kEntry, "`schedule` has no lines"},
           Refused{lines(51), kEntry, "1 to 50 lines"},
           Refused{items(65), kEntry, "more items than the 64"},
           Refused{items(1000), kEntry, "more items than the 64"},
           Refused{schedule("{}"), kEntry, "`schedule` must be a list"},
           Refused{schedule("\"x\""), kEntry, "`schedule` must be a list"},
           Refused{schedule(R"([{"year":"2022-23"}])"), kEntry, "`quantity` is missing"},
           Refused{schedule(R"([5])"), kEntry, "must be an object"},
           Refused{schedule(R"([{"year":"2022-23","quantity":1,"note":"n"}])"), kEntry,
                   "`note` does not"},
           Refused{schedule(R"([{"year":"2022-23","quantity":1,"extra":1}])"), kEntry,
                   "`extra` is not"},
           Refused{schedule(R"([{"year":"2022-23","year":"2022-23","quantity":1}])"), kEntry,
                   "twice"},
           Refused{schedule(R"([{"year":"2022-23","quantity":null}])"), kEntry, "is null"},
           Refused{schedule(R"([{"year":"2022-23","quantity":1},{"year":"2022/23","quantity":1}])"),
                   kYear, "the year 2022-23 twice"},
           Refused{schedule(R"([{"year":2022,"quantity":1}])"), kYear, "item 1"},
           Refused{schedule(R"([{"year":"2022-23","quantity":[]}])"), kQuantity, "item 1"},
           Refused{claim_with("evidence", "{}"), kEntry, "`evidence` must be a list"},
           Refused{claim_with("evidence", "5"), kEntry, "`evidence` must be a list"},
           Refused{claim_with("evidence", "null"), kEntry, "`evidence` is null"},
           Refused{item("null"), kEntry, "item 2"},
           Refused{item("[]"), kEntry, "item 2"},
           Refused{item("{}"), kEntry, "`sha256` is missing"},
           Refused{item(R"({"sha256":")" + kHash + "\"}"), kEntry, "`title` is missing"},
           Refused{item(R"({"sha256":")" + kHash.substr(1) + R"(","title":"T"})"), kEntry,
                   "64 hex"},
           Refused{item(R"({"sha256":"x)" + kHash.substr(1) + R"(","title":"T"})"), kEntry,
                   "64 hex"},
           Refused{item(R"({"sha256":5,"title":"T"})"), kEntry, "64 hex digits"},
           Refused{item(R"({"sha256":")" + kHash + R"(","title":""})"), kEntry, "`title` is empty"},
           Refused{item(R"({"sha256":")" + kHash + R"(","title":"T","mediatype":"x"})"), kEntry,
                   "did you mean `media_type`?"},
       }) {
    check_refused(row);
  }
  // Where the list itself does not belong, that is what is told.
  check_refused(
      {line("programme", R"("name":"N","schedule":[5])"), kEntry, "`schedule` does not belong"});
}

}  // namespace tally::codec
