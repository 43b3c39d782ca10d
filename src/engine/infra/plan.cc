#include "engine/infra/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

using Action = Change::Action;
using aws::s3::BucketDocument;

Step step_of(Step::Action action, const BucketSpec& bucket) {
  return {.action = action,
          .region = bucket.region,
          .bucket = bucket.name,
          .owner = bucket.account,
          .role = bucket.role};
}

std::string manager_in(const Fields& fields) {
  const auto found = fields.find(tag_field(kManagedBy));
  return found == fields.end() || found->second == kUs ? std::string() : found->second;
}

// Who else manages it, and, unless it is adopted, their tag in place of ours.
std::string settle_manager(const Fields& observed, Adopt adopt, Fields& desired) {
  std::string manager = manager_in(observed);
  if (!manager.empty() && adopt == Adopt::no) desired.erase(tag_field(kManagedBy));
  return manager;
}

Fields observed_fields(const ObservedBucket& bucket, BucketDocument document) {
  const auto found = bucket.documents.find(document);
  if (found == bucket.documents.end() || !found->second) return {};
  return fields_of(document, *found->second);
}

std::string observed_text(const ObservedBucket& bucket, BucketDocument document) {
  const auto found = bucket.documents.find(document);
  return found == bucket.documents.end() ? std::string() : found->second.value_or("");
}

class BucketPlanner {
 public:
  BucketPlanner(const BucketSpec& spec, const ObservedBucket& observed, Adopt adopt, Plan& plan)
      : spec_(spec), observed_(observed), adopt_(adopt), plan_(plan) {
    manager_ = manager_in(observed_fields(observed, BucketDocument::tagging));
  }

  void plan() {
    Change bucket = change("bucket");
    if (observed_.presence == ObservedBucket::Presence::absent) {
      bucket.action = Action::create;
      Step step = step_of(Step::Action::create_bucket, spec_);
      if (spec_.object_lock) step.lock = aws::s3::Client::ObjectLock::on;
      bucket.steps.push_back(std::move(step));
    }
    plan_.push_back(std::move(bucket));
    for (const BucketDocument document : managed_documents()) plan_document(document);
  }

 private:
  Change change(std::string_view kind) const {
    return {.kind = std::string(kind),
            .region = spec_.region,
            .name = spec_.name.str(),
            .managed_by = manager_};
  }

  void plan_document(BucketDocument document) {
    const auto text = desired_document(spec_, document);
    if (!text) return;
    Change change = this->change(aws::s3::sub_resource(document));
    change.desired = fields_of(document, *text);
    const Fields observed = observed_fields(observed_, document);
    Fields wanted = change.desired;
    if (document == BucketDocument::tagging) settle_manager(observed, adopt_, wanted);
    change.differences = differences(wanted, observed);
    if (!change.differences.empty()) {
      change.action = observed.empty() ? Action::create : Action::update;
      Step step = step_of(Step::Action::put_document, spec_);
      step.document = document;
      step.text = text_to_put(document, *text);
      change.steps.push_back(std::move(step));
    }
    plan_.push_back(std::move(change));
  }

  std::string text_to_put(BucketDocument document, const std::string& desired) const {
    const std::string observed = observed_text(observed_, document);
    return observed.empty() ? desired : merged(document, desired, observed);
  }

  const BucketSpec& spec_;
  const ObservedBucket& observed_;
  Adopt adopt_;
  Plan& plan_;
  std::string manager_;
};

Step parameter_step(Step::Action action, const Stack& stack, const MetadataParameter& wanted) {
  return {.action = action,
          .region = stack.home_region,
          .name = wanted.name,
          .text = wanted.value,
          .description = wanted.description,
          .tags = wanted.tags};
}

bool is_tag(const FieldDifference& difference) { return difference.field.starts_with("Tag["); }

// SSM changes no parameter's type: it is deleted and made anew.
std::vector<Step> steps_to(const Stack& stack, const MetadataParameter& wanted,
                           const std::vector<FieldDifference>& differences) {
  const auto step = [&](Step::Action action) { return parameter_step(action, stack, wanted); };
  const bool type = std::ranges::any_of(
      differences, [](const FieldDifference& difference) { return difference.field == "Type"; });
  if (type) return {step(Step::Action::delete_parameter), step(Step::Action::create_parameter)};
  std::vector<Step> steps;
  if (!std::ranges::all_of(differences, is_tag))
    steps.push_back(step(Step::Action::update_parameter));
  if (std::ranges::any_of(differences, is_tag)) {
    Step tag = step(Step::Action::tag_parameter);
    std::erase_if(tag.tags, [&differences](const Tag& tag) {
      return std::ranges::find(differences, tag_field(tag.key), &FieldDifference::field) ==
             differences.end();
    });
    steps.push_back(std::move(tag));
  }
  return steps;
}

Change plan_parameter(const MetadataParameter& wanted, const Stack& stack, const Observed& observed,
                      Adopt adopt) {
  Change change{.kind = "parameter",
                .region = stack.home_region,
                .name = wanted.name.str(),
                .desired = fields_of(wanted)};
  const auto found = observed.parameters.find(wanted.name);
  if (found == observed.parameters.end()) {
    change.action = Action::create;
    change.steps = {parameter_step(Step::Action::create_parameter, stack, wanted)};
    return change;
  }
  const Fields is = fields_of(found->second);
  Fields wanted_fields = change.desired;
  change.managed_by = settle_manager(is, adopt, wanted_fields);
  change.differences = differences(wanted_fields, is);
  if (change.differences.empty()) return change;
  change.steps = steps_to(stack, wanted, change.differences);
  change.action = change.steps.front().action == Step::Action::delete_parameter ? Action::replace
                                                                                : Action::update;
  return change;
}

Change removal(const Stack& stack, const ParameterName& name, const ObservedParameter& observed,
               std::string_view why) {
  Step step{.action = Step::Action::delete_parameter, .region = stack.home_region, .name = name};
  return {.action = Action::remove,
          .kind = "parameter",
          .region = stack.home_region,
          .name = name.str(),
          .managed_by = manager_in(fields_of(observed)),
          .why = std::string(why),
          .steps = {std::move(step)}};
}

bool holds(const Stack& stack, const Region& region) {
  return std::ranges::find(stack.regions, region) != stack.regions.end();
}

// What tells of Regions that the stack does not hold; in `only`, if that is not empty.
void plan_departed(const Stack& stack, const Observed& observed, const std::vector<Region>& only,
                   Plan& plan) {
  for (const auto& [name, parameter] : observed.parameters) {
    const auto region = region_told_by(stack.env, name);
    if (!region || holds(stack, *region)) continue;
    if (!only.empty() && std::ranges::find(only, *region) == only.end()) continue;
    plan.push_back(removal(stack, name, parameter, fmt::format("{} is not in the stack", *region)));
  }
}

// The buckets that plan_departed() leaves behind are named once, while something tells of them.
void plan_kept_buckets(const Stack& stack, const Observed& observed, Plan& plan) {
  for (const auto& [name, parameter] : observed.parameters) {
    const auto region = region_told_by(stack.env, name);
    if (!region || holds(stack, *region)) continue;
    plan.push_back({.action = Action::keep,
                    .kind = "bucket",
                    .region = *region,
                    .name = parameter.value,
                    .why = fmt::format("{} left the stack, its backups stay", *region)});
  }
}

Change kept(const BucketSpec& spec, std::string why) {
  return {.action = Action::keep,
          .kind = "bucket",
          .region = spec.region,
          .name = spec.name.str(),
          .why = std::move(why)};
}

Change plan_bucket_removal(const BucketSpec& spec, const ObservedBucket& observed,
                           DestroyOptions::Backups backups) {
  if (observed.versions != 0 && backups == DestroyOptions::Backups::keep)
    return kept(spec, "it holds backups");
  Change change{.action = Action::remove,
                .kind = "bucket",
                .region = spec.region,
                .name = spec.name.str(),
                .managed_by = manager_in(observed_fields(observed, BucketDocument::tagging))};
  if (observed.versions != 0) {
    change.why = fmt::format("with {} of objects", counted(observed.versions, "version"));
    Step step = step_of(Step::Action::delete_versions, spec);
    step.versions = observed.versions;
    change.steps.push_back(std::move(step));
  }
  change.steps.push_back(step_of(Step::Action::delete_bucket, spec));
  return change;
}

}  // namespace

std::vector<Region> listed_regions(const Environment& env, const Observed& observed) {
  std::vector<Region> regions;
  const auto list = observed.parameters.find(region_list_name(env));
  if (list == observed.parameters.end()) return regions;
  const auto names = parse_string_array(list->second.value);
  if (!names) return regions;
  for (const std::string& name : *names) regions.emplace_back(name);
  return regions;
}

namespace {

// Where the old default Region leaves the list, the new one is named before: interrupted between
// the two, no backup shall find a default Region that the list does not hold.
std::vector<MetadataParameter> parameters_in_order(const Stack& stack, const Observed& observed) {
  auto parameters = desired_parameters(stack, observed.account);
  const auto list =
      std::ranges::find(parameters, region_list_name(stack.env), &MetadataParameter::name);
  const std::vector<Region> listed = listed_regions(stack.env, observed);
  if (std::ranges::find(listed, stack.default_region) != listed.end())
    std::iter_swap(list, std::next(list));
  return parameters;
}

}  // namespace

Plan plan_apply(const Stack& stack, const Observed& observed, Adopt adopt) {
  Plan plan;
  for (const BucketSpec& spec : bucket_specs(stack, observed.account)) {
    const auto found = observed.buckets.find(spec.name);
    const ObservedBucket absent;
    BucketPlanner(spec, found == observed.buckets.end() ? absent : found->second, adopt, plan)
        .plan();
  }
  for (const MetadataParameter& wanted : parameters_in_order(stack, observed))
    plan.push_back(plan_parameter(wanted, stack, observed, adopt));
  plan_departed(stack, observed, {}, plan);
  plan_kept_buckets(stack, observed, plan);
  return plan;
}

std::vector<BucketSpec> specs_to_destroy(const Stack& stack, const AccountId& account,
                                         const DestroyOptions& options) {
  if (options.only.empty()) return bucket_specs(stack, account);
  Stack departed = stack;
  departed.regions = options.only;
  departed.copy = std::nullopt;
  return bucket_specs(departed, account);
}

Plan plan_destroy(const Stack& stack, const Observed& observed, const DestroyOptions& options) {
  Plan plan;
  if (options.only.empty()) {
    auto wanted = desired_parameters(stack, observed.account);
    std::ranges::reverse(wanted);
    for (const MetadataParameter& parameter : wanted) {
      const auto found = observed.parameters.find(parameter.name);
      if (found != observed.parameters.end())
        plan.push_back(removal(stack, parameter.name, found->second, ""));
    }
  }
  plan_departed(stack, observed, options.only, plan);
  for (const BucketSpec& spec : specs_to_destroy(stack, observed.account, options)) {
    const auto found = observed.buckets.find(spec.name);
    const bool there = found != observed.buckets.end() &&
                       found->second.presence == ObservedBucket::Presence::there;
    if (there) plan.push_back(plan_bucket_removal(spec, found->second, options.backups));
  }
  return plan;
}

}  // namespace ssmb::engine
