// GetParameterHistory.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <charconv>

#include "sandbox/json_input.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/page.h"
#include "sandbox/ssm/selector.h"
#include "sandbox/ssm/shapes.h"

namespace ssmb::sandbox::ssm {

namespace json = boost::json;

JsonAnswer get_parameter_history(World& world, const RequestContext& context,
                                 const json::object& input) {
  JsonInput reader(input);
  const std::string name = reader.required_text("Name");
  const auto decryption = reader.flag("WithDecryption") ? Decryption::yes : Decryption::no;
  const auto most = static_cast<std::size_t>(reader.integer_between("MaxResults", 50, 1, 50));
  const std::string token = reader.text("NextToken").value_or("");
  if (reader.error()) return std::unexpected(*reader.error());

  Store& store = world.ssm(context.caller.account, context.region);
  const Record* record = find_named(store, name);
  if (!record) return refuse("ParameterNotFound", fmt::format("Parameter {} not found.", name));
  const std::string kind = "GetParameterHistory " + record->name;
  ParameterVersion after = 0;
  if (!token.empty()) {
    const auto position = read_token(kind, token);
    if (!position) return std::unexpected(position.error());
    std::from_chars(position->data(), position->data() + position->size(), after);
  }

  const std::size_t size = page_size(world, context, most);
  json::object answer = wiped_object();
  json::array entries(answer.storage());
  for (const Version& version : record->versions) {
    if (version.number <= after) continue;
    if (entries.size() == size) {
      answer["NextToken"] = make_token(kind, std::to_string(after), salt_for(world, size));
      break;
    }
    if (auto denied = check_decryption(world, context, *record, version, decryption))
      return std::unexpected(*std::move(denied));
    entries.push_back(history_shape(*record, version, decryption));
    after = version.number;
  }
  answer["Parameters"] = std::move(entries);
  return answer;
}

}  // namespace ssmb::sandbox::ssm
