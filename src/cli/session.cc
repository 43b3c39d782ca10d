#include "aws/auth/chain.h"
#include "base/try.h"
#include "cli/context.h"
#include "cli/progress.h"

namespace ssmb::cli {
namespace {

Result<aws::CredentialsOptions> credentials_options(const CommonOptions& options,
                                                    const Environment& environment) {
  const auto text = [](const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  SSMB_TRY(endpoints, aws::sdk_endpoints(text(options.endpoint_url), text(options.profile),
                                         environment.variables));
  return aws::CredentialsOptions{.profile = text(options.profile),
                                 .environment = environment.variables,
                                 .endpoints = endpoints,
                                 .home_region = options.home_region.empty()
                                                    ? std::nullopt
                                                    : std::optional(Region(options.home_region))};
}

}  // namespace

Result<aws::Session*> Context::session() {
  if (session_) return session_.get();
  SSMB_TRY(options, credentials_options(options_, environment_));
  options.notice = [this](const std::string& text) {
    if (session_ && session_->notice) session_->notice(text);
  };
  SSMB_TRY(credentials, aws::make_credentials(runtime(), environment_.transport, options));
  credentials_ = std::move(credentials);
  session_ = std::make_unique<aws::Session>(aws::Session{.runtime = runtime(),
                                                         .transport = environment_.transport,
                                                         .credentials = *credentials_,
                                                         .endpoints = options.endpoints});
  // A command with a progress display shows it there.
  session_->notice = [this](const std::string& text) { make_progress(*this, {})->notice(text); };
  if (const auto percent = options_.quota_share)
    session_->limits = std::make_shared<aws::Limits>(runtime(), *percent / 100.0);
  return session_.get();
}

Result<Region> Context::home_region() const {
  if (!options_.home_region.empty()) return Region(options_.home_region);
  SSMB_TRY(options, credentials_options(options_, environment_));
  SSMB_TRY(region, aws::sdk_region(options));
  if (region) return *region;
  return fail(ErrorKind::configuration, "no home Region is known",
              "give --home-region, or set AWS_REGION");
}

}  // namespace ssmb::cli
