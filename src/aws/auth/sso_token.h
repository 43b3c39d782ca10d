// The access token that `aws sso login` has left in ~/.aws/sso/cache, renewed where it can be.
#pragma once

#include "aws/auth/sso.h"
#include "aws/auth/token_file.h"

namespace ssmb::aws {

class SsoTokens {
 public:
  // `endpoint` is that of the OIDC service in the role's Region.
  SsoTokens(Runtime& runtime, Transport& transport, Endpoint endpoint, SsoRole role);

  // One that has not expired. Errors: credentials, with the command that signs in anew.
  ResultTask<SecretText> get(CallScope scope);
  // "aws sso login --profile P": the next step of every refusal.
  std::string login_command() const;

 private:
  struct Token;
  Result<Token> read() const;
  bool renewable(const Token& token);
  ResultTask<SecretText> renew(Token token, CallScope scope);

  Runtime& runtime_;
  Transport& transport_;
  Endpoint endpoint_;
  SsoRole role_;
  TokenFile file_;
};

}  // namespace ssmb::aws
