#pragma once

// A backup's folder on disk.

#include "backup/backup_list.h"
#include "store/directory.h"

namespace tally::backups {

class SetFolder {
 public:
  explicit SetFolder(std::filesystem::path path) : directory_(std::move(path)) {}

  // Makes the folder where it is missing.  `usage` where it holds something and no backup.
  Result<void> prepare() const;
  const store::Directory& directory() const { return directory_; }

  // The backup that is here; nothing where there is none.
  Result<std::optional<BackupList>> list() const;
  // One of its files, held against its digest; `damaged`, naming it, where it is missing, longer
  // than any can be, or another.
  Result<std::string> read(const ListedFile& file) const;
  // Puts a file there, durably, and reads it back.
  Result<void> write(const ListedFile& file, const std::string& content, bool secret) const;
  // Puts a list in force, and removes what it does not name.
  Result<void> put_in_force(const BackupList& list) const;

 private:
  Result<void> remove_surplus(const BackupList& list) const;

  store::Directory directory_;
};

}  // namespace tally::backups
