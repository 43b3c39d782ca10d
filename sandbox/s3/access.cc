#include "sandbox/s3/access.h"

#include <fmt/format.h>

#include "sandbox/auth/authenticate.h"
#include "sandbox/s3/policy.h"

namespace ssmb::sandbox::s3 {
namespace {

// The encryption a request asks for: parts and completion carry what their upload asked for.
std::optional<std::string> asked_encryption(const Call& call) {
  if (const auto header = call.request.headers.find("x-amz-server-side-encryption"))
    return std::string(*header);
  const auto upload_id = call.query.find("uploadId");
  if (!upload_id || !call.bucket) return std::nullopt;
  const auto upload = call.bucket->uploads.find(*upload_id);
  if (upload == call.bucket->uploads.end()) return std::nullopt;
  return upload->second.description.encryption.algorithm;
}

std::optional<std::string> condition_value(const Call& call, std::string_view key) {
  const Caller& caller = call.context.caller;
  if (key == "aws:securetransport") return call.context.secure_transport ? "true" : "false";
  if (key == "aws:principalarn") return caller.arn.str();
  if (key == "aws:principalaccount") return caller.account.str();
  if (key == "s3:x-amz-server-side-encryption") return asked_encryption(call);
  // Conditions on any other header of the request are named for it.
  constexpr std::string_view kHeader = "s3:x-amz-";
  if (!key.starts_with(kHeader)) return std::nullopt;
  const auto header = call.request.headers.find(key.substr(3));
  return header ? std::optional(std::string(*header)) : std::nullopt;
}

std::unexpected<Fault> denied(const Call& call, std::string_view action,
                              const std::string& resource, std::string_view why) {
  return refuse(403, "AccessDenied",
                fmt::format("User: {} is not authorized to perform: {} on resource: \"{}\" {}",
                            call.context.caller.arn, action, resource, why));
}

Outcome<void> check_region(const Call& call) {
  const Region& home = call.bucket->region;
  const auto& host_region = call.target.host_region;
  Outcome<void> wrong;
  if (host_region && *host_region != home) {
    wrong = refuse(
        301, "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified "
        "endpoint. Please send all future requests to this endpoint.",
        {{"Endpoint", "s3." + home.str() + ".amazonaws.com"}, {"Bucket", call.target.bucket}});
  } else if (const auto scope = claimed_scope(call.request); scope && scope->region != home) {
    wrong = refuse(400, "AuthorizationHeaderMalformed",
                   fmt::format("The authorization header is malformed; the region '{}' is wrong; "
                               "expecting '{}'",
                               scope->region, home),
                   {{"Region", home.str()}});
  }
  if (!wrong) wrong.error().headers.set("x-amz-bucket-region", home.str());
  return wrong;
}

}  // namespace

Outcome<void> check_policy_of(const Call& call, const Bucket& bucket, std::string_view action,
                              const std::string& resource) {
  const Caller& caller = call.context.caller;
  PolicyVerdict verdict = PolicyVerdict::silent;
  if (const auto policy = bucket.documents.find("policy"); policy != bucket.documents.end()) {
    const PolicyQuestion question{
        .principal = caller.arn,
        .account = caller.account,
        .action = std::string(action),
        .resource = resource,
        .value_of = [&](std::string_view key) { return condition_value(call, key); }};
    verdict = evaluate(policy->second, question);
  }
  if (verdict == PolicyVerdict::deny)
    return denied(call, action, resource, "with an explicit deny in a resource-based policy");
  if (bucket.owner == caller.account || verdict == PolicyVerdict::allow) return {};
  return denied(call, action, resource, "because no resource-based policy allows the action");
}

Outcome<void> check_access(const Call& call, std::string_view action) {
  const auto owner = call.request.headers.find("x-amz-expected-bucket-owner");
  if (owner && *owner != call.bucket->owner.view())
    return refuse(403, "AccessDenied", "Access Denied");
  // The one call that works from any Region, so that clients can find a bucket's.
  if (action != "s3:GetBucketLocation") {
    if (auto good = check_region(call); !good) return good;
  }
  return check_policy_of(call, *call.bucket, action, call.resource_arn());
}

}  // namespace ssmb::sandbox::s3
