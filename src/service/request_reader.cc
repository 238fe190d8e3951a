#include "service/request_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace tally::service {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::kGet;
    case http::verb::head: return Method::kHead;
    case http::verb::post: return Method::kPost;
    case http::verb::delete_: return Method::kDelete;
    case http::verb::options: return Method::kOptions;
    default: return Method::kOther;
  }
}

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

Problem problem_of(const beast::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {431, "too-large", "the request's header is longer than is read here"};
  }
  if (error == http::error::body_limit) {
    return {413, "too-large", "the body is longer than is read here; send it in parts"};
  }
  if (error == http::error::bad_version) {
    return {505, "usage", "HTTP/1.1 and HTTP/1.0 are spoken here"};
  }
  return Problem::bad_request(
      fmt::format("the request is not HTTP/1.1: {}", std::string(error.message())));
}

// Fields that may stand once at most, since two of them could mean two things.
constexpr http::field kOnce[] = {
    http::field::host,         http::field::content_length,   http::field::transfer_encoding,
    http::field::content_type, http::field::authorization,    http::field::expect,
    http::field::if_match,     http::field::content_encoding,
};

// Whether a first line ends as a request of HTTP does, of a version that is not spoken here:
// `HTTP/2.0`.  (One that is spoken stands behind a target with a space in it.)
bool names_other_version(std::string_view bytes) {
  constexpr std::string_view kName = "HTTP/";
  constexpr std::size_t kLength = 8;
  const std::size_t end = bytes.find("\r\n");
  if (end == std::string_view::npos || end < kLength) return false;
  const std::string_view version = bytes.substr(end - kLength, kLength);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.starts_with(kName) && is_digit(version[5]) && version[6] == '.' &&
         is_digit(version[7]) && version != "HTTP/1.1" && version != "HTTP/1.0";
}

// Whether no request begins like this, however it goes on: who sends it need not be waited for.
bool is_no_head(std::string_view start) {
  const auto is_letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  if (!start.empty() && !is_letter(start.front())) return true;
  for (std::size_t at = start.find('\n'); at != std::string_view::npos;
       at = start.find('\n', at + 1)) {
    if (at == 0 || start[at - 1] != '\r') return true;
  }
  return false;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return beast::iequals({a.data(), a.size()}, {b.data(), b.size()});
}

}  // namespace

struct RequestReader::State {
  http::request_parser<http::string_body> parser;
  bool has_head = false;
  bool is_read = false;  // to its end
};

RequestReader::RequestReader(const ServiceLimits& limits)
    : limits_(limits), state_(std::make_unique<State>()) {
  state_->parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes));
  state_->parser.body_limit(limits.body_bytes);
}

RequestReader::~RequestReader() = default;

RequestReader::Step RequestReader::fail(Problem problem) {
  problem_ = std::move(problem);
  return Step::kBad;
}

RequestReader::Step RequestReader::read(std::string_view& bytes) {
  auto& parser = state_->parser;
  while (!parser.is_done()) {
    if (bytes.empty()) return Step::kMore;
    if (!parser.is_header_done()) {
      const Step step = wait_for_head(bytes);
      if (step != Step::kHead) return step;
    }
    beast::error_code error;
    const std::string_view before = bytes;
    const std::size_t used =
        parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
    bytes.remove_prefix(used);
    // Of a head that is whole, nothing more comes: its first line is too short.
    if (error == http::error::need_more && !parser.is_header_done()) {
      error = http::error::bad_line_ending;
    }
    if (error == http::error::need_more) {
      if (bytes.size() <= limits_.header_bytes) return Step::kMore;
      return fail(problem_of(http::error::header_limit));
    }
    if (error == http::error::bad_version && !names_other_version(before))
      error = http::error::bad_line_ending;
    if (error) return fail(problem_of(error));
    if (!state_->has_head && parser.is_header_done()) return take_head();
  }
  if (!state_->has_head) return take_head();
  if (!state_->is_read) {
    state_->is_read = true;
    request_.body = std::move(parser.get().body());
  }
  return Step::kDone;
}

// The parser judges the start of a head sooner where it is given more of it.  It gets whole heads
// alone, so that how bytes are parcelled changes no answer.
RequestReader::Step RequestReader::wait_for_head(std::string_view bytes) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::size_t end = bytes.find(kEnd);
  const std::size_t most = limits_.header_bytes + 1;
  if (is_no_head(bytes.substr(0, std::min(end, most)))) {
    return fail(problem_of(http::error::bad_line_ending));
  }
  if (end != std::string_view::npos) return Step::kHead;
  if (bytes.size() < most) return Step::kMore;
  return fail(problem_of(http::error::header_limit));
}

RequestReader::Step RequestReader::take_head() {
  state_->has_head = true;
  if (auto problem = check_head()) return fail(std::move(*problem));
  const auto& head = state_->parser.get();
  request_.method = method_of(head.method());
  request_.method_text = view(head.method_string());
  auto text = [&](http::field name) { return std::string(view(head[name])); };
  RequestFields& fields = request_.fields;
  fields.accept = text(http::field::accept);
  fields.accept_encoding = text(http::field::accept_encoding);
  fields.authorization = text(http::field::authorization);
  fields.content_type = text(http::field::content_type);
  fields.content_encoding = text(http::field::content_encoding);
  fields.if_match = text(http::field::if_match);
  fields.if_none_match = text(http::field::if_none_match);
  fields.last_event_id = view(head["Last-Event-ID"]);
  // Of several, the one that was added last counts.
  const auto [first, last] = head.equal_range("X-Forwarded-For");
  for (auto field = first; field != last; ++field) fields.forwarded_for = view(field->value());
  const bool is_asterisk = request_.method == Method::kOptions && head.target() == "*";
  auto target = parse_target(is_asterisk ? "/" : view(head.target()));
  if (!target) {
    return fail(
        Problem::bad_request("the target is not a path with parameters, as RFC 9110 has it, "
                             "without `.`, `..` and empty parts"));
  }
  request_.target = std::move(*target);
  return Step::kHead;
}

std::optional<Problem> RequestReader::check_head() {
  const auto& head = state_->parser.get();
  if (head.version() != 11 && head.version() != 10) return problem_of(http::error::bad_version);
  for (const http::field name : kOnce) {
    if (head.count(name) < 2) continue;
    return Problem::bad_request(
        fmt::format("the field {} stands more than once", view(http::to_string(name))));
  }
  if (head.version() == 11 &&
      (head.count(http::field::host) == 0 || head[http::field::host].empty())) {
    return Problem::bad_request("HTTP/1.1 asks for the field Host");
  }
  const bool is_encoded = head.count(http::field::transfer_encoding) > 0;
  if (is_encoded && (head.version() == 10 || head.count(http::field::content_length) > 0)) {
    return Problem::bad_request("the length of the body is said in two ways");
  }
  if (is_encoded && !equals_ignoring_case(view(head[http::field::transfer_encoding]), "chunked")) {
    return Problem::bad_request("of transfer encodings, only `chunked` is read here");
  }
  if (declared_length().value_or(0) > limits_.body_bytes) {
    return problem_of(http::error::body_limit);
  }
  const std::string_view expected = view(head[http::field::expect]);
  if (!expected.empty() && !equals_ignoring_case(expected, "100-continue")) {
    return Problem{417, "usage", "of expectations, only `100-continue` is met here"};
  }
  return std::nullopt;
}

bool RequestReader::expects_continue() const {
  const auto& head = state_->parser.get();
  return head.version() == 11 && head.count(http::field::expect) > 0 && !state_->parser.is_done();
}

std::optional<std::uint64_t> RequestReader::declared_length() const {
  if (!state_->has_head) return std::nullopt;
  const auto length = state_->parser.content_length();
  if (!length) return std::nullopt;
  return *length;
}

bool RequestReader::is_complete() const { return state_->parser.is_done(); }

bool RequestReader::keeps_alive() const { return state_->parser.get().keep_alive(); }

std::uint64_t RequestReader::body_bytes() const { return state_->parser.get().body().size(); }

}  // namespace tally::service
