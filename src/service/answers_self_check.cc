#include "base/try.h"
#include "service/answers.h"
#include "service/parameters.h"

namespace tally::service {

Reply answer_self_check(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  return text_answer(std::string(kJson), site.self_check.json() + "\n");
}

}  // namespace tally::service
