// A session into the sandbox, in virtual time: what engine and cli tests run against.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <functional>
#include <string>

#include "aws/client.h"
#include "runtime/virtual_runtime.h"
#include "sandbox/dispatch.h"
#include "sandbox/in_process_transport.h"

namespace ssmb::testing {

// Lets a test act right before a request reaches the sandbox, or answer in its place.
class HookedTransport final : public aws::Transport {
 public:
  using Hook = std::function<std::optional<Result<aws::HttpResponse>>(const aws::HttpRequest&)>;

  explicit HookedTransport(aws::Transport& inner) : inner_(inner) {}
  void set_hook(Hook hook) { hook_ = std::move(hook); }

  ResultTask<aws::HttpResponse> send(aws::HttpRequest request, CallScope scope) override {
    ++running_;
    most_ = std::max(most_, running_);
    if (hook_) {
      if (auto instead = hook_(request)) {
        --running_;
        co_return std::move(*instead);
      }
    }
    auto response = co_await inner_.send(std::move(request), std::move(scope));
    --running_;
    co_return response;
  }

  int most_at_once() const { return most_; }

 private:
  aws::Transport& inner_;
  Hook hook_;
  int running_ = 0;
  int most_ = 0;
};

// "GetParameters" for a JSON 1.1 request; empty for others.
inline std::string target_of(const aws::HttpRequest& request) {
  const std::string_view target = request.headers.get("X-Amz-Target");
  return std::string(target.substr(target.find('.') + 1));
}

// What a hook answers for a call that SSM denies.
inline aws::HttpResponse denied_answer() {
  return {.status = 400,
          .headers = {},
          .body = SecretBytes(R"({"__type":"AccessDeniedException","message":"no"})")};
}

// Enough for a sandbox that takes any key.
struct AnyCredentials final : aws::CredentialsSource {
  ResultTask<std::shared_ptr<const aws::Credentials>> get(CallScope) override {
    co_return std::make_shared<const aws::Credentials>(aws::Credentials{
        .access_key_id = "AKIDEXAMPLE", .secret_access_key = SecretText("secret")});
  }
  std::string describe() const override { return "test"; }
};

struct SandboxSession {
  explicit SandboxSession(std::uint64_t seed = 1, Time start = VirtualRuntime::default_start())
      : runtime(seed, start),
        world([this] { return runtime.now(); }, seed),
        in_process(runtime, world),
        transport(in_process),
        session{.runtime = runtime,
                .transport = transport,
                .credentials = credentials,
                .endpoints = *aws::Endpoints::from(std::nullopt, {})} {}

  // What a control request answers (sandbox/README.md).
  boost::json::value control(std::string verb, const boost::json::value& body) {
    aws::HttpRequest request;
    request.method = "POST";
    request.path = "/_sandbox/" + std::move(verb);
    request.body = SecretBytes(boost::json::serialize(body));
    const auto response = sandbox::serve(world, std::move(request), {}).response;
    EXPECT_EQ(response.status, 200) << response.body.view();
    return boost::json::parse(response.body.view());
  }
  void seed(std::string_view region, boost::json::array parameters) {
    control("seed", {{"region", region}, {"parameters", std::move(parameters)}});
  }
  std::uint64_t calls(std::string_view operation, std::string_view region) const {
    const auto found = world.counters().find({std::string(operation), Region(region)});
    return found == world.counters().end() ? 0 : found->second;
  }

  VirtualRuntime runtime;
  sandbox::World world;
  sandbox::InProcessTransport in_process;
  HookedTransport transport;
  AnyCredentials credentials;
  aws::Session session;
};

}  // namespace ssmb::testing
