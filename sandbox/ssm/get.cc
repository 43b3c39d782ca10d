// GetParameter, GetParameters, GetParametersByPath.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <set>

#include "sandbox/json_input.h"
#include "sandbox/ssm/filters.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/page.h"
#include "sandbox/ssm/selector.h"
#include "sandbox/ssm/shapes.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

Decryption decryption_of(JsonInput& reader) {
  return reader.flag("WithDecryption") ? Decryption::yes : Decryption::no;
}

}  // namespace

JsonAnswer get_parameter(World& world, const RequestContext& context, const json::object& input) {
  JsonInput reader(input);
  const std::string name = reader.required_text("Name");
  const Decryption decryption = decryption_of(reader);
  if (reader.error()) return std::unexpected(*reader.error());

  Store& store = world.ssm(context.caller.account, context.region);
  const Found found = find_selected(store, name);
  if (found.outcome == Found::Outcome::no_parameter)
    return refuse("ParameterNotFound", fmt::format("Parameter {} not found.", name));
  if (found.outcome == Found::Outcome::no_version)
    return refuse("ParameterVersionNotFound",
                  fmt::format("Systems Manager could not find version {} of {}. Verify the version "
                              "and try again.",
                              found.selector.substr(1), found.record->name));
  if (auto denied = check_decryption(world, context, *found.record, *found.version, decryption))
    return std::unexpected(*std::move(denied));
  json::object answer = wiped_object();
  answer["Parameter"] =
      value_shape(store, *found.record, *found.version, found.selector, decryption);
  return answer;
}

// Answers in order of names, whatever the order asked for.
JsonAnswer get_parameters(World& world, const RequestContext& context, const json::object& input) {
  JsonInput reader(input);
  std::vector<std::string> names = reader.required_texts("Names", 10);
  const Decryption decryption = decryption_of(reader);
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size())
    reader.refuse("ValidationException", "The request has duplicate names.");
  if (reader.error()) return std::unexpected(*reader.error());

  Store& store = world.ssm(context.caller.account, context.region);
  std::ranges::sort(names);
  json::object answer = wiped_object();
  json::array parameters(answer.storage());
  json::array invalid(answer.storage());
  for (const std::string& name : names) {
    const Found found = find_selected(store, name);
    if (found.outcome != Found::Outcome::found) {
      invalid.push_back(json::string_view(name));
      continue;
    }
    if (auto denied = check_decryption(world, context, *found.record, *found.version, decryption))
      return std::unexpected(*std::move(denied));
    parameters.push_back(
        value_shape(store, *found.record, *found.version, found.selector, decryption));
  }
  answer["Parameters"] = std::move(parameters);
  answer["InvalidParameters"] = std::move(invalid);
  return answer;
}

JsonAnswer get_parameters_by_path(World& world, const RequestContext& context,
                                  const json::object& input) {
  JsonInput reader(input);
  const std::string path = reader.required_text("Path");
  const bool recursive = reader.flag("Recursive");
  const Decryption decryption = decryption_of(reader);
  const auto most = static_cast<std::size_t>(reader.integer_between("MaxResults", 10, 1, 10));
  const std::string token = reader.text("NextToken").value_or("");
  if (!path.starts_with('/'))
    reader.refuse("ValidationException",
                  "The parameter doesn't meet the parameter name requirements. The parameter name "
                  "must begin with a forward slash \"/\".");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto filters = parse_filters(input, FilteredCall::by_path);
  if (!filters) return std::unexpected(filters.error());

  Store& store = world.ssm(context.caller.account, context.region);
  const auto wanted = [&](const Record& record) {
    return is_below(record.name, path, recursive) && matches(*filters, record);
  };
  const std::string kind =
      describe_filters(fmt::format("GetParametersByPath {} {}", path, recursive), *filters);
  const auto page = list_records(world, context, store, kind, token, most, wanted);
  if (!page) return std::unexpected(page.error());

  json::object answer = wiped_object();
  json::array parameters(answer.storage());
  for (const Record* record : page->records) {
    const Version& version = record->current();
    if (auto denied = check_decryption(world, context, *record, version, decryption))
      return std::unexpected(*std::move(denied));
    parameters.push_back(value_shape(store, *record, version, "", decryption));
  }
  answer["Parameters"] = std::move(parameters);
  if (!page->next_token.empty()) answer["NextToken"] = page->next_token;
  return answer;
}

}  // namespace ssmb::sandbox::ssm
