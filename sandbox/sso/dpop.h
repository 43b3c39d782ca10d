// Is a proof of possession (RFC 9449) a good one? By code of its own, so that it is an oracle for
// what the clients sign. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace ssmb::sandbox::sso {

// What is wrong with the DPoP header of a POST to `path` at `host`; nullopt: nothing. The key that
// it is signed with is the one that it carries.
std::optional<std::string> check_dpop(std::string_view proof, std::string_view host,
                                      std::string_view path, Time now);

}  // namespace ssmb::sandbox::sso
