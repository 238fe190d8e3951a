#include "base/json_writer.h"
#include "base/try.h"
#include "codec/json_values.h"
#include "service/answers.h"
#include "service/openapi.h"
#include "service/parameters.h"

namespace tally::service {

Reply answer_livez(Site&, const Request&) { return text_answer(std::string(kPlainText), "ok\n"); }

Reply answer_readyz(Site& site, const Request&) {
  if (site.ledger() == nullptr) {
    return Problem{503, "busy", "derived state is being built anew from the events", 0, {}, 5};
  }
  if (site.write_failed.load()) {
    return Problem{503, "io", "a write failed, and nothing more can be appended: restart it"};
  }
  return text_answer(std::string(kPlainText), "ready\n");
}

Reply answer_openapi(Site&, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  Answer answer = text_answer(std::string(kJson), std::string(openapi_json()));
  answer.keeping = Keeping::kAsk;
  return answer;
}

Reply answer_token(Site&, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  std::string text;
  base::JsonWriter out(text);
  out.begin_object().member("id", request.caller.token_id).member("actor", request.caller.actor);
  out.key("roles");
  request.caller.roles.write(out);
  const auto& expires = request.caller.expires;
  codec::text_or_null(out, "expires", expires ? expires->to_string() : std::string());
  out.end_object();
  return text_answer(std::string(kJson), text + "\n");
}

namespace {

void write_self_check(std::string& text, const SelfCheck& check) {
  const auto [done, all] = check.running();
  write_metric(text, "tally_verify_events_done", "gauge",
               "Events that the check under way has recomputed.", done);
  write_metric(text, "tally_verify_events", "gauge", "Events that it recomputes, 0 for none.", all);
  const auto last = check.last();
  if (!last) return;
  write_metric(text, "tally_verify_last_ok", "gauge", "Whether the last check found nothing wrong.",
               last->report.ok() ? 1 : 0);
  write_metric(text, "tally_verify_last_events", "gauge", "Events that the last check was of.",
               last->report.events);
  write_metric(text, "tally_verify_last_seconds", "gauge", "When it ended, in seconds since 1970.",
               static_cast<std::uint64_t>(last->at.micros / 1'000'000));
}

}  // namespace

Reply answer_metrics(Site& site, const Request&) {
  std::string text = metrics_text(site.metrics);
  write_metric(text, "tally_head", "gauge", "The sequence of the last event.", site.head.load());
  if (const Ledger* ledger = site.ledger()) {
    TALLY_ASSIGN(const LedgerStatus found, status(*ledger));
    write_metric(text, "tally_disk_bytes", "gauge", "What the ledger takes on disk.", found.bytes);
    write_metric(text, "tally_accounts", "gauge", "Accounts that have been posted to.",
                 found.accounts);
    write_metric(text, "tally_postings", "gauge", "Postings to accounts.", found.postings);
  }
  const auto [done, all] = site.replays.running();
  write_metric(text, "tally_replay_events_done", "gauge", "Events that the replay has folded.",
               done);
  write_metric(text, "tally_replay_events", "gauge", "Events that the replay folds, 0 for none.",
               all);
  write_metric(text, "tally_rebuild_events_done", "gauge",
               "Events folded of what is built anew before the service is ready.",
               site.rebuild_done.load());
  write_metric(text, "tally_rebuild_events", "gauge",
               "Events to fold before the service is ready, 0 for none.", site.rebuild_all.load());
  write_self_check(text, site.self_check);
  return text_answer("text/plain; version=0.0.4; charset=utf-8", std::move(text));
}

}  // namespace tally::service
