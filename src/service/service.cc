#include "tally/service.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <thread>

#include "base/try.h"
#include "service/access_log.h"
#include "service/listen.h"
#include "service/server.h"
#include "service/site.h"

namespace tally {
namespace {

using service::Listener;
using service::Server;
using service::Site;
using service::TlsContext;

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message), {}, 0, {}}; }

Result<std::unique_ptr<TlsContext>> open_tls(const ServiceOptions& options) {
  const bool has_one = !options.tls_certificate.empty();
  if (has_one != !options.tls_key.empty()) {
    return usage("TLS takes both a certificate and its key");
  }
  if (!has_one) return std::unique_ptr<TlsContext>();
  return TlsContext::open(options.tls_certificate, options.tls_key);
}

Result<void> check_is_safe(const std::vector<Listener>& listeners, const ServiceOptions& options) {
  if (!options.tls_key.empty() || options.behind_proxy) return {};
  for (const Listener& listener : listeners) {
    if (listener.is_local) continue;
    return usage(fmt::format(
        "{} can be reached from other machines, and tokens would cross the network as they are: "
        "give --tls-cert and --tls-key, or --behind-proxy where a proxy on this network does TLS",
        listener.where));
  }
  return {};
}

// Opens the ledger, or, where derived state is to be built anew first, leaves it to a thread while
// the service says that it is not ready.
class Opening {
 public:
  Opening(Site& site, Server& server) : site_(site), server_(server) {}
  ~Opening() {
    is_asked_to_stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  Result<void> begin() {
    auto opened = Ledger::open(site_.folder, Ledger::Access::kWrite);
    if (opened.ok()) {
      take(std::move(*opened));
      return {};
    }
    if (!site_.options.rebuild || opened.error().code != ErrorCode::kDamaged) {
      return opened.take_error();
    }
    service::log_notice("building derived state anew: " + opened.error().message);
    thread_ = std::thread([this] { rebuild(); });
    return {};
  }
  // Why it could not be opened; once the server has ended.
  Result<void> outcome() {
    is_asked_to_stop_ = true;
    if (thread_.joinable()) thread_.join();
    return std::move(outcome_);
  }

 private:
  void take(std::unique_ptr<Ledger> ledger) {
    site_.clear_spool();
    site_.open(std::move(ledger));
    server_.begin_appending();
  }

  void rebuild() {
    ReplayOptions options;
    options.stop = [this] { return is_asked_to_stop_.load(); };
    options.progress = [this](std::uint64_t done, std::uint64_t all) {
      site_.rebuild_done = done;
      site_.rebuild_all = all;
    };
    auto opened = Ledger::open_rebuilding(site_.folder, options);
    if (!opened.ok()) {
      if (!is_asked_to_stop_) outcome_ = opened.take_error();
      return server_.stop();
    }
    site_.rebuild_all = 0;
    server_.when_next([this, ledger = std::make_shared<std::unique_ptr<Ledger>>(
                                 std::move(*opened))] { take(std::move(*ledger)); });
  }

  Site& site_;
  Server& server_;
  std::atomic<bool> is_asked_to_stop_ = false;
  std::thread thread_;
  Result<void> outcome_;
};

}  // namespace

Result<void> serve(const std::filesystem::path& folder, const ServiceOptions& options) {
  TALLY_ASSIGN(const std::unique_ptr<TlsContext> tls, open_tls(options));
  service::raise_descriptor_limit();
  Site site(folder, options);
  Server server(site);
  Opening opening(site, server);
  TALLY_ASSIGN(const std::vector<Listener> listeners,
               service::open_listeners(options.listen, tls != nullptr));
  TALLY_TRY(check_is_safe(listeners, options));
  service::open_log(options.log_json);
  const Result<void> begun = opening.begin();
  if (begun.ok()) {
    boost::asio::signal_set signals(server.io(), SIGTERM, SIGINT);
    signals.async_wait([&](const boost::system::error_code& error, int) {
      if (!error) server.stop();
    });
    server.at_stop([&signals] { signals.cancel(); });
    for (const Listener& listener : listeners) {
      server.listen(listener.socket, tls.get());
      if (options.listening) options.listening(listener.where);
    }
    server.run();
    const auto kept = site.tokens.keep_last_use();
    if (!kept.ok()) service::log_failure({}, kept.error().message);
  }
  for (const Listener& listener : listeners) {
    if (!listener.unix_path.empty()) ::unlink(listener.unix_path.c_str());
  }
  service::close_log();
  if (!begun.ok()) return Error(begun.error());
  return opening.outcome();
}

}  // namespace tally
