#include "sandbox/s3/access.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/auth/authenticate.h"
#include "sandbox/iam/access.h"

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

// Of a listing: s3:prefix, s3:delimiter and s3:max-keys are members of its query.
std::optional<std::string> listed(const Call& call, std::string_view key) {
  constexpr auto kListed = std::to_array<std::string_view>({"prefix", "delimiter", "max-keys"});
  if (std::ranges::find(kListed, key) == kListed.end()) return std::nullopt;
  const auto value = call.query.find(key);
  return value ? std::optional(std::string(*value)) : std::nullopt;
}

std::optional<std::string> condition_value(const Call& call, const Bucket* bucket,
                                           std::string_view key) {
  constexpr std::string_view kS3 = "s3:";
  if (key == "aws:resourceaccount" || key == "s3:resourceaccount")
    return bucket == nullptr ? call.context.caller.account.str() : bucket->owner.str();
  if (key == "s3:x-amz-server-side-encryption") return asked_encryption(call);
  if (!key.starts_with(kS3)) return iam::global_condition(call.context, key);
  key.remove_prefix(kS3.size());
  if (!key.starts_with("x-amz-")) return listed(call, key);
  // Conditions on any other header of the request are named for it.
  const auto header = call.request.headers.find(key);
  return header ? std::optional(std::string(*header)) : std::nullopt;
}

std::unexpected<Fault> denied(const Call& call, std::string_view action,
                              const std::string& resource, std::string_view why) {
  return refuse(403, "AccessDenied",
                iam::refusal(call.context.caller, action, fmt::format("\"{}\"", resource), why));
}

// What the bucket's own policy says; nullptr: there is no bucket yet.
iam::Verdict verdict_of_bucket(const Bucket* bucket, const iam::Question& question) {
  if (bucket == nullptr) return iam::Verdict::silent;
  const auto text = bucket->documents.find("policy");
  if (text == bucket->documents.end()) return iam::Verdict::silent;
  const auto policy = iam::Policy::parse(text->second, iam::PolicyKind::resource);
  return policy ? policy->evaluate(question) : iam::Verdict::silent;
}

// In the owner's account either side may allow; another account's bucket must allow, and the
// caller's own policies, too. An account that a bucket names leaves it to those.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html
Outcome<void> check_both(const Call& call, const Bucket* bucket, std::string_view action,
                         const std::string& resource) {
  using enum iam::Verdict;
  const Caller& caller = call.context.caller;
  const iam::Asked asked{
      .action = std::string(action), .resource = resource, .value_of = [&](std::string_view key) {
        return condition_value(call, bucket, key);
      }};
  const iam::Verdict identity = iam::identity_verdict(caller, asked);
  const iam::Verdict resources = verdict_of_bucket(bucket, {.principal = caller.arn,
                                                            .account = caller.account,
                                                            .action = asked.action,
                                                            .resource = resource,
                                                            .value_of = asked.value_of});
  if (resources == deny)
    return denied(call, action, resource, "with an explicit deny in a resource-based policy");
  const std::string by_identity = iam::because_of_identity(identity, action);
  if (identity == deny) return denied(call, action, resource, by_identity);
  if (bucket == nullptr || bucket->owner == caller.account) {
    if (identity == allow || resources == allow) return {};
    return denied(call, action, resource, by_identity);
  }
  if (resources == silent)
    return denied(call, action, resource, "because no resource-based policy allows the action");
  if (identity == allow) return {};
  return denied(call, action, resource, by_identity);
}

// A version that is named is another permission.
std::string_view action_on_version(std::string_view action) {
  if (action == "s3:GetObject") return "s3:GetObjectVersion";
  if (action == "s3:DeleteObject") return "s3:DeleteObjectVersion";
  return action;
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
  return check_both(call, &bucket, action, resource);
}

Outcome<void> check_place(const Call& call, std::string_view action) {
  const auto owner = call.request.headers.find("x-amz-expected-bucket-owner");
  if (owner && *owner != call.bucket->owner.view())
    return refuse(403, "AccessDenied", "Access Denied");
  // The one call that works from any Region, so that clients can find a bucket's.
  return action == "s3:GetBucketLocation" ? Outcome<void>() : check_region(call);
}

Outcome<void> check_access(const Call& call, std::string_view action) {
  if (auto good = check_place(call, action); !good) return good;
  if (call.target.key.empty() || !call.query.has("versionId"))
    return check_policy_of(call, *call.bucket, action, call.resource_arn());
  return check_policy_of(call, *call.bucket, action_on_version(action), call.resource_arn());
}

Outcome<void> check_without_bucket(const Call& call, std::string_view action) {
  return check_both(call, nullptr, action, call.target.bucket.empty() ? "*" : call.bucket_arn());
}

}  // namespace ssmb::sandbox::s3
