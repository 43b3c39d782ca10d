#include "sandbox/in_process_transport.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/try.h"
#include "sandbox/dispatch.h"

namespace ssmb::sandbox {
namespace {

std::string short_key(const aws::HttpRequest& request) {
  Sha256 hash;
  for (std::string_view part : {std::string_view(request.method), std::string_view(request.path),
                                std::string_view(request.query), request.body.view()})
    hash.update(part).update("\n");
  const Sha256Digest digest = hash.finish();
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", static_cast<unsigned>(digest[0]),
                     static_cast<unsigned>(digest[1]), static_cast<unsigned>(digest[2]),
                     static_cast<unsigned>(digest[3]));
}

// For a caller who waits for ever: so long does a connection live on which nothing comes.
constexpr Duration kGivesUp = std::chrono::hours{24};

}  // namespace

ResultTask<aws::HttpResponse> InProcessTransport::send(aws::HttpRequest request, CallScope scope) {
  const auto span = static_cast<double>((latency_.most - latency_.least).count());
  const Duration total =
      latency_.least + Duration(static_cast<Duration::rep>(span * runtime_.random_unit()));
  SSMB_CO_TRY_VOID(co_await runtime_.sleep(total / 2, scope));

  const Route route = route_of(request);
  trace_.push_back({.at = world_.now(),
                    .region = route.region,
                    .operation = route.operation,
                    .key = short_key(request)});
  const Arrival arrival{.channel = request.endpoint.scheme == aws::Endpoint::Scheme::https
                                       ? Arrival::Channel::tls
                                       : Arrival::Channel::cleartext};
  const std::string url = request.endpoint.url();
  Served served = serve(world_, std::move(request), arrival);

  const Delivery& delivery = served.delivery;
  const bool never = delivery.kind == Delivery::Kind::never;
  const Duration rest = never ? kGivesUp : total - total / 2 + delivery.delay + delivery.stretch;
  SSMB_CO_TRY_VOID(co_await runtime_.sleep(rest, scope));
  if (delivery.kind != Delivery::Kind::whole)
    co_return fail(ErrorKind::transient, fmt::format("the connection to {} broke", url));
  co_return std::move(served.response);
}

}  // namespace ssmb::sandbox
