#pragma once

// The description of the service, schemas/openapi.yaml, as JSON.  The build writes it into the
// program.

#include <string_view>

namespace tally::service {

std::string_view openapi_json();

}  // namespace tally::service
