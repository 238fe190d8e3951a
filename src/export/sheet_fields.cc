#include "export/sheet_fields.h"

#include <fmt/format.h>

#include <vector>

#include "base/shown.h"
#include "codec/entry_fields.h"

namespace tally::exports {
namespace {

using enum CellKind;

constexpr bool kRequired = true;
constexpr SheetField kId{"id", kText, kRequired};
constexpr SheetField kActor{"actor", kText, kRequired};
constexpr SheetField kNote{"note"};
constexpr SheetField kDigestsOf{"evidence.sha256", kDigests};
constexpr SheetField kTitleOf{"evidence.title"};
constexpr SheetField kMediaTypeOf{"evidence.media_type"};
constexpr SheetField kUriOf{"evidence.uri"};

constexpr SheetField kOrganisation[] = {kId,        kActor,         {"name", kText, kRequired},
                                        {"scheme"}, {"identifier"}, kNote};
constexpr SheetField kProgramme[] = {kId, kActor, {"name", kText, kRequired}, kNote};
constexpr SheetField kContract[] = {kId,
                                    kActor,
                                    {"title", kText, kRequired},
                                    {"buyer", kText, kRequired},
                                    {"supplier", kText, kRequired},
                                    {"programme"},
                                    {"ocid"},
                                    {"amount", kQuantity},
                                    {"from", kDate},
                                    {"to", kDate},
                                    kNote};
constexpr SheetField kMeasure[] = {kId,
                                   kActor,
                                   {"title", kText, kRequired},
                                   {"unit", kText, kRequired},
                                   {"basis", kWord, kRequired},
                                   {"framework"},
                                   {"edition"},
                                   {"proxy", kQuantity},
                                   {"proxy_source"},
                                   {"numerator"},
                                   {"denominator"},
                                   kNote};
constexpr SheetField kCommitment[] = {kId,
                                      kActor,
                                      {"organisation", kText, kRequired},
                                      {"programme", kText, kRequired},
                                      {"measure", kText, kRequired},
                                      {"contract"},
                                      {"year", kYear, kRequired},
                                      {"quantity", kQuantity, kRequired},
                                      kNote};
constexpr SheetField kClaim[] = {kId,
                                 kActor,
                                 {"commitment"},
                                 {"organisation"},
                                 {"programme"},
                                 {"measure"},
                                 {"contract"},
                                 {"quantity", kQuantity, kRequired},
                                 {"from", kDate, kRequired},
                                 {"to", kDate, kRequired},
                                 kDigestsOf,
                                 kTitleOf,
                                 kMediaTypeOf,
                                 kUriOf,
                                 kNote};
constexpr SheetField kVerification[] = {kId,
                                        kActor,
                                        {"claim", kText, kRequired},
                                        {"outcome", kWord, kRequired},
                                        {"quantity", kQuantity},
                                        {"method", kText, kRequired},
                                        kDigestsOf,
                                        kTitleOf,
                                        kMediaTypeOf,
                                        kUriOf,
                                        kNote};
constexpr SheetField kCorrection[] = {
    kId, kActor, {"corrects", kText, kRequired}, {"reason", kText, kRequired}, kNote};
constexpr SheetField kErasure[] = {
    kId, kActor, {"erases", kText, kRequired}, {"reason", kText, kRequired}, kNote};

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message), {}, 0, {}}; }

}  // namespace

std::span<const SheetField> sheet_fields(EntryType type) {
  switch (type) {
    case EntryType::kOrganisation: return kOrganisation;
    case EntryType::kProgramme: return kProgramme;
    case EntryType::kContract: return kContract;
    case EntryType::kMeasure: return kMeasure;
    case EntryType::kCommitment: return kCommitment;
    case EntryType::kClaim: return kClaim;
    case EntryType::kVerification: return kVerification;
    case EntryType::kCorrection: return kCorrection;
    case EntryType::kErasure: return kErasure;
    case EntryType::kLedgerOpened:
    case EntryType::kKeyRotated:
    case EntryType::kLedgerRestored:
    case EntryType::kPublication: break;
  }
  return {};
}

Result<EntryType> sheet_type(std::string_view name) {
  const std::optional<EntryType> type = type_from_name(name);
  if (type && !sheet_fields(*type).empty()) return *type;
  if (type == EntryType::kPublication) {
    return usage(
        "a publication has statements of its own, which no sheet holds; `tally append` "
        "records it");
  }
  if (type) return usage(fmt::format("the ledger itself writes what is of type `{}`", name));
  return usage(
      fmt::format("\"{}\" is not a type of entry{}", base::shown(name), codec::suggest_type(name)));
}

const SheetField* find_sheet_field(EntryType type, std::string_view name) {
  const auto is_same = [](std::string_view one, std::string_view other) {
    if (one.size() != other.size()) return false;
    for (std::size_t i = 0; i < one.size(); ++i) {
      const bool is_capital = 'A' <= other[i] && other[i] <= 'Z';
      const char c = is_capital ? static_cast<char>(other[i] - 'A' + 'a') : other[i];
      if (one[i] != c) return false;
    }
    return true;
  };
  if (is_same("evidence", name)) name = kDigestsOf.name;
  for (const SheetField& field : sheet_fields(type)) {
    if (is_same(field.name, name)) return &field;
  }
  return nullptr;
}

std::string sheet_template(EntryType type) {
  std::vector<std::string_view> names;
  for (const SheetField& field : sheet_fields(type)) names.push_back(field.name);
  return fmt::format("{}\r\n", fmt::join(names, ","));
}

}  // namespace tally::exports
