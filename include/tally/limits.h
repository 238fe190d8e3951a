#pragma once

// Every limit on what comes from outside, in one place (spec "Entries: From entry to event" and
// "Errors").  What passes a limit is refused with `too-large` or `bad-entry`, never cut.

#include <cstddef>
#include <cstdint>

namespace tally::limits {

inline constexpr std::size_t kLineBytes = 256 * 1024;
inline constexpr std::size_t kEventBytes = 65'535;             // a tlog entry bundle's length field
inline constexpr std::uint64_t kSubmissionBytes = 1ULL << 30;  // on the command line
inline constexpr std::size_t kIdentifierBytes = 128;
inline constexpr std::size_t kTextBytes = 500;
inline constexpr std::size_t kReasonBytes = 2'000;
inline constexpr std::size_t kProxySourceBytes = 2'000;
inline constexpr std::size_t kUriBytes = 2'048;
inline constexpr std::size_t kNoteBytes = 4'000;
inline constexpr std::size_t kEvidenceItems = 64;
inline constexpr std::size_t kScheduleLines = 50;
inline constexpr std::size_t kStatements = 500;
inline constexpr int kNesting = 64;  // of objects and lists in a line; an entry needs five

// What may be written together: so many submissions, each of at most so many bytes.  A larger one
// is written alone.
inline constexpr std::size_t kGroupSubmissions = 256;
inline constexpr std::size_t kGroupedBytes = 64 * 1024;

// What is read of proofs and bundles, which come from strangers (spec "Integrity: Checking" and
// "Bundle").
inline constexpr std::size_t kUnknownSignatures = 16;       // passed over in a note
inline constexpr std::size_t kNoteFileBytes = 256 * 1024;   // a signed note or checkpoint
inline constexpr std::size_t kProofFileBytes = 512 * 1024;  // a proof with its event
inline constexpr std::size_t kProofHashes = 63;             // as many as a tree has levels
inline constexpr std::uint64_t kBundleUnpackedBytes = 64 << 20;
inline constexpr std::uint64_t kBundleFileBytes = 80 << 20;  // parts, and what a ZIP adds
inline constexpr std::size_t kBundleParts = 65'000;
inline constexpr std::size_t kPackParts = 10'000;
inline constexpr std::uint64_t kPackListBytes = 16
                                                << 20;  // of its list of digests, its description

// What is read of a backup: its list, and each of its files.
inline constexpr std::uint64_t kBackupListBytes = 64 << 20;
inline constexpr std::uint64_t kBackupFileBytes = 128 << 20;

// How long a writer at work leaves the newest checkpoint unsigned.
inline constexpr std::int64_t kCheckpointEveryMicros = 60'000'000;

}  // namespace tally::limits
