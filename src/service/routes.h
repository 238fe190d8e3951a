#pragma once

// Which requests there are, who may make them, and what answers them.

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "service/problem.h"
#include "service/site.h"

namespace tally::service {

// Who may.
enum class Permission : std::uint8_t {
  kAnyone,
  kPublic,  // anyone where reading is public, else whoever has a token
  kReader,  // any token
  kSubmit,  // a token that may submit something
  kReplay,  // a token of role admin
};

// Where it is done, so that nobody waits for another's disk.
enum class Work : std::uint8_t {
  kAtOnce,      // needs no disk
  kDisk,        // reads for a moment
  kLong,        // may read for long
  kSubmission,  // waits for the writer
  kFeed,        // goes on for ever
  kProgress,    // as kAtOnce, or goes on where events are asked for
};

using AnswerRequest = Reply (*)(Site&, const Request&);

struct Route {
  Method method;
  std::string_view pattern;  // `{…}` stands for one segment, `**` for all that follow
  Permission permission;
  Work work;
  bool is_cached;  // answers JSON that depends on the head alone
  bool needs_ledger;
  AnswerRequest answer;  // nothing for kSubmission and kFeed
};

std::span<const Route> routes();

// The route of a request, whose `captured` it fills; 404, or 405 with what is allowed.
std::variant<const Route*, Problem> find_route(Request& request);
// What is allowed where the target leads, for OPTIONS: `GET, HEAD, OPTIONS`; empty for nowhere.
std::string allowed_methods(const Target& target);

// Whether a caller may.
std::optional<Problem> check_permission(const Site& site, const Route& route, const Caller& caller);

// Answers a request on this thread.  Not for kSubmission and kFeed.
Answer answer_request(Site& site, const Route& route, const Request& request);
// The same without reading the ledger: from what was answered a moment ago.  Nothing where that
// does not do.
std::optional<Answer> answer_from_cache(Site& site, const Route& route, const Request& request);

// Gives a reply what every answer has: as of when, its tag, how long it may be kept; 304 where the
// client has it already; a problem with the request's id.  Tells the log of what is internal.
Answer complete(Site& site, const Route& route, const Request& request, Reply reply);

}  // namespace tally::service
