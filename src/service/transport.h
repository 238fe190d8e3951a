#pragma once

// The bytes of one connection, plain or by TLS, over TCP or a unix socket.

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/wake.h"
#include "tally/result.h"

namespace boost::asio::ssl {
class context;
}

namespace tally::service {

using Socket = asio::generic::stream_protocol::socket;

// Of the I/O thread.  Once something has failed or taken too long, nothing more is read or written,
// but for the answer that says so.
class Transport {
 public:
  virtual ~Transport() = default;

  // By when what follows must be done.
  virtual void set_deadline(std::chrono::milliseconds from_now) = 0;
  // Whether it was not, since it was last set.
  virtual bool is_late() const = 0;

  // The handshake of TLS; true for a plain connection.
  virtual asio::awaitable<bool> open() = 0;
  // Reads what has come; 0 at the end, and where it failed or was late.
  virtual asio::awaitable<std::size_t> read(char* into, std::size_t most) = 0;
  // Writes all of the pieces, one after the other; false where that failed or was late.
  virtual asio::awaitable<bool> write(std::vector<std::string_view> pieces) = 0;
  // How much the system may hold of what was written and not taken yet.
  virtual void bound_buffer(std::size_t bytes) = 0;
  // Says that nothing more will be sent, and waits a moment until the other side has read it.
  virtual asio::awaitable<void> close() = 0;
  // Ends everything at once.
  virtual void cut() = 0;
};

// Certificates and their key, for TLS 1.2 and later.
class TlsContext {
 public:
  // `usage` where the files are no good.
  static Result<std::unique_ptr<TlsContext>> open(const std::string& certificate,
                                                  const std::string& key);
  ~TlsContext();
  asio::ssl::context& context() { return *context_; }

 private:
  TlsContext();
  std::unique_ptr<asio::ssl::context> context_;
};

std::shared_ptr<Transport> plain_transport(Socket socket);
std::shared_ptr<Transport> tls_transport(Socket socket, TlsContext& tls);

}  // namespace tally::service
