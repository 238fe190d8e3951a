#pragma once

// What a measure said from some event on: what totals as of any point need of it.  Stored for each
// event that defined, replaced or withdrew the measure.

#include <string>
#include <string_view>

#include "domain/record.h"
#include "tally/result.h"

namespace tally::projection {

struct MeasureVersion {
  domain::Standing standing = domain::Standing::kInForce;
  Sequence body;  // the event whose body stands, or stood last
  domain::MeasureTerms terms;
};

std::string encode_measure(const MeasureVersion& measure);
Result<MeasureVersion> decode_measure(std::string_view bytes);

}  // namespace tally::projection
