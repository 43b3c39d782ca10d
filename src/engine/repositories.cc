#include "engine/repositories.h"

#include "aws/sts/client.h"
#include "base/try.h"
#include "snapshot/directory_repository.h"
#include "snapshot/s3_repository.h"

namespace ssmb::engine {

std::unique_ptr<snapshot::Repository> open_repository(aws::Session& session,
                                                      const RepositoryRequest& request) {
  if (const auto* directory = std::get_if<snapshot::DirectoryAddress>(&request.address))
    return snapshot::make_directory_repository(session.runtime, directory->path);
  const auto& s3 = std::get<snapshot::S3Address>(request.address);
  return snapshot::make_s3_repository(
      session,
      {.bucket = {.name = s3.bucket, .owner = s3.owner.value_or(request.caller)},
       .prefix = s3.prefix,
       .region = s3.region.value_or(request.region)},
      {.run_id = request.run_id, .encryption = std::nullopt});
}

ResultTask<AccountId> caller_account(aws::Session& session, Region region, CallScope scope) {
  SSMB_CO_TRY(identity, co_await aws::sts::Client(session, region).get_caller_identity(scope));
  co_return identity.account;
}

}  // namespace ssmb::engine
