// The one table of captured fields: what each is called, where it is read, how it is compared,
// written and shown. Codecs (record.h), comparison, display and assembly below follow from it.
//
// To capture one more field: a member in parameter.h, its row here, and a place in Captured if no
// service shape holds it. Forgetting the row does not compile; a test perturbs every field and
// sees comparison, round trip and display notice.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "parameter/parameter.h"
#include "parameter/record.h"

namespace ssmb {

// What a backup has read of one parameter, service shape by service shape.
struct Captured {
  aws::ssm::Metadata metadata;  // DescribeParameters
  aws::ssm::Value value;        // GetParameters
  std::vector<Tag> tags;        // ListTagsForResource, or the tagging API
  // GetParameterHistory and GetResourcePolicies; nullopt: not asked.
  std::optional<std::vector<std::string>> labels;
  std::optional<std::vector<VersionLabels>> labelled_versions;
  std::optional<std::vector<HistoryEntry>> history;
  std::optional<std::vector<ResourcePolicy>> resource_policies;
};

// After a restore, must the field be what it was?
enum class Restoring {
  restorable,  // yes
  frozen,      // no: SSM sets it itself (version, dates, user), or offers no way to set it
};
enum class Writing { when_present, always };  // always: the seven that old readers know
enum class Secrecy { open, secret };

template <class Member, class From>
struct Field {
  std::string_view key;    // in the record's JSON, SSM's own word
  std::string_view label;  // for people
  Member Parameter::* member;
  From from;  // a member of aws::ssm::Value, aws::ssm::Metadata or Captured
  Restoring restoring = Restoring::restorable;
  Writing writing = Writing::when_present;
  Secrecy secrecy = Secrecy::open;
};
template <class Member, class From, class... Rest>
Field(std::string_view, std::string_view, Member Parameter::*, From, Rest...)
    -> Field<Member, From>;

namespace detail {
using enum Restoring;
using enum Writing;
using enum Secrecy;
using aws::ssm::Metadata;
using aws::ssm::Value;
using P = Parameter;
}  // namespace detail

// In the order of the record's members.
// clang-format off
inline constexpr std::tuple kFields = [] {
  using namespace detail;  // NOLINT(google-build-using-namespace): the table's own short words
  return std::tuple{
    Field{"Name", "name", &P::name, &Value::name, restorable, always},
    Field{"Type", "type", &P::type, &Value::type, restorable, always},
    Field{"Value", "value", &P::value, &Value::value, restorable, always, secret},
    Field{"Version", "version", &P::version, &Value::version, frozen, always},
    Field{"LastModifiedDate", "modified", &P::last_modified_date, &Value::last_modified_date,
          frozen, always},
    Field{"ARN", "ARN", &P::arn, &Value::arn, frozen, always},
    Field{"DataType", "data type", &P::data_type, &Value::data_type, restorable, always},
    Field{"KeyId", "key", &P::key_id, &Metadata::key_id},
    Field{"Description", "description", &P::description, &Metadata::description},
    Field{"AllowedPattern", "allowed pattern", &P::allowed_pattern, &Metadata::allowed_pattern},
    Field{"Tier", "tier", &P::tier, &Metadata::tier},
    Field{"Policies", "policies", &P::policies, &Metadata::policies},
    Field{"LastModifiedUser", "modified by", &P::last_modified_user,
          &Metadata::last_modified_user, frozen},
    Field{"Tags", "tags", &P::tags, &Captured::tags},
    Field{"Labels", "labels", &P::labels, &Captured::labels},
    Field{"LabelledVersions", "older labels", &P::labelled_versions,
          &Captured::labelled_versions, frozen},
    Field{"History", "history", &P::history, &Captured::history},
    Field{"ResourcePolicies", "shares", &P::resource_policies, &Captured::resource_policies,
          frozen}};
}();
// clang-format on

template <class Visitor>
constexpr void for_each_field(Visitor visit) {
  std::apply([&](const auto&... field) { (visit(field), ...); }, kFields);
}

namespace detail {

// Does not compile when Parameter has a member more or less: give that one a row too.
inline auto members_in_order(Parameter& p) {
  auto& [m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18] = p;
  return std::tie(m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15, m16, m17, m18);
}
template <class... Member, class... From>
std::tuple<Member&...> members_of_rows(const std::tuple<Field<Member, From>...>&);

template <class A, class B>
constexpr bool same_member(const A& a, const B& b) {
  if constexpr (std::is_same_v<decltype(a.member), decltype(b.member)>) return a.member == b.member;
  return false;
}
constexpr bool all_rows_differ() {
  std::size_t pairs = 0;
  for_each_field([&](const auto& a) {
    for_each_field([&](const auto& b) { pairs += same_member(a, b) ? 1 : 0; });
  });
  return pairs == std::tuple_size_v<std::remove_const_t<decltype(kFields)>>;
}

}  // namespace detail

static_assert(std::is_same_v<decltype(detail::members_in_order(std::declval<Parameter&>())),
                             decltype(detail::members_of_rows(kFields))>,
              "kFields must have one row for each member of Parameter, in the same order");
static_assert(detail::all_rows_differ(), "kFields names a member of Parameter twice");

// The parameter that the parts make, tags sorted by key.
Parameter assemble(Captured captured);
// Do the two answers speak of the same state of the parameter? Version and date: after a delete
// and a create the version is 1 again.
bool agree(const aws::ssm::Metadata& metadata, const aws::ssm::Value& value);

enum class Comparison {
  exact,          // every field, to the byte
  after_restore,  // what SSM lets anyone restore: no frozen field, no policy status, no `aws:` tag,
                  // labels in any order; a field that one side has not captured is passed over
};
// The JSON keys of the fields that differ, in the table's order.
std::vector<std::string_view> differing_fields(const Parameter& a, const Parameter& b,
                                               Comparison comparison);
// differing_fields(a, b, exact) is empty.
bool equal(const Parameter& a, const Parameter& b);

struct ShownField {
  std::string_view label;
  SecretText text;  // may be of several lines; "hidden" for a value that is not revealed
};
// A row for each field that is present; one that was not captured says so.
std::vector<ShownField> show(const Parameter& parameter, Reveal reveal);

}  // namespace ssmb
