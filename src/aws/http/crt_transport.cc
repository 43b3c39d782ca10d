#include "aws/http/crt_transport.h"

#include <aws/io/tls_channel_handler.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "aws/crt/allocator.h"
#include "aws/crt/error.h"
#include "aws/crt/handle.h"
#include "aws/crt/network.h"
#include "aws/http/connection_pool.h"
#include "aws/http/exchange.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

using TlsContext = crt::Handle<aws_tls_ctx, aws_tls_ctx_release>;

Result<TlsContext> make_tls_context(const std::string& ca_bundle) {
  aws_tls_ctx_options options{};
  aws_tls_ctx_options_init_default_client(&options, crt::wiping_allocator());
  aws_tls_ctx_options_set_minimum_tls_version(&options, AWS_IO_TLSv1_2);
  TlsContext context;
  if (ca_bundle.empty() || aws_tls_ctx_options_override_default_trust_store_from_path(
                               &options, nullptr, ca_bundle.c_str()) == AWS_OP_SUCCESS)
    context.reset(aws_tls_client_ctx_new(crt::wiping_allocator(), &options));
  const int code = aws_last_error();
  aws_tls_ctx_options_clean_up(&options);
  if (context) return context;
  const std::string source =
      ca_bundle.empty() ? "the system's CA certificates" : "the CA certificates in " + ca_bundle;
  return fail(ErrorKind::configuration, source + " cannot be used: " + crt::describe(code),
              "name a readable PEM file in AWS_CA_BUNDLE (or SSL_CERT_FILE)");
}

// Ends an exchange at its deadline, unless it is finished before.
Task<void> watch_deadline(Runtime& runtime, std::shared_ptr<Exchange> exchange, CallScope whole,
                          std::stop_token finished) {
  const CallScope scope{.deadline = SteadyTime::max(), .stop = std::move(finished)};
  const auto slept = co_await runtime.sleep(whole.deadline - runtime.steady(), scope);
  if (slept) exchange->abandon(scope_ended({.limit = whole.limit}));
}

class CrtTransport final : public Transport {
 public:
  CrtTransport(Runtime& runtime, CrtTransportOptions options)
      : runtime_(runtime), options_(std::move(options)) {}
  CrtTransport(const CrtTransport&) = delete;
  CrtTransport& operator=(const CrtTransport&) = delete;
  ~CrtTransport() override {
    for (const auto& [url, pool] : pools_) pool->close();
  }

  ResultTask<HttpResponse> send(HttpRequest request, CallScope scope) override {
    SSMB_CO_TRY_VOID(check(runtime_, scope));
    SSMB_CO_TRY(pool, pool_for(request.endpoint));
    auto exchange = std::make_shared<Exchange>(std::move(request));
    std::stop_source finished;
    if (scope.deadline != SteadyTime::max()) {
      auto watch = watch_deadline(runtime_, exchange, scope, finished.get_token());
      boost::asio::co_spawn(runtime_.executor(), std::move(watch), boost::asio::detached);
    }
    {
      const std::stop_callback on_stop(scope.stop, [&] { exchange->abandon(scope_ended(scope)); });
      auto begin = [&](Resume<bool> resume) { exchange->start(*pool, std::move(resume)); };
      co_await suspend<bool>(begin);
    }
    finished.request_stop();
    co_return exchange->take();
  }

 private:
  Result<std::shared_ptr<ConnectionPool>> pool_for(const Endpoint& endpoint) {
    const std::string url = endpoint.url();
    if (const auto found = pools_.find(url); found != pools_.end()) return found->second;
    if (!network_) network_ = crt::shared_network();
    PoolOptions pool{.endpoint = endpoint,
                     .max_connections = options_.max_connections,
                     .connect_timeout = options_.connect_timeout,
                     .max_idle = options_.max_idle,
                     .proxy = options_.proxies.proxy_for(endpoint),
                     .bootstrap = network_->bootstrap()};
    if (endpoint.scheme == Endpoint::Scheme::https) {
      SSMB_TRY(context, tls());
      pool.tls = context;
    }
    if (pool.proxy != nullptr && pool.proxy->endpoint.scheme == Endpoint::Scheme::https) {
      SSMB_TRY(context, tls());
      pool.proxy_tls = context;
    }
    SSMB_TRY(opened, ConnectionPool::open(pool));
    return pools_.emplace(url, std::move(opened)).first->second;
  }

  // Read on first use: parsing the system's CAs takes some 30 ms.
  Result<aws_tls_ctx*> tls() {
    if (!tls_) {
      SSMB_TRY(context, make_tls_context(options_.ca_bundle));
      tls_ = std::move(context);
    }
    return tls_.get();
  }

  Runtime& runtime_;
  CrtTransportOptions options_;
  std::shared_ptr<crt::Network> network_;  // destroyed last: it waits for what the others started
  TlsContext tls_;
  std::map<std::string, std::shared_ptr<ConnectionPool>> pools_;  // by URL
};

}  // namespace

Result<CrtTransportOptions> CrtTransportOptions::from(
    const std::map<std::string, std::string>& environment) {
  CrtTransportOptions options;
  SSMB_TRY(proxies, ProxySettings::from(environment));
  options.proxies = std::move(proxies);
  for (const char* name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    const auto found = environment.find(name);
    if (found == environment.end() || found->second.empty()) continue;
    options.ca_bundle = found->second;
    break;
  }
  return options;
}

std::unique_ptr<Transport> make_crt_transport(Runtime& runtime, CrtTransportOptions options) {
  return std::make_unique<CrtTransport>(runtime, std::move(options));
}

}  // namespace ssmb::aws
