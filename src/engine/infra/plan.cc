#include "engine/infra/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

using Action = Step::Action;

std::vector<Tag> parameter_tags(const Stack& stack, std::string_view region) {
  return {{"Environment", stack.env.str()},
          {std::string(kManagedBy), std::string(kUs)},
          {"Region", std::string(region)}};
}

std::string region_list(const Stack& stack) {
  boost::json::array regions;
  for (const Region& region : stack.regions) regions.emplace_back(region.str());
  return boost::json::serialize(regions);
}

BucketFacts facts_of(const Stack& stack, const AccountId& account, const Region& region) {
  return {.name = bucket_name(stack, account, region), .region = region, .env = stack.env};
}

std::string manager_of(const ObservedBucket& bucket) {
  const auto found = bucket.documents.find(aws::s3::BucketDocument::tagging);
  const bool known = found != bucket.documents.end() && found->second;
  return known ? other_manager(*found->second) : std::string();
}

std::string manager_of(const ObservedParameter& parameter) {
  const auto found = std::ranges::find(parameter.tags, kManagedBy, &Tag::key);
  return found == parameter.tags.end() || found->value == kUs ? std::string() : found->value;
}

void plan_bucket(const BucketFacts& bucket, const ObservedBucket& observed,
                 std::vector<Step>& steps) {
  if (observed.presence == ObservedBucket::Presence::absent)
    steps.push_back(
        {.action = Action::create_bucket, .region = bucket.region, .bucket = bucket.name});
  for (const auto document : managed_documents()) {
    const auto found = observed.documents.find(document);
    auto text = document_to_put(bucket, document,
                                found == observed.documents.end() ? std::nullopt : found->second);
    if (!text) continue;
    steps.push_back({.action = Action::put_document,
                     .region = bucket.region,
                     .bucket = bucket.name,
                     .document = document,
                     .text = std::move(*text),
                     .managed_by = manager_of(observed)});
  }
}

void plan_parameter(const MetadataParameter& wanted, const Stack& stack, const Observed& observed,
                    std::vector<Step>& steps) {
  Step step{.action = Action::create_parameter,
            .region = stack.home_region,
            .name = wanted.name,
            .text = wanted.value,
            .tags = wanted.tags};
  const auto found = observed.parameters.find(wanted.name);
  if (found == observed.parameters.end()) {
    steps.push_back(step);
    return;
  }
  step.managed_by = manager_of(found->second);
  if (!step.managed_by.empty())
    std::erase_if(step.tags, [](const Tag& tag) { return tag.key == kManagedBy; });
  if (found->second.value != wanted.value) {
    step.action = Action::update_parameter;
    steps.push_back(step);
  }
  const bool tagged = std::ranges::all_of(step.tags, [&found](const Tag& tag) {
    return std::ranges::find(found->second.tags, tag) != found->second.tags.end();
  });
  if (tagged) return;
  step.action = Action::tag_parameter;
  steps.push_back(step);
}

}  // namespace

std::vector<MetadataParameter> desired_parameters(const Stack& stack, const AccountId& account) {
  const auto bucket = [&](const Region& region) {
    return bucket_name(stack, account, region).str();
  };
  const std::string home = stack.home_region.str();
  std::vector<MetadataParameter> out{
      {region_list_name(stack.env), region_list(stack), parameter_tags(stack, home)},
      {default_region_name(stack.env), stack.default_region.str(), parameter_tags(stack, home)}};
  for (const Region& region : stack.regions) {
    out.push_back({bucket_parameter_name(stack.env, region), bucket(region),
                   parameter_tags(stack, region.view())});
  }
  out.push_back({legacy_bucket_parameter_name(stack.env), bucket(stack.default_region),
                 parameter_tags(stack, "legacy")});
  return out;
}

std::string_view to_string(Step::Action action) {
  switch (action) {
    case Action::create_bucket: return "create bucket";
    case Action::put_document: return "put document";
    case Action::create_parameter: return "create parameter";
    case Action::update_parameter: return "update parameter";
    case Action::tag_parameter: return "tag parameter";
    case Action::delete_parameter: return "delete parameter";
    case Action::delete_bucket: return "delete bucket";
    case Action::keep_bucket: return "keep bucket";
  }
  return "";
}

namespace {

std::string describe_bare(const Step& step) {
  switch (step.action) {
    case Action::put_document:
      return fmt::format("put {} of bucket {}", aws::s3::sub_resource(step.document), step.bucket);
    case Action::create_bucket:
    case Action::delete_bucket:
      return fmt::format("{} {} in {}", to_string(step.action), step.bucket, step.region);
    case Action::keep_bucket:
      return fmt::format("keep bucket {} in {}: it holds objects", step.bucket, step.region);
    default: return fmt::format("{} {} in {}", to_string(step.action), step.name, step.region);
  }
}

}  // namespace

std::string describe(const Step& step) {
  std::string text = describe_bare(step);
  if (!step.managed_by.empty())
    text += fmt::format(" ({} {})", kManagedBy, printable(step.managed_by, 80));
  return text;
}

std::vector<Step> plan_apply(const Stack& stack, const Observed& observed) {
  std::vector<Step> steps;
  for (const Region& region : stack.regions) {
    const auto found = observed.buckets.find(region);
    plan_bucket(facts_of(stack, observed.account, region),
                found == observed.buckets.end() ? ObservedBucket{} : found->second, steps);
  }
  for (const MetadataParameter& wanted : desired_parameters(stack, observed.account))
    plan_parameter(wanted, stack, observed, steps);
  return steps;
}

std::vector<Step> plan_destroy(const Stack& stack, const Observed& observed) {
  std::vector<Step> steps;
  for (const MetadataParameter& parameter : desired_parameters(stack, observed.account)) {
    const auto found = observed.parameters.find(parameter.name);
    if (found == observed.parameters.end()) continue;
    steps.push_back({.action = Action::delete_parameter,
                     .region = stack.home_region,
                     .name = parameter.name,
                     .managed_by = manager_of(found->second)});
  }
  for (const Region& region : stack.regions) {
    const auto found = observed.buckets.find(region);
    if (found == observed.buckets.end() ||
        found->second.presence == ObservedBucket::Presence::absent) {
      continue;
    }
    const bool full = found->second.content == ObservedBucket::Content::objects;
    steps.push_back({.action = full ? Action::keep_bucket : Action::delete_bucket,
                     .region = region,
                     .bucket = bucket_name(stack, observed.account, region),
                     .managed_by = manager_of(found->second)});
  }
  return steps;
}

}  // namespace ssmb::engine
