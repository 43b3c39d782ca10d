// What a caller's own policies say of a request, and how AWS refuses it. A caller without policies
// may do everything.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "sandbox/auth/accounts.h"

namespace ssmb::sandbox {
struct RequestContext;
class KeyPolicy;
}  // namespace ssmb::sandbox

namespace ssmb::sandbox::iam {

using ConditionValues = std::function<std::optional<std::string>(std::string_view)>;

// One action on one resource.
struct Asked {
  std::string action;
  std::string resource;  // ARN; "*" for an action that knows no resources
  ConditionValues value_of = [](std::string_view) { return std::nullopt; };
};

// Never delegate.
Verdict identity_verdict(const Caller& caller, const Asked& asked);

// aws:PrincipalArn, aws:PrincipalAccount, aws:SecureTransport, aws:RequestedRegion.
std::optional<std::string> global_condition(const RequestContext& context, std::string_view key);

// "User: ... is not authorized to perform: ssm:PutParameter on resource: ... because no
// identity-based policy allows the ssm:PutParameter action".
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
std::string refusal(const Caller& caller, std::string_view action, std::string_view resource,
                    std::string_view why);
std::string because_of_identity(Verdict verdict, std::string_view action);

// What KMS is asked by a service in the caller's name: the caller's own policies must allow the use
// of a customer's key, and may deny that of AWS's own.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-restrict-decryption.html
struct KmsAsked {
  std::string action;              // "kms:Decrypt"
  KmsKeyId key;                    // as the parameter or object names it
  std::string service;             // of the caller: "ssm"
  std::string encryption_context;  // its one member: "PARAMETER_ARN"
  std::string encrypted;           // and that member's value
};
// The refusal's words; nullopt: it may be used, as far as the caller's policies go.
std::optional<std::string> kms_refusal(const KeyPolicy& keys, const RequestContext& context,
                                       const KmsAsked& asked);

}  // namespace ssmb::sandbox::iam
