#include "service/transport.h"

#include <fmt/format.h>

#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <optional>

namespace tally::service {
namespace {

constexpr std::chrono::milliseconds kLinger(2'000);
constexpr std::size_t kLingerBytes = 1 << 20;

// Calls something once a deadline has passed.  Setting it again costs nothing but at its first
// time: the timer looks at it when it rings.
class Deadline {
 public:
  explicit Deadline(const asio::any_io_executor& io) : timer_(io) {}

  using Moment = std::chrono::steady_clock::time_point;

  template <typename Owner>
  void set(std::chrono::milliseconds from_now, const std::shared_ptr<Owner>& owner) {
    due_ = std::chrono::steady_clock::now() + from_now;
    is_late_ = false;
    if (is_waiting_ && timer_.expiry() <= due_) return;
    wait<Owner>(owner);
  }
  bool is_late() const { return is_late_; }

 private:
  template <typename Owner>
  void wait(std::weak_ptr<Owner> owner) {
    is_waiting_ = true;
    timer_.expires_at(due_);
    timer_.async_wait([this, owner](const ErrorStatus& error) {
      const std::shared_ptr<Owner> alive = owner.lock();
      if (alive == nullptr || error) return;
      is_waiting_ = false;
      if (std::chrono::steady_clock::now() < due_) return wait<Owner>(owner);
      is_late_ = true;
      alive->give_up();
    });
  }

  asio::steady_timer timer_;
  Moment due_;
  bool is_waiting_ = false;
  bool is_late_ = false;
};

template <typename Stream>
class StreamTransport : public Transport,
                        public std::enable_shared_from_this<StreamTransport<Stream>> {
 public:
  template <typename... Arguments>
  explicit StreamTransport(Arguments&&... arguments)
      : stream_(std::forward<Arguments>(arguments)...), deadline_(stream_.get_executor()) {}

  void set_deadline(std::chrono::milliseconds from_now) override {
    deadline_.set(from_now, this->shared_from_this());
  }
  bool is_late() const override { return deadline_.is_late(); }

  // What waits ends with an error; the socket can still be written to.
  void give_up() {
    ErrorStatus unused;
    socket().cancel(unused);
  }

  asio::awaitable<bool> open() override {
    if constexpr (kIsTls) {
      ErrorStatus error;
      co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                       asio::redirect_error(asio::use_awaitable, error));
      co_return !error;
    }
    co_return true;
  }

  asio::awaitable<std::size_t> read(char* into, std::size_t most) override {
    if (deadline_.is_late()) co_return 0;
    ErrorStatus error;
    const asio::mutable_buffer buffer(into, most);
    const std::size_t got =
        co_await stream_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
    co_return error ? 0 : got;
  }

  asio::awaitable<bool> write(std::vector<std::string_view> pieces) override {
    if (deadline_.is_late()) co_return false;
    std::vector<asio::const_buffer> buffers;
    buffers.reserve(pieces.size());
    for (const std::string_view piece : pieces) buffers.emplace_back(piece.data(), piece.size());
    ErrorStatus error;
    co_await asio::async_write(stream_, buffers, asio::redirect_error(asio::use_awaitable, error));
    co_return !error;
  }

  void bound_buffer(std::size_t bytes) override {
    ErrorStatus unused;
    socket().set_option(asio::socket_base::send_buffer_size(static_cast<int>(bytes)), unused);
  }

  // What comes meanwhile is read and dropped: a socket that is closed with bytes unread resets the
  // connection, and the client may never see its answer.
  asio::awaitable<void> close() override {
    ErrorStatus unused;
    set_deadline(kLinger);
    if constexpr (kIsTls) {
      co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, unused));
    }
    socket().shutdown(Socket::shutdown_send, unused);
    std::array<char, 4096> dropped{};
    for (std::size_t all = 0; all < kLingerBytes;) {
      const std::size_t got = co_await read_raw(dropped.data(), dropped.size());
      if (got == 0) break;
      all += got;
    }
    cut();
  }

  void cut() override {
    ErrorStatus unused;
    socket().close(unused);
  }

 private:
  static constexpr bool kIsTls = !std::is_same_v<Stream, Socket>;

  Socket& socket() {
    if constexpr (kIsTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  asio::awaitable<std::size_t> read_raw(char* into, std::size_t most) {
    if (deadline_.is_late()) co_return 0;
    ErrorStatus error;
    const asio::mutable_buffer buffer(into, most);
    const std::size_t got =
        co_await socket().async_read_some(buffer, asio::redirect_error(asio::use_awaitable, error));
    co_return error ? 0 : got;
  }

  Stream stream_;
  Deadline deadline_;
};

using TlsStream = asio::ssl::stream<Socket>;

}  // namespace

TlsContext::TlsContext()
    : context_(std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server)) {}
TlsContext::~TlsContext() = default;

Result<std::unique_ptr<TlsContext>> TlsContext::open(const std::string& certificate,
                                                     const std::string& key) {
  std::unique_ptr<TlsContext> tls(new TlsContext());
  asio::ssl::context& context = *tls->context_;
  ErrorStatus error;
  context.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                          asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                          asio::ssl::context::no_tlsv1_1 | asio::ssl::context::no_compression,
                      error);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_RENEGOTIATION);
  const bool has_ciphers =
      SSL_CTX_set_cipher_list(context.native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
  auto bad = [&](const std::string& what) {
    return Error{ErrorCode::kUsage, fmt::format("{}: {}", what, error.message()), {}, 0, {}};
  };
  if (error || !has_ciphers) return bad("TLS cannot be set up");
  context.use_certificate_chain_file(certificate, error);
  if (error) return bad(fmt::format("the certificate {} cannot be used", certificate));
  context.use_private_key_file(key, asio::ssl::context::pem, error);
  if (error) return bad(fmt::format("the key {} cannot be used", key));
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return Error{ErrorCode::kUsage,
                 fmt::format("the key {} is not that of the certificate {}", key, certificate),
                 {},
                 0,
                 {}};
  }
  return tls;
}

std::shared_ptr<Transport> plain_transport(Socket socket) {
  return std::make_shared<StreamTransport<Socket>>(std::move(socket));
}

std::shared_ptr<Transport> tls_transport(Socket socket, TlsContext& tls) {
  return std::make_shared<StreamTransport<TlsStream>>(std::move(socket), tls.context());
}

}  // namespace tally::service
