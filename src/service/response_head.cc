#include "service/response_head.h"

#include <fmt/format.h>

#include <ctime>
#include <iterator>

namespace tally::service {
namespace {

std::string_view reason_of(std::uint16_t status) {
  switch (status) {
    case 200: return "OK";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Internal Server Error";
  }
}

// Made once a second.
const std::string& date_now() {
  thread_local std::time_t made = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now == made) return text;
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char buffer[40];
  std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  made = now;
  return text = buffer;
}

}  // namespace

std::string response_head(const Answer& answer, const std::string& request_id,
                          std::optional<std::uint64_t> length, bool keeps_alive) {
  std::string head;
  const auto to = std::back_inserter(head);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nDate: {}\r\n", answer.status, reason_of(answer.status),
                 date_now());
  if (!answer.content_type.empty()) {
    fmt::format_to(to, "Content-Type: {}\r\n", answer.content_type);
  }
  if (length) fmt::format_to(to, "Content-Length: {}\r\n", *length);
  for (const auto& [name, value] : answer.fields) fmt::format_to(to, "{}: {}\r\n", name, value);
  // A browser takes it for what it is said to be, and does no more with it than its policy says.
  fmt::format_to(to,
                 "X-Content-Type-Options: nosniff\r\n"
                 "Content-Security-Policy: {}\r\n"
                 "X-Request-Id: {}\r\nConnection: {}\r\n\r\n",
                 answer.policy, request_id, keeps_alive ? "keep-alive" : "close");
  return head;
}

}  // namespace tally::service
