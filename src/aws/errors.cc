// From a service's refusal to an Error: its kind, by one table, and its next step.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/client.h"
#include "aws/denial.h"
#include "base/text.h"

namespace ssmb::aws {
namespace {

struct CodeKind {
  std::string_view code;
  ErrorKind kind;
};

using enum ErrorKind;

constexpr std::array kCodes{
    // botocore/retries/standard.py, and TooManyUpdates: two writers at once, of whom one did
    // nothing.
    CodeKind{"Throttling", throttled},
    CodeKind{"ThrottlingException", throttled},
    CodeKind{"ThrottledException", throttled},
    CodeKind{"RequestThrottledException", throttled},
    CodeKind{"TooManyRequestsException", throttled},
    CodeKind{"ProvisionedThroughputExceededException", throttled},
    CodeKind{"TransactionInProgressException", throttled},
    CodeKind{"RequestLimitExceeded", throttled},
    CodeKind{"BandwidthLimitExceeded", throttled},
    CodeKind{"LimitExceededException", throttled},
    CodeKind{"RequestThrottled", throttled},
    CodeKind{"SlowDown", throttled},
    CodeKind{"PriorRequestNotComplete", throttled},
    CodeKind{"EC2ThrottledException", throttled},
    CodeKind{"TooManyUpdates", throttled},
    CodeKind{"RequestTimeout", transient},
    CodeKind{"RequestTimeoutException", transient},
    CodeKind{"InternalError", transient},
    CodeKind{"InternalFailure", transient},
    CodeKind{"InternalServerError", transient},
    CodeKind{"ServiceUnavailable", transient},
    CodeKind{"ServiceUnavailableException", transient},
    CodeKind{"OperationAborted", transient},  // S3: another change of the same bucket is under way
    CodeKind{"ExpiredToken", credentials},
    CodeKind{"ExpiredTokenException", credentials},
    CodeKind{"TokenRefreshRequired", credentials},
    CodeKind{"RequestExpired", credentials},
    CodeKind{"InvalidToken", credentials},
    CodeKind{"InvalidClientTokenId", credentials},
    CodeKind{"InvalidAccessKeyId", credentials},
    CodeKind{"UnrecognizedClientException", credentials},
    CodeKind{"UnrecognizedClient", credentials},
    CodeKind{"SignatureDoesNotMatch", credentials},
    CodeKind{"InvalidSignatureException", credentials},
    CodeKind{"IncompleteSignature", credentials},
    CodeKind{"IncompleteSignatureException", credentials},
    CodeKind{"RequestTimeTooSkewed", credentials},
    CodeKind{"MissingAuthenticationToken", credentials},
    CodeKind{"MissingAuthenticationTokenException", credentials},
    CodeKind{"AuthFailure", credentials},
    CodeKind{"AccessDenied", denied},
    CodeKind{"AccessDeniedException", denied},
    CodeKind{"AllAccessDisabled", denied},
    CodeKind{"AccountProblem", denied},
    CodeKind{"NotSignedUp", denied},
    CodeKind{"OptInRequired", denied},
    CodeKind{"UnauthorizedOperation", denied},
    CodeKind{"ParameterNotFound", not_found},
    CodeKind{"ParameterVersionNotFound", not_found},
    CodeKind{"InvalidResourceId", not_found},  // SSM's tag calls on a parameter that is gone
    CodeKind{"ServiceSettingNotFound", not_found},
    CodeKind{"ResourceNotFoundException", not_found},
    CodeKind{"NoSuchKey", not_found},
    CodeKind{"NoSuchUpload", not_found},
    CodeKind{"NoSuchVersion", not_found},
    CodeKind{"ParameterAlreadyExists", conflict},
    CodeKind{"PreconditionFailed", conflict},
    CodeKind{"ConditionalRequestConflict", conflict},
    // Not a thing that is missing, but the place that was named: nobody takes it for "no object
    // yet".
    CodeKind{"NoSuchBucket", configuration},
    CodeKind{"BucketAlreadyOwnedByYou", conflict},
    CodeKind{"BucketAlreadyExists", conflict},
    CodeKind{"BucketNotEmpty", conflict},
    // Some services answer these with 404: the address is wrong, not the thing missing.
    CodeKind{"UnknownOperationException", invalid},
    CodeKind{"InvalidAction", invalid},
};

ErrorKind kind_of_status(int status) {
  if (status == 401 || status == 403) return denied;
  if (status == 404 || status == 410) return not_found;
  if (status == 304 || status == 409 || status == 412) return conflict;
  if (status == 429) return throttled;
  if (status == 408) return transient;
  if (status >= 500 && status != 501 && status != 505) return transient;
  return invalid;
}

ErrorKind kind_of(const Operation& operation, int status, std::string_view code) {
  if (!code.empty() &&
      std::ranges::find(operation.transient_codes, code) != operation.transient_codes.end()) {
    return transient;
  }
  const auto known = std::ranges::find(kCodes, code, &CodeKind::code);
  return known == kCodes.end() ? kind_of_status(status) : known->kind;
}

constexpr std::string_view kNotAws = "is a proxy in the way, or the endpoint not AWS's?";

std::string_view sentence(ErrorKind kind, std::string_view code) {
  if (code == "NoSuchBucket") return "the bucket does not exist";
  switch (kind) {
    case credentials: return "the credentials were refused";
    case denied: return "access was denied";
    case not_found: return "not found";
    case conflict: return "in conflict with what is there";
    case throttled: return "the service asked to slow down";
    case transient: return "the service failed";
    default: return "the request was refused";
  }
}

// The first action of KMS that the message names ("kms:Decrypt", not "arn:aws:kms:us-east-1").
std::string_view kms_action(std::string_view message) {
  constexpr std::string_view kPrefix = "kms:";
  std::size_t begin = message.find(kPrefix);
  for (; begin != std::string_view::npos; begin = message.find(kPrefix, begin + 1)) {
    std::size_t end = begin + kPrefix.size();
    if (end >= message.size() || message[end] < 'A' || message[end] > 'Z') continue;
    const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    while (end < message.size() && is_letter(message[end])) ++end;
    return message.substr(begin, end - begin);
  }
  // KMS's words for a key that is gone or not ours, which name no action.
  if (message.contains("ciphertext refers to a customer master key")) return "kms:Decrypt";
  return {};
}

struct PolicyKind {
  std::string_view words;  // as IAM's messages spell it
  std::string_view label;
  std::string_view who = {};  // alone can change it, where that is nobody of the account
};
constexpr std::string_view kOrganization = "the organization's administrator";
constexpr std::array kPolicyKinds{
    PolicyKind{"service control policy", "service control policy (SCP) of the organization",
               kOrganization},
    PolicyKind{"resource control policy", "resource control policy (RCP) of the organization",
               kOrganization},
    PolicyKind{"permissions boundary", "permissions boundary of this identity"},
    PolicyKind{"session policy", "session policy of these credentials"},
    PolicyKind{"resource-based policy", "resource-based policy (of the key, bucket or parameter)"},
    PolicyKind{"VPC endpoint policy", "policy of the VPC endpoint"},
    PolicyKind{"identity-based policy", "identity-based policy of this identity"},
};
constexpr std::string_view kExplicit = "explicit deny";

std::string advice_for_policy(const PolicyKind& policy, std::string_view action,
                              std::string_view message) {
  if (!message.contains(kExplicit)) {
    if (policy.who.empty()) return fmt::format("allow {} in the {}", action, policy.label);
    return fmt::format("ask {} to allow {} in the {}", policy.who, action, policy.label);
  }
  if (policy.who.empty())
    return fmt::format("an explicit deny of {} stands in a {}: it must go there", action,
                       policy.label);
  return fmt::format(
      "an explicit deny of {} stands in a {}: ask {} to take it away for this account and Region, "
      "for no policy of the account outweighs it",
      action, policy.label, policy.who);
}

std::string advice_for_denial(const Operation& operation, std::string_view message) {
  const std::string_view kms = kms_action(message);
  const std::string_view action = kms.empty() ? std::string_view(operation.name) : kms;
  for (const PolicyKind& policy : kPolicyKinds)
    if (message.contains(policy.words)) return advice_for_policy(policy, action, message);
  if (!kms.empty()) return fmt::format("allow {} on the key, in IAM and in the key's policy", kms);
  // S3 says no more to one who names another owner (x-amz-expected-bucket-owner).
  const bool s3 = operation.service == Service::s3;
  return fmt::format("allow {} to this identity{}", action,
                     s3 ? "; if the bucket is another account's, name it: owner=ACCOUNT" : "");
}

std::string advice_for_credentials(const Operation& operation, const Refusal& refusal) {
  const std::string_view code = refusal.code;
  if (code == "ExpiredToken" || code == "ExpiredTokenException" || code == "TokenRefreshRequired") {
    return "the session has expired: get new credentials and run again";
  }
  if (is_about_the_clock(refusal)) {
    return "set this machine's clock: the service's differs by minutes";
  }
  if (code == "SignatureDoesNotMatch" || code == "InvalidSignatureException") {
    return "the secret key does not belong to the access key, or this machine's clock is wrong";
  }
  if (is_opt_in(operation.region)) {
    return fmt::format(
        "{} must be enabled in the account before it knows any key; session tokens "
        "must come from a Regional STS endpoint",
        operation.region);
  }
  return "AWS does not know this access key: is it deleted, inactive or of another partition?";
}

// "the bucket lies in another Region": which, where S3 has said so.
std::string advice_for_elsewhere(const Refusal& refusal) {
  const std::string_view message = refusal.message;
  const std::size_t at = message.find(kBucketRegion);
  const std::size_t begin =
      at == std::string_view::npos ? message.size() : at + kBucketRegion.size();
  const std::string_view region = message.substr(begin, message.find(')', begin) - begin);
  return fmt::format("the bucket lies in another Region: name it behind the bucket (,region={})",
                     is_region_name(Region(region)) ? region : "R");
}

std::string advice(const Operation& operation, ErrorKind kind, int status, const Refusal& refusal) {
  const bool elsewhere = refusal.code == "AuthorizationHeaderMalformed" ||
                         refusal.code == "IllegalLocationConstraintException";
  if (operation.service == Service::s3 && (status == 301 || status == 307 || elsewhere)) {
    return advice_for_elsewhere(refusal);
  }
  // A body without a code is nobody's who speaks the protocol; a HEAD has none.
  if (refusal.code.empty() && !refusal.message.empty()) return std::string(kNotAws);
  if (kind == credentials) return advice_for_credentials(operation, refusal);
  if (kind == denied && refusal.code == "OptInRequired") {
    return fmt::format("enable {} in the account", operation.region);
  }
  if (kind == denied) return advice_for_denial(operation, refusal.message);
  if (refusal.code == "NoSuchBucket")
    return "check the bucket's name; `ssm-backup infra apply` makes one for each of the stack "
           "file's "
           "`regions`, and one for copies only where it has `copy: {region: R}` (docs/infra.md)";
  if (refusal.code == "InvalidKeyId" || refusal.code.starts_with("KMS.")) {
    return "is the KMS key there, enabled, and may this identity use it?";
  }
  if (kind == transient) return "run again; if it stays, see AWS's health page for the Region";
  if (kind == invalid) {
    return "its message says what it does not take; if that is nothing of yours, report it with "
           "the request id";
  }
  return {};
}

// The service's words without what must not be quoted, and cut to a screenful.
std::string safe_message(const Operation& operation, const Refusal& refusal) {
  const bool any = std::ranges::any_of(operation.secrets, [](auto one) { return !one.empty(); });
  if (any && refusal.code.empty()) return "(not quoted: the request carried a value)";
  // Shorter ones are no secret, and would tear every message to pieces.
  constexpr std::size_t kShortest = 4;
  std::string message = refusal.message;
  for (const std::string_view secret : operation.secrets) {
    if (secret.size() >= kShortest) message = replaced(std::move(message), secret, "(value)");
  }
  return printable(message);
}

}  // namespace

bool is_about_the_clock(const Refusal& refusal) {
  return refusal.code == "RequestTimeTooSkewed" || refusal.code == "RequestExpired" ||
         refusal.message.contains("Signature expired") ||
         refusal.message.contains("Signature not yet current");
}

Error to_error(const Operation& operation, int http_status, const Refusal& refusal) {
  const ErrorKind kind = kind_of(operation, http_status, refusal.code);
  return {.kind = kind,
          .what = std::string(sentence(kind, refusal.code)),
          .fault = ServiceFault{.operation = operation.name,
                                .region = operation.region.str(),
                                .code = refusal.code,
                                .message = safe_message(operation, refusal),
                                .request_id = refusal.request_id,
                                .http_status = http_status},
          .next = advice(operation, kind, http_status, refusal)};
}

bool may_be_allowed_by_iam(const ServiceFault& fault) {
  if (fault.message.contains(kExplicit)) return false;
  const auto policy = std::ranges::find_if(kPolicyKinds, [&fault](const PolicyKind& each) {
    return fault.message.contains(each.words);
  });
  return policy == kPolicyKinds.end() || policy->who.empty();
}

bool is_throttle(const ServiceFault& fault) {
  return kind_of({}, fault.http_status, fault.code) == throttled;
}

Error malformed(const Operation& operation, const HttpResponse& response, std::string_view why) {
  // The body is not quoted: half an answer may hold a value.
  if (response.headers.get("Content-Type").contains("html")) why = "it is an HTML page";
  return {.kind = corrupt,
          .what = fmt::format("the answer cannot be used: {}", why),
          .fault = ServiceFault{.operation = operation.name,
                                .region = operation.region.str(),
                                .code = {},
                                .message = {},
                                .request_id = request_id(response),
                                .http_status = response.status},
          .next = std::string(kNotAws)};
}

}  // namespace ssmb::aws
