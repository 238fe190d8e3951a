#include "store/rocks_options.h"

#include <fmt/format.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "base/decimal_digits.h"

namespace tally::store {
namespace {

constexpr std::array<const char*, kFamilies> kFamilyNames = {
    "meta",      "log",      "details",  "state", "tree",     "ids",         "records",
    "referrers", "accounts", "postings", "times", "measures", "publications"};

constexpr std::size_t kCacheBytes = 64 << 20;
constexpr std::size_t kMemtableBytes = 32 << 20;
constexpr std::uint64_t kWriteAheadLogBytes = 96 << 20;

// RocksDB's own log goes nowhere: what matters comes back as a status, a file of it would keep what
// is to be erased, and on a full disk this library's own logger stops the program.
class NoLog : public rocksdb::Logger {
 public:
  NoLog() : rocksdb::Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// After an error the ledger is opened anew.  Left to itself, RocksDB waits for a full disk to have
// room again and then goes on in the background, which in this release may stop the program.
class NoRecovery : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status,
                            bool* goes_on) override {
    *goes_on = false;
  }
};

rocksdb::ColumnFamilyOptions options_of(Family family,
                                        const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = kMemtableBytes;
  options.compression = rocksdb::kLZ4Compression;
  options.level_compaction_dynamic_level_bytes = true;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.block_size = 16 << 10;
  switch (family) {
    case Family::kLog:
    case Family::kDetails: table.block_size = 64 << 10; break;
    case Family::kTree:
      options.compression = rocksdb::kNoCompression;  // hashes do not compress
      break;
    case Family::kIds:
    case Family::kAccounts:
    case Family::kRecords:
      // New keys are looked up before they are put, and changed ones lie in any of several files:
      // the filter answers without a read.
      table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
      table.block_size = 4 << 10;
      break;
    case Family::kState:
    case Family::kPostings:
    case Family::kReferrers:
    case Family::kMeta:
    case Family::kTimes:
    case Family::kMeasures:
    case Family::kPublications: table.block_size = 4 << 10; break;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

std::shared_ptr<rocksdb::FileChecksumGenFactory> checksum_factory() {
  static const auto kFactory = rocksdb::GetFileChecksumGenCrc32cFactory();
  return kFactory;
}

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  options.max_open_files = -1;
  options.max_background_jobs = 2;
  options.info_log = std::make_shared<NoLog>();
  options.max_bgerror_resume_count = 0;
  options.listeners = {std::make_shared<NoRecovery>()};
  options.max_total_wal_size = kWriteAheadLogBytes;
  options.avoid_flush_during_recovery = true;
  options.recycle_log_file_num = 0;
  options.file_checksum_gen_factory = checksum_factory();
  return options;
}

RocksOptions family_options() {
  const auto cache = rocksdb::NewLRUCache(kCacheBytes);
  RocksOptions options;
  for (std::size_t index = 0; index < kFamilies; ++index) {
    options[index] =
        rocksdb::Options(database_options(), options_of(static_cast<Family>(index), cache));
  }
  return options;
}

std::string family_name(FamilyName name) {
  const char* const family = kFamilyNames[static_cast<std::size_t>(name.family)];
  return name.generation == 0 ? family : fmt::format("{}@{}", family, name.generation);
}

std::optional<FamilyName> read_family_name(std::string_view text) {
  const std::size_t end = text.find('@');
  const auto found = std::find(kFamilyNames.begin(), kFamilyNames.end(), text.substr(0, end));
  if (found == kFamilyNames.end()) return std::nullopt;
  FamilyName name{static_cast<Family>(found - kFamilyNames.begin()), 0};
  if (end == std::string_view::npos) return name;
  const auto generation = base::canonical_number(text.substr(end + 1));
  if (!generation || *generation == 0 || !is_derived(name.family)) return std::nullopt;
  name.generation = *generation;
  return name;
}

}  // namespace tally::store
