// The members of the shapes inside a parameter, each with its JSON key: SSM's own words, in the
// order in which the AWS CLI writes them. fields.h has the parameter itself.
#pragma once

#include <string_view>
#include <tuple>

#include "parameter/parameter.h"

namespace ssmb::detail {

template <class Shape, class Type>
struct Member {
  std::string_view key;
  Type Shape::* member;
};
template <class Shape, class Type>
Member(std::string_view, Type Shape::*) -> Member<Shape, Type>;

constexpr auto members(const Tag*) {
  return std::tuple{Member{"Key", &Tag::key}, Member{"Value", &Tag::value}};
}

constexpr auto members(const Policy*) {
  return std::tuple{Member{"PolicyText", &Policy::text}, Member{"PolicyType", &Policy::type},
                    Member{"PolicyStatus", &Policy::status}};
}

constexpr auto members(const VersionLabels*) {
  return std::tuple{Member{"Version", &VersionLabels::version},
                    Member{"Labels", &VersionLabels::labels}};
}

constexpr auto members(const ResourcePolicy*) {
  return std::tuple{Member{"PolicyId", &ResourcePolicy::id},
                    Member{"PolicyHash", &ResourcePolicy::hash},
                    Member{"Policy", &ResourcePolicy::text}};
}

constexpr auto members(const aws::ssm::Metadata*) {
  using aws::ssm::Metadata;
  return std::tuple{Member{"Name", &Metadata::name},
                    Member{"Type", &Metadata::type},
                    Member{"Version", &Metadata::version},
                    Member{"LastModifiedDate", &Metadata::last_modified_date},
                    Member{"ARN", &Metadata::arn},
                    Member{"DataType", &Metadata::data_type},
                    Member{"KeyId", &Metadata::key_id},
                    Member{"Description", &Metadata::description},
                    Member{"AllowedPattern", &Metadata::allowed_pattern},
                    Member{"Tier", &Metadata::tier},
                    Member{"Policies", &Metadata::policies},
                    Member{"LastModifiedUser", &Metadata::last_modified_user}};
}

// The metadata's members stand beside these two, in one JSON object.
constexpr auto members(const HistoryEntry*) {
  return std::tuple{Member{"Value", &HistoryEntry::value}, Member{"Labels", &HistoryEntry::labels}};
}

template <class Shape, class Visitor>
constexpr void for_each_member(const Visitor& visit) {
  std::apply([&](const auto&... member) { (visit(member), ...); },
             members(static_cast<const Shape*>(nullptr)));
}

}  // namespace ssmb::detail
