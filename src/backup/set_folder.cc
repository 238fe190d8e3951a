#include "backup/set_folder.h"

#include <fmt/format.h>

#include <set>

#include "base/try.h"
#include "ledger/checkpoints.h"
#include "merkle/sha256.h"
#include "projection/damage.h"
#include "tally/limits.h"

namespace tally::backups {

namespace fs = std::filesystem;
using projection::damaged;

Result<void> SetFolder::prepare() const {
  std::error_code error;
  const fs::path& path = directory_.path();
  TALLY_TRY(store::make_folders(path));
  if (directory_.has_file(kListFile)) return {};
  // What an interrupted first backup left is no other's.
  const std::set<std::string> own = {"events", "details", "ledger",
                                     std::string(kListFile) + ".new"};
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (own.contains(name)) continue;
    return Error{
        ErrorCode::kUsage,
        fmt::format("{} holds {}, which is no part of a backup; name a folder that is new, "
                    "empty, or a backup already",
                    path.string(), name),
        {},
        0,
        {}};
  }
  return {};
}

Result<std::optional<BackupList>> SetFolder::list() const {
  if (!directory_.has_file(kListFile)) return std::optional<BackupList>();
  std::error_code error;
  if (fs::file_size(directory_.path() / kListFile, error) > limits::kBackupListBytes) {
    return damaged(fmt::format("{} has more bytes than the list of a backup", kListFile));
  }
  TALLY_ASSIGN(const std::string text, directory_.read_file(kListFile));
  TALLY_ASSIGN(BackupList list, BackupList::parse(text));
  return std::optional(std::move(list));
}

Result<std::string> SetFolder::read(const ListedFile& file) const {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(directory_.path() / file.path, error);
  if (error) return damaged(fmt::format("the backup's file {} is missing", file.path));
  const std::string changed = fmt::format(
      "the backup's file {} is not as it was written: its SHA-256 is not the one that "
      "{} names",
      file.path, kListFile);
  if (bytes > limits::kBackupFileBytes) return damaged(changed);
  TALLY_ASSIGN(std::string content, directory_.read_file(file.path));
  if (merkle::sha256({content}) != file.sha256) return damaged(changed);
  return content;
}

Result<void> SetFolder::write(const ListedFile& file, const std::string& content,
                              bool secret) const {
  TALLY_TRY(directory_.replace_file(file.path, content, secret));
  auto back = read(file);
  if (!back.ok()) return back.take_error();
  return {};
}

Result<void> SetFolder::put_in_force(const BackupList& list) const {
  TALLY_TRY(directory_.replace_file(kListFile, list.to_text(), false));
  return remove_surplus(list);
}

Result<void> SetFolder::remove_surplus(const BackupList& list) const {
  std::set<fs::path> named;
  for (const ListedFile* file : list.files()) named.insert(directory_.path() / file->path);
  std::vector<fs::path> surplus;
  std::error_code error;
  for (const char* folder : {"events", "details", "ledger"}) {
    fs::recursive_directory_iterator entry(directory_.path() / folder, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (!entry->is_directory(error) && !named.contains(entry->path())) {
        surplus.push_back(entry->path());
      }
    }
  }
  // What cannot be removed now is removed by the next backup; details that were erased are told of,
  // and do not come back when the power goes.
  for (const fs::path& path : surplus) {
    TALLY_TRY(directory_.remove_file(fs::relative(path, directory_.path(), error).string()));
    const fs::path parent = path.parent_path();
    if (parent.parent_path().filename() == "ledger") fs::remove(parent, error);
    if (parent.filename() == ledger::kRotationsFolder) fs::remove(parent.parent_path(), error);
  }
  return {};
}

}  // namespace tally::backups
