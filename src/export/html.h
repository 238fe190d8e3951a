#pragma once

// Text in HTML.

#include <string>
#include <string_view>

namespace tally::exports {

// The text as it may stand between tags and in a quoted attribute.  Controls that could hide or
// turn what follows are left out.
std::string html(std::string_view text);

}  // namespace tally::exports
