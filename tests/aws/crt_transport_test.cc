// CrtTransport over real sockets on 127.0.0.1.
#include "aws/http/crt_transport.h"

#include <gtest/gtest.h>

#include <fstream>

#include "runtime/concurrency.h"
#include "tests/aws/loopback_server.h"

namespace ssmb::aws {
namespace {

using std::chrono::milliseconds;

class CrtTransportTest : public testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    std::optional<T> value;
    boost::asio::co_spawn(context_, std::move(task), [&](std::exception_ptr thrown, T result) {
      if (thrown) std::rethrow_exception(thrown);
      value.emplace(std::move(result));
    });
    context_.restart();
    context_.run();
    return std::move(value).value();
  }
  Result<HttpResponse> send(HttpRequest request, CallScope scope = {}) {
    return run(transport_->send(std::move(request), std::move(scope)));
  }
  CallScope within(milliseconds limit) {
    return {.deadline = runtime_->steady() + limit, .stop = {}};
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<Runtime> runtime_ = make_real_runtime(context_);
  std::unique_ptr<Transport> transport_ = make_crt_transport(*runtime_, {});
};

HttpRequest get(const Endpoint& endpoint, std::string path = "/") {
  return {.method = "GET", .endpoint = endpoint, .path = std::move(path)};
}

// Answers each request with what it was.
LoopbackServer::Serve echo(LoopbackServer*& server) {
  return [&server](Socket& socket) -> Task<void> {
    while (true) {
      std::string request = co_await server->read(socket);
      co_await LoopbackServer::write(socket, LoopbackServer::ok(request));
    }
  };
}

TEST_F(CrtTransportTest, SendsTheRequestAsItStandsWithHostAndLength) {
  LoopbackServer* self = nullptr;
  LoopbackServer server(echo(self));
  self = &server;
  HttpRequest request{.method = "PUT",
                      .endpoint = server.endpoint(),
                      .path = "/a%20b",
                      .query = "x=1",
                      .body = SecretBytes("the body")};
  request.headers.add("X-Custom", "v");
  const auto response = send(std::move(request));
  ASSERT_TRUE(response) << to_line(response.error());
  EXPECT_EQ(response->status, 200);
  const std::string_view seen = response->body.view();
  EXPECT_TRUE(seen.starts_with("PUT /a%20b?x=1 HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("Host: " + server.endpoint().authority() + "\r\n"), seen.npos) << seen;
  EXPECT_NE(seen.find("X-Custom: v\r\n"), seen.npos) << seen;
  EXPECT_NE(seen.find("Content-Length: 8\r\n"), seen.npos) << seen;
  EXPECT_TRUE(seen.ends_with("\r\n\r\nthe body")) << seen;
}

TEST_F(CrtTransportTest, KeepsTheConnectionForTheNextRequest) {
  LoopbackServer* self = nullptr;
  LoopbackServer server(echo(self));
  self = &server;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(send(get(server.endpoint())));
  EXPECT_EQ(server.requests(), 5);
  EXPECT_EQ(server.connections(), 1);
}

Task<void> send_into(Transport& transport, HttpRequest request, int& good) {
  const auto response = co_await transport.send(std::move(request), CallScope{});
  if (response && response->status == 200) ++good;
}

Task<int> send_many(Transport& transport, Endpoint endpoint, int count) {
  TaskGroup group(co_await boost::asio::this_coro::executor);
  int good = 0;
  for (int i = 0; i < count; ++i)
    group.spawn(send_into(transport, get(endpoint, "/" + std::to_string(i)), good));
  co_await group.join();
  co_return good;
}

TEST_F(CrtTransportTest, SendsSixteenAtOnce) {
  std::atomic<int> waiting = 0;
  LoopbackServer* self = nullptr;
  // No answer before all sixteen have asked: sent one by one, they would never end.
  LoopbackServer server([&](Socket& socket) -> Task<void> {
    co_await self->read(socket);
    ++waiting;
    while (waiting < 16)
      co_await boost::asio::post(socket.get_executor(), boost::asio::use_awaitable);
    co_await LoopbackServer::write(socket, LoopbackServer::ok("x"));
  });
  self = &server;
  EXPECT_EQ(run(send_many(*transport_, server.endpoint(), 16)), 16);
}

TEST_F(CrtTransportTest, RequestsBeyondTheLimitOfConnectionsWaitTheirTurn) {
  CrtTransportOptions options;
  options.max_connections = 2;
  transport_ = make_crt_transport(*runtime_, options);
  LoopbackServer* self = nullptr;
  LoopbackServer server(echo(self));
  self = &server;
  EXPECT_EQ(run(send_many(*transport_, server.endpoint(), 50)), 50);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(CrtTransportTest, CarriesAMebibyteBothWays) {
  LoopbackServer* self = nullptr;
  LoopbackServer server(echo(self));
  self = &server;
  std::string body(1 << 20, 'x');
  body.replace(body.size() - 3, 3, "end");
  HttpRequest request{.method = "POST", .endpoint = server.endpoint(), .body = SecretBytes(body)};
  const auto response = send(std::move(request));
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body.view().ends_with(body));
}

TEST_F(CrtTransportTest, ReadsResponsesOfEveryShape) {
  struct Row {
    const char* name;
    const char* method;
    const char* response;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {"HEAD has a length and no body", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
       200, ""},
      {"204", "DELETE", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
      {"304 with a length", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304,
       ""},
      {"chunked", "GET",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200,
       "abcde"},
      {"an interim answer first", "GET",
       "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
      {"an error is an answer", "GET", "HTTP/1.1 503 Slow Down\r\nContent-Length: 1\r\n\r\nx", 503,
       "x"},
      {"no body at all", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, ""},
  };
  std::atomic<const Row*> current = nullptr;
  LoopbackServer* self = nullptr;
  LoopbackServer server([&](Socket& socket) -> Task<void> {
    while (true) {
      co_await self->read(socket);
      co_await LoopbackServer::write(socket, current.load()->response);
    }
  });
  self = &server;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    current = &row;
    HttpRequest request{.method = row.method, .endpoint = server.endpoint()};
    const auto response = send(std::move(request), within(milliseconds{2000}));
    ASSERT_TRUE(response) << to_line(response.error());
    EXPECT_EQ(response->status, row.status);
    EXPECT_EQ(response->body.view(), row.body);
  }
  EXPECT_EQ(server.connections(), 1) << "a body was left on the wire";
}

TEST_F(CrtTransportTest, ABrokenConnectionIsTransient) {
  struct Row {
    const char* name;
    const char* response;  // then the server closes
  };
  const Row rows[] = {
      {"closed without a word", ""},
      {"closed inside the head", "HTTP/1.1 200 OK\r\nContent-Le"},
      {"closed inside the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345"},
      {"closed between chunks",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"},
      {"a body that only the end of the connection closes",
       "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"},
      {"not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    LoopbackServer* self = nullptr;
    LoopbackServer server([&](Socket& socket) -> Task<void> {
      co_await self->read(socket);
      co_await LoopbackServer::write(socket, row.response);
    });
    self = &server;
    const auto response = send(get(server.endpoint()));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::transient) << response.error().what;
    EXPECT_NE(response.error().what.find(server.endpoint().url()), std::string::npos);
  }
}

TEST_F(CrtTransportTest, WhatCannotBeReachedHadNoEffect) {
  Endpoint closed;
  {
    const LoopbackServer server([](Socket&) -> Task<void> { co_return; });
    closed = server.endpoint();
  }
  Endpoint nameless = closed;
  nameless.host = "no-such-host.invalid";
  const std::pair<const char*, Endpoint> rows[] = {{"refused", closed}, {"no such name", nameless}};
  for (const auto& [name, endpoint] : rows) {
    SCOPED_TRACE(name);
    const auto response = send(get(endpoint));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::unreachable) << response.error().what;
    EXPECT_NE(response.error().next, "");
  }
}

TEST_F(CrtTransportTest, ASilentServerEndsAtTheDeadlineAndItsConnectionIsNotUsedAgain) {
  LoopbackServer* self = nullptr;
  std::atomic<bool> silent = true;
  LoopbackServer server([&](Socket& socket) -> Task<void> {
    while (true) {
      co_await self->read(socket);
      if (!silent) co_await LoopbackServer::write(socket, LoopbackServer::ok("late"));
    }
  });
  self = &server;
  const SteadyTime start = runtime_->steady();
  const auto first = send(get(server.endpoint()), within(milliseconds{60}));
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().kind, ErrorKind::timeout);
  EXPECT_GE(runtime_->steady() - start, milliseconds{60});
  EXPECT_LT(runtime_->steady() - start, milliseconds{2000});
  silent = false;
  const auto second = send(get(server.endpoint()), within(milliseconds{2000}));
  ASSERT_TRUE(second) << to_line(second.error());
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(CrtTransportTest, AStopFromAnotherThreadCancelsMidFlight) {
  std::stop_source stop;
  std::thread stopper;
  LoopbackServer* self = nullptr;
  LoopbackServer server([&](Socket& socket) -> Task<void> {
    co_await self->read(socket);
    co_await LoopbackServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n1");
    stop.request_stop();  // on the server's thread
    co_await self->read(socket);
  });
  self = &server;
  const auto response =
      send(get(server.endpoint()), {.deadline = SteadyTime::max(), .stop = stop.get_token()});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::cancelled);
}

TEST_F(CrtTransportTest, AScopeThatHasEndedSendsNothing) {
  LoopbackServer* self = nullptr;
  LoopbackServer server(echo(self));
  self = &server;
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = send(get(server.endpoint()), {.stop = stop.get_token()});
  const auto late = send(get(server.endpoint()), {.deadline = SteadyTime{}});
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(late.error().kind, ErrorKind::timeout);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(CrtTransportTest, ABodyBeyondTheLimitIsCorrupt) {
  LoopbackServer* self = nullptr;
  LoopbackServer server([&](Socket& socket) -> Task<void> {
    co_await self->read(socket);
    co_await LoopbackServer::write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n");
    while (true) co_await LoopbackServer::write(socket, std::string(1 << 20, 'x'));
  });
  self = &server;
  const auto response = send(get(server.endpoint()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::corrupt) << response.error().what;
}

TEST_F(CrtTransportTest, APlainRequestGoesToTheProxyWhole) {
  LoopbackServer* self = nullptr;
  LoopbackServer server(echo(self));
  self = &server;
  CrtTransportOptions options;
  options.proxies =
      ProxySettings::from(
          {{"http_proxy", "http://u:p@127.0.0.1:" + std::to_string(server.endpoint().port)}})
          .value();
  transport_ = make_crt_transport(*runtime_, options);
  const auto response =
      send(get({.scheme = Endpoint::Scheme::http, .host = "ssm.example", .port = 80}, "/x"));
  ASSERT_TRUE(response) << to_line(response.error());
  const std::string_view seen = response->body.view();
  EXPECT_TRUE(seen.starts_with("GET http://ssm.example/x HTTP/1.1\r\n") ||
              seen.starts_with("GET http://ssm.example:80/x HTTP/1.1\r\n"))
      << seen;
  EXPECT_NE(seen.find("Proxy-Authorization: Basic dTpw\r\n"), seen.npos) << seen;
}

TEST_F(CrtTransportTest, ACaBundleThatIsNoneIsAConfigurationError) {
  const std::string path = testing::TempDir() + "/not-a-bundle.pem";
  std::ofstream(path) << "no certificate\n";
  for (const std::string& bundle : {path, std::string("/no/such/file.pem")}) {
    SCOPED_TRACE(bundle);
    CrtTransportOptions options;
    options.ca_bundle = bundle;
    transport_ = make_crt_transport(*runtime_, options);
    const auto response =
        send(get({.scheme = Endpoint::Scheme::https, .host = "127.0.0.1", .port = 1}));
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::configuration);
    EXPECT_NE(response.error().what.find(bundle), std::string::npos);
    EXPECT_NE(response.error().next.find("AWS_CA_BUNDLE"), std::string::npos);
  }
}

TEST(CrtTransportOptionsTest, TheCaBundleComesFromTheEnvironment) {
  struct Row {
    const char* name;
    std::map<std::string, std::string> environment;
    const char* bundle;
  };
  const Row rows[] = {
      {"none", {}, ""},
      {"AWS's own", {{"AWS_CA_BUNDLE", "/a"}}, "/a"},
      {"OpenSSL's", {{"SSL_CERT_FILE", "/b"}}, "/b"},
      {"both", {{"AWS_CA_BUNDLE", "/a"}, {"SSL_CERT_FILE", "/b"}}, "/a"},
      {"an empty one is none", {{"AWS_CA_BUNDLE", ""}, {"SSL_CERT_FILE", "/b"}}, "/b"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(CrtTransportOptions::from(row.environment).value().ca_bundle, row.bundle);
  }
}

}  // namespace
}  // namespace ssmb::aws
