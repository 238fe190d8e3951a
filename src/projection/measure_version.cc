#include "projection/measure_version.h"

#include "base/try.h"
#include "projection/damage.h"
#include "projection/record_codec.h"

namespace tally::projection {

// A version is stored as the record of a measure is, without what changes otherwise.
std::string encode_measure(const MeasureVersion& measure) {
  domain::Record record;
  record.type = EntryType::kMeasure;
  record.standing = measure.standing;
  record.version = measure.body;
  record.terms = measure.terms;
  return encode_record(record);
}

Result<MeasureVersion> decode_measure(std::string_view bytes) {
  TALLY_ASSIGN(domain::Record record, decode_record(bytes));
  auto* terms = std::get_if<domain::MeasureTerms>(&record.terms);
  if (terms == nullptr) return damaged("a version of a measure is unreadable");
  return MeasureVersion{record.standing, record.version, std::move(*terms)};
}

}  // namespace tally::projection
