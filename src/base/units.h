// Byte counts as a type, and their text in SI units.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

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

}  // namespace ssmb
