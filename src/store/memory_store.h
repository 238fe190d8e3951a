#pragma once

// A store that lives in memory and goes with its object: for a log that is folded to be looked at,
// and not to be kept.  One thread at a time.

#include <array>
#include <map>
#include <memory>
#include <string>

#include "store/store.h"

namespace tally::store {

using MemoryFamily = std::map<std::string, std::string, std::less<>>;
using MemoryFamilies = std::array<MemoryFamily, kFamilies>;

// Reads maps as a store's view; they must outlive it.  It moves along with them.
std::unique_ptr<View> view_of(const MemoryFamilies& families);

class MemoryStore : public Store {
 public:
  std::unique_ptr<View> view() override { return view_of(families_); }
  Result<std::unique_ptr<Batch>> begin(bool large) override;
  Result<void> commit(std::unique_ptr<Batch> batch) override;
  // Nothing of it is on any disk.
  Result<void> check_files() override { return {}; }
  Result<void> sync() override { return {}; }
  Result<void> purge(Family, const std::vector<std::string>&) override { return {}; }
  Result<void> catch_up() override { return {}; }

  MemoryFamilies& families() { return families_; }

 private:
  MemoryFamilies families_;
};

}  // namespace tally::store
