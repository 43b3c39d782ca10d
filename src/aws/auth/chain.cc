#include "aws/auth/chain.h"

#include "aws/auth/profile.h"
#include "aws/auth/sources.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {

MaybeSource make_credentials(Runtime& runtime, Transport& transport,
                             const CredentialsOptions& options) {
  const Sources sources{runtime, transport, options};
  const ProfileChoice choice = choose_profile(options.profile, options.environment);
  if (choice.by == ProfileChoice::By::flag) return sources.from_profile(choice);
  SSMB_TRY(environment, sources.from_environment());
  if (environment) return std::move(environment);
  SSMB_TRY(web, sources.from_web_identity());
  if (web) return std::move(web);
  SSMB_TRY(profile, sources.from_profile(choice));
  if (profile) return std::move(profile);
  SSMB_TRY(container, sources.from_container());
  if (container) return std::move(container);
  return sources.from_instance(InstanceRole::last_resort);
}

Result<std::optional<Region>> sdk_region(const CredentialsOptions& options) {
  if (options.home_region) return *options.home_region;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto found = options.environment.find(name);
    if (found != options.environment.end() && !trim(found->second).empty())
      return Region(trim(found->second));
  }
  const ProfileChoice choice = choose_profile(options.profile, options.environment);
  SSMB_TRY(files, read_profile_files(options.environment));
  SSMB_TRY(profile, find_profile(files, choice.name));
  if (!profile || profile->region.empty()) return std::nullopt;
  return Region(profile->region);
}

Result<Endpoints> sdk_endpoints(const std::optional<std::string>& flag,
                                const std::optional<std::string>& profile,
                                const std::map<std::string, std::string>& environment) {
  if (flag) return Endpoints::from(flag, environment);
  SSMB_TRY(files, read_profile_files(environment));
  SSMB_TRY(configured, find_endpoints(files, choose_profile(profile, environment).name));
  return Endpoints::from(flag, environment, configured);
}

}  // namespace ssmb::aws
