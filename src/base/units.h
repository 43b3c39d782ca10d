// How many: byte counts as a type with their text in SI units, and counts of all else.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace ssmb {

struct ByteCount {
  std::uint64_t value = 0;

  auto operator<=>(const ByteCount&) const = default;
  ByteCount& operator+=(ByteCount other) {
    value += other.value;
    return *this;
  }
  friend ByteCount operator+(ByteCount a, ByteCount b) { return {a.value + b.value}; }
};

constexpr ByteCount operator""_KiB(unsigned long long n) { return {n * 1024}; }
constexpr ByteCount operator""_MiB(unsigned long long n) { return {n * 1024 * 1024}; }

// For people: "312 B", "1.4 MB" (powers of 1000).
std::string to_human(ByteCount bytes);

// "1 Region", "3 Regions".
std::string counted(std::uint64_t count, std::string_view word);

}  // namespace ssmb
