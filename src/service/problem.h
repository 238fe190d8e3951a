#pragma once

// What goes wrong, as the service tells it (RFC 9457): never a path, a stack, or what another may
// not see.

#include <cstdint>
#include <string>
#include <string_view>

#include "service/message.h"

namespace tally::service {

struct Problem {
  std::uint16_t status = 500;
  std::string code = {};
  std::string detail = {};
  std::uint64_t line = 0;
  std::string entry = {};
  std::uint32_t retry_after_s = 0;  // 0: it is not said
  std::string allow = {};           // of a method that is not allowed

  static Problem bad_request(std::string detail) { return {400, "usage", std::move(detail)}; }
  static Problem no_token(std::string detail) { return {401, "no-token", std::move(detail)}; }
  static Problem not_allowed(std::string detail) { return {403, "not-allowed", std::move(detail)}; }
  static Problem not_found(std::string detail) { return {404, "not-found", std::move(detail)}; }
  static Problem busy(std::string detail, std::uint32_t retry_after_s = 1) {
    return {503, "busy", std::move(detail), 0, {}, retry_after_s};
  }
};

// What the library says: `bad-*` and what the rules refuse 422, `conflict` 412, `too-large` 413.
// Of what lies with the service itself, only that it does.
Problem problem_of(const Error& error);

// Whether the library's own words are for the log alone.
bool is_internal(const Error& error);

Answer problem_answer(const Problem& problem, const std::string& request_id);

// What a request comes to.
class Reply {
 public:
  Reply(Answer answer) : held_(std::move(answer)) {}     // NOLINT: implicit by design
  Reply(Problem problem) : held_(std::move(problem)) {}  // NOLINT
  Reply(Error error) : held_(problem_of(error)) {        // NOLINT
    if (is_internal(error)) internal_ = std::move(error.message);
  }

  bool ok() const { return std::holds_alternative<Answer>(held_); }
  Answer& answer() { return std::get<Answer>(held_); }
  Problem& problem() { return std::get<Problem>(held_); }
  // For the log alone; empty where there is nothing to tell.
  const std::string& internal() const { return internal_; }

 private:
  std::variant<Answer, Problem> held_;
  std::string internal_;
};

}  // namespace tally::service
