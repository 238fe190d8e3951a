#include "codec/entry_slots.h"

#include <simdjson.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "codec/json_syntax.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

namespace ondemand = simdjson::ondemand;
using What = StructureFault::What;

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\t' || token.back() == '\n' ||
                            token.back() == '\r')) {
    token.remove_suffix(1);
  }
  return token;
}

// Takes a scalar from its token, which runs up to the next one and so includes white space.  The
// parser has only looked at the first character: everything else is checked here.
bool take_text_token(std::string_view token, Slot& slot) {
  token = trimmed(token);
  if (token.size() < 2 || token.back() != '"') return false;
  slot.kind = JsonKind::kText;
  slot.raw = token.substr(1, token.size() - 2);
  slot.escaped = std::memchr(slot.raw.data(), '\\', slot.raw.size()) != nullptr;
  return true;
}

bool take_number_token(std::string_view token, Slot& slot) {
  slot.kind = JsonKind::kNumber;
  slot.raw = trimmed(token);
  slot.escaped = false;
  return is_json_number(slot.raw);
}

bool take_literal_token(std::string_view token, JsonKind kind, Slot& slot) {
  slot.kind = kind;
  slot.raw = trimmed(token);
  slot.escaped = false;
  return kind == JsonKind::kNull ? slot.raw == "null" : slot.raw == "true" || slot.raw == "false";
}

// What stands between the quotes of a field's name; `storage` holds it where it was escaped.
std::optional<std::string_view> name_of(const ondemand::field& field, std::string& storage) {
  // The quotes of a line are known to be paired, so one that ends the name is always met.
  const char* const start = field.key().raw();
  const char* end = start;
  bool escaped = false;
  for (; *end != '"'; ++end) {
    if (*end != '\\') continue;
    escaped = true;
    ++end;
  }
  const std::string_view raw(start, static_cast<std::size_t>(end - start));
  if (!escaped) return raw;
  if (!unescape_json(raw, storage)) return std::nullopt;
  return storage;
}

}  // namespace

// One pass over the line.  Every function answers whether to go on: without `tolerant_`, the first
// thing that is not as it should be ends the pass, and no more is asked of the parser, whose state
// after an error is nothing to rely on.
struct EntrySlots::Parser {
  ondemand::parser parser;
  std::unique_ptr<char[]> buffer;
  std::size_t capacity = 0;
  std::size_t size = 0;

  bool tolerant = false;
  std::string name_storage;

  bool run(EntrySlots& into);
  bool take_field(EntrySlots& into, ondemand::field& field);
  bool take_scalar(ondemand::value& value, ondemand::json_type type, Slot& slot) const;
  bool take_object(ondemand::value& value, Slot& slot) const;
  bool take_list(ondemand::value& value, FieldSet fields, std::size_t limit, ListSlots& list);
  bool take_item(ondemand::value& value, FieldSet fields, ListSlots& list);
  bool take_item_field(ondemand::field& field, FieldSet fields, ListSlots& list);
  // Notes the first fault; says whether to go on.
  bool note(std::optional<StructureFault>& fault, What what, std::string_view name,
            std::size_t item) const {
    if (tolerant && !fault) fault = StructureFault{what, std::string(name), item};
    return tolerant;
  }
};

bool EntrySlots::Parser::take_scalar(ondemand::value& value, ondemand::json_type type,
                                     Slot& slot) const {
  const std::string_view token = value.raw_json_token();
  switch (type) {
    case ondemand::json_type::string:
      // Consumed by name: the parser, left to skip a text that a colon follows, takes it for the
      // name of a field and goes on past both.
      if (value.get_raw_json_string().error() != simdjson::SUCCESS) return false;
      return take_text_token(token, slot);
    case ondemand::json_type::number: return take_number_token(token, slot);
    case ondemand::json_type::boolean: return take_literal_token(token, JsonKind::kBoolean, slot);
    case ondemand::json_type::null: return take_literal_token(token, JsonKind::kNull, slot);
    default: return false;
  }
}

// An object is skipped by its brackets alone, so that it is JSON is found out here.
bool EntrySlots::Parser::take_object(ondemand::value& value, Slot& slot) const {
  ondemand::object object;
  std::string_view raw;
  if (value.get_object().get(object) != simdjson::SUCCESS) return false;
  if (object.raw_json().get(raw) != simdjson::SUCCESS) return false;
  slot = Slot{trimmed(raw), JsonKind::kObject, false};
  return tolerant || !find_json_fault(slot.raw);
}

bool EntrySlots::Parser::take_item_field(ondemand::field& field, FieldSet fields, ListSlots& list) {
  ItemSlots& item = list.items.back();
  const auto name = name_of(field, name_storage);
  if (!name) return false;
  const std::optional<Field> known = field_from_name(*name);
  const std::size_t number = list.items.size();
  if (!known || !fields.has(*known)) return note(list.fault, What::kUnknown, *name, number);
  if (item.present.has(*known)) return note(list.fault, What::kRepeated, *name, number);
  item.present.add(*known);

  ondemand::json_type type;
  if (field.value().type().get(type) != simdjson::SUCCESS) return false;
  Slot& slot = item.slot(*known);
  if (type == ondemand::json_type::array || type == ondemand::json_type::object) {
    // None of these fields is one: the value is refused for its kind, and not looked into.
    const bool is_list = type == ondemand::json_type::array;
    slot = Slot{{}, is_list ? JsonKind::kList : JsonKind::kObject, false};
    return tolerant;
  }
  if (!take_scalar(field.value(), type, slot)) return false;
  return slot.kind != JsonKind::kNull || note(list.fault, What::kNull, *name, number);
}

bool EntrySlots::Parser::take_item(ondemand::value& value, FieldSet fields, ListSlots& list) {
  list.items.emplace_back();
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS) {
    return note(list.fault, What::kNotObject, {}, list.items.size());
  }
  for (auto each : object) {
    ondemand::field field;
    if (std::move(each).get(field) != simdjson::SUCCESS) return false;
    if (!take_item_field(field, fields, list)) return false;
  }
  return true;
}

bool EntrySlots::Parser::take_list(ondemand::value& value, FieldSet fields, std::size_t limit,
                                   ListSlots& list) {
  list.items.clear();
  ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return false;
  for (auto each : array) {
    ondemand::value item;
    // NOLINTNEXTLINE(performance-move-const-arg): `get` is for what is not needed any more
    if (std::move(each).get(item) != simdjson::SUCCESS) return false;
    if (list.items.size() > limit) {
      // Too many already; the rest matters only in that it is JSON.
      if (!tolerant) return false;
      continue;
    }
    if (!take_item(item, fields, list)) return false;
  }
  return true;
}

bool EntrySlots::Parser::take_field(EntrySlots& into, ondemand::field& field) {
  const auto name = name_of(field, name_storage);
  if (!name) return false;
  const std::optional<Field> known = field_from_name(*name);
  if (!known) return note(into.fault_, What::kUnknown, *name, 0);
  if (into.present_.has(*known)) return note(into.fault_, What::kRepeated, *name, 0);
  into.present_.add(*known);
  Slot& slot = into.slots_[static_cast<std::size_t>(*known)];
  slot = Slot{};  // whatever stops the pass, nothing of an earlier line is left

  ondemand::value& value = field.value();
  ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return false;
  switch (type) {
    case ondemand::json_type::object:
      if (*known != Field::kDocument) return take_object(value, slot);
      slot = Slot{{}, JsonKind::kObject, false};
      into.document_.items.clear();
      return take_item(value, kEvidenceFields, into.document_);
    case ondemand::json_type::array:
      slot = Slot{{}, JsonKind::kList, false};
      if (*known == Field::kEvidence) {
        return take_list(value, kEvidenceFields, limits::kEvidenceItems, into.evidence_);
      }
      if (*known == Field::kSchedule) {
        return take_list(value, kScheduleFields, limits::kScheduleLines, into.schedule_);
      }
      if (*known == Field::kStatements) {
        return take_list(value, kStatementFields, limits::kStatements, into.statements_);
      }
      return tolerant;  // refused for its kind, whatever it holds
    default:
      if (!take_scalar(value, type, slot)) return false;
      return slot.kind != JsonKind::kNull || note(into.fault_, What::kNull, *name, 0);
  }
}

bool EntrySlots::Parser::run(EntrySlots& into) {
  into.present_ = {};
  into.fault_.reset();
  into.evidence_.fault.reset();
  into.schedule_.fault.reset();
  into.statements_.fault.reset();
  into.document_.fault.reset();
  ondemand::document document;
  ondemand::object object;
  const auto error = parser.iterate(buffer.get(), size, capacity).get(document);
  if (error != simdjson::SUCCESS) return false;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  for (auto each : object) {
    ondemand::field field;
    if (std::move(each).get(field) != simdjson::SUCCESS) return false;
    if (!take_field(into, field)) return false;
  }
  // Nothing may follow: past the last token, the parser has no location to tell.
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

EntrySlots::EntrySlots() : parser_(std::make_unique<Parser>()) {}
EntrySlots::~EntrySlots() = default;

void EntrySlots::load(std::string_view json) {
  constexpr std::size_t kSmallest = 4096;
  Parser& parser = *parser_;
  if (parser.capacity < json.size() + simdjson::SIMDJSON_PADDING) {
    // Doubled, so that lines that grow slowly do not make the parser allocate for each of them.
    const std::size_t room = std::max(2 * json.size(), kSmallest);
    parser.capacity = room + simdjson::SIMDJSON_PADDING;
    parser.buffer = std::make_unique<char[]>(parser.capacity);
    TALLY_CHECK(parser.parser.allocate(room) == simdjson::SUCCESS);
  }
  parser.size = json.size();
  if (!json.empty()) std::memcpy(parser.buffer.get(), json.data(), json.size());
  std::memset(parser.buffer.get() + json.size(), ' ', simdjson::SIMDJSON_PADDING);
}

bool EntrySlots::collect() {
  parser_->tolerant = false;
  return parser_->run(*this);
}

bool EntrySlots::collect_with_faults() {
  parser_->tolerant = true;
  return parser_->run(*this);
}

}  // namespace tally::codec
