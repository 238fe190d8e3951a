#pragma once

// The store as one generation shows it.

#include <rocksdb/db.h>

#include <memory>

#include "store/rocks_families.h"
#include "store/store.h"

namespace tally::store {

// `snapshot`: what is committed from now on does not show.  (A reader beside a writer has no
// snapshots: what it sees only moves when it catches up.)
std::unique_ptr<View> make_view(rocksdb::DB* db, std::shared_ptr<const RocksFamilies> families,
                                bool snapshot);

}  // namespace tally::store
