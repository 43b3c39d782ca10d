// From a profile of the AWS configuration files to a source of credentials.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/auth/assume_role.h"
#include "aws/auth/login.h"
#include "aws/auth/sources.h"
#include "aws/auth/sso.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::aws {
namespace {

bool has_keys(const Profile& profile) {
  return !profile.access_key_id.empty() || !profile.secret_access_key.empty();
}
bool assumes_role(const Profile& profile) {
  return !profile.role_arn.empty() && profile.web_identity_token_file.empty();
}

std::unexpected<Error> unfit(const Profile& profile, std::string_view problem, std::string next) {
  return fail(ErrorKind::configuration, fmt::format("profile {} {}", profile.name, problem),
              std::move(next));
}

// 900 to 43,200 seconds, as AssumeRole takes them.
Result<std::optional<std::chrono::seconds>> duration_of(const Profile& profile) {
  const std::string& text = profile.duration_seconds;
  if (text.empty()) return std::nullopt;
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 900 || seconds > 43200)
    return unfit(profile, fmt::format("has the duration_seconds '{}'", printable(text, 40)),
                 "write a number of seconds from 900 to 43200");
  return std::chrono::seconds{seconds};
}

// One profile and the profiles behind it; the two functions that make a source call each other.
class ProfileChain {
 public:
  ProfileChain(const Sources& sources, const ProfileFiles& files)
      : sources_(sources), files_(files) {}

  MaybeSource from(const Profile& profile) {
    hops_.push_back(profile.name);
    return assumes_role(profile) ? role_of(profile) : itself(profile);
  }

 private:
  MaybeSource role_of(const Profile& profile);
  MaybeSource behind(const Profile& profile);
  MaybeSource named_source(const Profile& profile) const;
  // What the profile holds beside a role: the order of botocore.
  MaybeSource itself(const Profile& profile) const;
  MaybeSource keys_of(const Profile& profile) const;
  MaybeSource sso_of(const Profile& profile) const;
  MaybeSource login_of(const Profile& profile) const;

  const Sources& sources_;
  const ProfileFiles& files_;
  std::vector<std::string> hops_;
};

MaybeSource ProfileChain::role_of(const Profile& profile) {
  // The AWS CLI asks for the code; a job of the night has nobody to ask.
  if (!profile.mfa_serial.empty())
    return unfit(profile, "assumes a role with MFA, and nobody is asked for a code here",
                 fmt::format("let the AWS CLI do it: eval \"$(aws configure export-credentials "
                             "--profile {} --format env)\", then run again without --profile",
                             hops_.front()));
  if (profile.source_profile.empty() == profile.credential_source.empty())
    return unfit(profile,
                 fmt::format("has role_arn, and {} source_profile {} credential_source",
                             profile.source_profile.empty() ? "neither" : "both",
                             profile.source_profile.empty() ? "nor" : "and"),
                 "exactly one of them says whose credentials assume the role");
  SSMB_TRY(duration, duration_of(profile));
  SSMB_TRY(region, sources_.sts_region(fmt::format("profile {} takes its role", profile.name)));
  SSMB_TRY(source, profile.source_profile.empty() ? named_source(profile) : behind(profile));
  return cached(
      sources_.runtime,
      assume_role_provider(sources_.runtime, sources_.transport, sources_.options.endpoints,
                           {.profile = profile.name,
                            .role = {.role_arn = profile.role_arn,
                                     .session_name = profile.role_session_name,
                                     .external_id = profile.external_id,
                                     .duration = duration},
                            .region = region},
                           std::move(source)));
}

// The credentials of source_profile. A profile may name itself if it holds keys beside the role,
// and one that holds keys is a source by them, whatever role it has.
MaybeSource ProfileChain::behind(const Profile& profile) {
  const std::string& name = profile.source_profile;
  SSMB_TRY(found, find_profile(files_, name));
  if (!found)
    return unfit(profile, fmt::format("has the source_profile {}, which does not exist", name),
                 "`aws configure list-profiles` shows those that do");
  const bool itself_again = name == profile.name && has_keys(*found);
  const bool seen = std::ranges::find(hops_, name) != hops_.end();
  hops_.push_back(name);
  if (seen && !itself_again)
    return unfit(profile,
                 fmt::format("comes back to itself by source_profile: {}", join(hops_, " -> ")),
                 "one of them must hold credentials of its own");
  SSMB_TRY(source, has_keys(*found) || !assumes_role(*found) ? itself(*found) : role_of(*found));
  if (source) return std::move(source);
  return unfit(profile, fmt::format("has the source_profile {}, which holds no credentials", name),
               "give that one keys, credential_process, SSO or a login");
}

MaybeSource ProfileChain::named_source(const Profile& profile) const {
  const std::string& name = profile.credential_source;
  MaybeSource source = Source();
  if (equal_ignoring_case(name, "Environment")) {
    source = sources_.from_environment();
  } else if (equal_ignoring_case(name, "EcsContainer")) {
    source = sources_.from_container();
  } else if (equal_ignoring_case(name, "Ec2InstanceMetadata")) {
    source = sources_.from_instance(InstanceRole::meant);
  } else {
    return unfit(profile, fmt::format("has the credential_source '{}'", printable(name, 40)),
                 "it is Environment, Ec2InstanceMetadata or EcsContainer");
  }
  if (!source)
    return fail(std::move(source).error().within(
        fmt::format("profile {}: credential_source {}", profile.name, name)));
  if (*source) return source;
  return fail(ErrorKind::credentials,
              fmt::format("profile {} has the credential_source {}, and there are no credentials",
                          profile.name, name),
              equal_ignoring_case(name, "Environment")
                  ? "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
                  : "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI must be set, as ECS and "
                    "EKS do");
}

MaybeSource ProfileChain::itself(const Profile& profile) const {
  if (!profile.web_identity_token_file.empty()) {
    if (profile.role_arn.empty())
      return unfit(profile, "has web_identity_token_file, and no role_arn",
                   "role_arn says which role the token is for");
    return sources_.web_identity(profile.web_identity_token_file, profile.role_arn,
                                 profile.role_session_name);
  }
  if (!profile.sso_account_id.empty() || !profile.sso_role_name.empty()) return sso_of(profile);
  if (has_keys(profile)) return keys_of(profile);
  if (!profile.login_session.empty()) return login_of(profile);
  if (!profile.credential_process.empty())
    return sources_.process(profile.credential_process, "profile " + profile.name);
  // For tokens alone, as CodeCatalyst takes them; no AWS credentials come from it.
  if (!profile.sso_session.empty() || !profile.sso_start_url.empty()) return sso_of(profile);
  return Source();
}

MaybeSource ProfileChain::keys_of(const Profile& profile) const {
  const bool id = !profile.access_key_id.empty();
  if (profile.secret_access_key.empty() || !id)
    return fail(ErrorKind::credentials,
                fmt::format("profile {} has no {}", profile.name,
                            id ? "aws_secret_access_key" : "aws_access_key_id"),
                "a profile needs both");
  return sources_.fixed({.access_key_id = profile.access_key_id,
                         .secret_access_key = profile.secret_access_key,
                         .session_token = profile.session_token,
                         .expires = std::nullopt},
                        "profile " + profile.name);
}

MaybeSource ProfileChain::sso_of(const Profile& profile) const {
  SsoSession session{.start_url = profile.sso_start_url, .region = profile.sso_region};
  if (!profile.sso_session.empty()) {
    SSMB_TRY(found, find_sso_session(files_, profile.sso_session));
    if (!found)
      return unfit(profile,
                   fmt::format("has the sso_session {}, which does not exist", profile.sso_session),
                   fmt::format("the configuration file needs a section [sso-session {}]",
                               profile.sso_session));
    const bool differs = (!session.start_url.empty() && session.start_url != found->start_url) ||
                         (!session.region.empty() && session.region != found->region);
    if (differs)
      return unfit(profile,
                   fmt::format("has another sso_start_url or sso_region than [sso-session {}]",
                               profile.sso_session),
                   "leave them to the sso-session");
    session = *std::move(found);
  }
  using Setting = std::pair<std::string_view, std::string_view>;
  for (const auto& [setting, value] :
       {Setting("sso_account_id", profile.sso_account_id),
        Setting("sso_role_name", profile.sso_role_name),
        Setting("sso_start_url", session.start_url), Setting("sso_region", session.region)}) {
    if (value.empty())
      return unfit(profile, fmt::format("uses IAM Identity Center (SSO), and has no {}", setting),
                   fmt::format("`aws configure sso --profile {}` sets all of it", profile.name));
  }
  if (!is_region_name(Region(session.region)))
    return unfit(profile, fmt::format("has the sso_region '{}'", printable(session.region, 40)),
                 "write the name of Identity Center's Region");
  const std::filesystem::path cache = aws_home(sources_.options.environment, "sso/cache");
  return cached(sources_.runtime,
                sso_provider(sources_.runtime, sources_.transport, sources_.options.endpoints,
                             {.profile = profile.name,
                              .session = profile.sso_session,
                              .start_url = session.start_url,
                              .region = Region(session.region),
                              .account = AccountId(profile.sso_account_id),
                              .role = profile.sso_role_name,
                              .cache = cache,
                              .notice = sources_.options.notice}));
}

MaybeSource ProfileChain::login_of(const Profile& profile) const {
  const std::string named = sources_.variable("AWS_LOGIN_CACHE_DIRECTORY");
  SSMB_TRY(region, sdk_region(sources_.options));
  return cached(
      sources_.runtime,
      login_provider(sources_.runtime, sources_.transport, sources_.options.endpoints,
                     {.profile = profile.name,
                      .session = profile.login_session,
                      .region = region.value_or(Region()),
                      .cache = named.empty() ? aws_home(sources_.options.environment, "login/cache")
                                             : std::filesystem::path(named),
                      .notice = sources_.options.notice}));
}

}  // namespace

MaybeSource Sources::from_profile(const ProfileChoice& choice) const {
  const bool named = choice.by != ProfileChoice::By::fallback;
  SSMB_TRY(files, read_profile_files(options.environment));
  SSMB_TRY(profile, find_profile(files, choice.name));
  if (!profile) {
    if (!named) return Source();
    return fail(ErrorKind::configuration, fmt::format("there is no profile {}", choice.name),
                "`aws configure list-profiles` shows those that exist; the files are "
                "~/.aws/config and ~/.aws/credentials, unless AWS_CONFIG_FILE and "
                "AWS_SHARED_CREDENTIALS_FILE name others");
  }
  SSMB_TRY(source, ProfileChain(*this, files).from(*profile));
  if (!source && named)
    return fail(ErrorKind::credentials, fmt::format("profile {} holds no credentials", choice.name),
                "give it aws_access_key_id and aws_secret_access_key, credential_process, "
                "role_arn, or SSO");
  return std::move(source);
}

}  // namespace ssmb::aws
