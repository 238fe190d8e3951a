#include "service/problem.h"

#include "base/json_writer.h"

namespace tally::service {
namespace {

std::uint16_t status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kNoLedger:
    case ErrorCode::kLocked:
    case ErrorCode::kDamaged:
    case ErrorCode::kNewerFormat:
    case ErrorCode::kIo: return 500;
    case ErrorCode::kNoSpace: return 507;
    case ErrorCode::kUsage: return 400;
    case ErrorCode::kConflict: return 412;
    case ErrorCode::kTooLarge: return 413;
    default: return 422;
  }
}

std::string_view title_of(std::uint16_t status) {
  switch (status) {
    case 400: return "The request is malformed";
    case 401: return "A token is needed";
    case 403: return "The token does not allow this";
    case 404: return "There is no such thing";
    case 405: return "The method is not one of this resource";
    case 406: return "No representation is acceptable";
    case 408: return "The request took too long";
    case 409: return "It is under way already";
    case 411: return "The length is missing";
    case 412: return "The ledger is not as expected";
    case 413: return "It is too large";
    case 414: return "The target is too long";
    case 415: return "The media type is not read here";
    case 417: return "The expectation cannot be met";
    case 422: return "The entry or argument is refused";
    case 429: return "Too many tokens have failed";
    case 431: return "The header is too large";
    case 503: return "The service is busy";
    case 505: return "The version of HTTP is not spoken here";
    case 507: return "The disk is full";
    default: return "The service failed";
  }
}

}  // namespace

bool is_internal(const Error& error) { return status_of(error.code) >= 500; }

Problem problem_of(const Error& error) {
  Problem problem;
  problem.status = status_of(error.code);
  problem.code = code_name(error.code);
  problem.line = error.line;
  problem.entry = error.entry;
  problem.detail = error.message;
  if (is_internal(error)) {
    problem.detail =
        error.code == ErrorCode::kNoSpace
            ? "nothing was written, because the disk is full; tell who runs the service"
            : "the service could not read or write the ledger; tell who runs it the request's id";
  }
  return problem;
}

Answer problem_answer(const Problem& problem, const std::string& request_id) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  out.member("type", "urn:tallystick:" + problem.code);
  out.member("title", title_of(problem.status));
  out.member("status", std::uint64_t{problem.status});
  out.member("detail", problem.detail);
  out.member("code", problem.code);
  if (problem.line > 0) out.member("line", problem.line);
  if (!problem.entry.empty()) out.member("entry", problem.entry);
  out.member("request_id", request_id);
  out.end_object();
  Answer answer = text_answer("application/problem+json", text + "\n");
  answer.status = problem.status;
  answer.code = problem.code;
  if (problem.status == 401) answer.fields.emplace_back("WWW-Authenticate", "Bearer");
  if (problem.retry_after_s > 0) {
    answer.fields.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  }
  if (!problem.allow.empty()) answer.fields.emplace_back("Allow", problem.allow);
  return answer;
}

}  // namespace tally::service
