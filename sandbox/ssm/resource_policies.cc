// GetResourcePolicies, PutResourcePolicy, DeleteResourcePolicy: shares of Advanced parameters.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include "base/digest.h"
#include "sandbox/json_input.h"
#include "sandbox/ssm/operations.h"
#include "sandbox/ssm/page.h"
#include "sandbox/ssm/selector.h"
#include "sandbox/ssm/shapes.h"
#include "sandbox/world.h"

namespace ssmb::sandbox::ssm {
namespace {

namespace json = boost::json;

std::expected<Record*, ServiceError> find_resource(World& world, const RequestContext& context,
                                                   const std::string& arn) {
  Store& store = world.ssm(context.caller.account, context.region);
  Record* record = arn.starts_with("arn:") ? find_named(store, arn) : nullptr;
  if (record) return record;
  return refuse("ResourceNotFoundException",
                "The specified parameter to be shared could not be found.");
}

// Id and hash name the policy a caller has seen; both must fit.
std::expected<std::vector<ResourcePolicy>::iterator, ServiceError> find_policy(
    Record& record, const std::string& id, const std::string& hash) {
  const auto found = std::ranges::find(record.shares, id, &ResourcePolicy::id);
  if (found == record.shares.end())
    return refuse("ResourcePolicyNotFoundException",
                  "No policies with the specified policy ID could be found.");
  if (found->hash != hash)
    return refuse("ResourcePolicyConflictException",
                  "The hash provided in the call doesn't match the stored hash.");
  return found;
}

bool is_json_object(const std::string& text) {
  boost::system::error_code broken;
  const json::value value = json::parse(text, broken);
  return !broken && value.is_object();
}

}  // namespace

JsonAnswer get_resource_policies(World& world, const RequestContext& context,
                                 const json::object& input) {
  JsonInput reader(input);
  const std::string arn = reader.required_text("ResourceArn");
  const auto most = static_cast<std::size_t>(reader.integer_between("MaxResults", 50, 1, 50));
  const std::string token = reader.text("NextToken").value_or("");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto record = find_resource(world, context, arn);
  if (!record) return std::unexpected(record.error());

  const std::string kind = "GetResourcePolicies " + arn;
  std::string after;
  if (!token.empty()) {
    auto position = read_token(kind, token);
    if (!position) return std::unexpected(std::move(position).error());
    after = *std::move(position);
  }
  json::object answer = wiped_object();
  json::array policies(answer.storage());
  const auto& shares = (*record)->shares;
  const auto last = std::ranges::find(shares, after, &ResourcePolicy::id);
  for (auto share = last == shares.end() ? shares.begin() : last + 1; share != shares.end();
       ++share) {
    if (policies.size() == most) {
      answer["NextToken"] = make_token(kind, std::prev(share)->id, 0);
      break;
    }
    policies.push_back(json::object{
        {"PolicyId", share->id}, {"PolicyHash", share->hash}, {"Policy", share->text}});
  }
  answer["Policies"] = std::move(policies);
  return answer;
}

JsonAnswer put_resource_policy(World& world, const RequestContext& context,
                               const json::object& input) {
  JsonInput reader(input);
  const std::string arn = reader.required_text("ResourceArn");
  const std::string text = reader.required_text("Policy");
  const auto id = reader.text("PolicyId");
  const std::string hash = reader.text("PolicyHash").value_or("");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto record = find_resource(world, context, arn);
  if (!record) return std::unexpected(record.error());
  if ((*record)->current().tier != rules::Tier::advanced)
    return refuse("ResourcePolicyInvalidParameterException",
                  "Only parameters of the advanced-parameter tier can be shared.");
  if (!is_json_object(text))
    return refuse("MalformedResourcePolicyDocumentException",
                  "The specified policy document is malformed or invalid.");

  ResourcePolicy policy{.id = id.value_or(world.new_id()), .hash = sha256_hex(text), .text = text};
  if (id) {
    const auto found = find_policy(**record, *id, hash);
    if (!found) return std::unexpected(found.error());
    **found = policy;
  } else {
    (*record)->shares.push_back(policy);
  }
  json::object answer = wiped_object();
  answer["PolicyId"] = policy.id;
  answer["PolicyHash"] = policy.hash;
  return answer;
}

JsonAnswer delete_resource_policy(World& world, const RequestContext& context,
                                  const json::object& input) {
  JsonInput reader(input);
  const std::string arn = reader.required_text("ResourceArn");
  const std::string id = reader.required_text("PolicyId");
  const std::string hash = reader.required_text("PolicyHash");
  if (reader.error()) return std::unexpected(*reader.error());
  const auto record = find_resource(world, context, arn);
  if (!record) return std::unexpected(record.error());
  const auto found = find_policy(**record, id, hash);
  if (!found) return std::unexpected(found.error());
  (*record)->shares.erase(*found);
  return wiped_object();
}

}  // namespace ssmb::sandbox::ssm
