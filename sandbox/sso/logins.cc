#include "sandbox/sso/logins.h"

#include <fmt/format.h>

#include <algorithm>

namespace ssmb::sandbox {

const Login* Logins::holder_of(std::string_view access_token, Time now) {
  if (anyone_) return access_token.empty() ? nullptr : &somebody_;
  const auto found = std::ranges::find_if(logins_, [&](const Login& login) {
    return !access_token.empty() && login.access_token.reveal() == access_token &&
           (!login.expires || *login.expires > now);
  });
  return found == logins_.end() ? nullptr : &*found;
}

Login* Logins::renewer(std::string_view refresh_token, std::string_view client_id) {
  if (anyone_) return refresh_token.empty() ? nullptr : &somebody_;
  const auto found = std::ranges::find_if(logins_, [&](const Login& login) {
    return !refresh_token.empty() && login.refresh_token.reveal() == refresh_token &&
           login.client_id == client_id;
  });
  return found == logins_.end() ? nullptr : &*found;
}

bool Logins::may_be(const Login& login, std::string_view account, std::string_view role) const {
  return anyone_ ||
         std::ranges::find(login.roles, fmt::format("{}/{}", account, role)) != login.roles.end();
}

}  // namespace ssmb::sandbox
