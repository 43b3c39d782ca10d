#include "sandbox/iam/access.h"

#include <fmt/format.h>

#include "base/partition.h"
#include "base/text.h"
#include "sandbox/context.h"
#include "sandbox/key_policy.h"

namespace ssmb::sandbox::iam {

Verdict identity_verdict(const Caller& caller, const Asked& asked) {
  if (!caller.rights) return Verdict::allow;
  return evaluate(*caller.rights, {.principal = caller.arn,
                                   .account = caller.account,
                                   .action = asked.action,
                                   .resource = asked.resource,
                                   .value_of = asked.value_of});
}

std::optional<std::string> global_condition(const RequestContext& context, std::string_view key) {
  if (key == "aws:securetransport") return context.secure_transport ? "true" : "false";
  if (key == "aws:principalarn") return context.caller.arn.str();
  if (key == "aws:principalaccount") return context.caller.account.str();
  if (key == "aws:requestedregion") return context.region.str();
  return std::nullopt;
}

std::string refusal(const Caller& caller, std::string_view action, std::string_view resource,
                    std::string_view why) {
  const std::string place = resource.empty() ? "" : fmt::format(" on resource: {}", resource);
  return fmt::format("User: {} is not authorized to perform: {}{} {}", caller.arn, action, place,
                     why);
}

std::string because_of_identity(Verdict verdict, std::string_view action) {
  if (verdict == Verdict::deny) return "with an explicit deny in an identity-based policy";
  return fmt::format("because no identity-based policy allows the {} action", action);
}

std::optional<std::string> kms_refusal(const KeyPolicy& keys, const RequestContext& context,
                                       const KmsAsked& asked) {
  const Caller& caller = context.caller;
  if (!caller.rights) return std::nullopt;
  const Partition& partition = partition_of(context.region);
  const Arn customers = keys.find(caller, context.region, asked.key).customer_key;
  // Nobody is told the id of a key of AWS's own; only a Deny is ever held against this one.
  const std::string resource = customers.empty()
                                   ? fmt::format("arn:{}:kms:{}:{}:key/aws-{}", partition.id,
                                                 context.region, caller.account, asked.service)
                                   : customers.str();
  const auto value_of = [&](std::string_view key) -> std::optional<std::string> {
    if (key == "kms:viaservice")
      return fmt::format("{}.{}.{}", asked.service, context.region, partition.domain);
    if (key == "kms:calleraccount") return caller.account.str();
    if (key == "kms:encryptioncontext:" + to_lower(asked.encryption_context))
      return asked.encrypted;
    return global_condition(context, key);
  };
  const Verdict verdict = identity_verdict(
      caller, {.action = asked.action, .resource = resource, .value_of = value_of});
  const bool allowed =
      verdict == Verdict::allow || (customers.empty() && verdict == Verdict::silent);
  if (allowed) return std::nullopt;
  return fmt::format(
      "{} (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: {}; "
      "Proxy: null)",
      refusal(caller, asked.action, resource, because_of_identity(verdict, asked.action)),
      context.request_id);
}

}  // namespace ssmb::sandbox::iam
