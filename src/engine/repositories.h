// From an address to a repository that can be spoken to.
#pragma once

#include <memory>

#include "aws/client.h"
#include "snapshot/address.h"
#include "snapshot/repository.h"

namespace ssmb::engine {

struct RepositoryRequest {
  snapshot::RepositoryAddress address;
  Region region;     // of the parameters: the bucket's too, unless the address says otherwise
  AccountId caller;  // owns the bucket, unless the address says otherwise
  RunId run_id;
};

// No call is made. Session and runtime outlive the repository.
std::unique_ptr<snapshot::Repository> open_repository(aws::Session& session,
                                                      const RepositoryRequest& request);

// Whose credentials these are, asked in that Region.
ResultTask<AccountId> caller_account(aws::Session& session, Region region, CallScope scope);

}  // namespace ssmb::engine
