// A parameter as digests of its fields: enough to say which fields of two parameters differ, and
// nothing of what they hold. A hundred thousand prints stand in memory where the parameters could
// not. They are keyed by a random key of the run, so that no print says anything elsewhere.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/secret.h"
#include "parameter/fields.h"

namespace ssmb {

inline constexpr std::size_t kFieldCount =
    std::tuple_size_v<std::remove_const_t<decltype(kFields)>>;

// A set of fields, by their place in kFields.
using FieldSet = std::bitset<kFieldCount>;
// The place of a field by its JSON key, found at compile time: field_at("Tags").
consteval std::size_t field_at(std::string_view key) {
  std::size_t place = 0;
  std::size_t found = kFieldCount;
  for_each_field([&](const auto& field) {
    if (field.key == key) found = place;
    ++place;
  });
  if (found == kFieldCount) throw "no such field";
  return found;
}
FieldSet field_set(std::initializer_list<std::size_t> fields);
// The JSON keys, in the table's order.
std::vector<std::string_view> keys_of(const FieldSet& fields);

// 32 random bytes, drawn once a run from the Runtime's randomness; wiped.
class PrintKey {
 public:
  explicit PrintKey(SecretBytes bytes) : bytes_(std::move(bytes)) {}
  std::string_view view() const { return bytes_.view(); }

 private:
  SecretBytes bytes_;
};

struct Print {
  std::array<std::uint64_t, kFieldCount> digests{};
  FieldSet captured;  // a field that was not captured takes no part in a comparison

  bool operator==(const Print&) const = default;
};

// By Comparison::after_restore: frozen fields are not in it, nor a policy's status, nor `aws:`
// tags.
Print print_of(const Parameter& parameter, const PrintKey& key);
// The same fields that differing_fields(a, b, after_restore) names: held by a test over every
// field.
FieldSet differing(const Print& a, const Print& b);
// Eight hex digits for people: "same or not", never more.
std::string tag_of(std::uint64_t digest);

}  // namespace ssmb
