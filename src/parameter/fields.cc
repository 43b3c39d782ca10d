#include "parameter/fields.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "parameter/json.h"
#include "parameter/rules.h"

namespace ssmb {
namespace {

template <class T>
T& pick(Captured& from, T aws::ssm::Value::* member) {
  return from.value.*member;
}
template <class T>
T& pick(Captured& from, T aws::ssm::Metadata::* member) {
  return from.metadata.*member;
}
template <class T>
T& pick(Captured& from, T Captured::* member) {
  return from.*member;
}

// After a restore. The general rule is equality; the types below have parts that SSM sets itself.
template <class T>
bool restored(const T& a, const T& b) {
  return a == b;
}

bool restored(const std::vector<Policy>& a, const std::vector<Policy>& b) {
  return std::ranges::equal(a, b, {}, &Policy::text, &Policy::text);
}

bool restored(const std::vector<Tag>& a, const std::vector<Tag>& b) {
  const auto settable = [](std::vector<Tag> tags) {
    std::erase_if(tags, [](const Tag& tag) { return rules::is_reserved_tag(tag.key); });
    return tags;
  };
  return settable(a) == settable(b);
}

// Labels: the order in which they were attached is nobody's matter.
bool restored(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

bool restored_entry(const HistoryEntry& a, const HistoryEntry& b) {
  const auto& x = a.metadata;
  const auto& y = b.metadata;
  return a.value == b.value && restored(a.labels, b.labels) && x.type == y.type &&
         x.key_id == y.key_id && x.description == y.description &&
         x.allowed_pattern == y.allowed_pattern && x.tier == y.tier && x.data_type == y.data_type &&
         restored(x.policies, y.policies);
}

bool restored(const std::vector<HistoryEntry>& a, const std::vector<HistoryEntry>& b) {
  return std::ranges::equal(a, b, restored_entry);
}

template <class T>
bool restored(const std::optional<T>& a, const std::optional<T>& b) {
  return !a || !b || restored(*a, *b);
}

template <class Row>
bool same(const Row& field, const Parameter& a, const Parameter& b, Comparison comparison) {
  if (comparison == Comparison::exact) return a.*(field.member) == b.*(field.member);
  return field.restoring == Restoring::frozen || restored(a.*(field.member), b.*(field.member));
}

// How each type reads for people.
void write(const std::string& text, Reveal, SecretBytes& into) { into.append(text); }
void write(const SecretText& text, Reveal, SecretBytes& into) { into.append(text.reveal()); }
void write(ParameterVersion version, Reveal, SecretBytes& into) {
  into.append(std::to_string(version));
}
void write(Time time, Reveal, SecretBytes& into) { into.append(to_iso8601(time)); }
void write(const Tag& tag, Reveal, SecretBytes& into) { into.append(tag.key + "=" + tag.value); }
void write(const VersionLabels& older, Reveal, SecretBytes& into) {
  into.append(std::to_string(older.version) + ": " + join(older.labels, ", "));
}
template <class T>
void write(const Id<T>& id, Reveal, SecretBytes& into) {
  into.append(id.view());
}
template <detail::Shape T>
void write(const T& shape, Reveal reveal, SecretBytes& into) {
  append_json(detail::encode(shape, {.reveal = reveal}), into);
}
template <class T>
void write(const std::vector<T>& list, Reveal reveal, SecretBytes& into) {
  for (const T& item : list) {
    if (!into.empty()) into.push_back('\n');
    write(item, reveal, into);
  }
}
template <class T>
void write(const std::optional<T>& captured, Reveal reveal, SecretBytes& into) {
  if (captured) write(*captured, reveal, into);
}

std::string_view placeholder(const auto& member) {
  if constexpr (requires { member->begin(); })
    return member ? "none" : "not captured";
  else
    return "";
}

}  // namespace

Parameter assemble(Captured captured) {
  Parameter parameter;
  for_each_field([&](const auto& field) {
    parameter.*(field.member) = std::move(pick(captured, field.from));
  });
  std::ranges::sort(parameter.tags);
  return parameter;
}

bool agree(const aws::ssm::Metadata& metadata, const aws::ssm::Value& value) {
  return metadata.version == value.version &&
         metadata.last_modified_date == value.last_modified_date;
}

std::vector<std::string_view> differing_fields(const Parameter& a, const Parameter& b,
                                               Comparison comparison) {
  std::vector<std::string_view> keys;
  for_each_field([&](const auto& field) {
    if (!same(field, a, b, comparison)) keys.push_back(field.key);
  });
  return keys;
}

bool equal(const Parameter& a, const Parameter& b) {
  bool all = true;
  for_each_field([&](const auto& field) { all = all && same(field, a, b, Comparison::exact); });
  return all;
}

std::vector<ShownField> show(const Parameter& parameter, Reveal reveal) {
  std::vector<ShownField> rows;
  for_each_field([&](const auto& field) {
    const auto& member = parameter.*(field.member);
    SecretBytes text;
    if (field.secrecy == Secrecy::secret && reveal == Reveal::no)
      text.append("hidden");
    else
      write(member, reveal, text);
    if (text.empty()) text.append(placeholder(member));
    if (!text.empty() || field.secrecy == Secrecy::secret)
      rows.push_back({.label = field.label, .text = SecretText(text.view())});
  });
  return rows;
}

}  // namespace ssmb
