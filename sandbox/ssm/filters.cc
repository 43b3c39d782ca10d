#include "sandbox/ssm/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "sandbox/json_input.h"
#include "sandbox/json_protocol.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;
using Filters = std::vector<Filter>;
using Invalid = std::optional<ServiceError>;

constexpr std::size_t kMaxFilterValues = 50;
constexpr std::size_t kMaxFilterValue = 1024;

bool one_of(std::string_view text, std::initializer_list<std::string_view> allowed) {
  return std::ranges::find(allowed, text) != allowed.end();
}

bool key_fits(std::string_view key, FilteredCall call) {
  if (call == FilteredCall::by_path) return one_of(key, {"Type", "KeyId", "Label"});
  return one_of(key, {"Name", "Type", "KeyId", "Path", "Tier", "DataType"}) ||
         (key.starts_with("tag:") && key.size() > 4);
}

bool option_fits(const Filter& filter) {
  if (filter.key == "Path") return one_of(filter.option, {"Recursive", "OneLevel"});
  if (filter.key == "Label") return filter.option == "Equals";
  if (filter.key == "Name") return one_of(filter.option, {"Equals", "BeginsWith", "Contains"});
  return one_of(filter.option, {"Equals", "BeginsWith"});
}

Invalid check(const Filter& filter, FilteredCall call) {
  if (!key_fits(filter.key, call))
    return ServiceError{"InvalidFilterKey", "The specified key isn't valid.", 400};
  if (!option_fits(filter))
    return ServiceError{"InvalidFilterOption",
                        "The specified filter option isn't valid. Valid options are Equals and "
                        "BeginsWith. For Path filter, valid options are Recursive and OneLevel.",
                        400};
  const bool may_be_empty = filter.key.starts_with("tag:");
  const bool too_long = std::ranges::any_of(filter.values, [](const std::string& value) {
    return value.empty() || utf8_length(value) > kMaxFilterValue;
  });
  if ((filter.values.empty() && !may_be_empty) || too_long)
    return ServiceError{"InvalidFilterValue",
                        "The filter value isn't valid. Verify the value and try again.", 400};
  if (filter.values.size() > kMaxFilterValues)
    return ServiceError{"ValidationException",
                        fmt::format("1 validation error detected: Value at 'values' failed to "
                                    "satisfy constraint: Member must have length less than or "
                                    "equal to {}",
                                    kMaxFilterValues),
                        400};
  if (filter.key == "Path" &&
      !std::ranges::all_of(filter.values, [](const auto& path) { return path.starts_with('/'); }))
    return ServiceError{"ValidationException",
                        "The parameter doesn't meet the parameter name requirements. The parameter "
                        "name must begin with a forward slash \"/\".",
                        400};
  return std::nullopt;
}

enum class Generation { current, old };

std::expected<Filter, ServiceError> parse_one(const json::value& value, Generation generation) {
  if (!value.is_object()) return refuse("SerializationException", "a filter is not an object");
  JsonInput input(value.get_object());
  Filter filter{.key = input.required_text("Key"),
                .option = input.text("Option").value_or(""),
                .values = input.texts("Values")};
  if (input.error()) return std::unexpected(*input.error());
  if (filter.option.empty()) {
    const bool begins = generation == Generation::old && filter.key == "Name";
    filter.option = filter.key == "Path" ? "OneLevel" : begins ? "BeginsWith" : "Equals";
  }
  return filter;
}

bool matches_value(const Filter& filter, const std::string& actual, const std::string& wanted) {
  if (filter.option == "Equals") return actual == wanted;
  if (filter.option == "BeginsWith") return actual.starts_with(wanted);
  if (filter.option == "Contains") return actual.contains(wanted);
  return is_below(actual, wanted, filter.option == "Recursive");
}

bool matches_one(const Filter& filter, const Record& record) {
  const auto any = [&](const std::string& actual) {
    return std::ranges::any_of(filter.values, [&](const std::string& wanted) {
      return matches_value(filter, actual, wanted);
    });
  };
  const Version& current = record.current();
  if (filter.key == "Name" || filter.key == "Path") return any(record.name);
  if (filter.key == "Type") return any(record.type);
  if (filter.key == "KeyId") return any(current.key_id);
  if (filter.key == "Tier") return any(std::string(rules::to_string(current.tier)));
  if (filter.key == "DataType") return any(current.data_type);
  if (filter.key == "Label")
    return std::ranges::any_of(record.versions, [&](const Version& version) {
      return std::ranges::any_of(version.labels, any);
    });
  const auto tag = record.tags.find(filter.key.substr(std::string_view("tag:").size()));
  return tag != record.tags.end() && (filter.values.empty() || any(tag->second));
}

}  // namespace

std::expected<Filters, ServiceError> parse_filters(const json::object& input, FilteredCall call) {
  JsonInput reader(input);
  const json::array* current = reader.array("ParameterFilters");
  const json::array* old = call == FilteredCall::describe ? reader.array("Filters") : nullptr;
  if (reader.error()) return std::unexpected(*reader.error());
  if (current && old)
    return refuse("ValidationException",
                  "You can use either Filters or ParameterFilters in a single request.");
  Filters filters;
  std::set<std::string> seen;
  const auto generation = old ? Generation::old : Generation::current;
  const json::array* values = old ? old : current;
  if (!values) return filters;
  for (const json::value& value : *values) {
    auto filter = parse_one(value, generation);
    if (!filter) return std::unexpected(std::move(filter).error());
    if (auto bad = check(*filter, call)) return std::unexpected(*std::move(bad));
    if (!seen.insert(filter->key).second)
      return refuse("ValidationException",
                    fmt::format("The following filters are duplicated in the request: {}. A "
                                "request can contain only one instance of a specific filter.",
                                filter->key));
    filters.push_back(*std::move(filter));
  }
  return filters;
}

bool matches(const Filters& filters, const Record& record) {
  return std::ranges::all_of(filters,
                             [&](const Filter& filter) { return matches_one(filter, record); });
}

bool is_below(std::string_view name, std::string_view path, bool recursive) {
  name = rules::unique_part(name);
  path = rules::unique_part(path);
  if (path.ends_with('/')) path.remove_suffix(1);
  if (!path.empty()) {
    if (!name.starts_with(path) || name.size() <= path.size() || name[path.size()] != '/')
      return false;
    name.remove_prefix(path.size() + 1);
  }
  return recursive || !name.contains('/');
}

std::string describe_filters(std::string_view call, const Filters& filters) {
  std::string text(call);
  for (const Filter& filter : filters) {
    text += fmt::format("|{}|{}", filter.key, filter.option);
    for (const std::string& value : filter.values) text += "|" + value;
  }
  return text;
}

}  // namespace ssmb::sandbox::ssm
