#include "sandbox/fault_subject.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "base/wiping_resource.h"
#include "sandbox/s3/call.h"

namespace ssmb::sandbox {
namespace {

namespace json = boost::json;

// "/a/b:3" and "/a/b:label" are "/a/b".
std::string without_selector(std::string_view name) {
  if (name.starts_with("arn:")) return std::string(name);
  return std::string(name.substr(0, name.find(':')));
}

void read_json(const aws::HttpRequest& request, FaultSubject& subject) {
  boost::system::error_code broken;
  const json::value body =
      json::parse(json::string_view(request.body.view()), broken, wiping_storage());
  const json::object* input = broken ? nullptr : body.if_object();
  if (input == nullptr) return;
  constexpr auto kNames = std::to_array<const char*>({"Name", "ResourceId"});
  for (const char* member : kNames) {
    const json::value* name = input->if_contains(member);
    if (name && name->is_string())
      subject.parameters.push_back(without_selector(name->get_string()));
  }
  const json::value* names = input->if_contains("Names");
  if (names && names->is_array()) {
    for (const json::value& name : names->get_array()) {
      if (name.is_string()) subject.parameters.push_back(without_selector(name.get_string()));
    }
  }
  constexpr auto kTokens = std::to_array<const char*>({"NextToken", "PaginationToken"});
  for (const char* member : kTokens) {
    const json::value* token = input->if_contains(member);
    if (token && token->is_string() && !token->get_string().empty()) subject.has_token = true;
  }
}

}  // namespace

FaultSubject subject_of(const aws::HttpRequest& request, const RequestContext& context) {
  FaultSubject subject{.operation = context.operation, .region = context.region};
  switch (context.service) {
    case aws::Service::ssm:
    case aws::Service::tagging: read_json(request, subject); break;
    case aws::Service::s3:
      subject.key = s3::target_of(request).key;
      subject.has_token = s3::Query(request.query).has("continuation-token");
      break;
    case aws::Service::sts:
    case aws::Service::sso:
    case aws::Service::sso_oidc:
    case aws::Service::sns:  // not here
    case aws::Service::signin: break;
  }
  return subject;
}

}  // namespace ssmb::sandbox
