#include "sandbox/http/server.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <set>

#include "base/try.h"
#include "runtime/concurrency.h"
#include "sandbox/http/session.h"
#include "sandbox/number.h"

namespace ssmb::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using TcpStream = boost::beast::tcp_stream;

Result<tcp::endpoint> parse_address(const std::string& text) {
  const auto bad = [&] {
    return fail(ErrorKind::usage, "'" + text + "' is not an address to listen on",
                "give an IP address and a port, as in 127.0.0.1:0 or [::1]:8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return bad();
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = parse_number<unsigned short>(text.substr(colon + 1));
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
  if (error || !port) return bad();
  return tcp::endpoint(address, *port);
}

Result<std::unique_ptr<asio::ssl::context>> make_tls(const ServerIdentity& identity) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  SSL_CTX* context = tls->native_handle();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (SSL_CTX_use_certificate(context, identity.certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, identity.key.get()) != 1)
    return fail(ErrorKind::internal, "OpenSSL refused the sandbox's own certificate");
  return tls;
}

// Known to stop() for as long as it lives.
class Registered {
 public:
  Registered(std::set<TcpStream*>& open, TcpStream& stream) : open_(open), stream_(stream) {
    open_.insert(&stream_);
  }
  ~Registered() { open_.erase(&stream_); }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;

 private:
  std::set<TcpStream*>& open_;
  TcpStream& stream_;
};

class Server final : public HttpServer {
 public:
  Server(Runtime& runtime, tcp::acceptor acceptor, Handler handler,
         std::unique_ptr<asio::ssl::context> tls)
      : runtime_(runtime),
        acceptor_(std::move(acceptor)),
        sessions_(acceptor_.get_executor()),
        handler_(std::move(handler)),
        tls_(std::move(tls)) {
    boost::system::error_code error;
    local_ = acceptor_.local_endpoint(error);
  }

  std::string url() const override {
    const std::string host = local_.address().is_v6() ? "[" + local_.address().to_string() + "]"
                                                      : local_.address().to_string();
    return fmt::format("{}://{}:{}", tls_ ? "https" : "http", host, local_.port());
  }

  Task<void> run() override {
    while (acceptor_.is_open()) {
      boost::system::error_code error;
      tcp::socket socket =
          co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
      // A connection that broke while it waited, or descriptors at their end: take the next.
      if (error) continue;
      sessions_.spawn(session(std::move(socket)));
    }
    co_await sessions_.join();
  }

  void stop() override {
    boost::system::error_code ignored;  // it is open, or it is not
    acceptor_.close(ignored);
    stopped_.request_stop();
    for (TcpStream* stream : open_) stream->socket().close(ignored);
  }

 private:
  Task<void> session(tcp::socket socket) {
    boost::system::error_code ignored;  // slower without it, not wrong
    socket.set_option(tcp::no_delay(true), ignored);
    TcpStream stream(std::move(socket));
    const Registered registered(open_, stream);
    const Service service{
        .handler = handler_, .runtime = runtime_, .stopped = stopped_.get_token()};
    if (tls_) {
      co_await serve_tls(stream, *tls_, service);
    } else {
      co_await serve_cleartext(stream, service);
    }
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  Runtime& runtime_;
  tcp::acceptor acceptor_;
  TaskGroup sessions_;
  Handler handler_;
  std::unique_ptr<asio::ssl::context> tls_;
  tcp::endpoint local_;
  std::set<TcpStream*> open_;
  std::stop_source stopped_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(Runtime& runtime, const std::string& address,
                                                       Handler handler,
                                                       std::unique_ptr<ServerIdentity> identity) {
  SSMB_TRY(endpoint, parse_address(address));
  std::unique_ptr<asio::ssl::context> tls;
  if (identity) {
    SSMB_TRY(made, make_tls(*identity));
    tls = std::move(made);
  }
  tcp::acceptor acceptor(runtime.executor());
  boost::system::error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(ErrorKind::local_io, "listening on " + address + ": " + error.message(),
                "choose another port; port 0 takes any free one");
  }
  return std::make_unique<Server>(runtime, std::move(acceptor), std::move(handler), std::move(tls));
}

}  // namespace ssmb::sandbox
