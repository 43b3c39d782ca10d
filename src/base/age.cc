#include "base/age.h"

#include <fmt/format.h>

namespace ssmb {

std::string in_hours(Duration duration) {
  constexpr auto kMost = std::chrono::hours{100};
  constexpr auto kHour = std::chrono::hours{1};
  if (duration < kHour || duration > kMost) return to_human(duration);
  if (duration % kHour == Duration{0}) return fmt::format("{} h", duration / kHour);
  return fmt::format("{:.1f} h", static_cast<double>(duration.count()) / 3.6e9);
}

std::string to_minute(Time time) {
  const std::string text = to_iso8601_seconds(time);
  return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

}  // namespace ssmb
