#include "base/json_writer.h"
#include "base/try.h"
#include "service/answers.h"
#include "service/parameters.h"
#include "tally/integrity.h"

namespace tally::service {

Reply answer_point(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  const Ledger& ledger = *site.ledger();
  const std::string& asked = request.captured[0];
  Result<Sequence> sequence = asked == "head" ? ledger.head() : ledger.resolve_point(asked);
  if (!sequence.ok()) return missing_is_404(sequence.take_error());
  TALLY_ASSIGN(const LogPoint point, log_point(ledger, *sequence));
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().member("sequence", point.sequence.value);
  out.member("recorded_at", point.recorded_at.to_string());
  out.member("root", point.root.to_string()).end_object();
  Answer answer = text_answer(std::string(kJson), text + "\n");
  date_answer(request, answer, point.sequence, is_sequence(asked));
  return answer;
}

}  // namespace tally::service
