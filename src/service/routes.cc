#include "service/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "service/access_log.h"
#include "service/answers.h"

namespace tally::service {
namespace {

using enum Method;
using enum Permission;
using enum Work;

constexpr auto kRoutes = std::to_array<Route>({
    {kGet, "/livez", kAnyone, kAtOnce, false, false, answer_livez},
    {kGet, "/readyz", kAnyone, kAtOnce, false, false, answer_readyz},
    {kGet, "/openapi.json", kAnyone, kAtOnce, false, false, answer_openapi},
    {kGet, "/metrics", kReader, kDisk, false, false, answer_metrics},
    {kGet, "/checkpoint", kPublic, kDisk, false, true, answer_checkpoint},
    {kGet, "/tile/**", kPublic, kDisk, false, true, answer_tile},
    {kPost, "/api/v1/entries", kSubmit, kSubmission, false, true, nullptr},
    {kGet, "/api/v1/entries/{id}", kReader, kDisk, false, true, answer_entry},
    {kGet, "/api/v1/events", kReader, kDisk, false, true, answer_events},
    {kGet, "/api/v1/events/stream", kReader, kFeed, false, true, nullptr},
    {kGet, "/api/v1/totals", kPublic, kDisk, true, true, answer_totals},
    {kGet, "/api/v1/trace/{figure}", kPublic, kLong, false, true, answer_trace},
    {kGet, "/api/v1/trace/{figure}/balances", kPublic, kDisk, true, true, answer_balances},
    {kGet, "/api/v1/trace/{figure}/bundle", kReader, kLong, false, true, answer_bundle},
    {kGet, "/api/v1/bridge/{figure}", kPublic, kDisk, true, true, answer_bridge},
    {kGet, "/api/v1/measures", kPublic, kDisk, true, true, answer_measures},
    {kGet, "/api/v1/publications", kPublic, kDisk, true, true, answer_publications},
    {kGet, "/api/v1/publications/{id}/reconciliation", kPublic, kDisk, true, true,
     answer_reconciliation},
    {kGet, "/api/v1/status", kReader, kDisk, false, true, answer_status},
    {kGet, "/api/v1/points/{point}", kPublic, kDisk, true, true, answer_point},
    {kGet, "/api/v1/self-check", kReader, kAtOnce, false, true, answer_self_check},
    {kGet, "/api/v1/export/{format}", kReader, kLong, false, true, answer_export},
    {kGet, "/api/v1/token", kReader, kAtOnce, false, false, answer_token},
    {kGet, "/api/v1/replays", kReader, kAtOnce, false, true, answer_replays},
    {kPost, "/api/v1/replays", kReplay, kAtOnce, false, true, answer_replay_start},
    {kGet, "/api/v1/replays/{id}", kReader, kProgress, false, true, answer_replay},
    {kDelete, "/api/v1/replays/{id}", kReplay, kAtOnce, false, true, answer_replay_cancel},
    // The auditor's pages hold no data, and ask for it themselves.
    {kGet, "/", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/year/{year}", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/figure/{figure}", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/entry/{id}", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/bridge/{figure}", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/publication/{id}", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/log", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/integrity", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/replay", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/sign-in", kAnyone, kAtOnce, false, false, answer_page},
    {kGet, "/pages/**", kAnyone, kAtOnce, false, false, answer_page_file},
    {kGet, "/statement", kPublic, kDisk, false, true, answer_statements},
    {kGet, "/statement/{year}", kPublic, kLong, false, true, answer_statement},
});

// Whether a path is of a pattern; what stands in its open places is added to `captured`.
bool matches(std::string_view pattern, const std::vector<std::string>& segments,
             std::vector<std::string>& captured) {
  captured.clear();
  pattern.remove_prefix(1);
  if (pattern.empty()) return segments.empty();
  for (std::size_t i = 0;; ++i) {
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, end);
    if (part == "**") {
      captured.assign(segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end());
      return i < segments.size();
    }
    if (i == segments.size()) return false;
    if (part.starts_with('{')) {
      captured.push_back(segments[i]);
    } else if (part != segments[i]) {
      return false;
    }
    if (end == pattern.size()) return i + 1 == segments.size();
    pattern.remove_prefix(end + 1);
  }
}

// What a cached answer is kept under: the route takes one media type, so the target says it all.
std::string question_of(const Request& request) { return request.target.text; }

// Whether one of the tags of If-None-Match is this one (weakly compared, as RFC 9110 has it).
bool has_tag(std::string_view field, std::string_view tag) {
  while (!field.empty()) {
    const std::size_t end = std::min(field.find(','), field.size());
    std::string_view one = field.substr(0, end);
    const std::size_t first = one.find_first_not_of(" \t");
    one = first == std::string_view::npos ? "" : one.substr(first, one.find_last_not_of(" \t") + 1);
    while (one.ends_with(' ') || one.ends_with('\t')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == tag || one == "*") return true;
    field.remove_prefix(std::min(end + 1, field.size()));
  }
  return false;
}

void add_keeping(const Site& site, const Route& route, Answer& answer) {
  const bool is_public =
      route.permission == kAnyone || (route.permission == kPublic && site.options.public_read);
  const std::string_view who = is_public ? "public" : "private";
  switch (answer.keeping) {
    case Keeping::kNever: answer.fields.emplace_back("Cache-Control", "no-store"); break;
    case Keeping::kAsk:
      answer.fields.emplace_back("Cache-Control", fmt::format("{}, no-cache", who));
      break;
    case Keeping::kForEver:
      answer.fields.emplace_back("Cache-Control",
                                 fmt::format("{}, max-age=31536000, immutable", who));
      break;
  }
  if (!answer.tag.empty()) {
    answer.fields.emplace_back("ETag", answer.tag);
    answer.fields.emplace_back("Vary", answer.vary);
  }
}

}  // namespace

std::span<const Route> routes() { return kRoutes; }

std::string allowed_methods(const Target& target) {
  std::string allowed;
  std::vector<std::string> captured;
  for (const Route& route : kRoutes) {
    if (!matches(route.pattern, target.segments, captured)) continue;
    allowed += fmt::format("{}, ", method_name(route.method));
    if (route.method == kGet) allowed += "HEAD, ";
  }
  return allowed.empty() ? allowed : allowed + "OPTIONS";
}

std::variant<const Route*, Problem> find_route(Request& request) {
  const Method method = request.method == kHead ? kGet : request.method;
  for (const Route& route : kRoutes) {
    if (route.method != method) continue;
    if (matches(route.pattern, request.target.segments, request.captured)) return &route;
  }
  std::string allowed = allowed_methods(request.target);
  if (allowed.empty()) {
    return Problem::not_found("there is no such resource; /openapi.json lists what there is");
  }
  Problem problem{
      405, "method-not-allowed",
      fmt::format("this resource takes {}, and not {}", allowed,
                  request.method == kOther ? "this method" : method_name(request.method))};
  problem.allow = std::move(allowed);
  return problem;
}

std::optional<Problem> check_permission(const Site& site, const Route& route,
                                        const Caller& caller) {
  if (route.permission == kAnyone) return std::nullopt;
  if (route.permission == kPublic && site.options.public_read) return std::nullopt;
  if (!caller.has_token) {
    return Problem::no_token(
        "send a token as `Authorization: Bearer TOKEN`; who runs the service "
        "makes one by `tally token add`");
  }
  const Roles& roles = caller.roles;
  const bool submits =
      roles.has(Role::kRecord) || roles.has(Role::kVerify) || roles.has(Role::kAdmin);
  if (route.permission == kSubmit && !submits) {
    return Problem::not_allowed("a token of role read submits nothing");
  }
  if (route.permission == kReplay && !roles.has(Role::kAdmin)) {
    return Problem::not_allowed("a replay takes a token of role admin");
  }
  return std::nullopt;
}

std::optional<Answer> answer_from_cache(Site& site, const Route& route, const Request& request) {
  if (!route.is_cached || !preferred(request.fields.accept, {kJson})) return std::nullopt;
  auto kept = site.cache.find(question_of(request), site.head.load());
  if (!kept) return std::nullopt;
  return complete(site, route, request, std::move(*kept));
}

Answer answer_request(Site& site, const Route& route, const Request& request) {
  const std::uint64_t head = site.head.load();
  Reply reply = route.answer(site, request);
  if (route.is_cached && reply.ok()) site.cache.keep(question_of(request), reply.answer(), head);
  return complete(site, route, request, std::move(reply));
}

Answer complete(Site& site, const Route& route, const Request& request, Reply reply) {
  if (!reply.internal().empty()) log_failure(request.id, reply.internal());
  Answer answer =
      reply.ok() ? std::move(reply.answer()) : problem_answer(reply.problem(), request.id);
  add_keeping(site, route, answer);
  if (answer.as_of) {
    answer.fields.emplace_back("Tally-As-Of", std::to_string(answer.as_of->value));
  }
  const bool reads = request.method == kGet || request.method == kHead;
  if (reads && !answer.tag.empty() && has_tag(request.fields.if_none_match, answer.tag)) {
    answer.status = 304;
    answer.text.reset();
    answer.spool.reset();
    answer.content_type.clear();
    std::erase_if(answer.fields, [](const auto& field) {
      return field.first == "Content-Disposition" || field.first == "Link" ||
             field.first == "Content-Encoding";
    });
  }
  return answer;
}

}  // namespace tally::service
