// One call to Parameter Store: body out, typed answer back. Only the client's .cc files include it.
#pragma once

#include <string_view>
#include <utility>

#include "aws/json.h"
#include "aws/ssm/types.h"

namespace ssmb::aws::ssm {

struct Ask {
  Session& session;
  Operation operation;
  boost::json::object body = new_json_object();
};

inline Ask new_ask(Session& session, const Region& region, std::string_view action,
                   Idempotency idempotency = Idempotency::safe) {
  return {.session = session,
          .operation = {.service = Service::ssm,
                        .name = "ssm:" + std::string(action),
                        .region = region,
                        .idempotency = idempotency}};
}

// `read` takes a JsonFields& and returns the typed answer.
template <class Read>
auto send(Ask ask, Read read, CallScope scope)
    -> ResultTask<decltype(read(std::declval<JsonFields&>()))> {
  auto response = co_await call_json(ask.session, ask.operation, "AmazonSSM", to_json(ask.body),
                                     std::move(scope));
  if (!response) co_return fail(std::move(response).error());
  co_return decode_json(ask.operation, *response, read);
}

boost::json::array json_tags(const std::vector<Tag>& tags);

}  // namespace ssmb::aws::ssm
