// GetServiceSetting, UpdateServiceSetting, ResetServiceSetting.
#include "sandbox/ssm/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/json_input.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/shapes.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

struct KnownSetting {
  std::string_view id;
  std::vector<std::string_view> values;  // the first is the default
};

const KnownSetting* find_setting(std::string_view id) {
  static const std::vector<KnownSetting> known = {
      {kDefaultTierSetting, {"Standard", "Advanced", "Intelligent-Tiering"}},
      {kHighThroughputSetting, {"false", "true"}},
  };
  const auto found = std::ranges::find(known, id, &KnownSetting::id);
  return found == known.end() ? nullptr : &*found;
}

// An id, or an ARN that ends in one: "arn:aws:ssm:...:servicesetting/ssm/parameter-store/...".
std::expected<const KnownSetting*, ServiceError> read_setting(JsonInput& reader) {
  std::string id = reader.required_text("SettingId");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto resource = id.find(":servicesetting/");
  if (resource != std::string::npos) id = id.substr(id.find('/', resource));
  if (const KnownSetting* known = find_setting(id)) return known;
  return refuse("ServiceSettingNotFound",
                "Setting Id " + id + " not found. Provide a valid Setting Id.");
}

json::object shape(const Store& store, const KnownSetting& known) {
  const auto changed = store.settings.find(std::string(known.id));
  const bool is_default = changed == store.settings.end();
  json::object setting = wiped_object();
  setting["SettingId"] = json::string_view(known.id);
  setting["SettingValue"] = setting_value(store, known.id);
  setting["LastModifiedDate"] = is_default ? 0.0 : epoch_seconds(changed->second.modified);
  setting["LastModifiedUser"] = is_default ? "System" : changed->second.modified_by;
  setting["ARN"] = fmt::format("arn:aws:ssm:{}:{}:servicesetting{}", store.place().region,
                               store.place().account, known.id);
  setting["Status"] = is_default ? "Default" : "Customized";
  return setting;
}

}  // namespace

std::string setting_value(const Store& store, std::string_view id) {
  const auto changed = store.settings.find(std::string(id));
  if (changed != store.settings.end()) return changed->second.value;
  const KnownSetting* known = find_setting(id);
  return known ? std::string(known->values.front()) : "";
}

JsonAnswer get_service_setting(World& world, const RequestContext& context,
                               const json::object& input) {
  JsonInput reader(input);
  const auto known = read_setting(reader);
  if (!known) return std::unexpected(known.error());
  json::object answer = wiped_object();
  answer["ServiceSetting"] = shape(world.ssm(context.caller.account, context.region), **known);
  return answer;
}

JsonAnswer update_service_setting(World& world, const RequestContext& context,
                                  const json::object& input) {
  JsonInput reader(input);
  const std::string value = reader.required_text("SettingValue");
  const auto known = read_setting(reader);
  if (!known) return std::unexpected(known.error());
  if (std::ranges::find((*known)->values, value) == (*known)->values.end())
    return refuse("ValidationException", "The setting's value is not supported.");
  world.ssm(context.caller.account, context.region).settings[std::string((*known)->id)] = {
      .value = value, .modified = context.time, .modified_by = context.caller.arn.str()};
  return wiped_object();
}

JsonAnswer reset_service_setting(World& world, const RequestContext& context,
                                 const json::object& input) {
  JsonInput reader(input);
  const auto known = read_setting(reader);
  if (!known) return std::unexpected(known.error());
  Store& store = world.ssm(context.caller.account, context.region);
  store.settings.erase(std::string((*known)->id));
  json::object answer = wiped_object();
  answer["ServiceSetting"] = shape(store, **known);
  return answer;
}

}  // namespace ssmb::sandbox::ssm
