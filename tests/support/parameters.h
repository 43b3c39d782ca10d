// Parameters for tests: a full one, and every way in which one differs from another.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "parameter/fields.h"
#include "parameter/members.h"

namespace ssmb::testing {

// Every field present, with texts that are hard on codecs.
inline Parameter full_parameter(std::string name = "/app/dev/db/password") {
  using namespace std::chrono_literals;
  const Time date{1756516272345ms};
  aws::ssm::Metadata older{.name = ParameterName(name),
                           .arn = {},
                           .type = "SecureString",
                           .key_id = KmsKeyId("alias/aws/ssm"),
                           .last_modified_date = date - 24h,
                           .last_modified_user = "arn:aws:iam::123456789012:user/a",
                           .description = "first",
                           .allowed_pattern = ".*",
                           .version = 1,
                           .tier = "Advanced",
                           .policies = {{.text = "{}", .type = "Expiration", .status = "Finished"}},
                           .data_type = "text"};
  return {.name = ParameterName(name),
          .type = "SecureString",
          .value = SecretText(std::string_view("p\"w\\\n\t\x01\x7f \0 \u2028 日本 😀", 26)),
          .version = 3,
          .last_modified_date = date,
          .arn = Arn("arn:aws:ssm:us-west-2:123456789012:parameter" + name),
          .data_type = "text",
          .key_id = KmsKeyId("alias/app"),
          .description = "the database's \"password\"",
          .allowed_pattern = "^\\S+$",
          .tier = "Advanced",
          .policies = {{.text = R"({"Type":"Expiration","Version":"1.0"})",
                        .type = "Expiration",
                        .status = "Pending"}},
          .last_modified_user = "arn:aws:iam::123456789012:user/b",
          .tags = {{.key = "Owner", .value = "チーム"}, {.key = "empty", .value = ""}},
          .labels = std::vector<std::string>{"prod"},
          .labelled_versions = std::vector<VersionLabels>{{.version = 1, .labels = {"was-prod"}}},
          .history =
              std::vector<HistoryEntry>{
                  {.metadata = older, .value = SecretText("old"), .labels = {"was-prod"}}},
          .resource_policies = std::vector<ResourcePolicy>{
              {.id = "id", .hash = "hash", .text = R"({"Statement":[]})"}}};
}

// Only what SSM always gives.
inline Parameter plain_parameter(std::string name, std::string_view value = "x") {
  using namespace std::chrono_literals;
  return {.name = ParameterName(name),
          .type = "String",
          .value = SecretText(value),
          .version = 1,
          .last_modified_date = Time{1756516272s},
          .arn = Arn("arn:aws:ssm:us-west-2:123456789012:parameter" + name),
          .data_type = "text",
          .tier = "Standard"};
}

// perturbed(x): values that differ from x, each in one place, down to the innermost members.
inline std::vector<std::string> perturbed(const std::string& text) { return {text + "x"}; }
inline std::vector<SecretText> perturbed(const SecretText& text) {
  std::string other(text.reveal());
  other.back() = static_cast<char>(other.back() == 'y' ? 'z' : 'y');
  return {SecretText("y" + std::string(text.reveal())), SecretText("")};
}
inline std::vector<ParameterVersion> perturbed(ParameterVersion version) { return {version + 1}; }
inline std::vector<Time> perturbed(Time time) { return {time + std::chrono::microseconds{1}}; }
template <class Tag>
std::vector<Id<Tag>> perturbed(const Id<Tag>& id) {
  return {Id<Tag>(id.str() + "x")};
}
template <class T>
  requires requires { ssmb::detail::members(static_cast<const T*>(nullptr)); }
std::vector<T> perturbed(const T& shape);
template <class T>
std::vector<std::vector<T>> perturbed(const std::vector<T>& list) {
  std::vector<std::vector<T>> others{{}, list};
  others.back().push_back(T{list.front()});
  for (T& item : perturbed(list.front())) {
    others.push_back(list);
    others.back().front() = std::move(item);
  }
  return others;
}
template <class T>
std::vector<std::optional<T>> perturbed(const std::optional<T>& captured) {
  std::vector<std::optional<T>> others{std::nullopt};
  for (T& other : perturbed(*captured)) others.emplace_back(std::move(other));
  return others;
}
template <class T, class Whole>
void perturb_members(const T& part, const Whole& whole, T& (*place)(Whole&),
                     std::vector<Whole>& others) {
  ssmb::detail::for_each_member<T>([&](const auto& row) {
    for (auto& other : perturbed(part.*(row.member))) {
      others.push_back(whole);
      place(others.back()).*(row.member) = std::move(other);
    }
  });
}
template <class T>
  requires requires { ssmb::detail::members(static_cast<const T*>(nullptr)); }
std::vector<T> perturbed(const T& shape) {
  std::vector<T> others;
  perturb_members<T, T>(shape, shape, [](T& whole) -> T& { return whole; }, others);
  if constexpr (std::is_same_v<T, HistoryEntry>)
    perturb_members<aws::ssm::Metadata, T>(
        shape.metadata, shape, [](T& whole) -> aws::ssm::Metadata& { return whole.metadata; },
        others);
  return others;
}

}  // namespace ssmb::testing
