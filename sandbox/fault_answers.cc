#include "sandbox/fault_answers.h"

#include <fmt/format.h>

#include "base/partition.h"
#include "sandbox/auth/refusals.h"
#include "sandbox/dispatch.h"
#include "sandbox/service_errors.h"

namespace ssmb::sandbox {
namespace {

constexpr std::size_t kHuge = std::size_t{1} << 20;

aws::HttpResponse proxy_page(int status) {
  const std::string_view title = status == 200 ? "Welcome" : "502 Bad Gateway";
  aws::HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html");
  response.body =
      SecretBytes(fmt::format("<!DOCTYPE html>\n<html><head><title>{0}</title></head>"
                              "<body><h1>{0}</h1></body></html>\n",
                              title));
  return response;
}

std::string words_for_denial(const FaultRule& rule, const RequestContext& context) {
  if (!rule.message.empty()) return rule.message;
  return fmt::format(
      "User: {} is not authorized to perform: {} because no identity-based policy allows the {} "
      "action",
      context.caller.arn, context.operation, context.operation);
}

// The key as KMS names it in a refusal.
std::string key_arn(const RequestContext& context, const std::string& key) {
  if (key.starts_with("arn:")) return key;
  return fmt::format("arn:{}:kms:{}:{}:{}{}", partition_of(context.region).id, context.region,
                     context.caller.account, key.starts_with("alias/") ? "" : "key/", key);
}

}  // namespace

Served answer_on_arrival(const FaultRule& rule, const RequestContext& context) {
  using enum Delivery::Kind;
  switch (rule.fault) {
    case Fault::html: return {.response = proxy_page(rule.status == 0 ? 502 : rule.status)};
    case Fault::opt_in:
      return {.response = error_response(
                  context, refuse(AuthCause::unknown_key, protocol_of(context.service)))};
    case Fault::silent: return {.response = {}, .delivery = {.kind = never}};
    default: return {.response = {}, .delivery = {.kind = reset}};
  }
}

std::optional<aws::HttpResponse> answer_instead(const FaultRule& rule,
                                                const RequestContext& context) {
  const aws::Service service = context.service;
  switch (rule.fault) {
    case Fault::throttle: return error_response(context, throttled(service));
    case Fault::error_500: return error_response(context, internal_error(service));
    case Fault::error_503: return error_response(context, unavailable(service));
    case Fault::stale_token: return error_response(context, stale_token(service));
    case Fault::access_denied:
      return error_response(context, access_denied(service, words_for_denial(rule, context)));
    case Fault::huge_error: {
      ServiceError error = internal_error(service);
      if (rule.status != 0) error.status = rule.status;
      error.message = std::string(kHuge, 'x');
      return error_response(context, error);
    }
    case Fault::complete_200_error: {
      ServiceError error = internal_error(service);
      error.status = 200;
      return error_response(context, error);
    }
    default: return std::nullopt;
  }
}

Served disturbed(const FaultRule& rule, aws::HttpResponse response) {
  using enum Delivery::Kind;
  const std::size_t half = response.body.size() / 2;
  Served served{.response = std::move(response)};
  Delivery& delivery = served.delivery;
  switch (rule.fault) {
    case Fault::reset_after: delivery.kind = reset; break;
    case Fault::cut_body:
      // Nothing is left of a body that was empty: the headers are what is cut.
      delivery.kind = served.response.body.empty() ? reset : cut;
      delivery.bytes = half;
      break;
    case Fault::cut_json: served.response.body.resize(half); break;
    case Fault::slow_body:
      delivery.delay = rule.seconds / 2;
      delivery.stretch = rule.seconds - delivery.delay;
      break;
    default: break;
  }
  return served;
}

std::optional<ServiceError> denied_decryption(World& world, const RequestContext& context,
                                              std::string_view parameter, const KmsKeyId& key) {
  if (!world.faults().any()) return std::nullopt;
  const FaultSubject subject{.operation = context.operation,
                             .region = context.region,
                             .parameters = {std::string(parameter)}};
  if (!world.faults().pick(FaultStage::decryption, subject)) return std::nullopt;
  return ServiceError{
      "AccessDeniedException",
      fmt::format("User: {} is not authorized to perform: kms:Decrypt on resource: {} because no "
                  "identity-based policy allows the kms:Decrypt action (Service: AWSKMS; Status "
                  "Code: 400; Error Code: AccessDeniedException; Request ID: {}; Proxy: null)",
                  context.caller.arn, key_arn(context, key.str()), context.request_id),
      400};
}

}  // namespace ssmb::sandbox
