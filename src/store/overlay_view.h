#pragma once

// A store as it will be once a batch is committed: what a view shows, with what the batch puts in
// its place.  For asking what a submission would change, and for what an event says of the events
// before it in its own submission.

#include <memory>

#include "store/memory_store.h"
#include "store/store.h"

namespace tally::store {

// Takes what is put, in any order, and shows it over a view.
class Overlay : public Batch {
 public:
  Result<void> put(Family family, std::string_view key, std::string_view value) override;

  // `below` and this overlay must outlive the view.
  std::unique_ptr<View> over(const View& below) const;

 private:
  MemoryFamilies families_;
};

}  // namespace tally::store
