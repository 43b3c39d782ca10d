// DeleteParameter, DeleteParameters.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "sandbox/json_input.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/shapes.h"
#include "sandbox/ssm/tags.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

bool remove(Store& store, const std::string& name, Time when) {
  Record* record = store.find(name);
  if (!record) return false;
  set_tags(store, *record, {}, when);
  return store.erase(name);
}

}  // namespace

JsonAnswer delete_parameter(World& world, const RequestContext& context,
                            const json::object& input) {
  JsonInput reader(input);
  const std::string name = reader.required_text("Name");
  if (reader.error()) return std::unexpected(*reader.error());
  if (!remove(world.ssm(context.caller.account, context.region), name, context.time))
    return refuse("ParameterNotFound", fmt::format("Parameter {} not found.", name));
  return wiped_object();
}

JsonAnswer delete_parameters(World& world, const RequestContext& context,
                             const json::object& input) {
  JsonInput reader(input);
  const auto names = reader.required_texts("Names", 10);
  if (reader.error()) return std::unexpected(*reader.error());
  Store& store = world.ssm(context.caller.account, context.region);
  json::object answer = wiped_object();
  json::array deleted(answer.storage());
  json::array invalid(answer.storage());
  for (const std::string& name : names)
    (remove(store, name, context.time) ? deleted : invalid).push_back(json::string_view(name));
  answer["DeletedParameters"] = std::move(deleted);
  answer["InvalidParameters"] = std::move(invalid);
  return answer;
}

}  // namespace ssmb::sandbox::ssm
