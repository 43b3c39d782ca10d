// From a request to its caller: AWS Signature Version 4 checked by code of our own, independent
// of aws-c-auth, so that it is an oracle for what the clients sign.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "aws/endpoints.h"
#include "aws/http/message.h"
#include "sandbox/auth/accounts.h"
#include "sandbox/authenticator.h"

namespace ssmb::sandbox {

// What a request says of itself before anything is checked: enough to choose the service.
struct ClaimedScope {
  std::string access_key_id;
  Region region;
  std::string service;  // "ssm", "s3", "sts", "tagging"
};
// From the Authorization header or a presigned query; nullopt without either, or malformed.
std::optional<ClaimedScope> claimed_scope(const aws::HttpRequest& request);

// How a refusal must look differs by protocol, and so do the codes for the same cause.
enum class AuthProtocol { json, query, s3 };
AuthProtocol protocol_of(aws::Service service);

// Checks signature, time (15 minutes), session token and payload hash, and returns who it is. An
// aws-chunked body is replaced by its content (chunk signatures checked) and its trailer's headers
// are added to the request's. With open accounts only the payload's form and hash are checked.
std::expected<Caller, ServiceError> authenticate(aws::HttpRequest& request, AuthProtocol protocol,
                                                 const Accounts& accounts, Time now);

// Only the signature's time against `now`: for a wrong clock before open accounts, whose signatures
// nobody checks.
std::expected<void, ServiceError> check_signing_time(const aws::HttpRequest& request,
                                                     AuthProtocol protocol, Time now);

}  // namespace ssmb::sandbox
