#include "parameter/field_digests.h"

#include "base/json.h"
#include "parameter/record.h"

namespace ssmb {
namespace {

// What the record writes of it: equal texts are equal fields, or nothing would come back from one.
std::uint64_t digest_of(std::size_t place, const boost::json::value& member, const PrintKey& key) {
  SecretBytes bytes;
  bytes.push_back(static_cast<char>(place));
  append_json(member, bytes);
  return keyed_digest(bytes, key);
}

FieldDigests exact_digests(const Parameter& parameter, const PrintKey& key) {
  FieldDigests made;
  const boost::json::object record = to_json(parameter);
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    const auto& member = parameter.*(field.member);
    bool captured = true;
    if constexpr (requires { member->begin(); }) captured = member.has_value();
    made.captured.set(place, captured);
    if (const auto* written = record.if_contains(field.key))
      made.digests[place] = digest_of(place, *written, key);
    ++place;
  });
  return made;
}

}  // namespace

FieldDigests digests_of(const Parameter& parameter, const PrintKey& key, Comparison comparison) {
  if (comparison == Comparison::exact) return exact_digests(parameter, key);
  const Print print = print_of(parameter, key);
  FieldDigests made{.captured = print.captured};
  for (std::size_t place = 0; place < kFieldCount; ++place)
    made.digests[place] = print.digest(place);
  return made;
}

FieldSet differing(const FieldDigests& a, const FieldDigests& b) {
  FieldSet fields;
  for (std::size_t place = 0; place < kFieldCount; ++place)
    fields.set(place, a.digests[place] != b.digests[place]);
  return fields & a.captured & b.captured;
}

}  // namespace ssmb
