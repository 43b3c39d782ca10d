// TLS against the sandbox's HTTPS front.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

#include "aws/http/crt_transport.h"
#include "sandbox/http/server.h"

namespace ssmb::aws {
namespace {

// On a thread of its own; answers every request with its path.
class HttpsServer {
 public:
  explicit HttpsServer(std::unique_ptr<sandbox::ServerIdentity> identity) {
    auto handler = [](const HttpRequest& request, const sandbox::Arrival& /*arrival*/) {
      return sandbox::Served{.response = HttpResponse{
                                 .status = 200, .headers = {}, .body = SecretBytes(request.path)}};
    };
    server_ =
        sandbox::HttpServer::listen(*runtime_, "127.0.0.1:0", handler, std::move(identity)).value();
    boost::asio::co_spawn(context_, server_->run(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  ~HttpsServer() {
    // Its coroutines end with it: none may be left for the context to destroy.
    boost::asio::post(context_, [this] { server_->stop(); });
    thread_.join();
  }
  HttpsServer(const HttpsServer&) = delete;
  HttpsServer& operator=(const HttpsServer&) = delete;

  int port() const {
    const std::string url = server_->url();
    return std::stoi(url.substr(url.rfind(':') + 1));
  }

 private:
  boost::asio::io_context context_{1};
  std::unique_ptr<Runtime> runtime_ = make_real_runtime(context_);
  std::unique_ptr<sandbox::HttpServer> server_;
  std::thread thread_;
};

std::unique_ptr<sandbox::ServerIdentity> new_identity(Time now) {
  return std::make_unique<sandbox::ServerIdentity>(sandbox::make_server_identity(now).value());
}

class CrtTlsTest : public testing::Test {
 protected:
  std::string write_bundle(const std::string& name, const std::string& pem) {
    const std::string path = testing::TempDir() + "/" + name + std::to_string(::getpid());
    std::ofstream(path) << pem;
    return path;
  }
  Result<HttpResponse> get(const std::string& bundle, const std::string& host, int port) {
    CrtTransportOptions options;
    options.ca_bundle = bundle;
    const auto transport = make_crt_transport(*runtime_, options);
    std::optional<Result<HttpResponse>> value;
    HttpRequest request{.endpoint = {.host = host, .port = port}, .path = "/hello"};
    const CallScope scope{.deadline = runtime_->steady() + std::chrono::seconds{8}, .stop = {}};
    boost::asio::co_spawn(context_, transport->send(std::move(request), scope),
                          [&](std::exception_ptr thrown, Result<HttpResponse> result) {
                            if (thrown) std::rethrow_exception(thrown);
                            value.emplace(std::move(result));
                          });
    context_.restart();
    context_.run();
    return std::move(value).value();
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<Runtime> runtime_ = make_real_runtime(context_);
};

TEST_F(CrtTlsTest, VerifiesAgainstTheBundleGiven) {
  auto identity = new_identity(runtime_->now());
  const std::string good = write_bundle("good", identity->authority_pem);
  const std::string other = write_bundle("other", new_identity(runtime_->now())->authority_pem);
  const HttpsServer server(std::move(identity));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    SCOPED_TRACE(host);
    const auto trusted = get(good, host, server.port());
    ASSERT_TRUE(trusted) << to_line(trusted.error());
    EXPECT_EQ(trusted->body.view(), "/hello");
  }
  // The verdict comes at once, not after the 10 to 30 seconds for which s2n hides it.
  const SteadyTime start = runtime_->steady();
  const auto refused = get(other, "localhost", server.port());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration) << refused.error().what;
  EXPECT_NE(refused.error().what.find("not signed by a CA"), std::string::npos);
  EXPECT_NE(refused.error().next.find("AWS_CA_BUNDLE"), std::string::npos);
  EXPECT_LT(runtime_->steady() - start, std::chrono::seconds{8});
}

TEST_F(CrtTlsTest, RefusesACertificateThatHasExpired) {
  auto identity = new_identity(runtime_->now() - std::chrono::days{365});
  const std::string bundle = write_bundle("expired", identity->authority_pem);
  const HttpsServer server(std::move(identity));
  const auto refused = get(bundle, "localhost", server.port());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::configuration) << refused.error().what;
  EXPECT_NE(refused.error().next.find("clock"), std::string::npos) << refused.error().next;
}

TEST_F(CrtTlsTest, AServerThatSpeaksNoTlsIsUnreachable) {
  const HttpsServer plain(nullptr);
  const auto refused = get({}, "localhost", plain.port());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unreachable) << refused.error().what;
}

}  // namespace
}  // namespace ssmb::aws
