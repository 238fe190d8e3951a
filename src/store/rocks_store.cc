#include "store/rocks_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <utility>

#include "base/bytes.h"
#include "base/try.h"
#include "store/rocks_status.h"

namespace tally::store {
namespace {

constexpr std::size_t kReadBytes = 2 << 20;

// Makes a file or folder durable; one that is gone by now holds nothing that is still needed.
Result<void> sync_path(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return {};
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int error = errno;
  if (file >= 0) ::close(file);
  if (synced) return {};
  return Error{ErrorCode::kIo,
               fmt::format("making {} durable: {}", path.string(), strerror(error)),
               {},
               0,
               {}};
}

// Holds a file's bytes against the checksum that the manifest has of it.
Result<void> check_file(const std::filesystem::path& path, const std::string& expected) {
  const auto checksum =
      checksum_factory()->CreateFileChecksumGenerator(rocksdb::FileChecksumGenContext());
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  // Beside a writer, a file may have been replaced since: what it held is in others now.
  if (!file && !std::filesystem::exists(path, error)) return {};
  std::string piece(kReadBytes, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    checksum->Update(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.eof()) {
    return Error{ErrorCode::kIo, fmt::format("reading {}", path.string()), {}, 0, {}};
  }
  checksum->Finalize();
  if (checksum->GetChecksum() == expected) return {};
  return Error{ErrorCode::kDamaged,
               fmt::format("{} is not as it was written: its bytes have another checksum",
                           path.filename().string()),
               {},
               0,
               {}};
}

}  // namespace

// By hand: RocksDB's own check finds nothing wrong where it runs beside a writer.
Result<void> RocksStore::check_files() {
  std::vector<rocksdb::LiveFileMetaData> files;
  db_->GetLiveFilesMetaData(&files);
  for (const rocksdb::LiveFileMetaData& file : files) {
    TALLY_TRY(check_file(folder_ / file.relative_filename, file.file_checksum));
  }
  return {};
}

// Commits live in write-ahead logs and in files that a manifest names; the files are on disk
// before they are named.  Any process may sync any file.
Result<void> RocksStore::sync() {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.ends_with(".log") && !name.starts_with("MANIFEST-")) continue;
    TALLY_TRY(sync_path(entry->path()));
  }
  if (!error) return sync_path(folder_);
  return Error{
      ErrorCode::kIo, fmt::format("reading {}: {}", folder_.string(), error.message()), {}, 0, {}};
}

std::vector<FamilyName> RocksStore::names_of(std::uint64_t generation, bool with_log) {
  std::vector<FamilyName> names;
  for (std::size_t index = 0; index < kFamilies; ++index) {
    const auto family = static_cast<Family>(index);
    if (is_derived(family)) names.push_back({family, generation});
    if (!is_derived(family) && with_log) names.push_back({family, 0});
  }
  return names;
}

// RocksDB wants its default family too, and a reader beside a writer does not list the files of
// the first family that it is told of.  Nothing is kept in it.
RocksStore::Descriptors RocksStore::descriptors(const std::vector<FamilyName>& names) const {
  Descriptors all;
  all.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  for (const FamilyName& name : names) {
    all.emplace_back(family_name(name), options_[static_cast<std::size_t>(name.family)]);
  }
  return all;
}

Result<RocksStore::Descriptors> RocksStore::listed_families() const {
  std::vector<std::string> listed;
  TALLY_TRY(
      check_opened(rocksdb::DB::ListColumnFamilies(database_options(), folder_.string(), &listed)));
  std::vector<FamilyName> names;
  for (const std::string& text : listed) {
    if (text == rocksdb::kDefaultColumnFamilyName) continue;
    const auto name = read_family_name(text);
    if (name) names.push_back(*name);
    if (name) continue;
    return Error{ErrorCode::kNewerFormat,
                 fmt::format("the store of the ledger has a family \"{}\", which this program "
                             "does not know; use a newer one",
                             text),
                 {},
                 0,
                 {}};
  }
  return descriptors(names);
}

Result<void> RocksStore::check_opened(const rocksdb::Status& status) const {
  std::error_code unreadable;
  if (!status.ok() && !std::filesystem::exists(folder_ / "CURRENT", unreadable)) {
    return Error{ErrorCode::kDamaged,
                 fmt::format("the store of the ledger, {}, is missing or not whole; restore it "
                             "from a copy",
                             folder_.string()),
                 {},
                 0,
                 {}};
  }
  return check(status, fmt::format("opening {}", folder_.string()));
}

void RocksStore::take(rocksdb::DB* db, const Descriptors& families, const Handles& handles) {
  close();
  db_.reset(db, [](rocksdb::DB* one) {
    one->Close().PermitUncheckedError();
    delete one;
  });
  for (std::size_t i = 0; i < handles.size(); ++i) {
    RocksHandle handle = make_handle(db_, handles[i]);
    const auto name = read_family_name(families[i].name);
    if (!name) {
      default_ = std::move(handle);
    } else if (is_derived(name->family)) {
      derived_[name->generation][static_cast<std::size_t>(name->family)] = std::move(handle);
    } else {
      of_log_[static_cast<std::size_t>(name->family)] = std::move(handle);
    }
  }
  set_current(families_of(0));
}

void RocksStore::close() {
  set_current(nullptr);
  derived_.clear();
  of_log_ = {};
  default_.reset();
  db_.reset();
}

std::shared_ptr<RocksFamilies> RocksStore::families_of(std::uint64_t generation) const {
  auto families = std::make_shared<RocksFamilies>();
  families->generation = generation;
  const auto derived = derived_.find(generation);
  if (derived != derived_.end()) families->handles = derived->second;
  for (std::size_t index = 0; index < kFamilies; ++index) {
    if (of_log_[index] != nullptr) families->handles[index] = of_log_[index];
  }
  return families;
}

Result<std::optional<std::uint64_t>> RocksStore::number_at(std::string_view key) {
  TALLY_ASSIGN(const auto bytes, view()->get(Family::kMeta, key));
  if (!bytes) return std::optional<std::uint64_t>();
  base::ByteReader reader(*bytes);
  const std::uint64_t number = reader.varint();
  if (reader.ok() && reader.at_end()) return std::optional(number);
  return Error{ErrorCode::kDamaged,
               fmt::format("the store's record of its {} is unreadable", key),
               {},
               0,
               {}};
}

Result<void> RocksStore::choose_generation() {
  TALLY_ASSIGN(const auto generation, number_at(kGenerationKey));
  set_current(families_of(generation.value_or(0)));
  return {};
}

std::shared_ptr<const RocksFamilies> RocksStore::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void RocksStore::set_current(std::shared_ptr<const RocksFamilies> families) {
  const std::lock_guard lock(mutex_);
  current_.swap(families);
}

Result<std::unique_ptr<Store>> Store::create(const std::filesystem::path& folder) {
  return open_rocks_writer(folder, true);
}

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder, Access access) {
  return access == Access::kWrite ? open_rocks_writer(folder, false) : open_rocks_reader(folder);
}

}  // namespace tally::store
