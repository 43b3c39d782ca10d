// ListTagsForResource, AddTagsToResource, RemoveTagsFromResource.
#include "sandbox/ssm/tags.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/selector.h"
#include "sandbox/ssm/shapes.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

std::expected<Record*, ServiceError> find_resource(World& world, const RequestContext& context,
                                                   JsonInput& reader) {
  const std::string type = reader.required_text("ResourceType");
  const std::string id = reader.required_text("ResourceId");
  if (reader.error()) return std::unexpected(*reader.error());
  if (type != "Parameter")
    return refuse("InvalidResourceType",
                  "The resource type isn't valid. For example, if you are attempting to tag an EC2 "
                  "instance, the instance must be a registered managed node.");
  Record* record = world.ssm(context.caller.account, context.region).find(id);
  if (!record)
    return refuse("InvalidResourceId",
                  "The resource ID isn't valid. Verify that you entered the correct ID and try "
                  "again.");
  return record;
}

}  // namespace

std::vector<aws::ssm::Tag> read_tags(JsonInput& reader) {
  std::vector<aws::ssm::Tag> tags;
  const json::array* values = reader.array("Tags");
  if (!values) return tags;
  for (const json::value& value : *values) {
    if (!value.is_object()) {
      reader.refuse("SerializationException", "a tag is not an object");
      continue;
    }
    JsonInput tag(value.get_object());
    tags.push_back({tag.required_text("Key"), tag.required_text("Value")});
    if (tag.error()) reader.refuse(tag.error()->code, tag.error()->message);
  }
  return tags;
}

tagging::Tags to_map(const std::vector<aws::ssm::Tag>& tags) {
  tagging::Tags map;
  for (const auto& tag : tags) map[tag.key] = tag.value;
  return map;
}

void set_tags(Store& store, Record& record, tagging::Tags tags, Time when) {
  if (tags == record.tags) return;
  record.tags = tags;
  const std::string arn = store.arn_prefix() + std::string(rules::unique_part(record.name));
  store.tag_index.record(when, Arn(arn), std::move(tags));
}

JsonAnswer list_tags_for_resource(World& world, const RequestContext& context,
                                  const json::object& input) {
  JsonInput reader(input);
  const auto record = find_resource(world, context, reader);
  if (!record) return std::unexpected(record.error());
  json::object answer = wiped_object();
  json::array tags(answer.storage());
  for (const auto& [key, value] : (*record)->tags)
    tags.push_back(json::object{{"Key", key}, {"Value", value}});
  answer["TagList"] = std::move(tags);
  return answer;
}

JsonAnswer add_tags_to_resource(World& world, const RequestContext& context,
                                const json::object& input) {
  JsonInput reader(input);
  const auto added = read_tags(reader);
  if (!input.contains("Tags")) reader.required_texts("Tags", rules::kMaxTags);
  const auto record = find_resource(world, context, reader);
  if (!record) return std::unexpected(record.error());
  const auto bad = rules::check_tags(added);
  if (bad && (bad->certainty == rules::Certainty::certain ||
              world.options().doubtful_rules == DoubtfulRules::enforce))
    return refuse(bad->code, bad->message);
  tagging::Tags tags = (*record)->tags;
  for (const auto& tag : added) tags[tag.key] = tag.value;
  if (std::ranges::count_if(tags, [](const auto& tag) {
        return !rules::is_reserved_tag(tag.first);
      }) > static_cast<std::ptrdiff_t>(rules::kMaxTags))
    return refuse("TooManyTagsError",
                  "The Targets parameter includes too many tags. Remove one or "
                  "more tags and try the command again.");
  set_tags(world.ssm(context.caller.account, context.region), **record, std::move(tags),
           context.time);
  return wiped_object();
}

JsonAnswer remove_tags_from_resource(World& world, const RequestContext& context,
                                     const json::object& input) {
  JsonInput reader(input);
  const auto keys = reader.required_texts("TagKeys", 1000);
  const auto record = find_resource(world, context, reader);
  if (!record) return std::unexpected(record.error());
  tagging::Tags tags = (*record)->tags;
  for (const std::string& key : keys) {
    if (rules::is_reserved_tag(key))
      return refuse("ValidationException",
                    "aws: prefixed tag key names are not allowed for external use.");
    tags.erase(key);
  }
  set_tags(world.ssm(context.caller.account, context.region), **record, std::move(tags),
           context.time);
  return wiped_object();
}

}  // namespace ssmb::sandbox::ssm
