// Profile files in a home of their own, and a sandbox that checks every signature behind them: who
// are we with this profile?
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/auth/chain.h"
#include "aws/sts/client.h"
#include "runtime/virtual_runtime.h"
#include "sandbox/auth/verifying_authenticator.h"
#include "sandbox/in_process_transport.h"
#include "tests/support/sandbox_session.h"
#include "tests/support/scripted_transport.h"

namespace ssmb::aws {

class ProfileWorld : public ::testing::Test {
 public:
  ~ProfileWorld() override { std::filesystem::remove_all(home_); }

 protected:
  using Environment = std::map<std::string, std::string>;

  explicit ProfileWorld(std::string_view accounts) {
    std::filesystem::create_directories(home_ / ".aws");
    sandbox::use_accounts(world_, sandbox::Accounts::parse(accounts).value());
    transport_.set_hook([this](const HttpRequest& request) { return machine(request); });
  }

  // True when nobody but the owner may read or write the file.
  bool is_private(const std::string& name) const {
    using std::filesystem::perms;
    return std::filesystem::status(home_ / name).permissions() ==
           (perms::owner_read | perms::owner_write);
  }
  // Below the home.
  void write(const std::string& name, std::string_view text) {
    std::filesystem::create_directories((home_ / name).parent_path());
    std::ofstream(home_ / name) << text;
  }
  std::string read(const std::string& name) const {
    std::ifstream file(home_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // The ARN that STS sees, or the kind of the error.
  std::string identity(const std::string& profile, Environment environment = {}) {
    error_ = {};
    environment.insert({"HOME", home_.string()});
    const CredentialsOptions options{
        .profile = profile,
        .environment = std::move(environment),
        .endpoints = Endpoints::from({}, {}).value(),
        .notice = [this](const std::string& text) { notices_.push_back(text); }};
    auto source = make_credentials(runtime_, transport_, options);
    if (!source) return failed(std::move(source).error());
    Session session{.runtime = runtime_,
                    .transport = transport_,
                    .credentials = **source,
                    .endpoints = options.endpoints};
    sts::Client client(session, Region("eu-west-1"));
    auto caller = runtime_.run(client.get_caller_identity({})).value();
    return caller ? caller->arn.str() : failed(std::move(caller).error());
  }

  std::uint64_t calls(const std::string& operation) const {
    std::uint64_t all = 0;
    for (const auto& [call, count] : world_.counters())
      if (call.first == operation) all += count;
    return all;
  }

  const std::filesystem::path home_ =
      std::filesystem::path(::testing::TempDir()) / ("profiles-" + std::to_string(::getpid()));
  VirtualRuntime runtime_{3};
  Duration ahead_{0};  // our clock, of AWS's
  sandbox::World world_{[this] { return runtime_.now() - ahead_; }, 3};
  sandbox::InProcessTransport in_process_{runtime_, world_};
  ssmb::testing::HookedTransport transport_{in_process_};
  Error error_;
  std::vector<std::string> hosts_;    // that were asked, in order
  std::vector<std::string> notices_;  // of what has not failed

 private:
  std::string failed(Error error) {
    error_ = std::move(error);
    return std::string(to_string(error_.kind));
  }

  // The instance's and the container's services; all else is the sandbox's.
  std::optional<Result<HttpResponse>> machine(const HttpRequest& request) {
    hosts_.push_back(request.endpoint.host);
    constexpr const char* kDocument =
        R"({"Code":"Success","AccessKeyId":"ASIAMACHINE","SecretAccessKey":"s3cret/machine",
            "Token":"machine+token","Expiration":"2026-11-22T19:00:00Z"})";
    if (!request.endpoint.host.starts_with("169.254.")) return std::nullopt;
    if (request.path == "/latest/api/token") return answer(200, "session");
    if (request.path.ends_with("/security-credentials/")) return answer(200, "machine\n");
    return answer(200, kDocument);
  }
};

}  // namespace ssmb::aws
