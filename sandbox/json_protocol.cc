#include "sandbox/json_protocol.h"

#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serializer.hpp>
#include <boost/json/value.hpp>

#include "base/wiping_resource.h"
#include "sandbox/iam/requirements.h"

namespace ssmb::sandbox {
namespace {

namespace json = boost::json;

// Straight into wiped memory; the block on the stack is wiped too.
SecretBytes serialize(const json::value& value) {
  SecretBytes text;
  std::array<char, 4096> block;
  json::serializer serializer;
  serializer.reset(&value);
  while (!serializer.done()) text.append(serializer.read(block.data(), block.size()));
  wipe(block.data(), block.size());
  return text;
}

}  // namespace

aws::HttpResponse json_response(int status, const json::value& body) {
  aws::HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "application/x-amz-json-1.1");
  response.body = serialize(body);
  return response;
}

aws::HttpResponse json_error(const ServiceError& error) {
  return json_response(error.status,
                       json::object{{"__type", error.code}, {"message", error.message}});
}

aws::HttpResponse answer_json(World& world, const RequestContext& context,
                              const aws::HttpRequest& request, JsonHandler handler) {
  boost::system::error_code broken;
  const std::string_view body = request.body.view();
  const json::value input =
      json::parse(body.empty() ? "{}" : json::string_view(body), broken, wiping_storage());
  if (broken || !input.is_object())
    return json_error({.code = "SerializationException", .message = "", .status = 400});
  if (const auto denied = iam::check_identity(context, input.get_object()))
    return json_error(*denied);
  auto answer = handler(world, context, input.get_object());
  if (!answer) return json_error(answer.error());
  return json_response(200, json::value(std::move(*answer)));
}

}  // namespace ssmb::sandbox
