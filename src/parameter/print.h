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

namespace detail {
// Nowhere defined, and no constant expression: a wrong key does not compile.
void no_such_field();
}  // namespace detail

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
  if (found == kFieldCount) detail::no_such_field();
  return found;
}
FieldSet field_set(std::initializer_list<std::size_t> fields);
// Those of which a record of an old document speaks: the first seven members of docs/format.md. Of
// the others it says nothing, which is not that they were empty.
FieldSet old_record_fields();
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

// How many fields a restore can bring back: the others take no part in a print.
inline constexpr std::size_t kRestorableCount = [] {
  std::size_t count = 0;
  for_each_field(
      [&](const auto& field) { count += field.restoring == Restoring::restorable ? 1 : 0; });
  return count;
}();

struct Print {
  // Of the restorable fields, in the table's order; 0: empty, or not captured.
  std::array<std::uint64_t, kRestorableCount> digests{};
  FieldSet captured;  // a field that was not captured takes no part in a comparison

  // By the field's place in kFields; 0 of a frozen one.
  std::uint64_t digest(std::size_t field) const;
  bool operator==(const Print&) const = default;
};

// By Comparison::after_restore: frozen fields are not in it, nor a policy's status, nor `aws:`
// tags.
Print print_of(const Parameter& parameter, const PrintKey& key);
// The same fields that differing_fields(a, b, after_restore) names: held by a test over every
// field.
FieldSet differing(const Print& a, const Print& b);
// One digest for each version of which all is known, oldest first, the current one last: what the
// field History compares of it, but for its labels. Just the current one's where no history was
// captured.
std::vector<std::uint64_t> version_digests(const Parameter& parameter, const PrintKey& key);
// Of any bytes, never 0: the one way from a field to its digest.
std::uint64_t keyed_digest(const SecretBytes& bytes, const PrintKey& key);
// Eight hex digits for people: "same or not", never more.
std::string tag_of(std::uint64_t digest);

}  // namespace ssmb
