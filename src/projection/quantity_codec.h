#pragma once

// Quantities as derived state stores them.  Most are whole, or have hundredths: written in
// millionths they would take twice as many bytes, and most of what is stored of a posting is its
// quantity.
//
//   whole                 varint of zigzag × 2
//   hundredths            varint of zigzag × 4 + 1
//   any other             varint 3, and the millionths as a signed varint
//
// Zigzag is that of a signed varint (base/bytes.h), of so many units or hundredths.  Each quantity
// is written in the first of these ways that can say it; in another it is none, so that no changed
// bit goes unnoticed.

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "tally/decimal.h"

namespace tally::projection {

inline constexpr std::int64_t kMillionthsInHundredth = Quantity::kScale / 100;

inline void put_quantity(std::string& out, Quantity quantity) {
  const std::int64_t millionths = quantity.millionths();
  if (millionths % Quantity::kScale == 0) {
    base::put_varint(out, base::zigzag(millionths / Quantity::kScale) << 1);
  } else if (millionths % kMillionthsInHundredth == 0) {
    base::put_varint(out, base::zigzag(millionths / kMillionthsInHundredth) << 2 | 1);
  } else {
    base::put_varint(out, 3);
    base::put_signed_varint(out, millionths);
  }
}

// Nothing where no quantity is written there.
inline std::optional<Quantity> read_quantity(base::ByteReader& in) {
  const std::uint64_t written = in.varint();
  const bool whole = (written & 1) == 0;
  if (!whole && written == 3) {
    const std::int64_t millionths = in.signed_varint();
    if (millionths % kMillionthsInHundredth == 0) return std::nullopt;
    return Quantity::from_millionths(millionths);
  }
  if (!whole && (written & 2) != 0) return std::nullopt;
  const std::int64_t unit = whole ? Quantity::kScale : kMillionthsInHundredth;
  const std::int64_t count = base::from_zigzag(written >> (whole ? 1 : 2));
  if (!whole && count % (Quantity::kScale / kMillionthsInHundredth) == 0) return std::nullopt;
  if (count > Quantity::kLimit / unit || count < -(Quantity::kLimit / unit)) return std::nullopt;
  return Quantity::from_millionths(count * unit);
}

}  // namespace tally::projection
