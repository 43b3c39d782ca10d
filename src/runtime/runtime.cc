#include "runtime/runtime.h"

#include <fmt/format.h>

namespace ssmb {

std::string Runtime::random_id() {
  const std::uint64_t high = random();
  return fmt::format("{:016x}{:016x}", high, random());
}

Error scope_ended(const CallScope& scope) {
  if (scope.stop.stop_requested())
    return {.kind = ErrorKind::cancelled, .what = "interrupted", .fault = {}, .next = {}};
  if (scope.limit > Duration{0})
    return {.kind = ErrorKind::timeout,
            .what = "no answer within " + to_human(scope.limit),
            .fault = {},
            .next = {}};
  return {.kind = ErrorKind::timeout,
          .what = "the deadline has passed",
          .fault = {},
          .next = "allow more time with --deadline"};
}

Result<void> check(Runtime& runtime, const CallScope& scope) {
  if (scope.stop.stop_requested() || runtime.steady() >= scope.deadline)
    return fail(scope_ended(scope));
  return {};
}

}  // namespace ssmb
