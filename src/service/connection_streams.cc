#include <fmt/format.h>

#include "base/try.h"
#include "service/access_log.h"
#include "service/connection.h"
#include "service/parameters.h"
#include "service/response_head.h"

namespace tally::service {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kProgressEvery(250);
// How long a browser waits before it comes back, and that it is not to be held up on the way.
constexpr std::string_view kGreeting = "retry: 2000\n\n";
constexpr std::string_view kHeartbeat = ":\n\n";

// The first event that a reader wants: the one after Last-Event-ID or `after`, else the first.
Result<std::uint64_t> first_wanted(const Request& request, std::uint64_t head) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"after"}));
  TALLY_ASSIGN(std::optional<std::uint64_t> after, parameters.number("after"));
  const std::string& last = request.fields.last_event_id;
  if (!last.empty()) {
    Target resumed;
    resumed.parameters.emplace_back("Last-Event-ID", last);
    TALLY_ASSIGN(after, Parameters(resumed).number("Last-Event-ID"));
  }
  if (!after) return std::uint64_t{0};
  if (*after <= head) return *after + 1;
  return Error{ErrorCode::kBadEntry,
               fmt::format("event {} lies beyond the head, which is event {}", *after, head),
               {},
               0,
               {}};
}

// Counts a stream while it lasts.
class Counted {
 public:
  explicit Counted(Gauge& gauge) : gauge_(gauge) { ++gauge_; }
  ~Counted() { --gauge_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  Gauge& gauge_;
};

}  // namespace

asio::awaitable<Connection::Next> Connection::stream(const Route& route, const Request& request) {
  Site& site = server_.site();
  if (site.metrics.streams.load() >= limits_.streams) {
    const Answer answer =
        problem_answer(Problem::busy("too many read the live feed; try again", 5), request.id);
    tell(request, answer, route.pattern);
    const bool is_sent = co_await send(request, answer, false);
    co_return is_sent ? Next::kEnd : Next::kCut;
  }
  const Counted counted(site.metrics.streams);
  if (route.work == Work::kFeed) co_return co_await stream_events(route, request);
  co_return co_await stream_progress(route, request);
}

asio::awaitable<bool> Connection::begin_stream(const Request& request, const Answer& answer) {
  transport_->bound_buffer(limits_.stream_bytes);
  const std::string head = response_head(answer, request.id, std::nullopt, false);
  std::vector<std::string_view> pieces = {head, kGreeting};
  co_return co_await write(std::move(pieces));
}

bool Connection::may_go_on(const Request& request) const {
  return !server_.is_stopping() && server_.site().tokens.is_good(request.caller, time_now());
}

asio::awaitable<Connection::Next> Connection::stream_events(const Route& route,
                                                            const Request& request) {
  Site& site = server_.site();
  Result<std::uint64_t> wanted = first_wanted(request, site.head.load());
  if (!wanted.ok()) {
    const Answer answer = complete(site, route, request, Reply(wanted.take_error()));
    tell(request, answer, route.pattern);
    const bool is_sent = co_await send(request, answer, false);
    co_return is_sent ? Next::kEnd : Next::kCut;
  }
  Answer answer;
  answer.content_type = kEventStream;
  answer.fields.emplace_back("Cache-Control", "no-store");
  answer.fields.emplace_back("X-Accel-Buffering", "no");
  tell(request, answer, route.pattern);
  Feed::Reader reader(server_.feed());
  bool is_taken = co_await begin_stream(request, answer);
  for (std::uint64_t next = *wanted; is_taken && may_go_on(request);) {
    if (next <= site.head.load() && !server_.feed().is_coming(next)) {
      is_taken = co_await stream_piece(reader, next);
      continue;
    }
    const bool is_woken = co_await reader.wake().wait_for(milliseconds(limits_.heartbeat_ms));
    if (is_woken) continue;
    std::vector<std::string_view> pieces = {kHeartbeat};
    is_taken = co_await write(std::move(pieces));
  }
  if (!is_taken && transport_->is_late()) ++site.metrics.streams_dropped;
  co_return is_taken ? Next::kEnd : Next::kCut;
}

// Sends the events from the next on, as many as are together.
asio::awaitable<bool> Connection::stream_piece(Feed::Reader&, std::uint64_t& next) {
  Site& site = server_.site();
  std::shared_ptr<const FeedPiece> piece = server_.feed().recent(next);
  if (piece == nullptr) {
    Result<FeedPiece> read = FeedPiece();
    std::function<void()> work = [&] {
      read = read_piece(*site.ledger(), next, limits_.stream_bytes);
    };
    co_await run_on(server_.disk().pool, server_.io(), work);
    if (!read.ok()) {
      log_failure({}, "reading for the live feed: " + read.error().message);
      co_return false;
    }
    if (read->ends.empty()) co_return true;
    piece = std::make_shared<const FeedPiece>(std::move(*read));
  }
  std::vector<std::string_view> pieces = {piece->from(next)};
  site.metrics.events_streamed += piece->next() - next;
  next = piece->next();
  co_return co_await write(std::move(pieces));
}

asio::awaitable<Connection::Next> Connection::stream_progress(const Route& route,
                                                              const Request& request) {
  Site& site = server_.site();
  const std::string& id = request.captured[0];
  auto progress = site.replays.progress(id);
  if (!progress) {
    const Answer missing = answer_request(site, route, request);
    tell(request, missing, route.pattern);
    const bool is_sent = co_await send(request, missing, false);
    co_return is_sent ? Next::kEnd : Next::kCut;
  }
  Answer answer;
  answer.content_type = kEventStream;
  answer.fields.emplace_back("Cache-Control", "no-store");
  tell(request, answer, route.pattern);
  bool is_taken = co_await begin_stream(request, answer);
  Wake pause(server_.io());
  std::string told;
  while (is_taken && progress) {
    if (progress->json != told) {
      const std::string event = fmt::format("event: progress\ndata: {}\n\n", progress->json);
      std::vector<std::string_view> pieces = {event};
      is_taken = co_await write(std::move(pieces));
      told = progress->json;
    }
    if (progress->state != ReplayState::kRunning || !may_go_on(request)) break;
    co_await pause.wait_for(kProgressEvery);
    progress = site.replays.progress(id);
  }
  co_return is_taken ? Next::kEnd : Next::kCut;
}

}  // namespace tally::service
