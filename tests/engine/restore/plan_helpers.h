// A snapshot's side and a live side for the planner, in a few words.
#pragma once

#include <string>
#include <vector>

#include "engine/restore/plan.h"
#include "engine/restore/put.h"
#include "tests/support/parameters.h"

namespace ssmb::engine::restore::testing {

using ssmb::testing::full_parameter;
using ssmb::testing::plain_parameter;

inline constexpr Time kNow{std::chrono::seconds{1'790'000'000}};  // 2026-09-21
inline const rules::Place kHere{.region = Region("us-west-2"),
                                .account = AccountId("123456789012")};
inline const rules::Place kThere{.region = Region("eu-west-1"),
                                 .account = AccountId("999999999999")};

inline PrintKey print_key() { return PrintKey(SecretBytes(std::string(32, 'k'))); }
inline Mapping same_place() { return {.from = kHere, .to = kHere, .names = {}, .keys = {}}; }

inline std::string policy_of_expiration(std::string_view time) {
  return R"({"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":")" + std::string(time) +
         "\"}}";
}
inline Policy expiration(std::string_view time) {
  return {.text = policy_of_expiration(time), .type = "Expiration", .status = "Pending"};
}
inline Policy delayed(std::string_view type, std::string_view key, int count,
                      std::string_view unit) {
  return {.text = R"({"Type":")" + std::string(type) + R"(","Version":"1.0","Attributes":{")" +
                  std::string(key) + "\":\"" + std::to_string(count) + R"(","Unit":")" +
                  std::string(unit) + "\"}}",
          .type = std::string(type),
          .status = "Pending"};
}

inline PlanOptions options_with(OnConflict on_conflict = OnConflict::overwrite) {
  return {.env = Environment("dev"),
          .scope = std::nullopt,
          .selection = {},
          .mapping = same_place(),
          .on_conflict = on_conflict,
          .first = {}};
}

// One planner with its snapshot's side filled in.
class Planning {
 public:
  explicit Planning(PlanOptions options)
      : options_(std::move(options)),
        planner_(options_, print_key(), {.place = options_.mapping.to, .now = kNow}) {}

  Planning& want(const Parameter& parameter) {
    const auto wanted = desired(parameter, options_.mapping, kNow, options_.with_history);
    planner_.want(parameter.name, wanted, {.offset = offset_++, .length = 1, .sha256 = {}});
    return *this;
  }
  Planner& planner() { return planner_; }
  Plan finish() { return planner_.finish(); }

 private:
  PlanOptions options_;
  Planner planner_;
  std::uint64_t offset_ = 0;
};

}  // namespace ssmb::engine::restore::testing
