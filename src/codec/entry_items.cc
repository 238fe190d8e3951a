#include "codec/entry_items.h"

#include <fmt/format.h>

#include "base/shown.h"
#include "base/try.h"
#include "codec/entry_values.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

using enum Field;
using What = StructureFault::What;

Error bad_entry(std::string message) {
  return entry_error(ErrorCode::kBadEntry, std::move(message));
}

// A list that is one, and what its items are.
struct ItemList {
  Field field;
  const ListSlots& list;
  FieldSet allowed;
  FieldSet required;
  std::string_view item;  // with its article
};

Error in_item(Error error, Field list, std::size_t item) {
  error.message = fmt::format("In `{}`, item {}: {}", field_name(list), item, error.message);
  return error;
}

// Reads each item into one more of what `out` holds.
template <typename Value, typename Read>
Result<void> read_items(const ItemList& items, std::vector<Value>& out, Read read_one) {
  out.reserve(items.list.items.size());
  for (std::size_t i = 0; i < items.list.items.size(); ++i) {
    if (items.list.fault && items.list.fault->item == i + 1) {
      return in_item(structure_error(*items.list.fault, items.allowed, items.item), items.field,
                     i + 1);
    }
    const ItemSlots& item = items.list.items[i];
    Result<void> read = check_required(items.required, item.present, items.item);
    if (read.ok()) read = read_one(item, out.emplace_back());
    if (!read.ok()) return in_item(read.take_error(), items.field, i + 1);
  }
  return {};
}

Result<void> check_list(const EntrySlots& slots, Field field, std::string_view of_what) {
  if (slots.slot(field).kind == JsonKind::kList) return {};
  return bad_entry(fmt::format("`{}` must be a list of {}.", field_name(field), of_what));
}

Result<void> read_evidence_item(const ItemSlots& item, Evidence& out) {
  TALLY_TRY(read_hash(item.slot(kSha256), kSha256, out.sha256));
  TALLY_TRY(read_text(item.slot(kTitle), kTitle, limits::kTextBytes, Lines::kOne, out.title));
  if (item.present.has(kMediaType)) {
    TALLY_TRY(read_text(item.slot(kMediaType), kMediaType, limits::kTextBytes, Lines::kOne,
                        out.media_type));
  }
  if (!item.present.has(kUri)) return {};
  return read_text(item.slot(kUri), kUri, limits::kUriBytes, Lines::kOne, out.uri);
}

Result<void> read_statement(const ItemSlots& item, YearStart year_start, Statement& out) {
  TALLY_TRY(read_text(item.slot(kLabel), kLabel, limits::kTextBytes, Lines::kOne, out.label));
  TALLY_TRY(read_figure(item.slot(kFigure), kFigure, year_start, out.figure));
  TALLY_TRY(read_signed_quantity(item.slot(kStated), kStated, out.stated));
  std::string word;
  if (item.present.has(kQualifier)) {
    TALLY_TRY(read_word(item.slot(kQualifier), kQualifier, word));
    const auto known = qualifier_from_name(word);
    if (!known) {
      return bad_entry(
          fmt::format("In `qualifier`: `{}` is not a qualifier; it is one of `exact`, `at-least`, "
                      "`more-than` and `about`.",
                      base::shown(word)));
    }
    out.qualifier = *known;
  }
  if (!item.present.has(kOf)) return {};
  TALLY_TRY(read_word(item.slot(kOf), kOf, word));
  const auto of = statement_of_from_name(word);
  if (!of) {
    return bad_entry(
        fmt::format("In `of`: `{}` is neither `quantity` nor `value`.", base::shown(word)));
  }
  out.of = *of;
  return {};
}

}  // namespace

Error structure_error(const StructureFault& fault, FieldSet allowed, std::string_view owner) {
  const std::string name = base::shown(fault.name);
  switch (fault.what) {
    case What::kUnknown:
      if (field_from_name(fault.name)) break;  // a field, but of something else
      return bad_entry(fmt::format("`{}` is not a field of {}{}", name, owner,
                                   ended(suggest_field(fault.name, allowed))));
    case What::kRepeated:
      return bad_entry(fmt::format("`{}` stands twice in {}; a field is given once.", name, owner));
    case What::kNull:
      return bad_entry(fmt::format("`{}` is null; leave out a field that has no value.", name));
    case What::kNotObject: return bad_entry(fmt::format("{} must be an object.", owner));
  }
  return bad_entry(fmt::format("`{}` does not belong in {}.", name, owner));
}

Result<void> check_required(FieldSet required, FieldSet present, std::string_view owner) {
  const FieldSet missing = required - present;
  if (missing.empty()) return {};
  return bad_entry(
      fmt::format("`{}` is missing; {} must have it.", field_name(missing.first()), owner));
}

Result<void> read_schedule(const EntrySlots& slots, YearStart year_start,
                           std::vector<ScheduleLine>& out) {
  TALLY_TRY(check_list(slots, kSchedule, "{\"year\", \"quantity\"}"));
  const ListSlots& list = slots.schedule();
  if (list.items.empty() || list.items.size() > limits::kScheduleLines) {
    return bad_entry(fmt::format("`schedule` has {}; it must have 1 to {} lines.",
                                 list.items.empty() ? "no lines" : "more lines than allowed",
                                 limits::kScheduleLines));
  }
  const ItemList items{kSchedule, list, kScheduleFields, kScheduleFields, "a line of a schedule"};
  return read_items(items, out, [&](const ItemSlots& item, ScheduleLine& line) -> Result<void> {
    TALLY_TRY(read_year(item.slot(kYear), kYear, year_start, line.year));
    TALLY_TRY(read_quantity(item.slot(kQuantity), kQuantity, line.quantity));
    for (std::size_t before = 0; before + 1 < out.size(); ++before) {
      if (out[before].year != line.year) continue;
      return entry_error(ErrorCode::kBadYear,
                         fmt::format("the year {} twice; item {} has it already.",
                                     year_start.year_text(line.year), before + 1));
    }
    return {};
  });
}

Result<void> read_evidence(const EntrySlots& slots, std::vector<Evidence>& out) {
  TALLY_TRY(check_list(slots, kEvidence, "{\"sha256\", \"title\"} objects"));
  const ListSlots& list = slots.evidence();
  if (list.items.size() > limits::kEvidenceItems) {
    return bad_entry(fmt::format("`evidence` has more items than the {} that are allowed.",
                                 limits::kEvidenceItems));
  }
  const ItemList items{kEvidence, list, kEvidenceFields, {kSha256, kTitle}, "an item of evidence"};
  return read_items(items, out, read_evidence_item);
}

Result<void> read_document(const EntrySlots& slots, Evidence& out) {
  const ListSlots& list = slots.document();
  if (slots.slot(kDocument).kind != JsonKind::kObject || list.items.empty()) {
    return bad_entry("`document` must be one {\"sha256\", \"title\"} object.");
  }
  const ItemSlots& item = list.items.front();
  Result<void> read;
  if (list.fault) read = structure_error(*list.fault, kEvidenceFields, "a document");
  if (read.ok()) read = check_required({kSha256, kTitle}, item.present, "a document");
  if (read.ok()) read = read_evidence_item(item, out);
  if (read.ok()) return {};
  Error error = read.take_error();
  error.message = fmt::format("In `document`: {}", error.message);
  return error;
}

Result<void> read_statements(const EntrySlots& slots, YearStart year_start,
                             std::vector<Statement>& out) {
  TALLY_TRY(check_list(slots, kStatements, "{\"label\", \"figure\", \"stated\"} objects"));
  const ListSlots& list = slots.statements();
  if (list.items.size() > limits::kStatements) {
    return bad_entry(fmt::format("`statements` has more items than the {} that are allowed.",
                                 limits::kStatements));
  }
  const ItemList items{
      kStatements, list, kStatementFields, {kLabel, kFigure, kStated}, "a statement"};
  return read_items(items, out, [&](const ItemSlots& item, Statement& statement) {
    return read_statement(item, year_start, statement);
  });
}

}  // namespace tally::codec
