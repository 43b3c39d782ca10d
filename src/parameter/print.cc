#include "parameter/print.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstring>
#include <utility>

#include "base/digest.h"
#include "base/json.h"
#include "parameter/rules.h"

namespace ssmb {
namespace {

template <std::size_t I>
inline constexpr bool kIsRestorable = std::get<I>(kFields).restoring == Restoring::restorable;

// visit(std::integral_constant: place in kFields, std::integral_constant: place among the digests).
template <class Visitor>
constexpr void for_each_restorable(const Visitor& visit) {
  constexpr auto places = [] {
    std::array<std::size_t, kFieldCount> slots{};
    std::size_t next = 0;
    std::size_t place = 0;
    for_each_field([&](const auto& field) {
      slots[place++] = field.restoring == Restoring::restorable ? next++ : kFieldCount;
    });
    return slots;
  }();
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (
        [&] {
          if constexpr (kIsRestorable<I>)
            visit(std::integral_constant<std::size_t, I>{},
                  std::integral_constant<std::size_t, places[I]>{});
        }(),
        ...);
  }(std::make_index_sequence<kFieldCount>{});
}

// What after_restore compares of a field, so that equal bytes are equal fields. A field alone is
// its bytes; parts of a list stand behind their lengths.
void append(std::string_view text, SecretBytes& into) { into.append(text); }
void append(const SecretText& text, SecretBytes& into) { into.append(text.reveal()); }
template <class T>
void append(const Id<T>& id, SecretBytes& into) {
  into.append(id.view());
}
void append_part(std::string_view text, SecretBytes& into) {
  const std::uint64_t size = text.size();
  char bytes[sizeof size];
  std::memcpy(bytes, &size, sizeof size);
  into.append({bytes, sizeof size});
  into.append(text);
}
// Labels: a set.
void append(std::vector<std::string> labels, SecretBytes& into) {
  std::ranges::sort(labels);
  for (const std::string& label : labels) append_part(label, into);
}
void append(const std::vector<Tag>& tags, SecretBytes& into) {
  for (const Tag& tag : tags) {
    if (rules::is_reserved_tag(tag.key)) continue;
    append_part(tag.key, into);
    append_part(tag.value, into);
  }
}
// White space between its words is none of a policy's.
void append(const std::vector<Policy>& policies, SecretBytes& into) {
  for (const Policy& policy : policies) {
    const auto parsed = parse_json(policy.text);
    append_part(parsed ? boost::json::serialize(*parsed) : policy.text, into);
  }
}
// All but the labels.
void append_version(const aws::ssm::Metadata& metadata, const SecretText& value,
                    SecretBytes& into) {
  append_part(value.reveal(), into);
  for (std::string_view text :
       {std::string_view(metadata.type), metadata.key_id.view(),
        std::string_view(metadata.description), std::string_view(metadata.allowed_pattern),
        std::string_view(metadata.tier), std::string_view(metadata.data_type)})
    append_part(text, into);
  SecretBytes policies;
  append(metadata.policies, policies);
  append_part(policies.view(), into);
}
void append(const std::vector<HistoryEntry>& history, SecretBytes& into) {
  for (const HistoryEntry& entry : history) {
    append_version(entry.metadata, entry.value, into);
    SecretBytes labels;
    append(entry.labels, labels);
    append_part(labels.view(), into);
  }
}
template <class T>
void append(const std::optional<T>& captured, SecretBytes& into) {
  if (captured) append(*captured, into);
}

template <class T>
bool is_captured(const T&) {
  return true;
}
template <class T>
bool is_captured(const std::optional<T>& member) {
  return member.has_value();
}

// The first byte keeps fields apart: equal texts of two fields have nothing to do with each other.
constexpr char kVersionRoom = static_cast<char>(0xFF);

std::uint64_t digest_of_version(const aws::ssm::Metadata& metadata, const SecretText& value,
                                const PrintKey& key) {
  SecretBytes bytes;
  bytes.push_back(kVersionRoom);
  append_version(metadata, value, bytes);
  return keyed_digest(bytes, key);
}

aws::ssm::Metadata metadata_of(const Parameter& parameter) {
  return {.type = parameter.type,
          .key_id = parameter.key_id,
          .description = parameter.description,
          .allowed_pattern = parameter.allowed_pattern,
          .tier = parameter.tier,
          .policies = parameter.policies,
          .data_type = parameter.data_type};
}

}  // namespace

FieldSet field_set(std::initializer_list<std::size_t> fields) {
  FieldSet set;
  for (const std::size_t field : fields) set.set(field);
  return set;
}

FieldSet old_record_fields() {
  return field_set({field_at("Name"), field_at("Type"), field_at("Value"), field_at("Version"),
                    field_at("LastModifiedDate"), field_at("ARN"), field_at("DataType")});
}

std::vector<std::string_view> keys_of(const FieldSet& fields) {
  std::vector<std::string_view> keys;
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    if (fields.test(place++)) keys.push_back(field.key);
  });
  return keys;
}

std::uint64_t Print::digest(std::size_t field) const {
  std::uint64_t found = 0;
  for_each_restorable([&](auto place, auto slot) {
    if (place == field) found = digests[slot];
  });
  return found;
}

Print print_of(const Parameter& parameter, const PrintKey& key) {
  Print print;
  SecretBytes bytes;
  bytes.reserve(parameter.value.size() + 1);
  for_each_restorable([&](auto place, auto slot) {
    const auto& member = parameter.*(std::get<place>(kFields).member);
    print.captured.set(place, is_captured(member));
    bytes.clear();
    bytes.push_back(static_cast<char>(place));
    append(member, bytes);
    if (bytes.size() > 1) print.digests[slot] = keyed_digest(bytes, key);
  });
  return print;
}

FieldSet differing(const Print& a, const Print& b) {
  FieldSet fields;
  for_each_restorable(
      [&](auto place, auto slot) { fields.set(place, a.digests[slot] != b.digests[slot]); });
  return fields & a.captured & b.captured;
}

std::vector<std::uint64_t> version_digests(const Parameter& parameter, const PrintKey& key) {
  std::vector<std::uint64_t> digests;
  if (parameter.history) {
    digests.reserve(parameter.history->size() + 1);
    for (const HistoryEntry& entry : *parameter.history)
      digests.push_back(digest_of_version(entry.metadata, entry.value, key));
  }
  digests.push_back(digest_of_version(metadata_of(parameter), parameter.value, key));
  return digests;
}

std::uint64_t keyed_digest(const SecretBytes& bytes, const PrintKey& key) {
  const Sha256Digest digest = hmac_sha256(key.view(), bytes.view());
  std::uint64_t head = 0;
  std::memcpy(&head, digest.data(), sizeof head);
  return head == 0 ? 1 : head;
}

std::string tag_of(std::uint64_t digest) {
  return fmt::format("{:08x}", static_cast<std::uint32_t>(digest >> 32U));
}

}  // namespace ssmb
