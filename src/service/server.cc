#include "service/server.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <thread>

#include "merkle/signing_key.h"
#include "service/access_log.h"
#include "service/connection.h"
#include "service/listen.h"

namespace tally::service {
namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t kDiskWaiting = 2'048;
constexpr std::uint32_t kLongWaiting = 32;
constexpr std::size_t kLongThreads = 2;
constexpr milliseconds kLookEvery(1'000);
constexpr milliseconds kLastUseEvery(60'000);
constexpr milliseconds kAcceptPause(100);

std::size_t threads_of(const ServiceOptions& options) {
  if (options.threads > 0) return options.threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

// Apart from those of any other run, in four bytes.
std::string new_prefix() {
  std::array<std::uint8_t, 4> bytes{};
  merkle::fill_random(bytes.data(), bytes.size());
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

}  // namespace

Server::Server(Site& site)
    : site_(site),
      disk_(threads_of(site.options), kDiskWaiting),
      long_(kLongThreads, kLongWaiting),
      feed_(site, io_, disk_.pool),
      stop_(io_),
      id_prefix_(new_prefix()) {}

Server::~Server() {
  queue_.reset();
  disk_.pool.join();
  long_.pool.join();
}

std::string Server::next_request_id() { return fmt::format("{}-{}", id_prefix_, ++requests_); }

void Server::listen(int socket, TlsContext* tls) {
  const auto listener = std::make_shared<Acceptor>(io_);
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ErrorStatus error;
  listener->assign(asio::generic::stream_protocol(address.ss_family, 0), socket, error);
  if (error) return log_notice("a socket cannot be used: " + error.message());
  listeners_.push_back(listener);
  asio::co_spawn(io_, accept(listener, tls), asio::detached);
}

asio::awaitable<void> Server::accept(std::shared_ptr<Acceptor> listener, TlsContext* tls) {
  Wake pause(io_);
  while (!is_stopping_) {
    Socket socket(io_);
    ErrorStatus error;
    co_await listener->async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (is_stopping_) break;
    if (!error) {
      take(std::move(socket), tls);
    } else {
      // No descriptors, most likely: some will be given back.
      co_await pause.wait_for(kAcceptPause);
    }
  }
}

void Server::take(Socket socket, TlsContext* tls) {
  const int on = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ErrorStatus error;
  const auto peer = socket.remote_endpoint(error);
  const std::string address = error ? "unknown" : peer_of(peer.data(), peer.size());
  const auto transport =
      tls == nullptr ? plain_transport(std::move(socket)) : tls_transport(std::move(socket), *tls);
  const auto connection = std::make_shared<Connection>(*this, transport, address);
  asio::co_spawn(io_, serve(connection), asio::detached);
}

asio::awaitable<void> Server::serve(std::shared_ptr<Connection> connection) {
  co_await connection->run();
}

bool Server::enter(Connection& connection, const std::string& address) {
  const ServiceLimits& limits = site_.options.limits;
  std::uint32_t& of_address = by_address_[address];
  const bool is_shared = site_.options.behind_proxy || address == "unix";
  if (connections_.size() >= limits.connections ||
      (!is_shared && of_address >= limits.connections_per_address)) {
    if (of_address == 0) by_address_.erase(address);
    ++site_.metrics.connections_refused;
    return false;
  }
  ++of_address;
  connections_.insert(&connection);
  site_.metrics.connections = connections_.size();
  return true;
}

void Server::leave(Connection& connection, const std::string& address) {
  connections_.erase(&connection);
  site_.metrics.connections = connections_.size();
  const auto found = by_address_.find(address);
  if (found != by_address_.end() && --found->second == 0) by_address_.erase(found);
}

void Server::begin_appending() {
  queue_ = std::make_unique<AppendQueue>(
      *site_.ledger(), site_.gate, site_.metrics, site_.options.limits.queued_submissions,
      [this](AppendQueue::Answered answered, std::optional<Sequence> head) {
        deliver(std::move(answered), head);
      });
}

// On the queue's thread: who reads after its answer sees what it appended.
void Server::deliver(AppendQueue::Answered answered, std::optional<Sequence> head) {
  if (head) site_.head = std::max(site_.head.load(), head->value);
  for (const auto& one : answered) {
    if (!one->reply->ok() && !one->reply->internal().empty()) site_.write_failed = true;
  }
  asio::post(io_, [this, answered = std::move(answered)] {
    // What an erasure took away is not to be sent by anyone any more.
    if (std::any_of(answered.begin(), answered.end(),
                    [](const auto& one) { return one->erases; })) {
      feed_.forget();
    }
    feed_.recorded();
    for (const auto& one : answered) one->answered();
  });
}

void Server::run() {
  asio::co_spawn(io_, look_after(), asio::detached);
  io_.run();
  queue_.reset();
  disk_.pool.join();
  long_.pool.join();
}

void Server::stop() {
  asio::post(io_, [this] { begin_stop(); });
}

void Server::begin_stop() {
  if (is_stopping_) return;
  is_stopping_ = true;
  for (const auto& listener : listeners_) {
    ErrorStatus unused;
    listener->close(unused);
  }
  for (Connection* connection : connections_) connection->end_when_idle();
  feed_.wake_all();
  if (at_stop_) at_stop_();
  stop_.set();
}

// Once a second: whether tokens have been revoked; now and then: when they were used.  In the end:
// waits for what is under way.
asio::awaitable<void> Server::look_after() {
  std::chrono::steady_clock::time_point kept = std::chrono::steady_clock::now();
  while (!is_stopping_) {
    const bool is_stopped = co_await stop_.wait_for(kLookEvery);
    if (is_stopped) break;
    if (site_.tokens.has_changed()) feed_.wake_all();
    if (const auto failure = site_.replays.take_failure()) log_failure({}, "a replay: " + *failure);
    if (std::chrono::steady_clock::now() - kept < kLastUseEvery) continue;
    kept = std::chrono::steady_clock::now();
    std::function<void()> keep = [this] {
      const auto written = site_.tokens.keep_last_use();
      if (!written.ok()) log_failure({}, written.error().message);
    };
    co_await run_on(disk_.pool, io_, keep);
  }
  const auto patience = milliseconds(site_.options.limits.stop_timeout_ms);
  const auto until = std::chrono::steady_clock::now() + patience;
  constexpr milliseconds kStep(20);
  while (!connections_.empty()) {
    if (std::chrono::steady_clock::now() > until) {
      for (Connection* connection : connections_) connection->cut();
    }
    co_await stop_.wait_for(kStep);
  }
}

}  // namespace tally::service
