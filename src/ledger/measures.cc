#include "ledger/measures.h"

#include <fmt/format.h>

#include "base/try.h"

namespace tally::ledger {

bool has_value(Basis basis) {
  return basis == Basis::kProxy || basis == Basis::kInKind || basis == Basis::kCash;
}

std::optional<Decimal> value_of(const domain::MeasureTerms& measure, Quantity quantity) {
  if (measure.basis == Basis::kProxy) return Decimal::product(quantity, measure.proxy);
  if (has_value(measure.basis)) return Decimal(quantity);
  return std::nullopt;
}

Result<Sequence> find_entry(const projection::Reader& reader, std::string_view id, EntryType type,
                            Sequence as_of) {
  TALLY_ASSIGN(const auto sequence, reader.sequence_of(id));
  if (!sequence || *sequence > as_of) {
    return Error{ErrorCode::kUnknownReference,
                 fmt::format("there is no {} \"{}\"{}", type_name(type), id,
                             sequence ? fmt::format(" as of event {}", as_of.value) : ""),
                 {},
                 0,
                 std::string(id)};
  }
  TALLY_ASSIGN(const auto record, reader.record(*sequence));
  if (record && record->type == type) return *sequence;
  return Error{ErrorCode::kWrongType,
               fmt::format("\"{}\" is a {}, not a {}", id,
                           record ? type_name(record->type) : "missing record", type_name(type)),
               {},
               0,
               std::string(id)};
}

Result<Sequence> checked_point(const projection::Reader& reader, std::optional<Sequence> as_of) {
  if (!as_of || *as_of <= reader.last()) return as_of.value_or(reader.last());
  return Error{ErrorCode::kBadEntry,
               fmt::format("event {} lies beyond the head, which is event {}", as_of->value,
                           reader.last().value),
               {},
               0,
               {}};
}

}  // namespace tally::ledger
