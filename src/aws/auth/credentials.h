// Credentials and where they come from.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/secret.h"
#include "base/time.h"
#include "runtime/runtime.h"

namespace ssmb::aws {

struct Credentials {
  std::string access_key_id;
  SecretText secret_access_key;
  SecretText session_token;     // empty for long-lived keys
  std::optional<Time> expires;  // nullopt: never
};

// One source, or a chain of them. get() returns cached credentials while they are good for five
// more minutes; calls at the same time share one refresh. Errors are of kind credentials and say
// which source failed and what to do; when the scope ended, they are timeout or cancelled.
class CredentialsSource {
 public:
  virtual ~CredentialsSource() = default;
  virtual ResultTask<std::shared_ptr<const Credentials>> get(CallScope scope) = 0;
  // For the user: "environment", "profile backup", "IMDS".
  virtual std::string describe() const = 0;
};

std::unique_ptr<CredentialsSource> static_credentials(Credentials credentials);

}  // namespace ssmb::aws
