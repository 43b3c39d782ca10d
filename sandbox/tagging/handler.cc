// GetResources: parameters and their tags, as the index has them.
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
#include "sandbox/tagging/handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <charconv>

#include "sandbox/json_input.h"
#include "sandbox/json_protocol.h"
#include "sandbox/ssm/page.h"
#include "sandbox/ssm/shapes.h"
#include "sandbox/ssm/store.h"

namespace ssmb::sandbox::tagging {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes kTokenLife{15};
constexpr std::string_view kListing = "GetResources";

struct TagFilter {
  std::string key;
  std::vector<std::string> values;  // none: any value
};

std::expected<std::vector<TagFilter>, ServiceError> read_filters(JsonInput& reader) {
  std::vector<TagFilter> filters;
  const json::array* values = reader.array("TagFilters");
  if (!values) return filters;
  for (const json::value& value : *values) {
    if (!value.is_object()) return refuse("SerializationException", "a filter is not an object");
    JsonInput filter(value.get_object());
    filters.push_back({.key = filter.required_text("Key"), .values = filter.texts("Values")});
    if (filter.error()) return std::unexpected(*filter.error());
  }
  return filters;
}

bool matches(const std::vector<TagFilter>& filters, const Tags& tags) {
  return std::ranges::all_of(filters, [&](const TagFilter& filter) {
    const auto tag = tags.find(filter.key);
    return tag != tags.end() &&
           (filter.values.empty() ||
            std::ranges::find(filter.values, tag->second) != filter.values.end());
  });
}

// A token is a time and the last ARN: it lives fifteen minutes.
std::string write_token(Time now, const Arn& last, std::uint64_t salt) {
  return ssm::make_token(kListing, fmt::format("{} {}", now.time_since_epoch().count(), last),
                         salt);
}

std::expected<Arn, ServiceError> parse_token(const std::string& token, Time now) {
  if (token.empty()) return Arn();
  const auto position = ssm::read_token(kListing, token);
  if (!position)
    return refuse("InvalidParameterException", "The PaginationToken parameter is invalid.");
  Duration::rep issued = 0;
  std::from_chars(position->data(), position->data() + position->size(), issued);
  if (now - Time(Duration(issued)) > kTokenLife)
    return refuse("PaginationTokenExpiredException",
                  "The PaginationToken parameter has expired: it is valid for 15 minutes.");
  return Arn(position->substr(position->find(' ') + 1));
}

json::object resource_shape(const Arn& arn, const Tags& tags) {
  json::object resource = ssm::wiped_object();
  resource["ResourceARN"] = arn.str();
  json::array list(resource.storage());
  for (const auto& [key, value] : tags)
    list.push_back(json::object{{"Key", key}, {"Value", value}});
  resource["Tags"] = std::move(list);
  return resource;
}

JsonAnswer get_resources(World& world, const RequestContext& context, const json::object& input) {
  JsonInput reader(input);
  const auto most =
      static_cast<std::size_t>(reader.integer_between("ResourcesPerPage", 50, 1, 100));
  const auto types = reader.texts("ResourceTypeFilters");
  const auto arns = reader.texts("ResourceARNList");
  const auto token = reader.text("PaginationToken").value_or("");
  if (reader.error()) return refuse("InvalidParameterException", reader.error()->message);
  const auto filters = read_filters(reader);
  if (!filters) return std::unexpected(filters.error());
  const auto after = parse_token(token, context.time);
  if (!after) return std::unexpected(after.error());

  const bool of_type = types.empty() || std::ranges::any_of(types, [](const std::string& type) {
                         return type == "ssm" || type == "ssm:parameter";
                       });
  const auto wanted = [&](const Arn& arn, const Tags& tags) {
    return of_type && (arns.empty() || std::ranges::find(arns, arn.str()) != arns.end()) &&
           matches(*filters, tags);
  };
  auto& store = world.ssm(context.caller.account, context.region);
  const auto& index = store.tag_index.as_of(context.time - world.options().tagging_lag);
  const std::size_t size = ssm::page_size(world, context, most);
  json::object answer = ssm::wiped_object();
  json::array resources(answer.storage());
  answer["PaginationToken"] = "";
  Arn last = *after;
  for (auto entry = index.upper_bound(*after); entry != index.end(); ++entry) {
    if (!wanted(entry->first, entry->second)) continue;
    if (resources.size() == size) {
      answer["PaginationToken"] = write_token(context.time, last, ssm::salt_for(world, size));
      break;
    }
    resources.push_back(resource_shape(entry->first, entry->second));
    last = entry->first;
  }
  // A fault's page has a token even where nothing is left.
  if (context.empty_page)
    answer["PaginationToken"] = write_token(context.time, last, ssm::salt_for(world, size));
  answer["ResourceTagMappingList"] = std::move(resources);
  return answer;
}

}  // namespace

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context) {
  if (context.operation == "tag:GetResources")
    return answer_json(world, context, request, get_resources);
  return json_error({.code = "UnknownOperationException", .message = "", .status = 400});
}

}  // namespace ssmb::sandbox::tagging
