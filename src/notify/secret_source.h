// Where a secret lies: it never stands on a command line or in a configuration file.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "aws/client.h"
#include "base/secret.h"

namespace ssmb::notify {

struct SecretSource {
  enum class Kind { environment, file, parameter } kind = Kind::environment;
  std::string name;  // of the variable, the file, or the SecureString
  Region region;     // of the parameter; empty: the SDK's
};

// "env:NAME", "file:PATH", "ssm:/NAME" or "ssm:/NAME,region=R". configuration: another form, which
// is not quoted, for it may be the secret itself.
Result<SecretSource> parse_secret_source(std::string_view text);
std::string to_string(const SecretSource& source);

// The same as read_secret() of a variable or a file; nullopt: it takes a call to know.
Result<std::optional<SecretText>> secret_at_hand(
    const std::map<std::string, std::string>& variables, const SecretSource& source);

struct SecretWorld {
  const std::map<std::string, std::string>& variables;
  // Made only when a parameter is asked for.
  std::function<Result<aws::Session*>()> session;
  std::function<Result<Region>()> region;
};
// The secret without white space at its ends. Errors name the source and never quote it;
// configuration: it is not there, or is empty.
ResultTask<SecretText> read_secret(const SecretWorld& world, SecretSource source, CallScope scope);

}  // namespace ssmb::notify
