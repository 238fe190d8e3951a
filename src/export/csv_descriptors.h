#pragma once

// What stands beside the tables of a CSV export: datapackage.json (Frictionless Data Package 2.0,
// https://datapackage.org), csv-metadata.json (W3C CSV on the Web) and README.txt.

#include "export/staging.h"
#include "export/subject.h"

namespace tally::exports {

// Written last: the data package has each table's rows, bytes and digest.
Result<void> describe_csv(const Subject& subject, Staging& staging);

}  // namespace tally::exports
