// What the tests of calls share: a session over a scripted transport, in virtual time.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aws/client.h"
#include "base/text.h"
#include "runtime/virtual_runtime.h"
#include "tests/support/scripted_transport.h"

namespace ssmb::aws {

class FixedCredentials final : public CredentialsSource {
 public:
  ResultTask<std::shared_ptr<const Credentials>> get(CallScope) override {
    auto all = std::make_shared<const Credentials>(
        Credentials{.access_key_id = "AKIDEXAMPLE",
                    .secret_access_key = SecretText("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
                    .session_token = SecretText(token),
                    .expires = std::nullopt});
    co_return std::shared_ptr<const Credentials>(all);
  }
  std::string describe() const override { return "a test"; }

  std::string token;
};

// Answers one after another; the last one again and again.
inline ScriptedTransport::Handler in_turn(std::vector<Result<HttpResponse>> answers) {
  return [answers = std::move(answers), next = std::size_t{0}](const HttpRequest&) mutable {
    const std::size_t at = std::min(next++, answers.size() - 1);
    return answers[at];
  };
}

struct Harness {
  explicit Harness(ScriptedTransport::Handler handler) : transport(std::move(handler)) {}
  explicit Harness(const HttpResponse& response) : Harness(in_turn({response})) {}

  VirtualRuntime runtime{1};
  ScriptedTransport transport;
  FixedCredentials credentials;
  Session session{runtime, transport, credentials, *Endpoints::from(std::nullopt, {})};

  template <class T>
  Result<T> run(ResultTask<T> task) {
    auto outcome = runtime.run(std::move(task));
    return outcome ? *std::move(outcome) : fail(ErrorKind::internal, "the task never ended");
  }
};

// The request as text without what the signature adds:
//   POST https://ssm.us-west-2.amazonaws.com/
//   Content-Type: application/x-amz-json-1.1
//   <empty line>
//   {"Name":"x"}
inline std::string to_text(const HttpRequest& request) {
  std::string text = request.method + " " + request.endpoint.url() + request.path;
  if (!request.query.empty()) text += "?" + request.query;
  for (const auto& [name, value] : request.headers.entries()) {
    const std::string lower = to_lower(name);
    const bool signature = lower == "authorization" || lower == "x-amz-date" || lower == "host" ||
                           lower == "x-amz-content-sha256" || lower == "x-amz-security-token";
    if (!signature) text += "\n" + name + ": " + value;
  }
  return text + "\n\n" + std::string(request.body.view());
}

}  // namespace ssmb::aws
