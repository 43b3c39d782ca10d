// A source of credentials without memory, and the memory around it.
#pragma once

#include <memory>
#include <string>

#include "aws/auth/credentials.h"

namespace ssmb::aws {

// Asks anew at each fetch(). Errors may be of any kind; cached() makes them kind credentials.
class Provider {
 public:
  virtual ~Provider() = default;
  virtual ResultTask<Credentials> fetch(CallScope scope) = 0;
  virtual std::string describe() const = 0;
};

// The session name of a role that nobody named: "ssm-backup-<seconds since 1970>".
std::string default_session_name(Runtime& runtime);

// Fetches when there is nothing that is good for five more minutes; whoever asks meanwhile waits
// for the same fetch, as long as its own scope lasts. While a refresh fails, credentials that have
// not expired stay in use and the next try comes half a minute later. Those that seem to have
// expired within the last day are used: AWS knows the time better. `runtime` outlives it.
std::unique_ptr<CredentialsSource> cached(Runtime& runtime, std::unique_ptr<Provider> provider);

}  // namespace ssmb::aws
