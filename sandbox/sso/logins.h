// Who has signed in with a browser, and the tokens they got for it. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/auth/accounts.h"

namespace ssmb::sandbox {

class Logins {
 public:
  // Anyone: every token is that of user "sandbox", who may be any role and renew anything.
  Logins() = default;
  explicit Logins(std::vector<Login> logins) : anyone_(false), logins_(std::move(logins)) {}

  // nullptr: nobody's, or expired.
  const Login* holder_of(std::string_view access_token, Time now);
  // nullptr: nobody's, or of another client. The Login may be changed.
  Login* renewer(std::string_view refresh_token, std::string_view client_id);
  bool may_be(const Login& login, std::string_view account, std::string_view role) const;

 private:
  bool anyone_ = true;
  std::vector<Login> logins_;
  Login somebody_{.user = "sandbox"};
};

}  // namespace ssmb::sandbox
