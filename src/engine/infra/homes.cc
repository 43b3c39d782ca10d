#include "engine/infra/homes.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/paging.h"
#include "aws/ssm/client.h"
#include "base/try.h"
#include "engine/infra/parameters.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

constexpr Duration kPatience = std::chrono::seconds{10};

void add_once(std::vector<Region>& regions, const Region& region) {
  if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
}

std::vector<Region> candidates(const Stack& stack, const Observed& observed,
                               const std::optional<Region>& caller) {
  std::vector<Region> regions = stack.regions;
  for (const Region& region : listed_regions(stack.env, observed)) add_once(regions, region);
  for (const auto& [name, parameter] : observed.parameters)
    if (const auto region = region_told_by(stack.env, name)) add_once(regions, *region);
  if (caller) add_once(regions, *caller);
  std::erase(regions, stack.home_region);
  return regions;
}

// By the listing: that is allowed to whoever manages the stack, in every Region.
ResultTask<bool> holds_list(aws::ssm::Client ssm, ParameterName list, CallScope scope) {
  bool found = false;
  const auto fetch = [&ssm, &list, &scope](const std::string& token) {
    return ssm.describe_parameters({{.key = "Name", .option = "Equals", .values = {list.str()}}},
                                   token, scope);
  };
  const auto take = [&found](const aws::ssm::MetadataPage& page) -> ResultTask<void> {
    found = found || !page.parameters.empty();
    co_return Result<void>{};
  };
  SSMB_CO_TRY_VOID(co_await aws::for_each_page(fetch, take, [&found] { found = false; }));
  co_return found;
}

std::string deletion(const Region& region, const Environment& env) {
  return fmt::format("aws ssm delete-parameter --region {} --name {}", region,
                     region_list_name(env));
}

PlanWarning warning_of(const Stack& stack, const OtherHome& other) {
  if (other.unread)
    return {.what = fmt::format("whether {} holds a {}, too, is not known: {}", other.region,
                                region_list_name(stack.env), to_line(*other.unread)),
            .next = fmt::format("once it answers: ssm-backup infra plan again; should {} have been "
                                "the home, {}",
                                other.region, deletion(other.region, stack.env))};
  return {.what = fmt::format("the stack's home Region is {}, and {} lies in {}, too: jobs whose "
                              "AWS_REGION is {} go on with that one",
                              stack.home_region, region_list_name(stack.env), other.region,
                              other.region),
          .next = fmt::format(
              "to keep the home in {0}: ssmHomeRegion: {0} in the stack file; to move it "
              "to {1}: AWS_REGION (SSM_BACKUP_HOME_REGION of the Jenkins jobs) is {1}, "
              "and then {2}",
              other.region, stack.home_region, deletion(other.region, stack.env))};
}

}  // namespace

ResultTask<std::vector<OtherHome>> find_other_homes(aws::Session& session, Stack stack,
                                                    Observed observed, std::optional<Region> caller,
                                                    CallScope scope) {
  std::vector<OtherHome> others;
  for (const Region& region : candidates(stack, observed, caller)) {
    const auto holds =
        co_await holds_list(aws::ssm::Client(session, region), region_list_name(stack.env),
                            scope.until(session.runtime.steady() + kPatience));
    if (!holds && holds.error().kind == ErrorKind::cancelled) co_return fail(holds.error());
    if (!holds)
      others.push_back({.region = region, .unread = holds.error()});
    else if (*holds)
      others.push_back({.region = region, .unread = std::nullopt});
  }
  co_return others;
}

std::vector<PlanWarning> home_warnings(const Stack& stack, const std::vector<OtherHome>& others,
                                       const std::optional<Region>& caller) {
  std::vector<PlanWarning> warnings;
  bool told = !caller || *caller == stack.home_region;
  for (const OtherHome& other : others) {
    warnings.push_back(warning_of(stack, other));
    if (caller == other.region && !other.unread) told = true;
  }
  if (!told)
    warnings.push_back(
        {.what =
             fmt::format("the stack's home Region is {}, and that of this session {} "
                         "(--home-region, AWS_REGION or the profile): by that, no command finds "
                         "the metadata",
                         stack.home_region, *caller),
         .next = fmt::format("set AWS_REGION={} for this shell and the jobs (in Jenkins "
                             "SSM_BACKUP_HOME_REGION), or ssmHomeRegion: {} in the stack file",
                             stack.home_region, *caller)});
  return warnings;
}

}  // namespace ssmb::engine
