#include "sandbox/iam/requirements.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "base/partition.h"
#include "sandbox/iam/access.h"
#include "sandbox/service_errors.h"

namespace ssmb::sandbox::iam {
namespace {

namespace json = boost::json;

// Which member of the input names the resource, and what it is.
enum class Kind { nothing, parameter, setting, arn };
struct Row {
  std::string_view operation;
  const char* member;
  Kind kind;
};
constexpr auto kRows = std::to_array<Row>({
    {"ssm:AddTagsToResource", "ResourceId", Kind::parameter},
    {"ssm:DeleteParameter", "Name", Kind::parameter},
    {"ssm:DeleteParameters", "Names", Kind::parameter},
    {"ssm:DeleteResourcePolicy", "ResourceArn", Kind::arn},
    {"ssm:DescribeParameters", "", Kind::nothing},
    {"ssm:GetParameter", "Name", Kind::parameter},
    {"ssm:GetParameterHistory", "Name", Kind::parameter},
    {"ssm:GetParameters", "Names", Kind::parameter},
    {"ssm:GetParametersByPath", "Path", Kind::parameter},
    {"ssm:GetResourcePolicies", "ResourceArn", Kind::arn},
    {"ssm:GetServiceSetting", "SettingId", Kind::setting},
    {"ssm:LabelParameterVersion", "Name", Kind::parameter},
    {"ssm:ListTagsForResource", "ResourceId", Kind::parameter},
    {"ssm:PutParameter", "Name", Kind::parameter},
    {"ssm:PutResourcePolicy", "ResourceArn", Kind::arn},
    {"ssm:RemoveTagsFromResource", "ResourceId", Kind::parameter},
    {"ssm:ResetServiceSetting", "SettingId", Kind::setting},
    {"ssm:UnlabelParameterVersion", "Name", Kind::parameter},
    {"ssm:UpdateServiceSetting", "SettingId", Kind::setting},
    {"tag:GetResources", "", Kind::nothing},
});

std::vector<std::string> texts_at(const json::object& input, const char* member) {
  std::vector<std::string> texts;
  const json::value* value = input.if_contains(member);
  if (value == nullptr) return texts;
  if (value->is_string()) texts.emplace_back(value->get_string());
  if (!value->is_array()) return texts;
  for (const json::value& item : value->get_array()) {
    if (item.is_string()) texts.emplace_back(item.get_string());
  }
  return texts;
}

std::string arn(const RequestContext& context, std::string_view resource) {
  return fmt::format("arn:{}:ssm:{}:{}:{}", partition_of(context.region).id, context.region,
                     context.caller.account, resource);
}

// "/a/b", "a", "/a/b:3", or an ARN.
std::string parameter_arn(const RequestContext& context, std::string name) {
  const bool is_arn = name.starts_with("arn:");
  const std::size_t selector = name.find(':', is_arn ? name.find(":parameter/") + 1 : 0);
  if (selector != std::string::npos) name.resize(selector);
  if (is_arn) return name;
  return arn(context, fmt::format("parameter{}{}", name.starts_with('/') ? "" : "/", name));
}

std::string resource_of(const RequestContext& context, Kind kind, const std::string& text) {
  if (kind == Kind::parameter) return parameter_arn(context, text);
  if (kind == Kind::setting && !text.starts_with("arn:"))
    return arn(context, fmt::format("servicesetting{}", text));
  return text;
}

bool has_tags(const json::object& input) {
  const json::value* tags = input.if_contains("Tags");
  return tags != nullptr && tags->is_array() && !tags->get_array().empty();
}

}  // namespace

std::vector<Requirement> requirements(const RequestContext& context, const json::object& input) {
  const auto row = std::ranges::find(kRows, context.operation, &Row::operation);
  if (row == kRows.end()) return {};
  if (row->kind == Kind::nothing) {
    // SSM names a place all the same, the tagging API none.
    const bool is_ssm = context.service == aws::Service::ssm;
    return {{.action = context.operation,
             .resource = "*",
             .told = is_ssm ? arn(context, "*") : std::string()}};
  }
  std::vector<Requirement> needed;
  for (const std::string& text : texts_at(input, row->member)) {
    const std::string resource = resource_of(context, row->kind, text);
    needed.push_back({.action = context.operation, .resource = resource, .told = resource});
    // "To add tags to a parameter at creation": the other permission, too.
    if (context.operation == "ssm:PutParameter" && has_tags(input))
      needed.push_back({.action = "ssm:AddTagsToResource", .resource = resource, .told = resource});
  }
  return needed;
}

std::optional<ServiceError> check_identity(const RequestContext& context,
                                           const json::object& input) {
  if (!context.caller.rights) return std::nullopt;
  const auto value_of = [&](std::string_view key) { return global_condition(context, key); };
  for (const Requirement& each : requirements(context, input)) {
    const Verdict verdict = identity_verdict(
        context.caller, {.action = each.action, .resource = each.resource, .value_of = value_of});
    if (verdict == Verdict::allow) continue;
    return access_denied(context.service, refusal(context.caller, each.action, each.told,
                                                  because_of_identity(verdict, each.action)));
  }
  return std::nullopt;
}

}  // namespace ssmb::sandbox::iam
