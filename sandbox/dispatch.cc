#include "sandbox/dispatch.h"

#include <fmt/format.h>

#include "base/partition.h"
#include "sandbox/auth/authenticate.h"
#include "sandbox/control.h"
#include "sandbox/fault_answers.h"
#include "sandbox/fault_subject.h"
#include "sandbox/json_protocol.h"
#include "sandbox/query_protocol.h"
#include "sandbox/s3/handler.h"
#include "sandbox/service_errors.h"
#include "sandbox/ssm/handler.h"
#include "sandbox/ssm/settings.h"
#include "sandbox/sso/handler.h"
#include "sandbox/sts/handler.h"
#include "sandbox/tagging/handler.h"

namespace ssmb::sandbox {
namespace {

constexpr std::string_view kSsmTarget = "AmazonSSM.";
constexpr std::string_view kTaggingTarget = "ResourceGroupsTaggingAPI_20170126.";

// "ssm.us-west-2.amazonaws.com", "bucket.s3.cn-north-1.amazonaws.com.cn": the label before the
// domain of its partition.
Region region_of_host(std::string_view host) {
  for (std::string_view rest = host; rest.contains('.'); rest.remove_prefix(rest.find('.') + 1)) {
    const Region label(rest.substr(0, rest.find('.')));
    if (label.view().contains('-') &&
        rest.substr(label.view().size() + 1).starts_with(partition_of(label).domain))
      return label;
  }
  return Region("us-east-1");
}

bool is_form(const aws::HttpRequest& request) {
  return request.method == "POST" &&
         request.headers.get("Content-Type").starts_with("application/x-www-form-urlencoded");
}

void add_id(aws::HttpResponse& response, const RequestContext& context) {
  if (context.service == aws::Service::s3) {
    response.headers.set("x-amz-request-id", context.request_id);
  } else {
    response.headers.set("x-amzn-RequestId", context.request_id);
  }
}

// These carry their own proof of identity.
bool is_unsigned(const RequestContext& context) {
  return context.operation == "sts:AssumeRoleWithWebIdentity" || sso::is_here(context.service);
}

bool has_high_throughput(World& world, const RequestContext& context) {
  const ssm::Store& store = world.ssm(context.caller.account, context.region);
  return ssm::setting_value(store, ssm::kHighThroughputSetting) == "true";
}

bool is_within_quota(World& world, const RequestContext& context) {
  if (!world.quotas().any()) return true;
  return world.quotas().admit({.account = context.caller.account,
                               .region = context.region,
                               .operation = context.operation,
                               .high_throughput = has_high_throughput(world, context)},
                              context.time);
}

std::expected<Caller, ServiceError> find_caller(World& world, aws::HttpRequest& request,
                                                const RequestContext& context, Time service_time) {
  if (is_unsigned(context)) return Caller{};
  RequestContext judged = context;
  judged.time = service_time;
  auto caller = world.authenticator().authenticate(request, judged);
  if (!caller || service_time == context.time) return caller;
  const auto checked = check_signing_time(request, protocol_of(context.service), service_time);
  if (!checked) return std::unexpected(checked.error());
  return caller;
}

struct Circumstances {
  const FaultSubject& subject;
  Time service_time;  // what the service takes for the time
};

// Signature, quota, fault, handler, in this order.
Served answer(World& world, aws::HttpRequest& request, RequestContext& context,
              Circumstances circumstances) {
  auto caller = find_caller(world, request, context, circumstances.service_time);
  if (!caller) return {.response = error_response(context, caller.error())};
  context.caller = *std::move(caller);
  if (!is_within_quota(world, context))
    return {.response = error_response(context, throttled(context.service))};
  const FaultRule* fault = world.faults().pick(FaultStage::service, circumstances.subject);
  if (!fault) return {.response = dispatch(world, request, context)};
  if (auto instead = answer_instead(*fault, context)) return {.response = *std::move(instead)};
  context.empty_page = fault->fault == Fault::empty_page;
  return disturbed(*fault, dispatch(world, request, context));
}

}  // namespace

Route route_of(const aws::HttpRequest& request) {
  Route route;
  const auto claimed = claimed_scope(request);
  const std::string host(request.headers.find("Host").value_or(request.endpoint.host));
  route.region = claimed && !claimed->region.empty() ? claimed->region : region_of_host(host);
  if (auto signed_in = sso::route_of(request)) {
    route.service = signed_in->service;
    route.operation = std::move(signed_in->operation);
  } else if (const auto target = request.headers.find("X-Amz-Target")) {
    const bool tagging = target->starts_with(kTaggingTarget);
    route.service = tagging ? aws::Service::tagging : aws::Service::ssm;
    const std::string_view prefix = tagging ? kTaggingTarget : kSsmTarget;
    // A target of another service stays whole, and is an unknown operation.
    const std::string_view name =
        target->starts_with(prefix) ? target->substr(prefix.size()) : *target;
    route.operation = fmt::format("{}:{}", tagging ? "tag" : "ssm", name);
  } else if (is_form(request) && (!claimed || claimed->service != "s3")) {
    route.service = aws::Service::sts;
    route.operation = "sts:" + parse_form(request.body.view())["Action"];
  } else {
    route.service = aws::Service::s3;
    route.operation = s3::operation_of(request);
  }
  return route;
}

RequestContext classify(World& world, const aws::HttpRequest& request, Arrival arrival) {
  Route route = route_of(request);
  return {.service = route.service,
          .region = std::move(route.region),
          .operation = std::move(route.operation),
          .caller = {},
          .request_id = world.new_id(),
          .time = world.now(),
          .secure_transport =
              arrival.channel == Arrival::Channel::tls || !world.options().strict_transport};
}

aws::HttpResponse error_response(const RequestContext& context, const ServiceError& error) {
  switch (context.service) {
    case aws::Service::s3: return s3::error_response(context, error);
    case aws::Service::sts: return sts::error_response(context, error);
    case aws::Service::sso:
    case aws::Service::sso_oidc:
    case aws::Service::signin: return sso::error_response(error);
    case aws::Service::sns:  // not here
    case aws::Service::ssm:
    case aws::Service::tagging: break;
  }
  return json_error(error);
}

aws::HttpResponse dispatch(World& world, const aws::HttpRequest& request,
                           const RequestContext& context) {
  world.count(context.operation, context.region);
  world.count_caller(context.operation, context.caller.arn);
  switch (context.service) {
    case aws::Service::ssm: return ssm::handle(world, request, context);
    case aws::Service::tagging: return tagging::handle(world, request, context);
    case aws::Service::sts: return sts::handle(world, request, context);
    case aws::Service::sso:
    case aws::Service::sso_oidc:
    case aws::Service::signin: return sso::handle(world, request, context);
    case aws::Service::sns:  // not here
    case aws::Service::s3: break;
  }
  return s3::handle(world, request, context);
}

Served serve(World& world, aws::HttpRequest request, Arrival arrival) {
  if (is_control(request)) return {.response = control(world, request)};
  RequestContext context = classify(world, request, arrival);
  const FaultSubject subject = world.faults().any() ? subject_of(request, context) : FaultSubject();
  const FaultRule* clock = world.faults().pick(FaultStage::clock, subject);
  const Time service_time = context.time + (clock ? clock->seconds : Duration{0});
  const FaultRule* fault = world.faults().pick(FaultStage::arrival, subject);
  Served served = fault ? answer_on_arrival(*fault, context)
                        : answer(world, request, context, {subject, service_time});
  // A proxy's page knows nothing of the service.
  if (!fault || fault->fault != Fault::html) add_id(served.response, context);
  served.response.headers.set("Date", to_http_date(service_time));
  // HEAD: errors lose their words, whoever wrote them.
  if (request.method == "HEAD" && served.response.status >= 300) served.response.body.clear();
  return served;
}

}  // namespace ssmb::sandbox
