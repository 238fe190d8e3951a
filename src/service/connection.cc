#include "service/connection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"
#include "service/access_log.h"
#include "service/response_head.h"

namespace tally::service {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kWriteBytes = 64 * 1024;
// A body that is refused is still read where it is so short, so that the connection can go on.
constexpr std::uint64_t kReadThrough = 64 * 1024;
constexpr std::string_view kBearer = "bearer ";  // in lower case

// Of the last address, which the proxy itself has added.
std::string last_of(std::string_view list) {
  const std::size_t comma = list.rfind(',');
  std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  while (last.starts_with(' ')) last.remove_prefix(1);
  while (last.ends_with(' ')) last.remove_suffix(1);
  return base::shown(last);
}

bool is_same_letter(char lower, char either) {
  return lower == either || (either >= 'A' && either <= 'Z' && lower == either - 'A' + 'a');
}

std::string_view path_of(const Request& request) {
  const std::string_view text = request.target.text;
  return text.substr(0, text.find('?'));
}

}  // namespace

Connection::~Connection() {
  if (is_counted_) server_.leave(*this, address_);
}

void Connection::end_when_idle() {
  if (is_idle_) transport_->cut();
}

asio::awaitable<void> Connection::run() {
  is_counted_ = server_.enter(*this, address_);
  transport_->set_deadline(milliseconds(limits_.header_timeout_ms));
  const bool is_open = co_await transport_->open();
  if (!is_open) co_return transport_->cut();
  if (!is_counted_) co_return co_await refuse();
  for (;;) {
    const Next next = co_await serve_one();
    if (next == Next::kGoOn) continue;
    if (next == Next::kEnd) co_await transport_->close();
    co_return transport_->cut();
  }
}

asio::awaitable<void> Connection::refuse() {
  Request request;
  request.id = server_.next_request_id();
  request.address = address_;
  const Answer answer = problem_answer(
      Problem::busy("there are too many connections; close some, or try again", 5), request.id);
  tell(request, answer, "none");
  co_await send(request, answer, false);
  co_await transport_->close();
}

asio::awaitable<Connection::Next> Connection::serve_one() {
  const bool has_begun = co_await wait_for_request();
  if (!has_begun) co_return Next::kEnd;
  RequestReader reader(limits_);
  MemoryShare share(server_.site().metrics.memory_bytes, limits_.memory_bytes);
  Request& request = reader.request();
  request.id = server_.next_request_id();
  request.address = address_;
  transport_->set_deadline(milliseconds(limits_.header_timeout_ms));
  Got got = co_await read(reader, share);
  if (got != Got::kHead) co_return co_await answer_bad(reader, got);

  const Route* route = nullptr;
  if (auto problem = admit(request, route)) {
    Answer early = problem_answer(*problem, request.id);
    co_return co_await answer_early(reader, std::move(early));
  }
  if (route == nullptr) {  // OPTIONS
    Answer early;
    early.status = 204;
    early.fields.emplace_back("Allow", allowed_methods(request.target));
    co_return co_await answer_early(reader, std::move(early));
  }
  if (reader.expects_continue()) {
    std::vector<std::string_view> leave = {"HTTP/1.1 100 Continue\r\n\r\n"};
    const bool is_told = co_await write(std::move(leave));
    if (!is_told) co_return Next::kCut;
  }
  transport_->set_deadline(milliseconds(limits_.body_timeout_ms));
  got = co_await read(reader, share);
  if (got != Got::kAll) co_return co_await answer_bad(reader, got);

  const bool is_stream = route->work == Work::kFeed ||
                         (route->work == Work::kProgress &&
                          preferred(request.fields.accept, {kJson, kEventStream}) == kEventStream);
  if (is_stream && request.method == Method::kGet) {
    co_return co_await stream(*route, request);
  }
  Answer answer = co_await make_answer(*route, request);
  if (answer.size() > kWriteBytes && !answer.spool && !share.resize(answer.size())) {
    answer =
        problem_answer(Problem::busy("too many long answers are under way; try again"), request.id);
  }
  const bool keeps_alive = reader.keeps_alive() && !server_.is_stopping();
  tell(request, answer, route->pattern);
  const bool is_sent = co_await send(request, answer, keeps_alive);
  if (!is_sent) co_return Next::kCut;
  co_return keeps_alive ? Next::kGoOn : Next::kEnd;
}

// False where the client has ended, or has sent nothing for long.
asio::awaitable<bool> Connection::wait_for_request() {
  if (received_.empty()) {
    if (server_.is_stopping()) co_return false;
    transport_->set_deadline(milliseconds(limits_.idle_timeout_ms));
    is_idle_ = true;
    char piece[kReadBytes];
    const std::size_t count = co_await transport_->read(piece, sizeof piece);
    is_idle_ = false;
    received_.append(piece, count);
  }
  began_ = steady_clock::now();
  co_return !received_.empty();
}

// Reads on to the end of the head, or to that of the body.
asio::awaitable<Connection::Got> Connection::read(RequestReader& reader, MemoryShare& share) {
  for (;;) {
    std::string_view bytes = received_;
    const RequestReader::Step step = reader.read(bytes);
    received_.erase(0, received_.size() - bytes.size());
    switch (step) {
      case RequestReader::Step::kHead: co_return Got::kHead;
      case RequestReader::Step::kDone: co_return Got::kAll;
      case RequestReader::Step::kBad: co_return Got::kBad;
      case RequestReader::Step::kMore: break;
    }
    if (!share.resize(std::max(reader.body_bytes(), reader.declared_length().value_or(0)))) {
      co_return Got::kTooMuch;
    }
    char piece[kReadBytes];
    const std::size_t count = co_await transport_->read(piece, sizeof piece);
    if (count == 0) co_return transport_->is_late() ? Got::kLate : Got::kNothing;
    received_.append(piece, count);
  }
}

// Answers what never became a request.
asio::awaitable<Connection::Next> Connection::answer_bad(RequestReader& reader, Got got) {
  if (got == Got::kNothing) co_return Next::kCut;
  const Request& request = reader.request();
  Problem problem = Problem::busy("too many bodies are under way; try again");
  if (got == Got::kBad) problem = reader.problem();
  if (got == Got::kLate) {
    problem = {408, "too-slow", "the request did not come to its end in time"};
  }
  const Answer answer = problem_answer(problem, request.id);
  tell(request, answer, "none");
  const bool is_sent = co_await send(request, answer, false);
  co_return is_sent ? Next::kEnd : Next::kCut;
}

// Answers a request whose body is of no use any more.
asio::awaitable<Connection::Next> Connection::answer_early(RequestReader& reader, Answer answer) {
  const Request& request = reader.request();
  bool keeps_alive = reader.keeps_alive() && !server_.is_stopping();
  if (!reader.is_complete()) {
    const bool is_short = reader.declared_length().value_or(kReadThrough + 1) <= kReadThrough;
    keeps_alive = keeps_alive && is_short && !reader.expects_continue();
    if (keeps_alive) {
      MemoryShare share(server_.site().metrics.memory_bytes, limits_.memory_bytes);
      const Got got = co_await read(reader, share);
      keeps_alive = got == Got::kAll;
    }
  }
  tell(request, answer, "none");
  const bool is_sent = co_await send(request, answer, keeps_alive);
  if (!is_sent) co_return Next::kCut;
  co_return keeps_alive ? Next::kGoOn : Next::kEnd;
}

std::optional<Problem> Connection::admit(Request& request, const Route*& route) {
  const Site& site = server_.site();
  if (site.options.behind_proxy && !request.fields.forwarded_for.empty()) {
    request.address = last_of(request.fields.forwarded_for);
  }
  if (request.method == Method::kOptions) {
    if (request.target.segments.empty() || !allowed_methods(request.target).empty()) {
      return std::nullopt;
    }
  }
  auto found = find_route(request);
  if (auto* problem = std::get_if<Problem>(&found)) return std::move(*problem);
  const Route& chosen = *std::get<const Route*>(found);
  if (chosen.permission != Permission::kAnyone) {
    if (auto problem = identify(request)) return problem;
  }
  if (auto problem = check_permission(site, chosen, request.caller)) return problem;
  if (chosen.needs_ledger && site.ledger() == nullptr) {
    return Problem::busy("derived state is being built anew from the events", 5);
  }
  if (chosen.work == Work::kSubmission) {
    if (auto problem = check_media_type(request)) return problem;
  }
  route = &chosen;
  return std::nullopt;
}

// Whose token it is, where there is one; what is no good is told from what is missing.
std::optional<Problem> Connection::identify(Request& request) {
  Site& site = server_.site();
  const std::string_view field = request.fields.authorization;
  if (field.empty()) return std::nullopt;
  if (field.size() > kBearer.size() &&
      std::equal(kBearer.begin(), kBearer.end(), field.begin(), is_same_letter)) {
    auto caller = site.tokens.find(field.substr(kBearer.size()), time_now());
    if (!caller.ok()) {
      log_failure(request.id, caller.error().message);
      return problem_of(caller.error());
    }
    if (*caller) {
      request.caller = std::move(**caller);
      return std::nullopt;
    }
  }
  ++site.metrics.failed_tokens;
  const auto now = steady_clock::now().time_since_epoch();
  const auto now_s = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  if (site.failed_attempts.note(request.address, static_cast<std::uint64_t>(now_s))) {
    return Problem::no_token("the token is not known here, revoked, or expired");
  }
  return Problem{429,
                 "too-many-attempts",
                 "too many tokens that are not good have come from this address",
                 0,
                 {},
                 60};
}

asio::awaitable<Answer> Connection::make_answer(const Route& route, Request& request) {
  Site& site = server_.site();
  switch (route.work) {
    case Work::kSubmission: co_return co_await submit(route, request);
    case Work::kLong: co_return co_await work_on(server_.long_work(), route, request);
    case Work::kDisk: {
      if (auto kept = answer_from_cache(site, route, request)) co_return std::move(*kept);
      co_return co_await work_on(server_.disk(), route, request);
    }
    case Work::kFeed: {  // of HEAD
      Answer answer;
      answer.content_type = kEventStream;
      co_return answer;
    }
    case Work::kAtOnce:
    case Work::kProgress: break;
  }
  co_return answer_request(site, route, request);
}

asio::awaitable<Answer> Connection::work_on(WorkPool& pool, const Route& route,
                                            const Request& request) {
  Site& site = server_.site();
  if (pool.waiting >= pool.most) {
    co_return problem_answer(Problem::busy("too many requests wait to be read; try again"),
                             request.id);
  }
  ++pool.waiting;
  const auto began = steady_clock::now();
  Answer answer;
  std::function<void()> work = [&] { answer = answer_request(site, route, request); };
  co_await run_on(pool.pool, server_.io(), work);
  --pool.waiting;
  site.metrics.read_seconds.add(std::chrono::duration<double>(steady_clock::now() - began).count());
  co_return answer;
}

asio::awaitable<Answer> Connection::submit(const Route& route, Request& request) {
  Site& site = server_.site();
  Result<Submission> head = read_submission_head(request);
  if (!head.ok()) co_return complete(site, route, request, Reply(head.take_error()));
  const auto submission = std::make_shared<Submission>(std::move(*head));
  submission->body = std::move(request.body);
  const auto done = std::make_shared<Wake>(server_.io());
  submission->answered = [done] { done->set(); };
  if (!server_.push(submission)) {
    co_return complete(site, route, request,
                       Reply(Problem::busy("too many submissions wait; try again in a moment")));
  }
  co_await done->wait();
  co_return complete(site, route, request, std::move(*submission->reply));
}

asio::awaitable<bool> Connection::send(const Request& request, const Answer& answer,
                                       bool keeps_alive) {
  const bool has_no_body = answer.status == 204 || answer.status == 304;
  const std::optional<std::uint64_t> length =
      has_no_body ? std::nullopt : std::optional(answer.size());
  const std::string head = response_head(answer, request.id, length, keeps_alive);
  const bool is_body_left_out = has_no_body || request.method == Method::kHead;
  std::vector<std::string_view> pieces = {head};
  if (!is_body_left_out && answer.text && answer.text->size() <= kWriteBytes) {
    pieces.emplace_back(*answer.text);
    co_return co_await write(std::move(pieces));
  }
  const bool is_begun = co_await write(std::move(pieces));
  if (!is_begun || is_body_left_out) co_return is_begun;
  co_return co_await send_body(answer);
}

// A piece at a time, each of which the client must take in time.
asio::awaitable<bool> Connection::send_body(const Answer& answer) {
  for (std::uint64_t at = 0; at < answer.size();) {
    std::string read;
    std::string_view piece;
    if (answer.spool) {
      Result<std::string> outcome = std::string();
      std::function<void()> work = [&] { outcome = answer.spool->read(at, kWriteBytes); };
      co_await run_on(server_.disk().pool, server_.io(), work);
      if (!outcome.ok() || outcome->empty()) co_return false;
      read = std::move(*outcome);
      piece = read;
    } else {
      piece = std::string_view(*answer.text).substr(at, kWriteBytes);
    }
    at += piece.size();
    std::vector<std::string_view> pieces = {piece};
    const bool is_written = co_await write(std::move(pieces));
    if (!is_written) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> Connection::write(std::vector<std::string_view> pieces) {
  transport_->set_deadline(milliseconds(limits_.write_timeout_ms));
  co_return co_await transport_->write(std::move(pieces));
}

void Connection::tell(const Request& request, const Answer& answer, std::string_view route) const {
  const std::chrono::duration<double, std::milli> took = steady_clock::now() - began_;
  server_.site().metrics.requests.add(
      fmt::format("route=\"{}\",status=\"{}\"", route, answer.status));
  log_access({request.id, request.address, request.method_text, path_of(request), answer.status,
              answer.size(), took.count(), request.caller.actor, request.caller.token_id,
              answer.code});
}

}  // namespace tally::service
