#pragma once

// What stands inside an entry's fields: the items of its lists, and its document; and what is told
// of an object whose fields are not as they should be.

#include <string_view>
#include <vector>

#include "codec/entry_fields.h"
#include "codec/entry_slots.h"
#include "tally/result.h"

namespace tally::codec {

// What is wrong with the structure of an object.  `allowed` are the fields that the object, called
// `owner` with its article, can have.
Error structure_error(const StructureFault& fault, FieldSet allowed, std::string_view owner);
// `bad-entry` where a field that must stand does not.
Result<void> check_required(FieldSet required, FieldSet present, std::string_view owner);

// Each reads the field that it is named after, which is there.  Errors name the item.
Result<void> read_schedule(const EntrySlots& slots, YearStart year_start,
                           std::vector<ScheduleLine>& out);
Result<void> read_evidence(const EntrySlots& slots, std::vector<Evidence>& out);
Result<void> read_document(const EntrySlots& slots, Evidence& out);
Result<void> read_statements(const EntrySlots& slots, YearStart year_start,
                             std::vector<Statement>& out);

}  // namespace tally::codec
