#pragma once

// What a backup consists of: its SHA256SUMS.
//
//   # tallystick backup, format 1
//   # origin ORIGIN
//   # events COUNT
//   # root HASH
//   # made TIME
//   HASH  events/FIRST-COUNT-DIGEST
//   HASH  details/FIRST-COUNT-DIGEST
//   HASH  ledger/DIGEST/NAME
//
// FIRST has twelve digits or more, DIGEST is the first 16 of the file's own (of the ledger's files:
// of them all).  So what is new has a new name, and what a backup names is never written again.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/hash.h"
#include "tally/result.h"
#include "tally/sequence.h"
#include "tally/time.h"

namespace tally::backups {

inline constexpr const char* kListFile = "SHA256SUMS";
// A segment is ended by as many events or bytes, and one block may reach beyond.
inline constexpr std::uint64_t kSegmentEvents = 65'536;
inline constexpr std::uint64_t kSegmentBytes = 16 << 20;

struct ListedFile {
  std::string path;
  Hash sha256;
};

// Events that follow each other, and their details where there are any.
struct Segment {
  Sequence first;
  std::uint64_t count = 0;
  ListedFile events;
  std::optional<ListedFile> details;
};

struct BackupList {
  std::string origin;
  LogSize size;
  Hash root;
  Timestamp made_at;
  std::vector<Segment> segments;
  std::vector<ListedFile> ledger_files;

  std::string to_text() const;
  // `newer-format`, or `damaged`, saying which line is wrong.
  static Result<BackupList> parse(std::string_view text);

  // All files, in the order of the text.
  std::vector<const ListedFile*> files() const;
};

// The name of a segment's file: `folder` is "events" or "details".
std::string segment_path(std::string_view folder, Sequence first, std::uint64_t count,
                         const Hash& sha256);
// The folder of the ledger's own files, and the name that such a file has in the ledger.
std::string ledger_folder(const Hash& of_all);
std::string_view name_in_ledger(std::string_view path);

}  // namespace tally::backups
