#include "codec/text_object.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/shown.h"
#include "base/try.h"
#include "codec/entry_values.h"
#include "codec/json_syntax.h"

namespace tally::codec {
namespace {

namespace dom = simdjson::dom;

Error twice(std::string_view name) {
  return entry_error(ErrorCode::kBadEntry,
                     fmt::format("`{}` stands twice; it is given once", base::shown(name)));
}

Result<void> read_texts(std::string_view name, const dom::object& object, TextMember& out) {
  out.kind = TextMember::Kind::kTexts;
  for (const dom::key_value_pair& pair : object) {
    std::string_view text;
    if (pair.value.get_string().get(text) != simdjson::SUCCESS) {
      return entry_error(ErrorCode::kBadEntry,
                         fmt::format("in `{}`, `{}` must be a text", name, base::shown(pair.key)));
    }
    for (const auto& [known, unused] : out.texts) {
      if (known == pair.key) return twice(pair.key);
    }
    out.texts.emplace_back(pair.key, text);
  }
  return {};
}

}  // namespace

Result<std::vector<TextMember>> read_text_object(std::string_view json) {
  if (const std::optional<JsonFault> fault = find_json_fault(json)) {
    return entry_error(ErrorCode::kBadJson, fmt::format("this is not JSON: {}", fault->what));
  }
  dom::parser parser;
  dom::object object;
  if (parser.parse(json.data(), json.size()).get_object().get(object) != simdjson::SUCCESS) {
    return entry_error(ErrorCode::kBadEntry, "this is not one JSON object");
  }
  std::vector<TextMember> members;
  for (const dom::key_value_pair& pair : object) {
    if (std::any_of(members.begin(), members.end(),
                    [&](const TextMember& known) { return known.name == pair.key; })) {
      return twice(pair.key);
    }
    TextMember& member = members.emplace_back();
    member.name = pair.key;
    std::string_view text;
    dom::object inner;
    if (pair.value.get_string().get(text) == simdjson::SUCCESS) {
      member.text = text;
    } else if (pair.value.get_bool().get(member.boolean) == simdjson::SUCCESS) {
      member.kind = TextMember::Kind::kBoolean;
    } else if (pair.value.get_object().get(inner) == simdjson::SUCCESS) {
      TALLY_TRY(read_texts(member.name, inner, member));
    } else {
      return entry_error(ErrorCode::kBadEntry,
                         fmt::format("`{}` is neither a text, nor true or false, nor an object",
                                     base::shown(pair.key)));
    }
  }
  return members;
}

}  // namespace tally::codec
