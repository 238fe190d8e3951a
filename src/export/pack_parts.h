#pragma once

// A pack that is being checked: its parts, each read once and held against its digest.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/zip_archive.h"
#include "merkle/sha256.h"
#include "tally/hash.h"
#include "tally/ledger.h"
#include "tally/pack.h"

namespace tally::exports::pack {

// How far the check has come.
struct Meter {
  PackProgress progress;
  std::uint64_t done = 0;
  std::uint64_t all = 0;
};

// One part, read from front to back.
class PartStream {
 public:
  // Nothing says the digest of the list of digests itself.
  PartStream(audit::ZipArchive::Stream stream, std::string name, std::optional<Hash> expected,
             Meter& meter)
      : stream_(std::move(stream)), name_(std::move(name)), expected_(expected), meter_(meter) {}

  // The next piece; empty at the end, where its digest was the one that is listed.
  Result<std::string_view> next();

 private:
  audit::ZipArchive::Stream stream_;
  std::string name_;
  std::optional<Hash> expected_;
  Meter& meter_;
  merkle::Sha256 digest_;
};

class PackParts {
 public:
  // Reads the list of digests, which must be of all other parts in their order.
  static Result<PackParts> open(const std::filesystem::path& path, const PackProgress& progress);

  const std::vector<audit::ZipArchive::Part>& parts() const { return archive_.parts(); }
  std::uint64_t bytes() const { return meter_->all; }
  // The digest that is listed for a part but the list.
  const Hash& digest(std::size_t index) const { return digests_[index]; }
  Result<std::size_t> find(std::string_view name) const;

  Result<std::unique_ptr<PartStream>> stream(std::size_t index) const;
  // A part whole; `refused` where it has more than `limit` bytes.
  Result<std::string> read(std::size_t index, std::uint64_t limit) const;
  // Reads a part for its digest alone.
  Result<void> check_digest(std::size_t index) const;

 private:
  Result<void> read_sums();

  audit::ZipArchive archive_;
  std::vector<Hash> digests_;  // of each part; nothing of the first
  std::unique_ptr<Meter> meter_;
};

// The lines of a part, without their ends.
class PartLines : public LineSource {
 public:
  PartLines(std::unique_ptr<PartStream> stream, std::string_view name)
      : stream_(std::move(stream)), name_(name) {}
  Result<std::optional<InputLine>> next() override;

 private:
  std::unique_ptr<PartStream> stream_;
  std::string_view name_;
  std::string pending_;
  std::size_t at_ = 0;  // in `pending_`
  bool is_over_ = false;
  std::uint64_t number_ = 0;
};

}  // namespace tally::exports::pack
