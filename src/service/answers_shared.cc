#include <fmt/format.h>

#include "merkle/sha256.h"
#include "service/answers.h"

namespace tally::service {
namespace {

// Part of every tag: raised whenever an answer's bytes change for the same question.
constexpr std::string_view kFormat = "1";

std::string tag_of(const Request& request, const Answer& answer, Sequence as_of,
                   std::string_view also) {
  const Hash digest =
      merkle::sha256({kFormat, "\n", answer.content_type, "\n", request.target.text, "\n",
                      request.caller.has_token ? "token" : "public", "\n", also});
  constexpr std::size_t kDigits = 20;
  return fmt::format("\"{}-{}\"", as_of.value, digest.to_string().substr(0, kDigits));
}

}  // namespace

std::optional<Problem> unacceptable(const Request& request,
                                    const std::vector<std::string_view>& offered) {
  if (preferred(request.fields.accept, offered)) return std::nullopt;
  return Problem{406, "not-acceptable",
                 fmt::format("the answer is {}, which the request does not accept",
                             fmt::join(offered, " or "))};
}

void date_answer(const Request& request, Answer& answer, Sequence as_of, bool is_pinned) {
  answer.as_of = as_of;
  answer.keeping = is_pinned ? Keeping::kForEver : Keeping::kAsk;
  answer.tag = tag_of(request, answer, as_of, "");
}

void date_answer_with_details(std::uint64_t head, const Request& request, Answer& answer,
                              Sequence as_of) {
  answer.as_of = as_of;
  answer.keeping = Keeping::kAsk;
  answer.tag = tag_of(request, answer, as_of, std::to_string(head));
}

Reply missing_is_404(Error error) {
  const bool is_missing = error.code == ErrorCode::kUnknownReference;
  Problem problem = problem_of(error);
  if (!is_missing) return Reply(std::move(error));
  problem.status = 404;
  return problem;
}

}  // namespace tally::service
