#pragma once

// An event's details: the free text that can be erased, stored beside the event (spec "Entries:
// What can be erased").  UTF-8 JSON without white space: `note`, `evidence`, `document`,
// `replacement`, in this order, those that the entry has.

#include <string>
#include <string_view>

#include "tally/entry.h"
#include "tally/result.h"

namespace tally::codec {

// The details of an entry as they are stored and hashed; empty where it has none.
std::string encode_details(const Entry& entry);

// Puts stored details back into an entry that was decoded from its event.  `damaged` where they
// are not what `encode_details` writes or do not fit the entry.
Result<void> merge_details(std::string_view details, Entry& entry);

}  // namespace tally::codec
