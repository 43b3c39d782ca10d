#include "engine/remaining.h"

#include <fmt/format.h>

#include "base/try.h"
#include "engine/contain.h"
#include "snapshot/standing.h"

namespace ssmb::engine {
namespace {

using snapshot::FollowedPointer;

// The Region's own pointer, and for the default one, where there is none, that of before Regions.
ResultTask<FollowedPointer> follow(snapshot::Repository& repository, Environment env, Region region,
                                   snapshot::DefaultRegion default_region, CallScope scope) {
  using enum FollowedPointer::End;
  SSMB_CO_TRY(own, co_await snapshot::follow_pointer(repository, env, region,
                                                     snapshot::latest_key(region), scope));
  if (own.end != nothing || default_region == snapshot::DefaultRegion::no) co_return own;
  SSMB_CO_TRY(old, co_await snapshot::follow_pointer(repository, env, region,
                                                     snapshot::latest_key(), scope));
  co_return old.end == snapshot ? std::move(old) : std::move(own);
}

ResultTask<FollowedPointer> look(aws::Session& session, RepositoryRequest request, Environment env,
                                 snapshot::DefaultRegion default_region, CallScope scope) {
  const auto* s3 = std::get_if<snapshot::S3Address>(&request.address);
  if (s3 != nullptr && !s3->owner && request.caller.empty()) {
    SSMB_CO_TRY(caller, co_await caller_account(session, request.region, scope));
    request.caller = caller;
  }
  const auto repository = open_repository(session, request);
  co_return co_await follow(*repository, std::move(env), request.region, default_region,
                            std::move(scope));
}

}  // namespace

Task<Remaining> find_remaining(aws::Session& session, RepositoryRequest request, Environment env,
                               snapshot::DefaultRegion default_region, std::stop_token stop) {
  const CallScope scope =
      CallScope{.stop = std::move(stop)}.limited(kRemainingLimit, session.runtime.steady());
  const auto followed =
      co_await contained(look(session, std::move(request), std::move(env), default_region, scope));
  Remaining remaining;
  if (!followed) {
    remaining.unknown_because = followed.error().what;
  } else if (followed->end == FollowedPointer::End::snapshot) {
    remaining.key = followed->target;
    remaining.time = followed->snapshot->entry().id.time;
    remaining.age = session.runtime.now() - remaining.time;
  } else if (followed->unread) {
    remaining.unknown_because = followed->unread->what;
  } else {
    remaining.unknown_because = fmt::format("{} {}", followed->pointer, followed->wrong);
  }
  co_return remaining;
}

}  // namespace ssmb::engine
