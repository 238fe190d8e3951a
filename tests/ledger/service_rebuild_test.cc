// A service that is told to rebuild takes a ledger whose derived state is of an older program, says
// that it is not ready until it is, and answers from then on.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <future>
#include <string>
#include <thread>

#include "ledger/core.h"
#include "support/catch.h"
#include "support/lines.h"
#include "support/stored_state.h"
#include "support/test_ledger.h"
#include "support/vouching.h"
#include "tally/service.h"

namespace tally::testing {
namespace {

// The whole answer to a GET of `target`; empty where nothing answers.
std::string get(std::uint16_t port, const std::string& target) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(socket >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  const std::string request =
      "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    char piece[4096];
    for (ssize_t got; (got = ::recv(socket, piece, sizeof piece, 0)) > 0;) {
      answer.append(piece, static_cast<std::size_t>(got));
    }
  }
  ::close(socket);
  return answer;
}

// A ledger as an older program left it.
void make_older(TestLedger& ledger) {
  StoredState state(ledger->core().store());
  ledger.close();
  std::string& head = state.of(store::Family::kState)["head"];
  head[0] = static_cast<char>(head[0] - 1);
  state.replace(ledger.path() / "db");
}

}  // namespace

TEST_CASE("A service told to rebuild is not ready before it is, and right from then on") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(many_claims("many", 30'000));
  make_older(ledger);

  ServiceOptions options;
  options.listen = "127.0.0.1:0";
  options.public_read = true;
  CHECK(code_of(serve(ledger.path(), options)) == "damaged");

  options.rebuild = true;
  std::promise<std::uint16_t> port;
  options.listening = [&](const std::string& where) {
    port.set_value(static_cast<std::uint16_t>(std::stoul(where.substr(where.rfind(':') + 1))));
  };
  auto served = std::async(std::launch::async, [&] { return serve(ledger.path(), options); });
  const std::uint16_t at = port.get_future().get();
  std::string ready;
  do {
    ready = get(at, "/readyz");
    const bool is_one = ready.starts_with("HTTP/1.1 200 ") || ready.starts_with("HTTP/1.1 503 ");
    INFO(ready);
    REQUIRE(is_one);
    if (ready.starts_with("HTTP/1.1 503 ")) CHECK(ready.find("Retry-After: ") != std::string::npos);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  } while (!ready.starts_with("HTTP/1.1 200 "));
  const std::string totals = get(at, "/api/v1/totals");
  INFO(totals);
  CHECK(totals.find("\"claimed\":\"30040\"") != std::string::npos);

  std::raise(SIGTERM);
  CHECK(served.get().ok());
  ledger.open();
  CHECK(verdict(*ledger) == "sound");
}

}  // namespace tally::testing
