#pragma once

// The made-up years of `tally serve --demo`, beside the sample's real one: entries that are the
// same on every machine, as JSON Lines.

#include <string>

namespace tally::tool {

// Contracts, and what is promised for 2023-24 and the year after.
std::string demo_promises();
// What is claimed of a quarter of 2023-24, 1 to 4; and of the first one after it, 5, which nobody
// has verified yet.
std::string demo_claims(int quarter);
// What became of the claims of a quarter, 1 to 4.
std::string demo_verifications(int quarter);
// What was told to the public of 2023-24, some of it not as the ledger has it.
std::string demo_publication();

}  // namespace tally::tool
