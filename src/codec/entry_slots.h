#pragma once

// The structure of an entry's JSON, before any of its values is understood.  One pass puts the raw
// text of each field into a slot, wherever it stands in the line: what a field means depends on the
// type, which may come last.  This is where simdjson is used.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/entry_fields.h"

namespace tally::codec {

enum class JsonKind : std::uint8_t { kText, kNumber, kBoolean, kNull, kObject, kList };

// One value as it stands in the line.
struct Slot {
  std::string_view raw;  // of a text, what stands between the quotes; of a list, nothing
  JsonKind kind = JsonKind::kNull;
  bool escaped = false;  // a text that holds escapes, not checked yet
};

// One item of `evidence`, `schedule` or `statements`, or a `document`.
struct ItemSlots {
  FieldSet present;
  std::array<Slot, 5> slots;

  Slot& slot(Field field) { return slots[index(field)]; }
  const Slot& slot(Field field) const { return slots[index(field)]; }

 private:
  static constexpr std::size_t index(Field field) {
    switch (field) {
      case Field::kTitle:
      case Field::kQuantity:
      case Field::kFigure: return 1;
      case Field::kMediaType:
      case Field::kStated: return 2;
      case Field::kUri:
      case Field::kQualifier: return 3;
      case Field::kOf: return 4;
      default: return 0;  // sha256, year and label
    }
  }
};

// What is wrong with the structure of an object.
struct StructureFault {
  enum class What : std::uint8_t { kUnknown, kRepeated, kNull, kNotObject };
  What what = What::kUnknown;
  std::string name;      // of the field, as given
  std::size_t item = 0;  // of a list, from 1
};

struct ListSlots {
  std::vector<ItemSlots> items;  // one more than the limit at most
  std::optional<StructureFault> fault;
};

class EntrySlots {
 public:
  EntrySlots();
  ~EntrySlots();
  EntrySlots(const EntrySlots&) = delete;
  EntrySlots& operator=(const EntrySlots&) = delete;

  // Takes a copy of a line, which the slots point into until the next one is taken.
  void load(std::string_view json);

  // Fills the slots from the line that was loaded.  True: it is one JSON object without a fault of
  // structure, and JSON throughout, but for escapes in its texts.  False: it may be anything, and
  // slots may be missing.
  bool collect();

  // The same for a line that is known to be JSON: goes on past faults of structure, and keeps the
  // first.  False: it is not an object.
  bool collect_with_faults();

  const FieldSet& present() const { return present_; }
  bool has(Field field) const { return present_.has(field); }
  const Slot& slot(Field field) const { return slots_[static_cast<std::size_t>(field)]; }
  const ListSlots& evidence() const { return evidence_; }
  const ListSlots& schedule() const { return schedule_; }
  const ListSlots& statements() const { return statements_; }
  // One item at most.
  const ListSlots& document() const { return document_; }
  const std::optional<StructureFault>& fault() const { return fault_; }

 private:
  struct Parser;
  friend struct Parser;

  std::unique_ptr<Parser> parser_;
  FieldSet present_;
  std::array<Slot, kFields> slots_;
  ListSlots evidence_;
  ListSlots schedule_;
  ListSlots statements_;
  ListSlots document_;
  std::optional<StructureFault> fault_;
};

}  // namespace tally::codec
