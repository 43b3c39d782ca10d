// What every typed client shares: resolve, sign, send, retry, and turn a refusal into an Error.
#pragma once

#include <functional>
#include <string>

#include "aws/auth/credentials.h"
#include "aws/auth/signer.h"
#include "aws/endpoints.h"
#include "aws/http/transport.h"
#include "runtime/retry.h"

namespace ssmb::aws {

// The parts of a connection to AWS; they outlive every client. One for a run.
struct Session {
  Runtime& runtime;
  Transport& transport;
  CredentialsSource& credentials;
  Endpoints endpoints;
  Retry retry = {};
  // A single try, from connect to the last byte; the scope's deadline still holds.
  Duration attempt_timeout = std::chrono::seconds{60};
  // How far AWS's clock is ahead of ours; set when a service refuses our time (issue B).
  Duration clock_skew{0};
};

struct Operation {
  Service service = Service::ssm;
  std::string name;  // "ssm:GetParameters", as IAM spells it
  Region region;
  Idempotency idempotency = Idempotency::safe;
};

// Reads code and message out of an unsuccessful response: JSON 1.1 or XML.
struct Refusal {
  std::string code;
  std::string message;
  std::string request_id;
};
Refusal parse_json_refusal(const HttpResponse& response);
Refusal parse_xml_refusal(const HttpResponse& response);

// The one place where a service's answer becomes an Error's kind (botocore's lists of throttling
// and transient codes; denied, not_found, conflict, credentials and invalid by code and status).
Error to_error(const Operation& operation, int http_status, const Refusal& refusal);

// Signs and sends with the session's retries. `build` makes the request for each try (without
// endpoint: that is resolved here unless host is set). A status in 200..299 is a success, any
// other becomes an Error by way of parse_*_refusal; 304 and 412 on S3 are kind conflict.
ResultTask<HttpResponse> call(Session& session, Operation operation, SigningStyle style,
                              std::function<HttpRequest()> build, CallScope scope);

// The JSON 1.1 protocol: POST / with X-Amz-Target "<target>.<operation>". `body` is JSON text.
ResultTask<SecretBytes> call_json(Session& session, Operation operation, std::string target,
                                  SecretBytes body, CallScope scope);

}  // namespace ssmb::aws
