#pragma once

// One value of an entry: from its raw text to what it means.  Messages name the field and the
// value.

#include <cstddef>
#include <string>

#include "codec/entry_fields.h"
#include "codec/entry_slots.h"
#include "codec/text_rules.h"
#include "tally/result.h"

namespace tally::codec {

// The error of an entry, to which the reader adds the entry's id.
Error entry_error(ErrorCode code, std::string message);

// Text of 1 to `limit` bytes, put into `out`; else `bad-entry`.
Result<void> read_text(const Slot& slot, Field field, std::size_t limit, Lines lines,
                       std::string& out);
// An identifier; else `bad-entry`.
Result<void> read_identifier(const Slot& slot, Field field, std::string& out);
// A quantity that is not negative; else `bad-quantity`.
Result<void> read_quantity(const Slot& slot, Field field, Quantity& out);
// A quantity; else `bad-quantity`.
Result<void> read_signed_quantity(const Slot& slot, Field field, Quantity& out);
// A sequence, as a number or its digits, below 2^63; else `bad-entry`.
Result<void> read_sequence(const Slot& slot, Field field, Sequence& out);
// A figure reference; else `bad-entry`.
Result<void> read_figure(const Slot& slot, Field field, YearStart year_start, FigureReference& out);
// A date; else `bad-date`.
Result<void> read_date(const Slot& slot, Field field, Date& out);
// A reporting year of a ledger whose years start so; else `bad-year`.
Result<void> read_year(const Slot& slot, Field field, YearStart year_start, Year& out);
// A SHA-256 digest; else `bad-entry`.
Result<void> read_hash(const Slot& slot, Field field, Hash& out);
// A text that is one of few words, whatever it says; else `bad-entry`.
Result<void> read_word(const Slot& slot, Field field, std::string& out);

}  // namespace tally::codec
