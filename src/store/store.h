#pragma once

// The ledger's RocksDB: families of sorted keys, read through views, written by batches that become
// visible and durable as one.  The only place in the project that knows RocksDB.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tally/result.h"

namespace tally::store {

// What a key space is for: see keys.h.  The numbers index an array and are not stored.
enum class Family : std::uint8_t {
  // The log's.
  kMeta,
  kLog,
  kDetails,
  // Derived from it.
  kState,
  kTree,
  kIds,
  kRecords,
  kReferrers,
  kAccounts,
  kPostings,
  kTimes,
  kMeasures,
  kPublications,
};
inline constexpr std::size_t kFamilies = 13;
inline constexpr bool is_derived(Family family) { return family >= Family::kState; }

// How a cursor will be used: looking here and there, or reading on and on (which leaves the cache
// to others).
enum class Reading : std::uint8_t { kSeeks, kScan };

// Walks the keys of one family in order.  `key` and `value` are valid until the next move.
class Cursor {
 public:
  virtual ~Cursor() = default;
  virtual void seek(std::string_view key) = 0;               // the first key at or after
  virtual void seek_for_previous(std::string_view key) = 0;  // the last key at or before
  virtual void seek_to_first() = 0;
  virtual void next() = 0;
  virtual void previous() = 0;
  virtual bool valid() const = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
  // What stopped the cursor, once it is not valid: its end, or `damaged` or `io`.
  virtual Result<void> status() const = 0;
};

// The store as it was at one moment.  Must not outlive its store.  Any thread may read.
class View {
 public:
  virtual ~View() = default;
  virtual Result<std::optional<std::string>> get(Family family, std::string_view key) const = 0;
  virtual std::unique_ptr<Cursor> cursor(Family family, Reading reading) const = 0;
};

// What one commit writes.  A large one is written to files beside the store, which then takes them
// in with one small write: its keys must come in ascending order within each family.
class Batch {
 public:
  virtual ~Batch() = default;
  virtual Result<void> put(Family family, std::string_view key, std::string_view value) = 0;
  // What only collects or compares derived state is never asked to: that is replaced, not removed.
  virtual Result<void> remove(Family family, std::string_view key);
  // Whether different families may be put from different threads at once.
  virtual bool takes_families_in_parallel() const { return false; }
};

enum class Access : std::uint8_t {
  kWrite,  // the one writer; the caller holds the ledger's lock
  kRead,   // beside a writer, or with none
};

// A second set of the derived families, which is built beside the one in force while that is read
// and written: nothing of it shows in the store's own views.  It stays on disk, as far as it has
// come, until it is put in force or discarded.  Must not outlive its store.
class Generation {
 public:
  virtual ~Generation() = default;
  // The log's families show what they hold in the store.
  virtual std::unique_ptr<View> view() const = 0;
  // As those of the store; one batch at a time.
  virtual Result<std::unique_ptr<Batch>> begin(bool large) = 0;
  virtual Result<void> commit(std::unique_ptr<Batch> batch) = 0;
};

class Store {
 public:
  virtual ~Store() = default;

  // Creates an empty store in a folder that does not exist.
  static Result<std::unique_ptr<Store>> create(const std::filesystem::path& folder);
  // Opens an existing one.  What a crash left staged is removed when opened for writing.
  static Result<std::unique_ptr<Store>> open(const std::filesystem::path& folder, Access access);

  virtual std::unique_ptr<View> view() = 0;

  // Begins a batch; `large` picks the way described at Batch.
  virtual Result<std::unique_ptr<Batch>> begin(bool large) = 0;
  // Makes the batch visible and durable, or leaves the store as it was.  Errors: `no-space`, `io`.
  virtual Result<void> commit(std::unique_ptr<Batch> batch) = 0;

  // Reads every sorted file whole and holds it against the checksum that was kept when it was
  // written: what no look-up would read is read here.  `damaged`, naming the file.
  virtual Result<void> check_files() = 0;

  // Waits until whatever a view can see now is on disk.  (A reader may see a commit before its
  // sync.)  Errors: `io`.
  virtual Result<void> sync() = 0;

  // Sees to it that no file of the store holds what has been replaced or removed at these keys.
  // No view may be held that was taken before.  Errors: `io`, also where a view is held too long.
  virtual Result<void> purge(Family family, const std::vector<std::string>& keys) = 0;

  // The generation that is being built: the one that was left unfinished, or a new one.
  virtual Result<std::shared_ptr<Generation>> building();
  // Puts it in force, in one small write.  Views taken before go on showing the generation that it
  // replaces, whose space is given back once the last of them is gone.  No batch may be open.
  virtual Result<void> put_in_force(std::shared_ptr<Generation> built);
  // Drops it, if there is one.
  virtual Result<void> discard_building();

  // For a reader: sees what the writer has committed since.  Views taken earlier move along, so the
  // caller makes sure that none is in use.
  virtual Result<void> catch_up() = 0;
};

}  // namespace tally::store
