// What a plan says when it is read: its words, its calls, and what should give pause.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/units.h"
#include "engine/infra/plan.h"

namespace ssmb::engine {
namespace {

using Action = Change::Action;
using aws::s3::BucketDocument;

}  // namespace

std::string_view to_string(Change::Action action) {
  switch (action) {
    case Action::none: return "none";
    case Action::create: return "create";
    case Action::update: return "update";
    case Action::replace: return "replace";
    case Action::remove: return "delete";
    case Action::keep: return "keep";
  }
  return "";
}

std::string describe(const Step& step) {
  const auto parameter = [&step](std::string_view verb) {
    return fmt::format("{} parameter {} in {}", verb, step.name, step.region);
  };
  const auto bucket = [&step](std::string_view verb) {
    return fmt::format("{} bucket {} in {}", verb, step.bucket, step.region);
  };
  switch (step.action) {
    case Step::Action::create_bucket: return bucket("create");
    case Step::Action::put_document:
      return fmt::format("put {} of bucket {}", aws::s3::sub_resource(step.document), step.bucket);
    case Step::Action::create_parameter: return parameter("create");
    case Step::Action::update_parameter: return parameter("update");
    case Step::Action::tag_parameter: return parameter("tag");
    case Step::Action::delete_parameter: return parameter("delete");
    case Step::Action::delete_versions: return bucket("delete all objects of");
    case Step::Action::delete_bucket: return bucket("delete");
  }
  return "";
}

std::string shortened_retention(const Plan& plan) {
  constexpr std::string_view kDays = "/Expiration/Days";
  const auto number = [](const std::optional<std::string>& text) {
    std::uint64_t days = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), days);
    return days;
  };
  for (const Change& change : plan) {
    for (const FieldDifference& difference : change.differences) {
      if (change.kind == "lifecycle" && difference.field.ends_with(kDays) && difference.from &&
          number(difference.to) < number(difference.from))
        return fmt::format("{}: {} -> {}", change.name, *difference.from,
                           counted(number(difference.to), "day"));
    }
  }
  return {};
}

std::string locked_bucket(const Plan& plan, const Observed& observed) {
  for (const Step& step : steps_of(plan)) {
    if (step.action != Step::Action::delete_versions) continue;
    const auto& documents = observed.buckets.at(step.bucket).documents;
    const auto found = documents.find(BucketDocument::object_lock);
    if (found == documents.end() || !found->second) continue;
    const Fields lock = fields_of(BucketDocument::object_lock, *found->second);
    if (lock.contains("Rule/DefaultRetention/Mode")) return step.bucket.str();
  }
  return {};
}

std::vector<Step> steps_of(const Plan& plan) {
  std::vector<Step> steps;
  for (const Change& change : plan)
    steps.insert(steps.end(), change.steps.begin(), change.steps.end());
  return steps;
}

std::size_t changes_in(const Plan& plan) {
  return static_cast<std::size_t>(
      std::ranges::count_if(plan, [](const Change& change) { return !change.steps.empty(); }));
}

std::vector<const Change*> foreign_in(const Plan& plan) {
  std::vector<const Change*> out;
  for (const Change& change : plan) {
    if (!change.steps.empty() && !change.managed_by.empty()) out.push_back(&change);
  }
  return out;
}

}  // namespace ssmb::engine
