#include "aws/auth/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>

#include "aws/auth/ask.h"
#include "aws/auth/document.h"
#include "aws/endpoints.h"
#include "base/files.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

using Environment = std::map<std::string, std::string>;

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : std::string(trim(found->second));
}

// Who may be asked for credentials in the clear.
bool is_near(const std::string& host) {
  constexpr std::array<std::string_view, 3> kContainerHosts{"169.254.170.2", "169.254.170.23",
                                                            "fd00:ec2::23"};
  if (host == "localhost") return true;
  if (std::ranges::find(kContainerHosts, host) != kContainerHosts.end()) return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return !error && address.is_loopback();
}

Error refused(const Endpoint& endpoint, std::string_view path, int status) {
  return {.kind = ErrorKind::credentials,
          .what = fmt::format("{}{} answered with HTTP status {}", endpoint.url(), path, status),
          .fault = {},
          .next = {}};
}

class ContainerProvider final : public Provider {
 public:
  ContainerProvider(Runtime& runtime, Transport& transport, ContainerAddress address)
      : runtime_(runtime), transport_(transport), address_(std::move(address)) {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    HttpRequest request{
        .endpoint = address_.endpoint, .path = address_.path, .query = address_.query};
    SSMB_CO_TRY(token, read_token());
    if (!token.empty()) request.headers.add("Authorization", token);
    request.headers.add("Accept", "application/json");
    SSMB_CO_TRY(response, co_await ask(runtime_, transport_, std::move(request), {}, scope));
    if (response.status != 200)
      co_return fail(refused(address_.endpoint, address_.path, response.status)
                         .advising("check the task's role (or the pod's identity association)"));
    co_return parse_metadata_document(response.body.view());
  }
  std::string describe() const override {
    return "the container's credentials service at " + address_.endpoint.url();
  }

 private:
  Result<std::string> read_token() const {
    if (address_.token_file.empty()) return address_.token;
    SSMB_TRY(text, read_secret_file(address_.token_file));
    std::string token(trim(text.view()));
    if (token.find_first_of("\r\n") != std::string::npos)
      return fail(ErrorKind::credentials,
                  "the token in " + address_.token_file + " has more than one line");
    return token;
  }

  Runtime& runtime_;
  Transport& transport_;
  ContainerAddress address_;
};

class InstanceProvider final : public Provider {
 public:
  InstanceProvider(Runtime& runtime, Transport& transport, Endpoint endpoint, InstanceRole why)
      : runtime_(runtime), transport_(transport), endpoint_(std::move(endpoint)), why_(why) {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    SSMB_CO_TRY(session, co_await open_session(scope));
    const std::string folder = "/latest/meta-data/iam/security-credentials/";
    SSMB_CO_TRY(roles, co_await get(folder, session, scope));
    const std::string_view text = roles.body.view();
    const std::string role(trim(text.substr(0, text.find('\n'))));
    if (roles.status == 404 || (roles.status == 200 && role.empty()))
      co_return fail(ErrorKind::credentials, "this instance has no role",
                     "attach an instance profile, or choose a profile with --profile");
    if (roles.status != 200) co_return fail(refused(endpoint_, folder, roles.status));
    SSMB_CO_TRY(document, co_await get(folder + role, session, scope));
    if (document.status != 200) co_return fail(refused(endpoint_, folder + role, document.status));
    co_return parse_metadata_document(document.body.view());
  }
  std::string describe() const override { return "IMDS at " + endpoint_.url(); }

 private:
  // A machine that is no instance has nobody there: one second, once more if refused.
  static AskOptions patience() {
    AskOptions options{.attempt_timeout = std::chrono::seconds{1}};
    options.retry.policy.attempts = 2;
    return options;
  }

  ResultTask<std::string> open_session(CallScope scope) {
    HttpRequest request{.method = "PUT", .endpoint = endpoint_, .path = "/latest/api/token"};
    request.headers.add("X-aws-ec2-metadata-token-ttl-seconds", "21600");
    auto response = co_await ask(runtime_, transport_, std::move(request), patience(), scope);
    if (!response) {
      Error error = std::move(response).error();
      if (why_ == InstanceRole::last_resort) {
        error.what = "none in the environment, no profile, and no answer here: " + error.what;
        error.next = kNoCredentialsNext;
      }
      co_return fail(std::move(error));
    }
    if (response->status != 200)
      co_return fail(refused(endpoint_, "/latest/api/token", response->status)
                         .advising("the instance's metadata service (IMDSv2) must be enabled; in "
                                   "a container its hop limit must be 2"));
    co_return std::string(trim(response->body.view()));
  }

  ResultTask<HttpResponse> get(std::string path, std::string session, CallScope scope) {
    HttpRequest request{.endpoint = endpoint_, .path = std::move(path)};
    request.headers.add("X-aws-ec2-metadata-token", std::move(session));
    co_return co_await ask(runtime_, transport_, std::move(request), patience(), scope);
  }

  Runtime& runtime_;
  Transport& transport_;
  Endpoint endpoint_;
  InstanceRole why_;
};

}  // namespace

Result<std::optional<ContainerAddress>> container_address(const Environment& environment) {
  ContainerAddress address{
      .endpoint = {.scheme = Endpoint::Scheme::http, .host = "169.254.170.2", .port = 80},
      .path = value_of(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"),
      .token = value_of(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN"),
      .token_file = value_of(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")};
  if (address.path.empty()) {
    constexpr const char* kVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    const std::string url = value_of(environment, kVariable);
    if (url.empty()) return std::nullopt;
    const auto authority = url.find("://");
    const auto slash = authority == std::string::npos ? authority : url.find('/', authority + 3);
    auto endpoint = parse_endpoint(url.substr(0, slash));
    if (!endpoint)
      return fail(ErrorKind::credentials, std::string(kVariable) + ": " + endpoint.error().what);
    address.endpoint = std::move(*endpoint);
    address.path = slash == std::string::npos ? "/" : url.substr(slash);
    if (address.endpoint.scheme == Endpoint::Scheme::http && !is_near(address.endpoint.host))
      return fail(ErrorKind::credentials,
                  fmt::format("{} names {}, which may not be asked over plain HTTP", kVariable,
                              address.endpoint.host),
                  "use https, or an address of this machine or of the container service");
  }
  if (const auto mark = address.path.find('?'); mark != std::string::npos) {
    address.query = address.path.substr(mark + 1);
    address.path.resize(mark);
  }
  if (!address.path.starts_with('/')) address.path.insert(0, "/");
  return address;
}

std::unique_ptr<Provider> container_provider(Runtime& runtime, Transport& transport,
                                             ContainerAddress address) {
  return std::make_unique<ContainerProvider>(runtime, transport, std::move(address));
}

Result<std::optional<Endpoint>> instance_address(const Environment& environment) {
  if (equal_ignoring_case(value_of(environment, "AWS_EC2_METADATA_DISABLED"), "true"))
    return std::nullopt;
  std::string url = value_of(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (url.empty()) {
    const std::string mode = value_of(environment, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    url = equal_ignoring_case(mode, "ipv6") ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  auto endpoint = parse_endpoint(url);
  if (!endpoint)
    return fail(std::move(endpoint).error().within("AWS_EC2_METADATA_SERVICE_ENDPOINT"));
  return *std::move(endpoint);
}

std::unique_ptr<Provider> instance_provider(Runtime& runtime, Transport& transport,
                                            Endpoint endpoint, InstanceRole why) {
  return std::make_unique<InstanceProvider>(runtime, transport, std::move(endpoint), why);
}

}  // namespace ssmb::aws
