// Every kind of fault there is: its name, when it strikes, which operations it fits.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace ssmb::sandbox {

enum class Fault {
  throttle,
  error_500,
  error_503,
  access_denied,
  reset_before,        // the connection breaks, and nothing has happened
  reset_after,         // it has happened, and the connection breaks
  cut_body,            // it has happened, and half of the answer's body comes
  cut_json,            // half of the body, and a Content-Length that fits
  slow_body,           // the answer waits, and then comes piece by piece
  silent,              // nothing has happened, and nothing is answered
  html,                // a proxy's page in place of the service
  huge_error,          // the words of an error are 1 MiB
  empty_page,          // no item, but a token
  stale_token,         // the listing's token is not good any more
  denied_key,          // kms:Decrypt is denied for a parameter's key
  complete_200_error,  // 200 and an <Error> inside, and nothing has happened
  wrong_clock,         // the service's clock is off, and judges signatures
  opt_in,              // the Region is not enabled: it knows no key
};

enum class FaultStage {
  clock,       // before anything else, and beside any other fault
  arrival,     // in place of the service: no signature is checked, no quota is used
  service,     // behind signature and quota
  decryption,  // for each parameter that is decrypted
};

struct FaultKind {
  Fault fault;
  std::string_view name;  // "reset-before"
  FaultStage stage;
  // Only operations that fit one of these globs can meet it, and those of `except` cannot.
  std::span<const std::string_view> fits;
  std::span<const std::string_view> except = {};
};

std::span<const FaultKind> fault_kinds();
const FaultKind& kind_of(Fault fault);
std::optional<Fault> fault_named(std::string_view name);
bool fits(Fault fault, std::string_view operation);

}  // namespace ssmb::sandbox
