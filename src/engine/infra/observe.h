// Looking at what is there of a stack. Reads only.
#pragma once

#include <memory>
#include <vector>

#include "aws/client.h"
#include "engine/infra/plan.h"

namespace ssmb::engine {

// The session for each account that a stack's buckets lie in: the caller's own, or one with the
// credentials of a role that is assumed at the first call. `session` outlives it.
class StackAccounts {
 public:
  explicit StackAccounts(aws::Session& session);
  ~StackAccounts();
  StackAccounts(const StackAccounts&) = delete;
  StackAccounts& operator=(const StackAccounts&) = delete;

  // `region`: whose STS is asked for the role. An empty role is the caller itself.
  aws::Session& session_for(const Arn& role, const Region& region);

 private:
  struct Other;
  aws::Session& session_;
  std::map<Arn, std::unique_ptr<Other>> others_;
};

struct Look {
  std::vector<BucketSpec> buckets;
  // How far the versions in the buckets are counted: not at all, whether there is one, each.
  enum class Versions { ignore, any, count } versions = Versions::ignore;
};

// The buckets with their documents, and all parameters below metadata_prefix() in the home Region.
// `account`: the caller's.
ResultTask<Observed> observe(StackAccounts& accounts, Stack stack, AccountId account, Look look,
                             CallScope scope);

}  // namespace ssmb::engine
