// A caller with policies of its own, in a world that checks no signature.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "sandbox/authenticator.h"
#include "sandbox/world.h"

namespace ssmb::sandbox {

inline constexpr const char* kAccount = "123456789012";
inline constexpr const char* kLimited = "arn:aws:iam::123456789012:user/limited";

// `statements` may use ' in place of ".
inline Rights rights_of(std::string statements) {
  std::ranges::replace(statements, '\'', '"');
  auto policy = iam::Policy::parse(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}",
                                   iam::PolicyKind::identity);
  EXPECT_TRUE(policy.has_value()) << policy.error();
  auto rights = std::make_shared<iam::Policies>();
  if (policy) rights->push_back(*std::move(policy));
  return rights;
}

// Whoever calls is user "limited".
class Entitled final : public Authenticator {
 public:
  explicit Entitled(Rights rights) : rights_(std::move(rights)) {}
  std::expected<Caller, ServiceError> authenticate(aws::HttpRequest&,
                                                   const RequestContext& context) override {
    return Caller{.account = AccountId(kAccount),
                  .arn = Arn(kLimited),
                  .user_id = "AIDALIMITED",
                  .access_key_id = "AKIDLIMITED",
                  .region = context.region,
                  .service = {},
                  .rights = rights_};
  }
  std::expected<IssuedCredentials, ServiceError> assume_role(const RoleRequest&) override {
    return std::unexpected(ServiceError{});
  }
  IssuedCredentials issue(Caller, Time) override { return {}; }

 private:
  Rights rights_;
};

inline void entitle(World& world, const std::string& statements) {
  world.set_authenticator(std::make_unique<Entitled>(rights_of(statements)));
}

inline std::string allow(const std::string& action, const std::string& resource,
                         const std::string& more = "") {
  return "{'Effect':'Allow','Action':'" + action + "','Resource':'" + resource + "'" + more + "}";
}

// How AWS says that nothing allows it; `resource` may be empty.
inline std::string implicit(std::string_view action, std::string_view resource) {
  return fmt::format(
      "User: {} is not authorized to perform: {}{} because no identity-based policy allows the {} "
      "action",
      kLimited, action, resource.empty() ? "" : fmt::format(" on resource: {}", resource), action);
}

}  // namespace ssmb::sandbox
