// What every typed client shares: resolve, sign, send, retry, and turn a refusal into an Error.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aws/auth/credentials.h"
#include "aws/auth/signer.h"
#include "aws/endpoints.h"
#include "aws/http/transport.h"
#include "aws/limits.h"
#include "aws/pulse.h"
#include "runtime/retry.h"

namespace ssmb::aws {

// The parts of a connection to AWS; they outlive every client. One for a run.
struct Session {
  Runtime& runtime;
  Transport& transport;
  CredentialsSource& credentials;
  Endpoints endpoints;
  Retry retry = {};
  // A single try, from connect to the last byte; the scope's deadline still holds. Objects, and
  // what must not be sent twice, get the longer one: every other answer is a few kilobytes.
  Duration attempt_timeout = std::chrono::seconds{60};
  Duration short_attempt_timeout = std::chrono::seconds{15};
  // How far AWS's clock is ahead of ours: taken from a service's Date when it refuses our time.
  Duration clock_skew{0};
  // The same by the Date of the last answer, whatever it was: zero where the two agree as far as
  // whole seconds and the way there and back tell. nullopt: no answer has come, or none was dated.
  std::optional<Duration> clock_offset = std::nullopt;
  // Told once each what the user should know though nothing has failed yet: that the clock is
  // wrong, that a service gives no answer, or a bad one, at the first try.
  std::function<void(const std::string&)> notice = {};
  // Whose turn it is; nullptr: nothing is held back, and throttles are met by backing off.
  std::shared_ptr<Limits> limits = nullptr;
  std::set<std::string> told_retried = {};  // "ssm in us-west-2"
  Pulse pulse = {};                         // of all its calls
};

struct Operation {
  Service service = Service::ssm;
  std::string name;  // "ssm:GetParameters", as IAM spells it
  Region region;
  Idempotency idempotency = Idempotency::safe;
  // Is a 5xx that names no code tried again? AWS's own name one; a stand-in that lacks the
  // operation answers so every time, and what is worth no waiting must not wait for it.
  enum class Codeless { again, final } codeless = Codeless::again;
  // Codes that only this operation tries again, as transient.
  std::vector<std::string_view> transient_codes = {};
  // What an error must never quote (a parameter's value, a token); they outlive the call.
  std::vector<std::string_view> secrets = {};
};

// Reads code and message out of an unsuccessful response: JSON 1.1 or XML.
struct Refusal {
  std::string code;
  std::string message;
  std::string request_id;
};
// A body that is neither leaves the code empty, and gives its first 80 characters as the message.
Refusal parse_json_refusal(const HttpResponse& response);
Refusal parse_xml_refusal(const HttpResponse& response);

// What stands before the Region, and ")" behind it, where S3 tells of a bucket's own.
inline constexpr std::string_view kBucketRegion = "(the bucket's Region: ";

// Does the service say that the request's time is too far from its own?
bool is_about_the_clock(const Refusal& refusal);

// x-amzn-RequestId, or x-amz-request-id with x-amz-id-2 behind it; "" where there is none.
std::string request_id(const HttpResponse& response);

// The one place where a service's answer becomes an Error's kind (botocore's lists of throttling
// and transient codes; denied, not_found, conflict, credentials and invalid by code and status),
// and where the usual ones get their next step. fault.code tells the rest: "InvalidNextToken".
Error to_error(const Operation& operation, int http_status, const Refusal& refusal);

// Did the service ask to slow down?
bool is_throttle(const ServiceFault& fault);

// The error for a successful answer that is not what it should be: kind corrupt, with operation,
// Region and request id. `why` never quotes the body.
Error malformed(const Operation& operation, const HttpResponse& response, std::string_view why);

// Judges a successful answer inside the retries: S3 can say 200 and hold an error in the body.
using Accept = std::function<Result<void>(const HttpResponse&)>;

// Signs and sends with the session's retries. `build` makes the request for each try (without
// endpoint: that is resolved here unless host is set). A status in 200..299 is a success, any
// other becomes an Error by way of parse_*_refusal; 304 and 412 on S3 are kind conflict.
// Where the session has limits, each try waits for its turn, and one that the quota throttles is
// made again without counting as a try: the scope's deadline ends it.
// A refusal of the request's time corrects clock_skew from the answer's Date, and the call is made
// again, once.
// An answer whose x-amz-crc32 does not fit, and a try that took longer than its timeout, are
// transient; but where no try of a call was answered in time, nor anything else that the service
// was asked there meanwhile, the error is kind timeout: the service is silent, whatever it is
// asked. Where no answer came, fault has http_status 0.
ResultTask<HttpResponse> call(Session& session, Operation operation, SigningStyle style,
                              std::function<HttpRequest()> build, CallScope scope,
                              Accept accept = {});

// The JSON 1.1 protocol: POST / with X-Amz-Target "<target>.<operation>". `body` is JSON text.
ResultTask<HttpResponse> call_json(Session& session, Operation operation, std::string target,
                                   SecretBytes body, CallScope scope);

}  // namespace ssmb::aws
