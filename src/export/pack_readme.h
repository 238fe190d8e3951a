#pragma once

// What a pack says of itself, to people.

#include <string>

#include "export/pack_layout.h"
#include "export/subject.h"

namespace tally::exports::pack {

// README.txt: of nothing but the description, so that whoever checks a pack can hold it against
// that.
std::string readme(const Description& description);

// pack.json.
std::string description_json(const Subject& subject, const Description& description);

}  // namespace tally::exports::pack
