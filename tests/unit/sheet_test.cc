// What cells of a spreadsheet hold, which fields a sheet may have, and how a mapping is kept.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "codec/entry_fields.h"
#include "export/sheet_fields.h"
#include "export/sheet_mapping.h"
#include "export/sheet_values.h"
#include "support/catch.h"

namespace tally::exports {
namespace {

using enum CellKind;

CellRules rules(DateOrder dates = DateOrder::kDayFirst, bool decimal_comma = false) {
  return {dates, decimal_comma, "GBP"};
}

// The value, or the code of the refusal in brackets.
std::string value(CellKind kind, std::string_view cell, const CellRules& by = rules()) {
  const Result<std::string> read = cell_value(kind, cell_content(cell), by);
  return read.ok() ? *read : "(" + std::string(code_name(read.error().code)) + ")";
}

}  // namespace

TEST_CASE(
    "A cell is its content without spaces around it, or without the apostrophe that kept it") {
  struct Row {
    std::string_view cell, content;
  };
  for (const Row& row : {
           Row{"", ""},
           Row{"  ", ""},
           Row{" a b\t", "a b"},
           Row{"\xc2\xa0x\xc2\xa0", "x"},
           Row{"'=1+1", "=1+1"},
           Row{"'-5", "-5"},
           Row{"''tis", "'tis"},
           Row{"'\tx ", "\tx "},
           Row{"'tis", "'tis"},
           Row{"'", "'"},
       }) {
    CAPTURE(row.cell);
    CHECK(cell_content(row.cell) == row.content);
  }
}

TEST_CASE("Numbers are read with what groups their digits by three, and in no other way") {
  struct Row {
    std::string_view cell, with_point, with_comma;
  };
  constexpr std::string_view kNo = "(bad-quantity)";
  for (const Row& row : {
           Row{"5", "5", "5"},
           Row{"0", "0", "0"},
           Row{"-5", "-5", "-5"},
           Row{"1234.5", "1234.5", kNo},
           Row{"1234,5", kNo, "1234.5"},
           Row{"1,234", "1234", "1.234"},
           Row{"1.234", "1.234", "1234"},
           Row{"1,234.5", "1234.5", kNo},
           Row{"1.234,5", kNo, "1234.5"},
           Row{"1,234,567", "1234567", kNo},
           Row{"1.234.567", kNo, "1234567"},
           Row{"1,23,456", kNo, kNo},
           Row{"12,34", kNo, "12.34"},
           Row{"1234,567", kNo, "1234.567"},
           Row{",234", kNo, kNo},
           Row{"1 234", "1234", "1234"},
           Row{"1\xc2\xa0"
               "234\xc2\xa0"
               "567.8",
               "1234567.8", kNo},
           Row{"1\xe2\x80\xaf"
               "234,5",
               kNo, "1234.5"},
           Row{"1 234,567", kNo, "1234.567"},
           Row{"1 2", kNo, kNo},
           Row{"£1,234.50", "1234.50", kNo},
           Row{"£ 12", "12", "12"},
           Row{"12 £", "12", "12"},
           Row{"£", kNo, kNo},
           Row{"$12", kNo, kNo},
           Row{"€12", kNo, kNo},
           Row{"12%", kNo, kNo},
           Row{"1.2E+06", kNo, kNo},
           Row{"(5)", kNo, kNo},
           Row{"+5", kNo, kNo},
           Row{"5.", kNo, kNo},
           Row{".5", kNo, kNo},
           Row{"5.5.5", kNo, kNo},
           Row{"--5", kNo, kNo},
           Row{"five", kNo, kNo},
           Row{"5 jobs", kNo, kNo},
       }) {
    CAPTURE(row.cell);
    CHECK(value(kQuantity, row.cell) == row.with_point);
    CHECK(value(kQuantity, row.cell, rules(DateOrder::kDayFirst, true)) == row.with_comma);
  }
}

TEST_CASE("Dates are read in the order that the sheet has, whichever each could have") {
  struct Row {
    std::string_view cell, day_first, month_first, iso;
  };
  constexpr std::string_view kNo = "(bad-date)";
  for (const Row& row : {
           Row{"2022-04-01", "2022-04-01", "2022-04-01", "2022-04-01"},
           Row{"2022-04-01 00:00:00", "2022-04-01", "2022-04-01", "2022-04-01"},
           Row{"2022-04-01T00:00:00", "2022-04-01", "2022-04-01", "2022-04-01"},
           Row{"01/04/2022", "2022-04-01", "2022-01-04", kNo},
           Row{"1/4/22", "2022-04-01", "2022-01-04", kNo},
           Row{"1.4.2022", "2022-04-01", "2022-01-04", kNo},
           Row{"1-4-2022", "2022-04-01", "2022-01-04", kNo},
           Row{"31/05/2022", "2022-05-31", kNo, kNo},
           Row{"05/31/2022", kNo, "2022-05-31", kNo},
           Row{"31/04/2022", kNo, kNo, kNo},
           Row{"29/02/2024", "2024-02-29", kNo, kNo},
           Row{"29/02/2023", kNo, kNo, kNo},
           Row{"01-Apr-2022", "2022-04-01", "2022-04-01", kNo},
           Row{"1-apr-22", "2022-04-01", "2022-04-01", kNo},
           Row{"1 April 2022", "2022-04-01", "2022-04-01", kNo},
           Row{"30 Sept 2022", "2022-09-30", "2022-09-30", kNo},
           Row{"1 Ap 2022", kNo, kNo, kNo},
           Row{"1 4 2022", kNo, kNo, kNo},
           Row{"1/4-2022", kNo, kNo, kNo},
           Row{"1/4/222", kNo, kNo, kNo},
           Row{"1/4", kNo, kNo, kNo},
           Row{"44652", kNo, kNo, kNo},
           Row{"44652.5", kNo, kNo, kNo},
           Row{"01/04/2022 09:30", kNo, kNo, kNo},
           Row{"April 2022", kNo, kNo, kNo},
           Row{"0/4/2022", kNo, kNo, kNo},
       }) {
    CAPTURE(row.cell);
    CHECK(value(kDate, row.cell) == row.day_first);
    CHECK(value(kDate, row.cell, rules(DateOrder::kMonthFirst)) == row.month_first);
    CHECK(value(kDate, row.cell, rules(DateOrder::kIso)) == row.iso);
  }
}

TEST_CASE("Other values come as the ledger reads them; what a spreadsheet broke is refused") {
  struct Row {
    CellKind kind;
    std::string_view cell, value;
  };
  for (const Row& row : {
           Row{kYear, "2022/23", "2022/23"},
           Row{kYear, "2022/2023", "2022-23"},
           Row{kYear,
               "2022\xe2\x80\x93"
               "23",
               "2022-23"},
           Row{kYear, "2022", "2022"},
           Row{kYear, "2022/2024", "2022/2024"},
           Row{kYear, "Dec-11", "(bad-year)"},
           Row{kWord, "Accepted", "accepted"},
           Row{kText, " Ann's note\nand more ", "Ann's note\nand more"},
           Row{kText, "#REF!", "(bad-entry)"},
           Row{kText, "#N/A", "(bad-entry)"},
           Row{kDate, "########", "(bad-entry)"},
           Row{kText, "#1", "#1"},
           Row{kText, "Caf\xe9", "(bad-json)"},
       }) {
    CAPTURE(row.cell);
    CHECK(value(row.kind, row.cell) == row.value);
  }
  CHECK(words_of(" a\nb \xc2\xa0 c ") == std::vector<std::string_view>{"a", "b", "c"});
}

TEST_CASE("A sheet has every field that entries of its type have, but for what has an inside") {
  using codec::Field;
  for (const EntryType type :
       {EntryType::kOrganisation, EntryType::kProgramme, EntryType::kContract, EntryType::kMeasure,
        EntryType::kCommitment, EntryType::kClaim, EntryType::kVerification, EntryType::kCorrection,
        EntryType::kErasure}) {
    CAPTURE(type_name(type));
    codec::FieldSet all{Field::kId, Field::kActor, Field::kNote};
    codec::FieldSet always{Field::kId, Field::kActor};
    const auto add = [&](codec::KindHints hints) {
      const codec::Kind kind = codec::kind_of(type, hints);
      all = all | kind.required | kind.optional;
      return kind.required;
    };
    const codec::FieldSet bare = add({});
    const codec::FieldSet promised = add({{Field::kCommitment}, {}, {}});
    for (std::size_t i = 0; i < codec::kFields; ++i) {
      const auto field = static_cast<Field>(i);
      if (bare.has(field) && promised.has(field)) always.add(field);
    }
    codec::FieldSet in_sheet;
    for (const SheetField& column : sheet_fields(type)) {
      CAPTURE(column.name);
      const auto field = codec::field_from_name(column.name.substr(0, column.name.find('.')));
      REQUIRE(field);
      in_sheet.add(*field);
      // A claim without evidence has an empty list of it.
      CHECK(column.required == (always.has(*field) && *field != Field::kEvidence));
      CHECK(find_sheet_field(type, column.name) == &column);
    }
    CHECK((all - in_sheet - codec::FieldSet{Field::kSchedule, Field::kReplacement}).empty());
    CHECK((in_sheet - all).empty());
  }
  CHECK(sheet_fields(EntryType::kPublication).empty());
  CHECK(sheet_template(EntryType::kProgramme) == "id,actor,name,note\r\n");
  CHECK(find_sheet_field(EntryType::kClaim, "Evidence")->name == "evidence.sha256");
  CHECK(find_sheet_field(EntryType::kProgramme, "evidence") == nullptr);
}

TEST_CASE("A mapping that was kept is read as it was, and nothing else is taken for one") {
  SheetMapping mapping;
  mapping.type = EntryType::kVerification;
  mapping.columns = {{"Jobs \"created\"", "quantity"}, {"Übung = x", "note"}};
  mapping.constants = {{"actor", "bob"}};
  mapping.dates = DateOrder::kMonthFirst;
  mapping.decimal_comma = true;
  mapping.id_prefix = "k";
  const Result<SheetMapping> read = read_sheet_mapping(write_sheet_mapping(mapping));
  REQUIRE(read.ok());
  CHECK(read->type == mapping.type);
  CHECK(read->columns == mapping.columns);
  CHECK(read->constants == mapping.constants);
  CHECK(read->dates == mapping.dates);
  CHECK(read->decimal_comma);
  CHECK(read->id_prefix == "k");
  CHECK(read_sheet_mapping(R"({"type":"claim"})").ok());
  for (const std::string_view bad : {
           "",
           "[]",
           "{",
           "{}",
           R"({"type":"claim"} x)",
           R"({"type":"publication"})",
           R"({"type":"clam"})",
           R"({"type":1})",
           R"({"type":"claim","more":"x"})",
           R"({"type":"claim","type":"claim"})",
           R"({"type":"claim","map":[]})",
           R"({"type":"claim","map":{"a":1}})",
           R"({"type":"claim","map":{"a":"id","a":"id"}})",
           R"({"type":"claim","set":"actor"})",
           R"({"type":"claim","date_format":"us"})",
           R"({"type":"claim","decimal_comma":"yes"})",
           R"({"type":"claim","map":{"a":{}}})",
           R"({"type":"claim","id_prefix":null})",
       }) {
    CAPTURE(bad);
    CHECK_FALSE(read_sheet_mapping(bad).ok());
  }
}

}  // namespace tally::exports
