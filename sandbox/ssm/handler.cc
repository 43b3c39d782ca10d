#include "sandbox/ssm/handler.h"

#include <map>
#include <string_view>

#include "sandbox/ssm/operations.h"

namespace ssmb::sandbox::ssm {
namespace {

const std::map<std::string_view, JsonHandler>& handlers() {
  static const std::map<std::string_view, JsonHandler> table = {
      {"ssm:AddTagsToResource", add_tags_to_resource},
      {"ssm:DeleteParameter", delete_parameter},
      {"ssm:DeleteParameters", delete_parameters},
      {"ssm:DeleteResourcePolicy", delete_resource_policy},
      {"ssm:DescribeParameters", describe_parameters},
      {"ssm:GetParameter", get_parameter},
      {"ssm:GetParameterHistory", get_parameter_history},
      {"ssm:GetParameters", get_parameters},
      {"ssm:GetParametersByPath", get_parameters_by_path},
      {"ssm:GetResourcePolicies", get_resource_policies},
      {"ssm:GetServiceSetting", get_service_setting},
      {"ssm:LabelParameterVersion", label_parameter_version},
      {"ssm:ListTagsForResource", list_tags_for_resource},
      {"ssm:PutParameter", put_parameter},
      {"ssm:PutResourcePolicy", put_resource_policy},
      {"ssm:RemoveTagsFromResource", remove_tags_from_resource},
      {"ssm:ResetServiceSetting", reset_service_setting},
      {"ssm:UnlabelParameterVersion", unlabel_parameter_version},
      {"ssm:UpdateServiceSetting", update_service_setting},
  };
  return table;
}

}  // namespace

std::vector<std::string> operations() {
  std::vector<std::string> names;
  for (const auto& [name, handler] : handlers()) names.emplace_back(name);
  return names;
}

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context) {
  const auto found = handlers().find(context.operation);
  if (found == handlers().end())
    return json_error({.code = "UnknownOperationException", .message = "", .status = 400});
  return answer_json(world, context, request, found->second);
}

}  // namespace ssmb::sandbox::ssm
