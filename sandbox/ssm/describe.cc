// DescribeParameters.
#include <boost/json/array.hpp>

#include "sandbox/json_input.h"
#include "sandbox/ssm/filters.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/page.h"
#include "sandbox/ssm/shapes.h"

namespace ssmb::sandbox::ssm {

namespace json = boost::json;

JsonAnswer describe_parameters(World& world, const RequestContext& context,
                               const json::object& input) {
  JsonInput reader(input);
  const auto most = static_cast<std::size_t>(reader.integer_between("MaxResults", 10, 1, 50));
  const std::string token = reader.text("NextToken").value_or("");
  const bool shared = reader.flag("Shared");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto filters = parse_filters(input, FilteredCall::describe);
  if (!filters) return std::unexpected(filters.error());

  Store& store = world.ssm(context.caller.account, context.region);
  // Parameters that other accounts share with the caller: there are none here.
  const auto wanted = [&](const Record& record) { return !shared && matches(*filters, record); };
  const auto page = list_records(
      world, context, store, describe_filters("DescribeParameters", *filters), token, most, wanted);
  if (!page) return std::unexpected(page.error());

  json::object answer = wiped_object();
  json::array parameters(answer.storage());
  for (const Record* record : page->records) parameters.push_back(metadata_shape(store, *record));
  answer["Parameters"] = std::move(parameters);
  if (!page->next_token.empty()) answer["NextToken"] = page->next_token;
  return answer;
}

}  // namespace ssmb::sandbox::ssm
