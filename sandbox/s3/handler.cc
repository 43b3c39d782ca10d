#include "sandbox/s3/handler.h"

#include "base/encoding.h"
#include "sandbox/s3/access.h"
#include "sandbox/s3/call.h"
#include "sandbox/s3/routes.h"
#include "sandbox/s3/xml.h"

namespace ssmb::sandbox::s3 {
namespace {

aws::HttpResponse fault_response(const RequestContext& context, const Fault& fault) {
  aws::HttpResponse response;
  response.headers = fault.headers;
  response.status = fault.error.status;
  if (fault.error.status == 304) return response;
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("Error");
  add_text(root, "Code", fault.error.code);
  add_text(root, "Message", fault.error.message);
  for (const auto& [name, value] : fault.details) add_text(root, name.c_str(), value);
  add_text(root, "RequestId", context.request_id);
  response.headers.set("Content-Type", "application/xml");
  response.body = SecretBytes(to_text(document));
  return response;
}

Outcome<void> find_bucket(Call& call) {
  auto& buckets = call.world.s3().buckets;
  const auto found = buckets.find(BucketName(call.target.bucket));
  if (found == buckets.end()) {
    return refuse(404, "NoSuchBucket", "The specified bucket does not exist",
                  {{"BucketName", call.target.bucket}});
  }
  call.bucket = &found->second;
  return {};
}

Outcome<void> check_key(const std::string& key) {
  if (!is_utf8(key)) return refuse(400, "InvalidURI", "Couldn't parse the specified URI.");
  if (key.size() > 1024)
    return refuse(400, "KeyTooLongError", "Your key is too long",
                  {{"Size", std::to_string(key.size())}, {"MaxSizeAllowed", "1024"}});
  return {};
}

// A bucket with Object Lock is one with versions, and both are permissions of their own.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
Outcome<void> check_creation(const Call& call) {
  std::vector<std::string_view> actions{"s3:CreateBucket"};
  if (call.request.headers.find("x-amz-bucket-object-lock-enabled"))
    actions.insert(actions.end(),
                   {"s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"});
  for (const std::string_view action : actions) {
    if (auto allowed = check_without_bucket(call, action); !allowed) return allowed;
  }
  return {};
}

Outcome<void> check(Call& call, const Route& route) {
  if (route.level == Level::service) return check_without_bucket(call, route.action);
  if (route.name == "CreateBucket") return check_creation(call);
  if (auto found = find_bucket(call); !found) return found;
  if (route.name == "DeleteObjects") return check_place(call, route.action);
  if (auto allowed = check_access(call, route.action); !allowed) return allowed;
  // Retention that is set with an object is a permission of its own.
  if (!call.target.key.empty() && call.request.headers.find("x-amz-object-lock-mode"))
    return check_access(call, "s3:PutObjectRetention");
  return {};
}

Answer run(Call& call) {
  const Route* route = find_route(call.request, call.target, call.query);
  if (!route) {
    return refuse(405, "MethodNotAllowed",
                  "The specified method is not allowed against this resource.");
  }
  if (auto good = check_key(call.target.key); !good) return pass_on(std::move(good));
  if (auto allowed = check(call, *route); !allowed) return pass_on(std::move(allowed));
  return route->run(call);
}

}  // namespace

std::string operation_of(const aws::HttpRequest& request) {
  const Route* route = find_route(request, target_of(request), Query(request.query));
  return "s3:" + std::string(route ? route->name : "Unknown");
}

std::vector<std::string> operations() {
  std::vector<std::string> names;
  for (const Route& route : routes()) names.push_back("s3:" + std::string(route.name));
  return names;
}

aws::HttpResponse handle(World& world, const aws::HttpRequest& request,
                         const RequestContext& context) {
  Call call{.world = world,
            .request = request,
            .context = context,
            .target = target_of(request),
            .query = Query(request.query)};
  Answer answer = run(call);
  const bool refused = !answer;
  aws::HttpResponse response =
      answer ? *std::move(answer) : fault_response(context, answer.error());
  // A HEAD tells the length of what a GET would bring; errors lose their words.
  if (request.method == "HEAD" && refused) response.body.clear();
  if (!response.headers.find("content-length"))
    response.headers.set("Content-Length", std::to_string(response.body.size()));
  return response;
}

aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error) {
  return fault_response(context, {.error = error, .details = {}, .headers = {}});
}

}  // namespace ssmb::sandbox::s3
