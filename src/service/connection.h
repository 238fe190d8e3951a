#pragma once

// One connection: requests are read from it and answered in turn.

#include <chrono>
#include <memory>
#include <string>

#include "service/request_reader.h"
#include "service/routes.h"
#include "service/server.h"
#include "service/transport.h"

namespace tally::service {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, std::shared_ptr<Transport> transport, std::string address)
      : server_(server),
        limits_(server.site().options.limits),
        transport_(std::move(transport)),
        address_(std::move(address)) {}
  ~Connection();

  // Serves until either side has had enough.
  asio::awaitable<void> run();
  // Ends it where it waits for a request; what is under way is answered first.
  void end_when_idle();
  // Ends it at once.
  void cut() { transport_->cut(); }

 private:
  // What becomes of the connection after an answer.
  enum class Next : std::uint8_t { kGoOn, kEnd, kCut };
  // What reading has come to.
  enum class Got : std::uint8_t { kHead, kAll, kBad, kTooMuch, kLate, kNothing };

  asio::awaitable<void> refuse();
  asio::awaitable<Next> serve_one();
  asio::awaitable<bool> wait_for_request();
  asio::awaitable<Got> read(RequestReader& reader, MemoryShare& share);
  asio::awaitable<Next> answer_bad(RequestReader& reader, Got got);
  asio::awaitable<Next> answer_early(RequestReader& reader, Answer answer);

  // What is wrong with a request before its body is read; nothing where it may go on.
  std::optional<Problem> admit(Request& request, const Route*& route);
  std::optional<Problem> identify(Request& request);

  asio::awaitable<Answer> make_answer(const Route& route, Request& request);
  asio::awaitable<Answer> work_on(WorkPool& pool, const Route& route, const Request& request);
  asio::awaitable<Answer> submit(const Route& route, Request& request);

  // The two answers that go on: connection_streams.cc.
  asio::awaitable<Next> stream(const Route& route, const Request& request);
  asio::awaitable<Next> stream_events(const Route& route, const Request& request);
  asio::awaitable<bool> stream_piece(Feed::Reader& reader, std::uint64_t& next);
  asio::awaitable<Next> stream_progress(const Route& route, const Request& request);
  asio::awaitable<bool> begin_stream(const Request& request, const Answer& answer);
  bool may_go_on(const Request& request) const;

  asio::awaitable<bool> send(const Request& request, const Answer& answer, bool keeps_alive);
  asio::awaitable<bool> send_body(const Answer& answer);
  asio::awaitable<bool> write(std::vector<std::string_view> pieces);
  void tell(const Request& request, const Answer& answer, std::string_view route) const;

  Server& server_;
  const ServiceLimits& limits_;
  const std::shared_ptr<Transport> transport_;
  const std::string address_;
  std::string received_;                         // and not taken yet
  bool is_idle_ = false;                         // waits for a request
  bool is_counted_ = false;                      // by the server
  std::chrono::steady_clock::time_point began_;  // of the request under way
};

}  // namespace tally::service
