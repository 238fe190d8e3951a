// Fuzzes what reads entries.  Of any line must hold:
// - What is taken is JSON, and writing it as the command line shows it, and reading that, gives the
//   same entry.
// - A correction's replacement is read as a body of each type, or refused.
// - What is refused has a code of those that lines are refused with, and a message.
//
// Seeds: lines of tools/sample, and one of each type.

#include "codec/entry_json.h"

#include "base/check.h"
#include "base/json_writer.h"
#include "codec/json_syntax.h"

namespace tally::fuzz {
namespace {

constexpr std::array<EntryType, 7> kBodies = {
    EntryType::kOrganisation, EntryType::kProgramme, EntryType::kContract,    EntryType::kMeasure,
    EntryType::kCommitment,   EntryType::kClaim,     EntryType::kVerification};

void check_refusal(const Error& error) {
  TALLY_CHECK(!error.message.empty());
  TALLY_CHECK(error.code == ErrorCode::kBadJson || error.code == ErrorCode::kBadEntry ||
              error.code == ErrorCode::kBadQuantity || error.code == ErrorCode::kBadDate ||
              error.code == ErrorCode::kBadYear || error.code == ErrorCode::kTooLarge);
}

std::string written(const Entry& entry) {
  std::string json;
  base::JsonWriter out(json);
  out.begin_object();
  codec::write_entry_members(out, entry, YearStart{});
  out.end_object();
  return json;
}

void check_again(codec::EntryReader& reader, const codec::ParsedEntry& parsed,
                 std::optional<EntryType> replaced) {
  const std::string json = written(parsed.entry);
  TALLY_CHECK(!codec::find_json_fault(json));
  auto again = reader.read(json);
  TALLY_CHECK(again.ok() && again->has_replacement == parsed.has_replacement);
  if (replaced) TALLY_CHECK(reader.read_replacement(*again, *replaced).ok());
  TALLY_CHECK(again->entry == parsed.entry);
}

void check_line(std::string_view line) {
  codec::EntryReader reader{YearStart{}};
  auto parsed = reader.read(line);
  if (!parsed.ok()) return check_refusal(parsed.error());
  TALLY_CHECK(!codec::find_json_fault(line));
  if (!parsed->has_replacement) return check_again(reader, *parsed, std::nullopt);
  for (const EntryType type : kBodies) {
    auto as_type = reader.read(line);
    TALLY_CHECK(as_type.ok());
    const auto read = reader.read_replacement(*as_type, type);
    if (!read.ok()) {
      check_refusal(read.error());
    } else {
      check_again(reader, *as_type, type);
    }
  }
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  tally::fuzz::check_line({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
