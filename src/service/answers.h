#pragma once

// What answers each request of the contract (spec "The service"), a function each.

#include "service/problem.h"
#include "service/site.h"

namespace tally::service {

// Probes, the description, metrics, who asks: answers_probes.cc.
Reply answer_livez(Site& site, const Request& request);
Reply answer_readyz(Site& site, const Request& request);
Reply answer_openapi(Site& site, const Request& request);
Reply answer_metrics(Site& site, const Request& request);
Reply answer_token(Site& site, const Request& request);

// The public log: answers_log.cc.
Reply answer_checkpoint(Site& site, const Request& request);
Reply answer_tile(Site& site, const Request& request);

// Entries and events: answers_events.cc.
Reply answer_entry(Site& site, const Request& request);
Reply answer_events(Site& site, const Request& request);
Reply answer_status(Site& site, const Request& request);

// Totals, figures, publications: answers_figures.cc.
Reply answer_totals(Site& site, const Request& request);
Reply answer_trace(Site& site, const Request& request);
Reply answer_bundle(Site& site, const Request& request);
Reply answer_balances(Site& site, const Request& request);
Reply answer_bridge(Site& site, const Request& request);
Reply answer_measures(Site& site, const Request& request);
Reply answer_publications(Site& site, const Request& request);
Reply answer_reconciliation(Site& site, const Request& request);

// answers_points.cc
Reply answer_point(Site& site, const Request& request);

// answers_self_check.cc
Reply answer_self_check(Site& site, const Request& request);

// answers_export.cc
Reply answer_export(Site& site, const Request& request);

// answers_replays.cc
Reply answer_replay_start(Site& site, const Request& request);
Reply answer_replays(Site& site, const Request& request);
Reply answer_replay(Site& site, const Request& request);
Reply answer_replay_cancel(Site& site, const Request& request);

// The pages, and what they load: answers_pages.cc.
Reply answer_page(Site& site, const Request& request);
Reply answer_page_file(Site& site, const Request& request);

// The statement of a year as a page without scripts, and which there are: answers_export.cc.
Reply answer_statement(Site& site, const Request& request);
Reply answer_statements(Site& site, const Request& request);

// What the answers share.

// 406 where the client takes none of these media types.
std::optional<Problem> unacceptable(const Request& request,
                                    const std::vector<std::string_view>& offered);
// Says what an answer is as of, and how long it may be kept: for ever where its point was named,
// and asked for again otherwise.
void date_answer(const Request& request, Answer& answer, Sequence as_of, bool is_pinned);
// The same for one that may hold details, which an erasure takes away: its tag changes with the
// head, which is that of before anything was read.
void date_answer_with_details(std::uint64_t head, const Request& request, Answer& answer,
                              Sequence as_of);
// As `problem_of`, but what the path names and is not there is 404.
Reply missing_is_404(Error error);

}  // namespace tally::service
