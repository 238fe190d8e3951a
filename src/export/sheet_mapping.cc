#include "export/sheet_mapping.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/text_object.h"
#include "export/sheet_fields.h"

namespace tally::exports {
namespace {

using codec::TextMember;

Error bad_mapping(std::string message) {
  return {ErrorCode::kBadEntry, std::move(message), {}, 0, {}};
}

// A member of a mapping and where it goes.
Result<void> take(TextMember& member, SheetMapping& mapping) {
  const auto is = [&](std::string_view name, TextMember::Kind kind) {
    return member.name == name && member.kind == kind;
  };
  if (is("type", TextMember::Kind::kText)) {
    TALLY_ASSIGN(mapping.type, sheet_type(member.text));
  } else if (is("map", TextMember::Kind::kTexts)) {
    mapping.columns = std::move(member.texts);
  } else if (is("set", TextMember::Kind::kTexts)) {
    mapping.constants = std::move(member.texts);
  } else if (is("id_prefix", TextMember::Kind::kText)) {
    mapping.id_prefix = std::move(member.text);
  } else if (is("decimal_comma", TextMember::Kind::kBoolean)) {
    mapping.decimal_comma = member.boolean;
  } else if (is("date_format", TextMember::Kind::kText)) {
    const auto order = date_order_from_name(member.text);
    if (!order) {
      return bad_mapping(
          fmt::format("`date_format` is `day-first`, `month-first` or `iso`, not "
                      "\"{}\"",
                      base::shown(member.text)));
    }
    mapping.dates = *order;
  } else {
    return bad_mapping(
        fmt::format("`{}` is not a member of a mapping, or is of another kind; `type`, "
                    "`date_format` and `id_prefix` are texts, `map` and `set` objects of texts, "
                    "`decimal_comma` true or false",
                    base::shown(member.name)));
  }
  return {};
}

void write_pairs(base::JsonWriter& out, std::string_view name, const SheetMapping::Pairs& pairs) {
  out.key(name).begin_object();
  for (const auto& [key, value] : pairs) out.member(key, value);
  out.end_object();
}

}  // namespace

void set_pair(SheetMapping::Pairs& pairs, std::string_view name, std::string_view value) {
  for (auto& [known, held] : pairs) {
    if (known != name) continue;
    held = value;
    return;
  }
  pairs.emplace_back(name, value);
}

Result<SheetMapping> read_sheet_mapping(std::string_view json) {
  TALLY_ASSIGN(std::vector<TextMember> members, codec::read_text_object(json));
  SheetMapping mapping;
  bool has_type = false;
  for (TextMember& member : members) {
    has_type = has_type || member.name == "type";
    TALLY_TRY(take(member, mapping));
  }
  if (!has_type) return bad_mapping("`type` is missing; a mapping is of one type of entry");
  return mapping;
}

std::string write_sheet_mapping(const SheetMapping& mapping) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().member("type", type_name(mapping.type));
  write_pairs(out, "map", mapping.columns);
  write_pairs(out, "set", mapping.constants);
  out.member("date_format", date_order_name(mapping.dates));
  out.key("decimal_comma").boolean(mapping.decimal_comma);
  if (!mapping.id_prefix.empty()) out.member("id_prefix", mapping.id_prefix);
  out.end_object();
  return text + "\n";
}

}  // namespace tally::exports
