#include "store/rocks_view.h"

#include <string>
#include <utility>

#include "store/rocks_status.h"

namespace tally::store {
namespace {

constexpr std::size_t kReadaheadBytes = 2 << 20;

class RocksCursor : public Cursor {
 public:
  explicit RocksCursor(std::unique_ptr<rocksdb::Iterator> iterator)
      : iterator_(std::move(iterator)) {}
  void seek(std::string_view key) override { iterator_->Seek(slice(key)); }
  void seek_for_previous(std::string_view key) override { iterator_->SeekForPrev(slice(key)); }
  void seek_to_first() override { iterator_->SeekToFirst(); }
  void next() override { iterator_->Next(); }
  void previous() override { iterator_->Prev(); }
  bool valid() const override { return iterator_->Valid(); }
  std::string_view key() const override { return view_of(iterator_->key()); }
  std::string_view value() const override { return view_of(iterator_->value()); }
  Result<void> status() const override {
    return check(iterator_->status(), "reading the ledger's store");
  }

 private:
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// Of a family that is not there.
class NoCursor : public Cursor {
 public:
  void seek(std::string_view) override {}
  void seek_for_previous(std::string_view) override {}
  void seek_to_first() override {}
  void next() override {}
  void previous() override {}
  bool valid() const override { return false; }
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  Result<void> status() const override { return {}; }
};

class RocksView : public View {
 public:
  RocksView(rocksdb::DB* db, std::shared_ptr<const RocksFamilies> families, bool snapshot)
      : db_(db),
        families_(std::move(families)),
        snapshot_(snapshot ? db->GetSnapshot() : nullptr) {}
  ~RocksView() override {
    if (snapshot_ != nullptr) db_->ReleaseSnapshot(snapshot_);
  }
  RocksView(const RocksView&) = delete;
  RocksView& operator=(const RocksView&) = delete;

  Result<std::optional<std::string>> get(Family family, std::string_view key) const override {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    rocksdb::ColumnFamilyHandle* const handle = families_->handle(family);
    if (handle == nullptr) return std::optional<std::string>();
    std::string value;
    const rocksdb::Status status = db_->Get(options, handle, slice(key), &value);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return translate(status, "reading the ledger's store");
    return std::optional<std::string>(std::move(value));
  }

  std::unique_ptr<Cursor> cursor(Family family, Reading reading) const override {
    rocksdb::ColumnFamilyHandle* const handle = families_->handle(family);
    if (handle == nullptr) return std::make_unique<NoCursor>();
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    if (reading == Reading::kScan) {
      options.fill_cache = false;
      options.readahead_size = kReadaheadBytes;
    }
    return std::make_unique<RocksCursor>(
        std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, handle)));
  }

 private:
  rocksdb::DB* db_;
  std::shared_ptr<const RocksFamilies> families_;
  const rocksdb::Snapshot* snapshot_;
};

}  // namespace

std::unique_ptr<View> make_view(rocksdb::DB* db, std::shared_ptr<const RocksFamilies> families,
                                bool snapshot) {
  return std::make_unique<RocksView>(db, std::move(families), snapshot);
}

}  // namespace tally::store
