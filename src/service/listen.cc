#include "service/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/try.h"

namespace tally::service {
namespace {

constexpr int kBacklog = 1'024;
constexpr int kFirstHanded = 3;  // sd_listen_fds(3)
constexpr std::string_view kUnix = "unix:";

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message), {}, 0, {}}; }

union Address {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un local;
  sockaddr_storage storage;
};

bool is_loopback(const Address& address) {
  switch (address.any.sa_family) {
    case AF_INET: return (ntohl(address.v4.sin_addr.s_addr) >> 24) == 127;
    case AF_INET6: return IN6_IS_ADDR_LOOPBACK(&address.v6.sin6_addr) != 0;
    default: return address.any.sa_family == AF_UNIX;
  }
}

std::string where_of(const Address& address, bool has_tls) {
  const std::string_view scheme = has_tls ? "https" : "http";
  const std::string host = peer_of(&address, sizeof address);
  switch (address.any.sa_family) {
    case AF_INET: return fmt::format("{}://{}:{}", scheme, host, ntohs(address.v4.sin_port));
    case AF_INET6: return fmt::format("{}://[{}]:{}", scheme, host, ntohs(address.v6.sin6_port));
    default: return fmt::format("unix:{}", address.local.sun_path);
  }
}

// Describes a socket that listens already.
Result<Listener> listener_of(int socket, bool has_tls) {
  Address address{};
  socklen_t size = sizeof address;
  int listens = 0;
  socklen_t listens_size = sizeof listens;
  if (::getsockname(socket, &address.any, &size) != 0 ||
      ::getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_size) != 0 ||
      listens == 0) {
    return usage("what was handed over is not a socket that listens");
  }
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  ::fcntl(socket, F_SETFD, FD_CLOEXEC);
  return Listener{socket, where_of(address, has_tls), is_loopback(address), {}};
}

Result<Listener> listen_at(const Address& address, socklen_t size, const std::string& name,
                           bool has_tls) {
  const int socket = ::socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  const bool is_open = socket >= 0 &&
                       ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                       ::bind(socket, &address.any, size) == 0 && ::listen(socket, kBacklog) == 0;
  if (is_open) return listener_of(socket, has_tls);
  const int error = errno;
  if (socket >= 0) ::close(socket);
  return usage(fmt::format("listening at {}: {}", name, std::strerror(error)));
}

Result<Listener> listen_unix(const std::string& name, bool has_tls) {
  const std::string path = name.substr(kUnix.size());
  Address address{};
  address.local.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.local.sun_path) {
    return usage(fmt::format("\"{}\" is not the path of a unix socket", name));
  }
  path.copy(address.local.sun_path, path.size());
  // A socket that nobody listens at any more is what a service that was killed has left.
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_left = probe >= 0 && ::connect(probe, &address.any, sizeof address.local) != 0 &&
                       errno == ECONNREFUSED;
  if (probe >= 0) ::close(probe);
  if (is_left) ::unlink(path.c_str());
  TALLY_ASSIGN(Listener listener, listen_at(address, sizeof address.local, name, has_tls));
  listener.unix_path = path;
  return listener;
}

Result<Listener> listen_tcp(const std::string& name, bool has_tls) {
  const std::size_t colon = name.rfind(':');
  std::string host = name.substr(0, colon);
  unsigned port = 0;
  const char* const digits = name.data() + std::min(colon + 1, name.size());
  const char* const end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(digits, end, port);
  const bool has_port = colon != std::string::npos && digits != end && stopped == end &&
                        error == std::errc() && port <= 65'535;
  if (host == "localhost") host = "127.0.0.1";
  Address address{};
  if (has_port && ::inet_pton(AF_INET, host.c_str(), &address.v4.sin_addr) == 1) {
    address.v4.sin_family = AF_INET;
    address.v4.sin_port = htons(static_cast<std::uint16_t>(port));
    return listen_at(address, sizeof address.v4, name, has_tls);
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (has_port && ::inet_pton(AF_INET6, host.c_str(), &address.v6.sin6_addr) == 1) {
    address.v6.sin6_family = AF_INET6;
    address.v6.sin6_port = htons(static_cast<std::uint16_t>(port));
    return listen_at(address, sizeof address.v6, name, has_tls);
  }
  return usage(
      fmt::format("\"{}\" is not ADDRESS:PORT (127.0.0.1:8455, [::1]:8455) or unix:PATH", name));
}

// How many sockets systemd hands to this very process.
int handed_over() {
  const char* const pid = std::getenv("LISTEN_PID");
  const char* const count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr || std::to_string(::getpid()) != pid) return 0;
  constexpr int kMost = 16;
  const int number = std::atoi(count);
  return number > 0 && number <= kMost ? number : 0;
}

}  // namespace

Result<std::vector<Listener>> open_listeners(const std::string& listen, bool has_tls) {
  std::vector<Listener> listeners;
  const int handed = handed_over();
  for (int i = 0; i < handed; ++i) {
    TALLY_ASSIGN(listeners.emplace_back(), listener_of(kFirstHanded + i, has_tls));
  }
  if (handed > 0) return listeners;
  TALLY_ASSIGN(listeners.emplace_back(), listen.starts_with(kUnix) ? listen_unix(listen, has_tls)
                                                                   : listen_tcp(listen, has_tls));
  return listeners;
}

void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::string peer_of(const void* address, std::size_t size) {
  Address peer{};
  std::memcpy(&peer, address, std::min(size, sizeof peer));
  char text[INET6_ADDRSTRLEN] = {};
  if (peer.any.sa_family == AF_INET) {
    ::inet_ntop(AF_INET, &peer.v4.sin_addr, text, sizeof text);
  } else if (peer.any.sa_family == AF_INET6) {
    ::inet_ntop(AF_INET6, &peer.v6.sin6_addr, text, sizeof text);
  } else {
    return "unix";
  }
  return text;
}

}  // namespace tally::service
