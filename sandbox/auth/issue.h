// Temporary keys, and the names that STS gives to those who hold them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sandbox/authenticator.h"

namespace ssmb::sandbox {

// arn:aws:iam::<account>:role/<path/name> becomes arn:aws:sts::<account>:assumed-role/<name>/
// <session>. Errors: ValidationError, for an ARN that is no role's.
std::expected<Caller, ServiceError> session_of(const RoleRequest& request);

// A key of its own for `who`, good until `expires`; `random` gives 64 bits a call.
IssuedCredentials new_keys(Caller who, Time expires, const std::function<std::uint64_t()>& random);

// The caller's ARN, and for a session that of the role behind it.
std::vector<std::string> arns_of(const Caller& caller);

// What a trust policy may call the caller: "*", its ARNs, its account and the account's root.
std::vector<std::string> names_of(const Caller& caller);

// Is the caller itself an assumed role? What it assumes then lasts an hour at most.
bool is_role_session(const Caller& caller);

}  // namespace ssmb::sandbox
