// One request to a service that hands out credentials, with its few retries.
#pragma once

#include <cstdint>
#include <functional>

#include "aws/http/transport.h"
#include "runtime/retry.h"

namespace ssmb::aws {

// What a service may say of how long something lasts, in seconds: ten years.
inline constexpr std::int64_t kLongestLife = 315'360'000;

struct AskOptions {
  Duration attempt_timeout = std::chrono::seconds{5};
  Retry retry{.policy = {.attempts = 3},
              .backoff = {.base = std::chrono::milliseconds{100}, .cap = std::chrono::seconds{2}}};
};

// Sends `request`, again after 429, 5xx and lost connections; any other answer is returned. A try
// that runs into its own time limit is the last. Errors: those of Transport.
ResultTask<HttpResponse> ask(Runtime& runtime, Transport& transport, HttpRequest request,
                             AskOptions options, CallScope scope);

}  // namespace ssmb::aws
