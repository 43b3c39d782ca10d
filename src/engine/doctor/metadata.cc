#include "engine/doctor/metadata.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "base/units.h"

namespace ssmb::engine::doctor {
namespace {

constexpr std::string_view kSubject = "metadata";

std::string text_of(const MetadataValues& values, const ParameterName& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string() : found->second.text;
}

class Metadata {
 public:
  Metadata(MetadataValues values, const Environment& env, const Region& home,
           const Findings& findings)
      : values_(std::move(values)), env_(env), home_(home), findings_(findings) {}

  Deployment judge(const std::vector<Region>& only) {
    Deployment found;
    const auto listed = region_list_in(values_, env_);
    if (!listed) note({}, listed.error());
    const std::vector<Region> regions = listed.value_or(std::vector<Region>());
    found.regions = only.empty() ? regions : only;
    // Without a list there is nothing that it could be part of.
    if (const auto chosen = default_region_in(values_, env_, regions))
      found.default_region = *chosen;
    else if (listed || !holds(default_region_name(env_)))
      note({}, chosen.error());
    auto globs = include_in(values_, env_);
    if (globs)
      found.include = std::move(*globs);
    else
      note({}, globs.error());
    for (const Region& region : found.regions) {
      if (const auto bucket = bucket_in(values_, env_, region, listed ? regions : found.regions))
        found.buckets[region] = *bucket;
      else
        note(region, bucket.error());
    }
    judge_types();
    judge_legacy(found, regions);
    judge_distinct(found);
    if (wrong_ != 0) return found;
    findings_.ok(std::string(kSubject),
                 fmt::format("{} in {}, default {}", counted(regions.size(), "Region"), home_,
                             *found.default_region));
    return found;
  }

 private:
  bool holds(const ParameterName& name) const { return values_.contains(name); }

  void note(const Region& region, const Error& error) {
    ++wrong_;
    findings_.of(region).amiss(std::string(kSubject),
                               Error{.kind = error.kind,
                                     .what = fmt::format("{} (asked in {})", error.what, home_),
                                     .fault = error.fault,
                                     .next = error.next},
                               apply_stack(env_));
  }
  void note(std::string detail) {
    ++wrong_;
    findings_.amiss(std::string(kSubject), std::move(detail), apply_stack(env_));
  }

  void judge_types() {
    for (const auto& [name, value] : values_) {
      if (value.type != "String")
        note(fmt::format("'{}' is a {}, and its readers expect a String", name,
                         printable(value.type, 40)));
    }
  }

  // Jobs of before there were Regions read it.
  void judge_legacy(const Deployment& found, const std::vector<Region>& listed) {
    const ParameterName name = legacy_bucket_parameter_name(env_);
    const auto legacy = values_.find(name);
    if (listed.empty()) return;
    if (legacy == values_.end() || legacy->second.text.empty())
      return note(fmt::format("'{}' is missing: older jobs read the bucket's name there", name));
    if (!found.default_region) return;
    const auto bucket = bucket_in(values_, env_, *found.default_region, listed);
    if (bucket && legacy->second.text != bucket->view())
      note(fmt::format("'{}' holds '{}', and the default Region's bucket is {}", name,
                       printable(legacy->second.text, 80), *bucket));
  }

  void judge_distinct(const Deployment& found) {
    for (auto one = found.buckets.begin(); one != found.buckets.end(); ++one) {
      for (auto other = std::next(one); other != found.buckets.end(); ++other) {
        if (one->second == other->second)
          note(fmt::format("{} and {} have the same bucket, {}: it is lost with either", one->first,
                           other->first, one->second));
      }
    }
  }

  MetadataValues values_;
  const Environment& env_;
  const Region& home_;
  const Findings& findings_;
  int wrong_ = 0;
};

ResultTask<MetadataValues> read_all(aws::ssm::Client home, Environment env,
                                    std::vector<Region> only, CallScope scope) {
  std::vector<ParameterName> names{region_list_name(env), default_region_name(env),
                                   include_name(env), legacy_bucket_parameter_name(env)};
  SSMB_CO_TRY(values, co_await read_metadata(home, names, scope));
  std::vector<Region> regions = std::move(only);
  const auto listed = region_list_in(values, env);
  if (regions.empty() && listed) regions = *listed;
  // The default Region's, which the legacy key is held against.
  if (const auto chosen = default_region_in(values, env, listed.value_or(std::vector<Region>())))
    if (std::ranges::find(regions, *chosen) == regions.end()) regions.push_back(*chosen);
  names.clear();
  for (const Region& region : regions) names.push_back(bucket_parameter_name(env, region));
  SSMB_CO_TRY(buckets, co_await read_metadata(home, std::move(names), scope));
  values.merge(buckets);
  co_return values;
}

}  // namespace

ResultTask<ExaminedMetadata> examine_metadata(aws::ssm::Client home, Environment env,
                                              std::vector<Region> only, const Findings& findings,
                                              CallScope scope) {
  ExaminedMetadata found;
  auto values = co_await read_all(home, env, only, scope);
  if (!values && values.error().kind == ErrorKind::cancelled) co_return fail(values.error());
  if (!values) {
    findings.amiss(std::string(kSubject), values.error(),
                   "with --region and --repository the home Region is not asked");
    found.deployment.regions = std::move(only);
    co_return found;
  }
  found.region_list = text_of(*values, region_list_name(env));
  found.deployment = Metadata(*std::move(values), env, home.region(), findings).judge(only);
  co_return found;
}

ResultTask<void> examine_second_list(RegionCase& at, Home home) {
  if (at.region == home.region) co_return Result<void>{};
  const ParameterName name = region_list_name(at.options.env);
  const auto values =
      co_await read_metadata(aws::ssm::Client(at.session, at.region), {name}, at.scope);
  if (!values) {
    const Error& error = values.error();
    if (error.kind == ErrorKind::cancelled) co_return fail(error);
    const std::string words =
        fmt::format("whether '{}' lies here, too, is not known: {}", name, to_line(error));
    if (is_silence(error) || is_failure(error))
      at.findings.amiss(std::string(kSubject), words, error.next);
    else
      at.findings.unknown(std::string(kSubject), words,
                          "run doctor as whoever applies the stack: the work itself does not ask "
                          "for it here");
    co_return Result<void>{};
  }
  const std::string list = text_of(*values, name);
  if (list.empty()) co_return Result<void>{};
  const std::string here = printable(list, 200);
  if (home.region_list.empty()) {
    at.findings.amiss(
        std::string(kSubject),
        fmt::format("'{}' lies here, and not in {}: it is {}", name, home.region, here),
        fmt::format("if {0} is the home: --home-region {0}, and AWS_REGION={0} for "
                    "every job",
                    at.region));
    co_return Result<void>{};
  }
  at.findings.amiss(
      std::string(kSubject),
      fmt::format("'{}' lies in two Regions: in {} it is {}, in {} it is {}; which of them counts "
                  "depends on AWS_REGION",
                  name, at.region, here, home.region, printable(home.region_list, 200)),
      fmt::format("delete the one of the home that is no longer: aws ssm delete-parameter --region "
                  "{0} --name {2} if {1} is the home; if {0} is, the same with --region {1}, and "
                  "AWS_REGION={0} for every job",
                  at.region, home.region, name));
  co_return Result<void>{};
}

}  // namespace ssmb::engine::doctor
