// LabelParameterVersion, UnlabelParameterVersion.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "sandbox/json_input.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/selector.h"
#include "sandbox/ssm/shapes.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;
using Labels = std::vector<std::string>;

struct Labelled {
  Record* record = nullptr;
  Version* version = nullptr;
};

// The version asked for, or the newest.
std::expected<Labelled, ServiceError> find_version(World& world, const RequestContext& context,
                                                   const std::string& name,
                                                   std::optional<ParameterVersion> number) {
  Record* record = find_named(world.ssm(context.caller.account, context.region), name);
  if (!record) return refuse("ParameterNotFound", fmt::format("Parameter {} not found.", name));
  const ParameterVersion wanted = number.value_or(record->current().number);
  const auto found = std::ranges::find(record->versions, wanted, &Version::number);
  if (found == record->versions.end())
    return refuse("ParameterVersionNotFound",
                  fmt::format("Systems Manager could not find version {} of {}. Verify the version "
                              "and try again.",
                              wanted, name));
  return Labelled{.record = record, .version = &*found};
}

void check_lengths(JsonInput& reader, const Labels& labels) {
  for (const std::string& label : labels) {
    if (label.empty() || label.size() > rules::kMaxLabelLength)
      reader.refuse("ValidationException",
                    fmt::format("1 validation error detected: Value at 'labels' failed to satisfy "
                                "constraint: Member must have length between 1 and {}",
                                rules::kMaxLabelLength));
  }
}

json::array to_json(const Labels& labels, const json::storage_ptr& storage) {
  json::array array(storage);
  for (const std::string& label : labels) array.push_back(json::string_view(label));
  return array;
}

// A label is on one version at most: attaching it takes it from another.
void attach(Record& record, Version& version, const Labels& labels) {
  for (const std::string& label : labels) {
    for (Version& other : record.versions) std::erase(other.labels, label);
    version.labels.push_back(label);
  }
}

}  // namespace

JsonAnswer label_parameter_version(World& world, const RequestContext& context,
                                   const json::object& input) {
  JsonInput reader(input);
  const std::string name = reader.required_text("Name");
  const auto number = reader.integer("ParameterVersion");
  const Labels labels = reader.required_texts("Labels", rules::kMaxLabels);
  check_lengths(reader, labels);
  if (reader.error()) return std::unexpected(*reader.error());
  const auto found = find_version(world, context, name, number);
  if (!found) return std::unexpected(found.error());

  Labels invalid;
  std::ranges::copy_if(labels, std::back_inserter(invalid),
                       [](const std::string& label) { return !rules::is_valid_label(label); });
  Labels after = found->version->labels;
  std::ranges::copy_if(labels, std::back_inserter(after), [&](const std::string& label) {
    return std::ranges::find(after, label) == after.end();
  });
  if (after.size() > rules::kMaxLabels)
    return refuse("ParameterVersionLabelLimitExceeded",
                  "A parameter version can have maximum 10 labels. Move one or more labels to "
                  "another version and try again.");
  // One bad label, and none is attached.
  if (invalid.empty()) attach(*found->record, *found->version, labels);
  json::object answer = wiped_object();
  answer["InvalidLabels"] = to_json(invalid, answer.storage());
  answer["ParameterVersion"] = found->version->number;
  return answer;
}

JsonAnswer unlabel_parameter_version(World& world, const RequestContext& context,
                                     const json::object& input) {
  JsonInput reader(input);
  const std::string name = reader.required_text("Name");
  const auto number = reader.integer("ParameterVersion");
  const Labels labels = reader.required_texts("Labels", rules::kMaxLabels);
  check_lengths(reader, labels);
  if (!number)
    reader.refuse("ValidationException",
                  "1 validation error detected: Value at 'parameterVersion' failed to satisfy "
                  "constraint: Member must not be null");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto found = find_version(world, context, name, number);
  if (!found) return std::unexpected(found.error());

  Labels removed;
  Labels invalid;
  for (const std::string& label : labels)
    (std::erase(found->version->labels, label) > 0 ? removed : invalid).push_back(label);
  json::object answer = wiped_object();
  answer["RemovedLabels"] = to_json(removed, answer.storage());
  answer["InvalidLabels"] = to_json(invalid, answer.storage());
  return answer;
}

}  // namespace ssmb::sandbox::ssm
