#pragma once

// RocksDB names new tables in its manifest.  Where that could not be written, nobody knows whether
// the names are on disk: a table that is deleted then may be one that the next opening asks for,
// and the database cannot be opened any more.  What RocksDB flushes and compacts it keeps in that
// case; what it takes in whole (IngestExternalFiles, as of 7.8) it deletes.

#include <rocksdb/env.h>

#include <filesystem>

namespace tally::store {

// As the default one, but once a write to a manifest has failed no table beside that manifest is
// deleted.  Lives as long as the program; for any number of databases and threads.
rocksdb::Env* env_that_keeps_tables();

// The database in a folder is opened anew: what its manifest says is what there is.
void trust_manifest_again(const std::filesystem::path& folder);

}  // namespace tally::store
