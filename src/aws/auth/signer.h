// AWS Signature Version 4, over aws-c-auth.
#pragma once

#include <string>

#include "aws/auth/credentials.h"
#include "aws/http/message.h"

namespace ssmb::aws {

// S3 neither normalises paths nor encodes them twice, and wants x-amz-content-sha256.
enum class SigningStyle { standard, s3 };

struct SigningScope {
  std::string service;  // signing name: "ssm", "s3", "sts", "tagging"
  Region region;
  Time time;  // the service's time: Runtime::now() plus the known skew
  SigningStyle style = SigningStyle::standard;
};

// Adds Host, X-Amz-Date, X-Amz-Security-Token, x-amz-content-sha256 (style s3) and Authorization.
// The body is always signed, by its SHA-256: that of x-amz-checksum-sha256 where it is there.
// Errors: internal, or credentials.
ResultTask<void> sign(HttpRequest& request, const Credentials& credentials, SigningScope scope);

}  // namespace ssmb::aws
