#include "base/units.h"

#include <fmt/format.h>

#include <array>

namespace ssmb {

std::string to_human(ByteCount bytes) {
  if (bytes.value < 1000) return fmt::format("{} B", bytes.value);
  static constexpr std::array<const char*, 6> kUnits{"kB", "MB", "GB", "TB", "PB", "EB"};
  double scaled = static_cast<double>(bytes.value) / 1000;
  std::size_t unit = 0;
  // 999.95 kB would be written as 1000.0 kB.
  while (scaled >= 999.95 && unit + 1 < kUnits.size()) {
    scaled /= 1000;
    ++unit;
  }
  return fmt::format("{:.1f} {}", scaled, kUnits[unit]);
}

std::string counted(std::uint64_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

}  // namespace ssmb
