#include "aws/auth/web_identity.h"

#include "aws/client.h"
#include "aws/sts/credentials.h"
#include "base/encoding.h"
#include "base/files.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

constexpr Duration kAttempt = std::chrono::seconds{15};

class WebIdentityProvider final : public Provider {
 public:
  WebIdentityProvider(Runtime& runtime, Transport& transport, WebIdentity identity)
      : runtime_(runtime), transport_(transport), identity_(std::move(identity)) {}

  ResultTask<Credentials> fetch(CallScope scope) override {
    SSMB_CO_TRY(token, read_secret_file(identity_.token_file));
    const SecretBytes body = form(trim(token.view()));
    auto attempt = [&](int) { return try_once(body, trim(token.view()), scope); };
    SSMB_CO_TRY(response,
                co_await with_retries(runtime_, Retry{}, Idempotency::safe, scope, attempt));
    co_return sts::read_credentials(std::move(response.body), "AssumeRoleWithWebIdentity");
  }
  std::string describe() const override {
    return "the web identity token in " + identity_.token_file;
  }

 private:
  SecretBytes form(std::string_view token) {
    std::string encoded = percent_encode(token, Slash::encode);
    const std::string session =
        identity_.session_name.empty() ? default_session_name(runtime_) : identity_.session_name;
    SecretBytes body("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=");
    body.append(percent_encode(identity_.role_arn, Slash::encode));
    body.append("&RoleSessionName=");
    body.append(percent_encode(session, Slash::encode));
    body.append("&WebIdentityToken=");
    body.append(encoded);
    wipe(encoded.data(), encoded.size());
    return body;
  }

  ResultTask<HttpResponse> try_once(SecretBytes body, std::string_view token, CallScope scope) {
    HttpRequest request{.method = "POST", .endpoint = identity_.endpoint, .body = std::move(body)};
    request.headers.add("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    SSMB_CO_TRY(response, co_await transport_.send(std::move(request),
                                                   scope.until(runtime_.steady() + kAttempt)));
    if (response.status == 200) co_return std::move(response);
    const Operation operation{.service = Service::sts,
                              .name = "sts:AssumeRoleWithWebIdentity",
                              .region = identity_.region,
                              .secrets = {token}};
    const Refusal refusal = parse_xml_refusal(response);
    Error error = to_error(operation, response.status, refusal);
    // "The request could not be fulfilled because the identity provider could not be reached":
    // STS asks for a retry.
    if (refusal.code == "IDPCommunicationError") error.kind = ErrorKind::transient;
    if (error.kind == ErrorKind::denied || refusal.code == "InvalidIdentityToken")
      error.next = "check that the trust policy of " + identity_.role_arn + " admits this token";
    co_return fail(std::move(error));
  }

  Runtime& runtime_;
  Transport& transport_;
  WebIdentity identity_;
};

}  // namespace

std::unique_ptr<Provider> web_identity_provider(Runtime& runtime, Transport& transport,
                                                WebIdentity identity) {
  return std::make_unique<WebIdentityProvider>(runtime, transport, std::move(identity));
}

}  // namespace ssmb::aws
