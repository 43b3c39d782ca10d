// The calls that change nothing.

#include "aws/paging.h"
#include "aws/ssm/client.h"
#include "aws/ssm/decode.h"
#include "aws/ssm/request.h"
#include "base/try.h"

namespace ssmb::aws::ssm {
namespace {

constexpr std::size_t kMaxNames = 10;
constexpr int kMaxMetadata = 50;  // a page of DescribeParameters and of GetParameterHistory
constexpr int kMaxByPath = 10;
constexpr int kMaxResourcePolicies = 50;

void add_token(boost::json::object& body, const std::string& token) {
  if (!token.empty()) body.emplace("NextToken", token);
}

boost::json::array json_filters(const std::vector<Filter>& filters) {
  boost::json::array all(wiping_storage());
  for (const Filter& filter : filters) {
    boost::json::object one = new_json_object();
    one.emplace("Key", filter.key);
    if (!filter.option.empty()) one.emplace("Option", filter.option);
    one.emplace("Values", json_texts(filter.values));
    all.emplace_back(std::move(one));
  }
  return all;
}

struct PolicyPage {
  std::vector<ResourcePolicy> policies;
  std::string next_token;
};

PolicyPage read_policy_page(JsonFields& in) {
  PolicyPage page;
  in.each("Policies", Presence::optional, [&](JsonFields& policy) {
    page.policies.push_back({.id = policy.text("PolicyId"),
                             .hash = policy.text("PolicyHash"),
                             .text = policy.text("Policy", Presence::required)});
  });
  page.next_token = in.text("NextToken");
  return page;
}

ResultTask<PolicyPage> policy_page(Session& session, Region region, Arn arn, std::string token,
                                   CallScope scope) {
  Ask ask = new_ask(session, region, "GetResourcePolicies");
  ask.operation.codeless = Operation::Codeless::final;
  ask.body.emplace("ResourceArn", arn.view());
  ask.body.emplace("MaxResults", kMaxResourcePolicies);
  add_token(ask.body, token);
  co_return co_await send(std::move(ask), read_policy_page, std::move(scope));
}

}  // namespace

ResultTask<MetadataPage> Client::describe_parameters(std::vector<Filter> filters,
                                                     std::string next_token, CallScope scope) {
  Ask ask = new_ask(session_, region_, "DescribeParameters");
  if (!filters.empty()) ask.body.emplace("ParameterFilters", json_filters(filters));
  ask.body.emplace("MaxResults", kMaxMetadata);
  add_token(ask.body, next_token);
  co_return co_await send(std::move(ask), read_metadata_page, std::move(scope));
}

ResultTask<ValueBatch> Client::get_parameters(std::vector<std::string> names, CallScope scope) {
  if (names.empty()) co_return ValueBatch{};
  if (names.size() > kMaxNames) {
    co_return fail(ErrorKind::internal, "ssm:GetParameters takes at most 10 names");
  }
  Ask ask = new_ask(session_, region_, "GetParameters");
  ask.body.emplace("Names", json_texts(names));
  ask.body.emplace("WithDecryption", true);
  co_return co_await send(std::move(ask), read_value_batch, std::move(scope));
}

ResultTask<Value> Client::get_parameter(std::string name, CallScope scope) {
  Ask ask = new_ask(session_, region_, "GetParameter");
  ask.body.emplace("Name", name);
  ask.body.emplace("WithDecryption", true);
  auto read = [](JsonFields& in) {
    Value value;
    in.one("Parameter", Presence::required, [&](JsonFields& one) { value = read_value(one); });
    return value;
  };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

ResultTask<ValuePage> Client::get_parameters_by_path(std::string path, Decryption decryption,
                                                     std::string next_token, CallScope scope) {
  Ask ask = new_ask(session_, region_, "GetParametersByPath");
  ask.body.emplace("Path", path);
  ask.body.emplace("Recursive", true);
  ask.body.emplace("WithDecryption", decryption == Decryption::yes);
  ask.body.emplace("MaxResults", kMaxByPath);
  add_token(ask.body, next_token);
  co_return co_await send(std::move(ask), read_value_page, std::move(scope));
}

ResultTask<HistoryPage> Client::get_parameter_history(ParameterName name, Decryption decryption,
                                                      std::string next_token, CallScope scope) {
  Ask ask = new_ask(session_, region_, "GetParameterHistory");
  ask.body.emplace("Name", name.view());
  ask.body.emplace("WithDecryption", decryption == Decryption::yes);
  ask.body.emplace("MaxResults", kMaxMetadata);
  add_token(ask.body, next_token);
  co_return co_await send(std::move(ask), read_history_page, std::move(scope));
}

ResultTask<std::vector<Tag>> Client::list_tags(ParameterName name, CallScope scope) {
  Ask ask = new_ask(session_, region_, "ListTagsForResource");
  ask.body.emplace("ResourceType", "Parameter");
  ask.body.emplace("ResourceId", name.view());
  auto read = [](JsonFields& in) {
    std::vector<Tag> tags;
    in.each("TagList", Presence::required, [&](JsonFields& tag) {
      tags.push_back({.key = tag.text("Key", Presence::required), .value = tag.text("Value")});
    });
    return tags;
  };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

ResultTask<ServiceSetting> Client::get_service_setting(std::string setting_id, CallScope scope) {
  Ask ask = new_ask(session_, region_, "GetServiceSetting");
  ask.operation.codeless = Operation::Codeless::final;
  ask.body.emplace("SettingId", setting_id);
  auto read = [](JsonFields& in) {
    ServiceSetting setting;
    in.one("ServiceSetting", Presence::required, [&](JsonFields& one) {
      setting = {.id = one.text("SettingId"),
                 .value = one.text("SettingValue", Presence::required),
                 .status = one.text("Status")};
    });
    return setting;
  };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

ResultTask<std::vector<ResourcePolicy>> Client::get_resource_policies(Arn arn, CallScope scope) {
  std::vector<ResourcePolicy> all;
  auto fetch = [this, &arn, &scope](std::string token) {
    return policy_page(session_, region_, arn, std::move(token), scope);
  };
  auto take = [&all](PolicyPage page) -> ResultTask<void> {
    for (ResourcePolicy& policy : page.policies) all.push_back(std::move(policy));
    co_return Result<void>();
  };
  auto restarted = [&all] { all.clear(); };
  SSMB_CO_TRY_VOID(co_await for_each_page(std::move(fetch), std::move(take), std::move(restarted)));
  co_return all;
}

}  // namespace ssmb::aws::ssm
