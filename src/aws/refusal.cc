// What a service says when it refuses, read out of its answer.

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "aws/client.h"
#include "aws/json.h"
#include "aws/xml.h"
#include "base/text.h"

namespace ssmb::aws {
namespace {

constexpr std::size_t kQuoted = 80;  // of a body that nobody understands

// "com.amazonaws.ssm#ParameterNotFound:http://..." -> "ParameterNotFound"
std::string bare_code(std::string_view code) {
  const std::size_t hash = code.rfind('#');
  if (hash != std::string_view::npos) code.remove_prefix(hash + 1);
  return printable(trim(code.substr(0, code.find(':'))), kQuoted);
}

std::string member(const boost::json::value& root, std::initializer_list<const char*> names) {
  const boost::json::object* object = root.if_object();
  for (const char* name : names) {
    const boost::json::value* value = object == nullptr ? nullptr : object->if_contains(name);
    const boost::json::string* text = value == nullptr ? nullptr : value->if_string();
    if (text != nullptr && !text->empty()) return {text->data(), text->size()};
  }
  return {};
}

// An answer that breaks off in the middle of its JSON may hold values.
std::string quoted(const HttpResponse& response) {
  const std::string_view body = trim(response.body.view());
  if (body.starts_with('{')) return "(JSON that breaks off)";
  return printable(body, kQuoted);
}

// S3 tells a client that came to the wrong place where the right one is.
void add_bucket_region(const HttpResponse& response, Refusal& refusal) {
  const std::string_view region = response.headers.get("x-amz-bucket-region");
  const bool elsewhere = response.status == 301 || response.status == 307 || response.status == 400;
  if (!elsewhere || region.empty()) return;
  const std::string_view gap = refusal.message.empty() ? "" : " ";
  refusal.message += fmt::format("{}{}{})", gap, kBucketRegion, region);
}

}  // namespace

std::string request_id(const HttpResponse& response) {
  constexpr std::size_t kLongest = 120;
  if (const auto id = response.headers.find("x-amzn-RequestId")) return printable(*id, kLongest);
  std::string id = printable(response.headers.get("x-amz-request-id"), kLongest);
  const std::string_view host_id = response.headers.get("x-amz-id-2");
  if (!host_id.empty()) id += fmt::format(" (id-2 {})", printable(host_id, kLongest));
  return id;
}

Refusal parse_json_refusal(const HttpResponse& response) {
  std::string problem;
  const boost::json::value root = detail::parse_json_object(response.body.view(), problem);
  std::string code = member(root, {"__type", "code"});
  if (code.empty()) code = response.headers.get("x-amzn-ErrorType");
  if (code.empty()) code = member(root, {"error"});  // OAuth's: IAM Identity Center, Sign-In
  Refusal refusal{.code = bare_code(code),
                  .message = member(root, {"message", "Message", "error_description"}),
                  .request_id = request_id(response)};
  if (!problem.empty()) refusal.message = quoted(response);
  return refusal;
}

Refusal parse_xml_refusal(const HttpResponse& response) {
  pugi::xml_document document;
  const pugi::xml_node root = parse_xml(response.body.view(), "", document);
  const std::string_view name = root.name();
  // S3: <Error>; the query protocol: <ErrorResponse><Error>...</Error><RequestId/>.
  const pugi::xml_node error = name == "ErrorResponse" ? root.child("Error") : root;
  Refusal refusal{.code = {}, .message = {}, .request_id = request_id(response)};
  if (name == "Error" || name == "ErrorResponse") {
    refusal.code = bare_code(error.child_value("Code"));
    refusal.message = error.child_value("Message");
    if (refusal.request_id.empty()) refusal.request_id = printable(root.child_value("RequestId"));
  } else {
    refusal.message = quoted(response);
  }
  add_bucket_region(response, refusal);
  return refusal;
}

}  // namespace ssmb::aws
