#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "runtime/virtual_runtime.h"
#include "sandbox/http/server.h"

namespace ssmb::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Deliveries, by path.
Delivery delivery_for(std::string_view path) {
  using enum Delivery::Kind;
  if (path == "/reset") return {.kind = reset};
  if (path == "/cut") return {.kind = cut, .bytes = 5};
  if (path == "/cut-at-once") return {.kind = cut, .bytes = 0};
  if (path == "/never") return {.kind = never};
  constexpr std::chrono::milliseconds kMoment{20};
  if (path == "/slow") return {.delay = kMoment, .stretch = kMoment};
  if (path == "/held-back") return {.delay = std::chrono::hours{1}};
  return {};
}

// Says what it was asked; /boom throws.
Served echo(const aws::HttpRequest& request, Arrival arrival) {
  if (request.path == "/boom") throw std::runtime_error("boom");
  aws::HttpResponse response;
  response.status = request.path == "/nothing" ? 204 : 200;
  response.headers.set("Channel", arrival.channel == Arrival::Channel::tls ? "tls" : "cleartext");
  response.body = SecretBytes(request.method + " " + request.path + " ? " + request.query + " : ");
  const std::string_view body = request.body.view();
  response.body.append(body.size() > 100 ? std::to_string(body.size()) : body);
  response.headers.set("Content-Length", std::to_string(response.body.size()));
  return {.response = std::move(response), .delivery = delivery_for(request.path)};
}

class HttpFront {
 public:
  explicit HttpFront(std::unique_ptr<ServerIdentity> identity = nullptr) {
    auto listening = HttpServer::listen(*runtime_, "127.0.0.1:0", echo, std::move(identity));
    server_ = std::move(listening).value();
  }

  asio::io_context& context() { return context_; }
  HttpServer& server() { return *server_; }
  tcp::endpoint endpoint() const {
    const std::string url = server_->url();
    unsigned short port = 0;
    std::from_chars(url.data() + url.rfind(':') + 1, url.data() + url.size(), port);
    return {asio::ip::make_address("127.0.0.1"), port};
  }

  // Runs the client beside the server until both have ended.
  template <class Client>
  void run(Client client) {
    asio::co_spawn(context_, server_->run(), rethrow);
    asio::co_spawn(context_, client(*this), [this](std::exception_ptr thrown) {
      server_->stop();
      rethrow(thrown);
    });
    context_.run();
  }

 private:
  static void rethrow(std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);
  }

  asio::io_context context_{1};
  std::unique_ptr<Runtime> runtime_ = make_real_runtime(context_);
  std::unique_ptr<HttpServer> server_;
};

// Sends bytes, reads until the server closes.
template <class Stream>
Task<std::string> talk(Stream& stream, std::string bytes) {
  boost::system::error_code error;
  co_await asio::async_write(stream, asio::buffer(bytes),
                             asio::redirect_error(asio::use_awaitable, error));
  std::string answer;
  co_await asio::async_read(stream, asio::dynamic_buffer(answer),
                            asio::redirect_error(asio::use_awaitable, error));
  co_return answer;
}

std::string conversation(const std::string& bytes) {
  HttpFront front;
  std::string answer;
  front.run([&](HttpFront& f) -> Task<void> {
    tcp::socket socket(f.context());
    co_await socket.async_connect(f.endpoint(), asio::use_awaitable);
    answer = co_await talk(socket, bytes);
  });
  return answer;
}

TEST(HttpFront, AnswersWhatIsAsked) {
  const std::string close = "Host: x\r\nConnection: close\r\n";
  struct Row {
    std::string name;
    std::string bytes;
    std::string status;
    std::string says;  // somewhere in the answer
  };
  const std::vector<Row> rows = {
      {"path and query", "GET /a%20b?x=%2F HTTP/1.1\r\n" + close + "\r\n", "200",
       "GET /a%20b ? x=%2F : "},
      {"whole URL", "GET http://x/a?b HTTP/1.1\r\n" + close + "\r\n", "200", "GET /a ? b : "},
      {"body", "PUT /a HTTP/1.1\r\n" + close + "Content-Length: 5\r\n\r\nhello", "200",
       "PUT /a ?  : hello"},
      {"chunks",
       "PUT /a HTTP/1.1\r\n" + close +
           "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
       "200", "PUT /a ?  : hello"},
      {"100-continue",
       "PUT /a HTTP/1.1\r\n" + close + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\nhello",
       "100", "PUT /a ?  : hello"},
      {"two in one connection",
       "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\n" + close + "\r\n", "200",
       "GET /two"},
      {"HEAD has the length, not the body", "HEAD /a HTTP/1.1\r\n" + close + "\r\n", "200",
       "Content-Length: 13\r\n\r\n"},
      {"204 has neither", "DELETE /nothing HTTP/1.1\r\n" + close + "\r\n", "204", "\r\n\r\n"},
      {"a handler that throws", "GET /boom HTTP/1.1\r\n" + close + "\r\n", "500", "failed"},
      {"no HTTP", "hello?\r\n\r\n", "400", ""},
      {"TLS to a cleartext port", std::string("\x16\x03\x01\x02\x00\x01\r\n\r\n", 10), "400", ""},
      {"target that is no path", "GET nonsense HTTP/1.1\r\n" + close + "\r\n", "400", "neither"},
      {"header without colon", "GET / HTTP/1.1\r\nnonsense\r\n\r\n", "400", ""},
      {"length that is no number", "PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400", ""},
      {"headers too large", "GET / HTTP/1.1\r\nA: " + std::string(100000, 'a') + "\r\n\r\n", "400",
       ""},
      {"body too large", "PUT / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", "413", ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string answer = conversation(row.bytes);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + row.status)) << answer;
    EXPECT_NE(answer.find(row.says), std::string::npos) << answer;
  }
}

TEST(HttpFront, TakesLargeBodies) {
  const std::size_t size = std::size_t{65} << 20;
  const std::string answer = conversation(
      "PUT /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(size) +
      "\r\n\r\n" + std::string(size, 'a'));
  EXPECT_NE(answer.find(": " + std::to_string(size)), std::string::npos) << answer.substr(0, 200);
}

TEST(HttpFront, DeliversAsItIsTold) {
  const std::string head = " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n";
  struct Row {
    std::string name;
    std::string path;
    std::string ends;  // the answer's last bytes; empty: no answer at all
  };
  const std::vector<Row> rows = {
      {"a broken connection", "/reset", ""},
      {"the first bytes of the body", "/cut", "\r\n\r\nPUT /"},
      {"headers and nothing of the body", "/cut-at-once", "\r\n\r\n"},
      {"late and piece by piece, but whole", "/slow", " : 1000"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    // After what comes whole the connection goes on; after anything else it is over.
    const std::string answer =
        conversation("PUT " + row.path + head + std::string(1000, 'a') +
                     "GET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    if (row.ends.empty()) {
      EXPECT_EQ(answer, "");
      continue;
    }
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    const bool whole = answer.contains("GET /after");
    EXPECT_EQ(whole, row.path == "/slow");
    const std::string first = answer.substr(0, answer.find("HTTP/1.1", 1));
    EXPECT_TRUE(first.ends_with(row.ends)) << first;
    EXPECT_NE(first.find("Content-Length: " + std::to_string(row.path.size() + 14)),
              std::string::npos)
        << first;
  }
}

TEST(HttpFront, SaysNothingUntilTheClientGivesUp) {
  HttpFront front;
  front.run([](HttpFront& f) -> Task<void> {
    tcp::socket socket(f.context());
    co_await socket.async_connect(f.endpoint(), asio::use_awaitable);
    const std::string_view bytes = "GET /never HTTP/1.1\r\nHost: x\r\n\r\n";
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
    socket.shutdown(tcp::socket::shutdown_send);
    std::string answer;
    boost::system::error_code error;
    co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                              asio::redirect_error(asio::use_awaitable, error));
    EXPECT_EQ(error, asio::error::eof);
    EXPECT_EQ(answer, "");
  });
}

TEST(HttpFront, EndsWhileAnAnswerIsHeldBack) {
  for (const char* path : {"/never", "/held-back"}) {
    SCOPED_TRACE(path);
    HttpFront front;
    front.run([path](HttpFront& f) -> Task<void> {
      tcp::socket socket(f.context());
      co_await socket.async_connect(f.endpoint(), asio::use_awaitable);
      const std::string bytes = std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
      co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
      // Until the server has read it and holds the answer back.
      for (int i = 0; i < 100; ++i) co_await asio::post(f.context(), asio::use_awaitable);
      f.server().stop();
      std::string answer;
      boost::system::error_code error;
      co_await asio::async_read(socket, asio::dynamic_buffer(answer),
                                asio::redirect_error(asio::use_awaitable, error));
      EXPECT_EQ(answer, "");
    });
  }
}

TEST(HttpFront, EndsWhileConnectionsWait) {
  HttpFront front;
  front.run([](HttpFront& f) -> Task<void> {
    tcp::socket idle(f.context());
    tcp::socket half(f.context());
    co_await idle.async_connect(f.endpoint(), asio::use_awaitable);
    co_await half.async_connect(f.endpoint(), asio::use_awaitable);
    const std::string_view bytes = "PUT /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe";
    co_await asio::async_write(half, asio::buffer(bytes), asio::use_awaitable);
    f.server().stop();
    std::string rest;
    boost::system::error_code error;
    co_await asio::async_read(half, asio::dynamic_buffer(rest),
                              asio::redirect_error(asio::use_awaitable, error));
    EXPECT_TRUE(rest.empty());
  });
}

TEST(HttpFront, SpeaksTlsThatItsAuthorityVouchesFor) {
  for (const char* host : {"localhost", "127.0.0.1", "::1", "example.com"}) {
    SCOPED_TRACE(host);
    auto identity = make_server_identity(VirtualRuntime::default_start());
    ASSERT_TRUE(identity.has_value());
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.add_certificate_authority(asio::buffer(identity->authority_pem));
    // The certificate's time is the virtual start: the check is of names and signatures.
    X509_VERIFY_PARAM_set_time(
        SSL_CTX_get0_param(tls.native_handle()),
        VirtualRuntime::default_start().time_since_epoch() / std::chrono::seconds{1});
    HttpFront front(std::make_unique<ServerIdentity>(std::move(*identity)));
    EXPECT_TRUE(front.server().url().starts_with("https://"));
    boost::system::error_code error;
    std::string answer;
    front.run([&](HttpFront& f) -> Task<void> {
      asio::ssl::stream<tcp::socket> stream(f.context(), tls);
      stream.set_verify_mode(asio::ssl::verify_peer);
      stream.set_verify_callback(asio::ssl::host_name_verification(host));
      co_await stream.lowest_layer().async_connect(f.endpoint(), asio::use_awaitable);
      co_await stream.async_handshake(asio::ssl::stream_base::client,
                                      asio::redirect_error(asio::use_awaitable, error));
      if (!error)
        answer = co_await talk(stream, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    });
    const bool known = std::string_view(host) != "example.com";
    EXPECT_EQ(!error, known) << error.message();
    EXPECT_EQ(answer.contains("Channel: tls"), known) << answer;
  }
}

TEST(HttpFront, RefusesAddressesThatAreNone) {
  asio::io_context context;
  const auto runtime = make_real_runtime(context);
  for (const char* address :
       {"", "localhost", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "nowhere:1", ":80"}) {
    const auto server = HttpServer::listen(*runtime, address, echo, nullptr);
    ASSERT_FALSE(server.has_value()) << address;
    EXPECT_EQ(server.error().kind, ErrorKind::usage) << address;
  }
  HttpFront taken;
  const auto second = HttpServer::listen(
      *runtime, taken.server().url().substr(std::string_view("http://").size()), echo, nullptr);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().kind, ErrorKind::local_io);
}

}  // namespace
}  // namespace ssmb::sandbox
