// Publications and erasures as JSON (spec "Entries: Types"): what is read, what is printed, and
// what is refused.

#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "codec/entry_json.h"
#include "support/catch.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

const std::string kHash = "9dbad0c5511205b2c4408f616eb43cadd14dc31bd88d40a03843cbcef553a941";
const std::string kDocument = R"({"sha256":")" + kHash + R"(","title":"T"})";
const std::string kStatement =
    R"({"label":"L","figure":"2022-23:jobs:verified","stated":"5","qualifier":"exact",)"
    R"("of":"quantity"})";

// Any member given takes the place of the one that would stand there; with no value, none stands.
struct Member {
  std::string_view field;
  std::string value;
};

std::string object(const std::vector<Member>& own, const std::vector<Member>& given) {
  std::string out;
  const auto add = [&](const Member& member) {
    if (member.value.empty()) return;
    out += (out.empty() ? "\"" : ",\"") + std::string(member.field) + "\":" + member.value;
  };
  const auto find = [](const std::vector<Member>& in, std::string_view field) -> const Member* {
    for (const Member& member : in) {
      if (member.field == field) return &member;
    }
    return nullptr;
  };
  for (const Member& member : own) {
    const Member* other = find(given, member.field);
    add(other != nullptr ? *other : member);
  }
  for (const Member& member : given) {
    if (find(own, member.field) == nullptr) add(member);
  }
  return "{" + out + "}";
}

std::string publication(const std::vector<Member>& given = {}) {
  return object({{"type", "\"publication\""},
                 {"id", "\"e-1\""},
                 {"actor", "\"a-1\""},
                 {"year", "\"2022-23\""},
                 {"title", "\"T\""},
                 {"statements", "[]"}},
                given);
}

std::string erasure(const std::vector<Member>& given = {}) {
  return object({{"type", "\"erasure\""},
                 {"id", "\"e-1\""},
                 {"actor", "\"a-1\""},
                 {"erases", "5"},
                 {"reason", "\"R\""}},
                given);
}

// A publication of one statement, in which these members are other than they should be.
std::string stating(const std::vector<Member>& given) {
  return publication({{"statements", "[" +
                                         object({{"label", "\"L\""},
                                                 {"figure", "\"2022-23:jobs:verified\""},
                                                 {"stated", "\"5\""}},
                                                given) +
                                         "]"}});
}

std::string with_document(const std::vector<Member>& given) {
  return publication(
      {{"document", object({{"sha256", "\"" + kHash + "\""}, {"title", "\"T\""}}, given)}});
}

std::string of_statements(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + kStatement;
  return publication({{"statements", "[" + list + "]"}});
}

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

template <typename Content>
Content must_read(const std::string& line) {
  CAPTURE(line);
  const Result<ParsedEntry> result = read(line);
  INFO((result.ok() ? "" : result.error().message));
  REQUIRE(result.ok());
  return std::get<Content>(result->entry.content);
}

struct Refused {
  std::string line;
  ErrorCode code;
  std::string_view says;
};

void check_refused(const std::vector<Refused>& rows) {
  for (const Refused& row : rows) {
    CAPTURE(row.line.substr(0, 400), row.says);
    const Result<ParsedEntry> result = read(row.line);
    REQUIRE_FALSE(result.ok());
    CAPTURE(result.error().message);
    CHECK(code_name(result.error().code) == code_name(row.code));
    CHECK(result.error().message.find(row.says) != std::string::npos);
  }
}

constexpr ErrorCode kEntry = ErrorCode::kBadEntry;
constexpr ErrorCode kQuantity = ErrorCode::kBadQuantity;
constexpr ErrorCode kYear = ErrorCode::kBadYear;

}  // namespace

TEST_CASE("A publication and an erasure are read and written back in one form") {
  const std::string full_document =
      R"({"sha256":")" + kHash + R"(","title":"T","media_type":"a/b","uri":"u"})";
  for (const std::string& one : {
           publication(),
           erasure(),
           erasure({{"reason", R"("two\nlines\tand a tab")"}, {"note", "\"n\""}}),
           erasure({{"erases", "0"}}),
           erasure({{"erases", "9223372036854775807"}}),
       }) {
    CAPTURE(one);
    const Result<ParsedEntry> result = read(one);
    INFO((result.ok() ? "" : result.error().message));
    REQUIRE(result.ok());
    CHECK(written(result->entry) == one);
  }
  const std::string head = R"({"type":"publication","id":"e-1","actor":"a-1","year":"2022-23",)";
  const std::string statements =
      R"("statements":[)" + kStatement + "," +
      R"({"label":"L2","figure":"2021-22:m:pending:programme=p:organisation=o:contract=-@7",)"
      R"("stated":"-12.5","qualifier":"about","of":"value"}])";
  const std::string full = head + R"("title":"T","document":)" + full_document +
                           R"(,"as_of":7,"supersedes":"older",)" + statements + R"(,"note":"n"})";
  const Result<ParsedEntry> result = read(full);
  INFO((result.ok() ? "" : result.error().message));
  REQUIRE(result.ok());
  CHECK(written(result->entry) == full);
}

TEST_CASE("Every field of a publication is what its line says") {
  const auto read_one = must_read<Publication>(publication({
      {"title", "\"Annual report\""},
      {"document", R"({"uri":"u","media_type":"a/b","title":"D","sha256":")" + kHash + R"("})"},
      {"as_of", "41"},
      {"supersedes", "\"older\""},
      {"statements",
       R"([{"of":"value","stated":-5,"qualifier":"more-than","label":"L",)"
       R"("figure":"2021/22:jobs:claimed:programme=p:organisation=o:contract=c@9"}])"},
  }));
  CHECK(read_one.year == Year{2022});
  CHECK(read_one.title == "Annual report");
  CHECK(read_one.document == Evidence{*Hash::parse(kHash), "D", "a/b", "u"});
  CHECK(read_one.as_of == Sequence{41});
  CHECK(read_one.supersedes.id == "older");
  CHECK_FALSE(read_one.totals_root.has_value());
  REQUIRE(read_one.statements.size() == 1);
  const Statement& statement = read_one.statements[0];
  CHECK(statement.label == "L");
  CHECK(statement.figure ==
        FigureReference{Year{2021}, "jobs", Stage::kClaimed, "p", "o", "c", Sequence{9}});
  CHECK(statement.stated.to_string() == "-5");
  CHECK(statement.qualifier == Qualifier::kMoreThan);
  CHECK(statement.of == StatementOf::kValue);

  const auto plain = must_read<Publication>(stating({}));
  CHECK_FALSE(plain.document.has_value());
  CHECK_FALSE(plain.as_of.has_value());
  CHECK_FALSE(plain.supersedes.present());
  CHECK(plain.statements[0].qualifier == Qualifier::kExact);
  CHECK(plain.statements[0].of == StatementOf::kQuantity);
  CHECK_FALSE(plain.statements[0].figure.as_of.has_value());
  for (const Qualifier one :
       {Qualifier::kExact, Qualifier::kAtLeast, Qualifier::kMoreThan, Qualifier::kAbout}) {
    const std::string word = "\"" + std::string(qualifier_name(one)) + "\"";
    CHECK(must_read<Publication>(stating({{"qualifier", word}})).statements[0].qualifier == one);
  }
}

TEST_CASE("A ledger whose year is the calendar's reads and prints a publication in its own way") {
  const YearStart calendar{1, 1};
  const std::string line =
      publication({{"year", "\"2022\""},
                   {"statements", R"([{"label":"L","figure":"2022:jobs:verified","stated":"5",)"
                                  R"("qualifier":"exact","of":"quantity"}])"}});
  const Result<ParsedEntry> result = read(line, calendar);
  REQUIRE(result.ok());
  CHECK(written(result->entry, calendar) == line);
  CHECK_FALSE(read(stating({}), calendar).ok());
}

TEST_CASE("A sequence is read from a number or a text, and from nothing but digits") {
  for (const std::string value : {"7", "\"7\""}) {
    CHECK(must_read<Publication>(publication({{"as_of", value}})).as_of == Sequence{7});
    CHECK(must_read<Erasure>(erasure({{"erases", value}})).erases == Sequence{7});
  }
  CHECK(must_read<Publication>(publication({{"as_of", "0"}})).as_of == Sequence{0});
  for (const std::string value :
       {"-1", "-0", "\"-0\"", "1.0", "\"1.0\"", "1e3", "\"1e3\"", "9223372036854775808",
        "\"9223372036854775808\"", "18446744073709551616", "\"\"", "\" 7\"", "\"07\"", "\"+7\"",
        "\"seven\"", "true", "[7]", R"({"a":7})"}) {
    check_refused({{publication({{"as_of", value}}), kEntry, "`as_of`"},
                   {erasure({{"erases", value}}), kEntry, "`erases`"}});
  }
  check_refused({{publication({{"as_of", "null"}}), kEntry, "`as_of` is null"},
                 {erasure({{"erases", "null"}}), kEntry, "`erases` is null"}});
}

TEST_CASE("A publication's statement may be negative, within the range of quantities") {
  for (const std::string value : {"-5", "\"-5\"", "-9000000000000", "9000000000000", "0.000001"}) {
    CHECK(must_read<Publication>(stating({{"stated", value}})).statements.size() == 1);
  }
  CHECK(must_read<Publication>(stating({{"stated", "-0"}})).statements[0].stated.is_zero());
  for (const std::string value : {"1e3", "\"5e3\"", "-9000000000000.000001", "9000000000001",
                                  "0.0000001", "\"\"", "\"five\"", "true", "[]", "{}"}) {
    check_refused({{stating({{"stated", value}}), kQuantity, "`stated`"}});
  }
}

TEST_CASE("A figure in a statement is a well-formed reference") {
  for (const std::string_view text :
       {"2022-23:jobs", "2022-23:jobs:done", "jobs:verified", "2022-23::verified",
        "2022:j:verified", "2022-24:jobs:verified", "1850-51:jobs:verified",
        "2022-23:jobs:verified:", "2022-23:jobs:verified:colour=red",
        "2022-23:jobs:verified:organisation=o:programme=p",
        "2022-23:jobs:verified:programme=p:programme=p", "2022-23:jobs:verified:programme=",
        "2022-23:jobs:verified:programme=-", "2022-23:jobs:verified@", "2022-23:jobs:verified@-1",
        "2022-23:jobs:verified@2024-01-01T00:00:00Z", "2022-23:jobs:verified@18446744073709551616",
        "2022-23:j b:verified", ""}) {
    const std::string value = "\"" + std::string(text) + "\"";
    check_refused({{stating({{"figure", value}}), kEntry, "`figure`"}});
  }
  check_refused({{stating({{"figure", "5"}}), kEntry, "`figure` must be a figure reference"},
                 {stating({{"figure", "{}"}}), kEntry, "`figure`"}});
}

TEST_CASE("A word that a statement does not know is refused") {
  check_refused({
      {stating({{"qualifier", "\"Exact\""}}), kEntry, "`Exact` is not a qualifier"},
      {stating({{"qualifier", "\"at least\""}}), kEntry, "is not a qualifier"},
      {stating({{"qualifier", "\"\""}}), kEntry, "is not a qualifier"},
      {stating({{"qualifier", "1"}}), kEntry, "`qualifier` must be a text"},
      {stating({{"of", "\"values\""}}), kEntry, "neither `quantity` nor `value`"},
      {stating({{"of", "\"\""}}), kEntry, "neither `quantity` nor `value`"},
      {stating({{"of", "true"}}), kEntry, "`of` must be a text"},
  });
}

TEST_CASE("A publication has its fields once, all that it must have, and no others") {
  check_refused({
      {publication({{"year", ""}}), kEntry, "`year` is missing"},
      {publication({{"title", ""}}), kEntry, "`title` is missing"},
      {publication({{"statements", ""}}), kEntry, "`statements` is missing"},
      {publication({{"actor", ""}}), kEntry, "`actor` is missing"},
      {publication({{"year", "2022"}}), kYear, "`year`"},
      {publication({{"year", "\"2022\""}}), kYear, "`year`"},
      {publication({{"year", "\"1850-51\""}}), kYear, "`year`"},
      {publication({{"title", "\"\""}}), kEntry, "`title` is empty"},
      {publication({{"title", "null"}}), kEntry, "`title` is null"},
      {publication({{"title", "\"" + std::string(501, 'x') + "\""}}), kEntry,
       "`title` is too long"},
      {publication({{"title", R"("a\nb")"}}), kEntry, "control character"},
      {publication({{"supersedes", "\"a b\""}}), kEntry, "`supersedes`"},
      {publication({{"supersedes", "\"\""}}), kEntry, "`supersedes`"},
      {publication({{"supersedes", "5"}}), kEntry, "`supersedes`"},
      {publication({{"supersedes", "null"}}), kEntry, "`supersedes` is null"},
      {publication({{"totals_root", "\"" + kHash + "\""}}), kEntry, "`totals_root`"},
      {publication({{"sequence", "5"}}), kEntry, "`sequence` is not a field"},
      {publication({{"quantity", "5"}}), kEntry, "`quantity` does not belong in"},
      {publication({{"evidence", "[]"}}), kEntry, "`evidence` does not belong in"},
      {publication({{"erases", "5"}}), kEntry, "`erases` does not belong in"},
      {publication({{"reason", "\"R\""}}), kEntry, "`reason` does not belong in"},
      {publication({{"label", "\"L\""}}), kEntry, "`label` does not belong in"},
      {publication({{"documnet", kDocument}}), kEntry, "did you mean `document`?"},
      {publication({{"note", "\"\""}}), kEntry, "`note` is empty"},
      {R"({"title":"T",)" + publication().substr(1), kEntry, "`title` stands twice"},
  });
}

TEST_CASE("An erasure has its fields once, all that it must have, and no others") {
  CHECK(must_read<Erasure>(erasure({{"reason", "\"" + std::string(2000, 'x') + "\""}})).reason ==
        std::string(2000, 'x'));
  check_refused({
      {erasure({{"erases", ""}}), kEntry, "`erases` is missing"},
      {erasure({{"reason", ""}}), kEntry, "`reason` is missing"},
      {erasure({{"reason", "\"\""}}), kEntry, "`reason` is empty"},
      {erasure({{"reason", "null"}}), kEntry, "`reason` is null"},
      {erasure({{"reason", "5"}}), kEntry, "`reason` must be a text"},
      {erasure({{"reason", "\"" + std::string(2001, 'x') + "\""}}), kEntry, "`reason` is too long"},
      {erasure({{"reason", R"("a\u0001b")"}}), kEntry, "control character"},
      {erasure({{"corrects", "\"x\""}}), kEntry, "`corrects` does not belong in"},
      {erasure({{"document", kDocument}}), kEntry, "`document` does not belong in"},
      {erasure({{"statements", "[]"}}), kEntry, "`statements` does not belong in"},
      {erasure({{"as_of", "1"}}), kEntry, "`as_of` does not belong in"},
      {erasure({{"erase", "5"}}), kEntry, "did you mean `erases`?"},
      {R"({"erases":5,)" + erasure().substr(1), kEntry, "`erases` stands twice"},
      {R"({"type":"programme","id":"e","actor":"a","name":"N","erases":5})", kEntry,
       "`erases` does not belong in"},
      {R"({"type":"programme","id":"e","actor":"a","name":"N","document":{}})", kEntry,
       "`document` does not belong in"},
      {R"({"type":"programme","id":"e","actor":"a","name":"N","statements":[5]})", kEntry,
       "`statements` does not belong in"},
  });
}

TEST_CASE("A document is one object of the shape of evidence") {
  const auto document = must_read<Publication>(with_document({})).document;
  CHECK(document == Evidence{*Hash::parse(kHash), "T", "", ""});
  const auto be = [](const std::string& value) { return publication({{"document", value}}); };
  check_refused({
      {be("[" + kDocument + "]"), kEntry, "`document` must be one"},
      {be("[]"), kEntry, "`document` must be one"},
      {be("5"), kEntry, "`document` must be one"},
      {be("\"" + kHash + "\""), kEntry, "`document` must be one"},
      {be("true"), kEntry, "`document` must be one"},
      {be("null"), kEntry, "`document` is null"},
      {be("{}"), kEntry, "`sha256` is missing"},
      {with_document({{"title", ""}}), kEntry, "`title` is missing"},
      {with_document({{"sha256", "\"" + kHash.substr(1) + "\""}}), kEntry, "64 hex"},
      {with_document({{"sha256", "5"}}), kEntry, "64 hex"},
      {with_document({{"sha256", "null"}}), kEntry, "`sha256` is null"},
      {with_document({{"title", "\"\""}}), kEntry, "`title` is empty"},
      {with_document({{"title", "\"" + std::string(501, 'x') + "\""}}), kEntry, "too long"},
      {with_document({{"uri", "\"" + std::string(2049, 'x') + "\""}}), kEntry, "too long"},
      {with_document({{"media_type", "\"\""}}), kEntry, "`media_type` is empty"},
      {with_document({{"note", "\"n\""}}), kEntry, "`note` does not belong in a document"},
      {with_document({{"mediatype", "\"n\""}}), kEntry, "did you mean `media_type`?"},
      {with_document({{"title", R"("T","title":"T")"}}), kEntry, "`title` stands twice"},
      {with_document({{"uri", R"({"a":1})"}}), kEntry, "`uri` must be a text"},
  });
}

TEST_CASE("A statement has its fields once, all that it must have, and no others") {
  const auto in_list = [](const std::string& item) {
    return publication({{"statements", "[" + kStatement + "," + item + "]"}});
  };
  check_refused({
      {stating({{"label", ""}}), kEntry, "`label` is missing"},
      {stating({{"figure", ""}}), kEntry, "`figure` is missing"},
      {stating({{"stated", ""}}), kEntry, "`stated` is missing"},
      {stating({{"label", "\"\""}}), kEntry, "`label` is empty"},
      {stating({{"label", "\"" + std::string(501, 'x') + "\""}}), kEntry, "`label` is too long"},
      {stating({{"label", "5"}}), kEntry, "`label` must be a text"},
      {stating({{"label", "null"}}), kEntry, "is null"},
      {stating({{"stated", "null"}}), kEntry, "is null"},
      {stating({{"qualifier", "null"}}), kEntry, "is null"},
      {stating({{"quantity", "5"}}), kEntry, "`quantity` does not belong in a statement"},
      {stating({{"as_of", "5"}}), kEntry, "`as_of` does not belong in a statement"},
      {stating({{"lable", "\"L\""}}), kEntry, "did you mean `label`?"},
      {stating({{"stated", R"(5,"stated":5)"}}), kEntry, "`stated` stands twice"},
      {in_list("5"), kEntry, "item 2"},
      {in_list("null"), kEntry, "item 2"},
      {in_list("[]"), kEntry, "item 2"},
      {in_list("{}"), kEntry, "item 2"},
      {publication({{"statements", "{}"}}), kEntry, "`statements` must be a list"},
      {publication({{"statements", "\"x\""}}), kEntry, "`statements` must be a list"},
      {publication({{"statements", "null"}}), kEntry, "`statements` is null"},
  });
}

TEST_CASE("A publication has none to 500 statements") {
  CHECK(must_read<Publication>(of_statements(0)).statements.empty());
  CHECK(must_read<Publication>(of_statements(1)).statements.size() == 1);
  CHECK(must_read<Publication>(of_statements(500)).statements.size() == limits::kStatements);
  check_refused({{of_statements(501), kEntry, "more items than the 500"},
                 {of_statements(1'400), kEntry, "more items than the 500"}});
}

TEST_CASE("A publication and an erasure have no body that a correction could replace") {
  for (const std::string& line : {publication(), erasure()}) {
    Result<ParsedEntry> parsed = read(R"({"type":"correction","id":"x","actor":"a","corrects":"e",)"
                                      R"("reason":"r","replacement":)" +
                                      line + "}");
    REQUIRE(parsed.ok());
    EntryReader reader{YearStart{}};
    REQUIRE(reader.read(R"({"type":"programme","id":"p","actor":"a","name":"N"})").ok());
    CHECK_FALSE(reader.read_replacement(*parsed, EntryType::kProgramme).ok());
  }
}

}  // namespace tally::codec
