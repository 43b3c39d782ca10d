// Errors as values: what went wrong, where, what the service said, and what to do next.
//
// Every fallible function returns Result<T>. No exception crosses a layer's border.
#pragma once

#include <compare>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ssmb {

// What kind of failure this is. Exit codes and "is it worth another try" follow from it,
// in one table each (cli/exit_code.h, runtime/retry.h).
enum class ErrorKind {
  usage,          // wrong flags or arguments
  configuration,  // metadata, stack file or environment variables that do not fit together
  credentials,    // none found, expired, or a source that failed
  denied,         // the service knows us and says no
  not_found,
  conflict,     // already exists, or a precondition (If-Match, If-None-Match) failed
  throttled,    // the service asks to slow down
  unreachable,  // no connection was made: the request certainly had no effect
  transient,    // connection lost, 5xx: another try may succeed
  timeout,      // a deadline of ours passed
  cancelled,    // the user interrupted
  corrupt,      // bytes that are not what they should be
  invalid,      // the service refuses the request's content
  local_io,     // disk, work directory
  internal,     // a defect of ours
};

std::string_view to_string(ErrorKind kind);

// What a service answered, kept all the way to the user.
struct ServiceFault {
  std::string operation;  // "ssm:GetParameters"
  std::string region;     // "us-west-2"
  std::string code;       // "AccessDeniedException"; empty when there was no answer
  std::string message;    // the service's own words, cut to a screenful; never a parameter's value
  std::string request_id;
  int http_status = 0;  // 0 when there was no answer

  auto operator<=>(const ServiceFault&) const = default;
};

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string what;                   // one line: what was tried and what happened
  std::optional<ServiceFault> fault;  // present when a service was asked
  std::string next;                   // what the operator should do; may be empty

  // The same error, seen from one step further out: "<context>: <what>".
  Error within(std::string_view context) &&;
  // Sets the next step unless one is there already (the innermost knows best).
  Error advising(std::string_view step) &&;

  auto operator<=>(const Error&) const = default;
};

// What, then the service's answer, on one line; without the next step. For logs and records.
std::string to_line(const Error& error);

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string what, std::string next = {}) {
  return std::unexpected(
      Error{.kind = kind, .what = std::move(what), .fault = std::nullopt, .next = std::move(next)});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace ssmb
