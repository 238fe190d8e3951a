#include <fmt/format.h>

#include "base/try.h"
#include "service/answers.h"
#include "service/parameters.h"

namespace tally::service {
namespace {

Problem no_such_replay() {
  return Problem::not_found("there is no such replay; the service remembers the last 16");
}

Reply progress_answer(Site& site, const std::string& id, std::uint16_t status) {
  const auto progress = site.replays.progress(id);
  if (!progress) return no_such_replay();
  Answer answer = text_answer(std::string(kJson), progress->json + "\n");
  answer.status = status;
  if (status != 200) answer.fields.emplace_back("Location", "/api/v1/replays/" + id);
  return answer;
}

}  // namespace

Reply answer_replay_start(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  const auto id = site.replays.start(*site.ledger());
  if (!id) return Problem{409, "busy", "a replay is under way; watch it, or cancel it first"};
  return progress_answer(site, *id, 202);
}

Reply answer_replays(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  return text_answer(std::string(kJson), "{\"replays\":" + site.replays.list() + "}\n");
}

Reply answer_replay(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson, kEventStream})) return std::move(*problem);
  return progress_answer(site, request.captured[0], 200);
}

Reply answer_replay_cancel(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (!site.replays.cancel(request.captured[0])) return no_such_replay();
  return progress_answer(site, request.captured[0], 202);
}

}  // namespace tally::service
