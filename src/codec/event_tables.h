#pragma once

// How the tables of an event are laid out, as far as its reader must know: how deep and how many
// they are, and that they hold no field which it does not know.  What a later program may add is
// never passed over: whoever does not know it cannot say what the event does.

#include <algorithm>

#include "event_generated.h"
#include "tally/limits.h"

namespace tally::codec {

// Event, correction, replacement and an item of evidence are four tables deep, and no event has
// more tables than these and the items, or the statements.
inline constexpr flatbuffers::uoffset_t kTableDepth = 8;
inline constexpr auto kTables =
    static_cast<flatbuffers::uoffset_t>(std::max(limits::kEvidenceItems, limits::kStatements) + 8);

// The last field of a body's table; 0 for a type that is not known here.
constexpr flatbuffers::voffset_t last_field(fb::Body type) {
  switch (type) {
    case fb::Body::LedgerOpened: return fb::LedgerOpened::VT_VKEY;
    case fb::Body::Organisation: return fb::Organisation::VT_IDENTIFIER;
    case fb::Body::Programme: return fb::Programme::VT_NAME;
    case fb::Body::Contract: return fb::Contract::VT_OCID;
    case fb::Body::Measure: return fb::Measure::VT_PROXY_SOURCE;
    case fb::Body::Commitment: return fb::Commitment::VT_SCHEDULE;
    case fb::Body::Claim: return fb::Claim::VT_EVIDENCE;
    case fb::Body::Verification: return fb::Verification::VT_EVIDENCE;
    case fb::Body::Correction: return fb::Correction::VT_REPLACEMENT;
    case fb::Body::KeyRotated: return fb::KeyRotated::VT_NEW_VKEY;
    case fb::Body::Publication: return fb::Publication::VT_STATEMENTS;
    case fb::Body::Erasure: return fb::Erasure::VT_REASON;
    case fb::Body::LedgerRestored: return fb::LedgerRestored::VT_FIXED;
    case fb::Body::NONE: return 0;
  }
  return 0;
}

// Whether a table, whose bytes have been verified, has room for fields behind `last`.
inline bool has_fields_behind(flatbuffers::voffset_t last, const void* table) {
  const std::uint8_t* vtable = static_cast<const flatbuffers::Table*>(table)->GetVTable();
  return flatbuffers::ReadScalar<flatbuffers::voffset_t>(vtable) > last + sizeof last;
}

// The same of a body.  That of an unknown type has not been verified, and is not looked at.
inline bool has_unknown_fields(fb::Body type, const void* body) {
  const flatbuffers::voffset_t last = last_field(type);
  return last != 0 && body != nullptr && has_fields_behind(last, body);
}

}  // namespace tally::codec
