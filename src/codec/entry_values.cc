#include "codec/entry_values.h"

#include <fmt/format.h>

#include "base/decimal_digits.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/json_syntax.h"
#include "domain/identifier.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

std::string_view kind_text(JsonKind kind) {
  switch (kind) {
    case JsonKind::kText: return "a text";
    case JsonKind::kNumber: return "a number";
    case JsonKind::kBoolean: return "true or false";
    case JsonKind::kNull: return "null";
    case JsonKind::kObject: return "an object";
    case JsonKind::kList: return "a list";
  }
  return "something else";
}

Error wrong_kind(ErrorCode code, const Slot& slot, Field field, std::string_view expected) {
  return entry_error(code, fmt::format("`{}` must be {}, not {}.", field_name(field), expected,
                                       kind_text(slot.kind)));
}

// An error about a value, told with the field that it stands in.
Error in_field(Error error, Field field) {
  error.message = fmt::format("In `{}`: {}", field_name(field), error.message);
  return error;
}

// The text of a slot with its escapes resolved, in `storage` where there were any.
Result<std::string_view> text_of(const Slot& slot, std::string& storage) {
  if (!slot.escaped) return slot.raw;
  if (!unescape_json(slot.raw, storage)) {
    return entry_error(ErrorCode::kBadJson, "An escape in a text is malformed.");
  }
  return std::string_view(storage);
}

}  // namespace

Error entry_error(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

Result<void> read_text(const Slot& slot, Field field, std::size_t limit, Lines lines,
                       std::string& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadEntry, slot, field, "a text");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  switch (text_fault(text, limit, lines)) {
    case TextFault::kNone: out.assign(text); return {};
    case TextFault::kEmpty:
      return entry_error(
          ErrorCode::kBadEntry,
          fmt::format("`{}` is empty; it must have 1 to {} bytes.", field_name(field), limit));
    case TextFault::kTooLong:
      return entry_error(ErrorCode::kBadEntry,
                         fmt::format("`{}` is too long: it has {} bytes, and at most {} are "
                                     "allowed.",
                                     field_name(field), text.size(), limit));
    case TextFault::kControl:
      return entry_error(ErrorCode::kBadEntry,
                         fmt::format("`{}` holds a control character{}: `{}`.", field_name(field),
                                     lines == Lines::kMany ? " other than line feed and tab" : "",
                                     base::shown(text)));
    case TextFault::kNotUtf8: break;
  }
  return entry_error(ErrorCode::kBadJson, fmt::format("`{}` is not UTF-8.", field_name(field)));
}

Result<void> read_identifier(const Slot& slot, Field field, std::string& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadEntry, slot, field, "a text");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  if (!domain::is_identifier(text)) {
    return entry_error(
        ErrorCode::kBadEntry,
        fmt::format("In `{}`: `{}` is not an identifier; it begins with a letter or digit and goes "
                    "on with letters, digits, `.`, `_` and `-`, at most {} in all.",
                    field_name(field), base::shown(text), limits::kIdentifierBytes));
  }
  out.assign(text);
  return {};
}

Result<void> read_signed_quantity(const Slot& slot, Field field, Quantity& out) {
  if (slot.kind != JsonKind::kText && slot.kind != JsonKind::kNumber) {
    return wrong_kind(ErrorCode::kBadQuantity, slot, field, "a quantity, as a number or a text");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  Result<Quantity> quantity = Quantity::parse(text);
  if (!quantity.ok()) return in_field(quantity.take_error(), field);
  out = *quantity;
  return {};
}

Result<void> read_quantity(const Slot& slot, Field field, Quantity& out) {
  TALLY_TRY(read_signed_quantity(slot, field, out));
  if (!out.is_negative()) return {};
  return entry_error(ErrorCode::kBadQuantity,
                     fmt::format("In `{}`: `{}` is less than 0, which is not allowed here.",
                                 field_name(field), out.to_string()));
}

Result<void> read_sequence(const Slot& slot, Field field, Sequence& out) {
  if (slot.kind != JsonKind::kText && slot.kind != JsonKind::kNumber) {
    return wrong_kind(ErrorCode::kBadEntry, slot, field, "a sequence, as a number or a text");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  const auto number = base::canonical_number(text);
  if (!number) {
    return entry_error(ErrorCode::kBadEntry,
                       fmt::format("In `{}`: `{}` is not a sequence, which is a whole number, "
                                   "written in digits alone.",
                                   field_name(field), base::shown(text)));
  }
  out.value = *number;
  return {};
}

Result<void> read_figure(const Slot& slot, Field field, YearStart year_start,
                         FigureReference& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadEntry, slot, field, "a figure reference, as a text");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  auto figure = FigureReference::parse(text, year_start);
  if (!figure.ok()) return in_field(figure.take_error(), field);
  out = std::move(*figure);
  return {};
}

Result<void> read_date(const Slot& slot, Field field, Date& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadDate, slot, field, "a date, as a text such as 2022-04-01");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  Result<Date> date = Date::parse(text);
  if (!date.ok()) return in_field(date.take_error(), field);
  out = *date;
  return {};
}

Result<void> read_year(const Slot& slot, Field field, YearStart year_start, Year& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadYear, slot, field,
                      fmt::format("a reporting year, as a text such as \"{}\"",
                                  year_start.year_text(Year{2022})));
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  Result<Year> year = year_start.parse_year(text);
  if (!year.ok()) return in_field(year.take_error(), field);
  out = *year;
  return {};
}

Result<void> read_hash(const Slot& slot, Field field, Hash& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadEntry, slot, field, "a text of 64 hex digits");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  Result<Hash> hash = Hash::parse(text);
  if (!hash.ok()) return in_field(hash.take_error(), field);
  out = *hash;
  return {};
}

Result<void> read_word(const Slot& slot, Field field, std::string& out) {
  if (slot.kind != JsonKind::kText) {
    return wrong_kind(ErrorCode::kBadEntry, slot, field, "a text");
  }
  std::string storage;
  TALLY_ASSIGN(const std::string_view text, text_of(slot, storage));
  out.assign(text);
  return {};
}

}  // namespace tally::codec
