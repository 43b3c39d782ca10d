#include "report/places.h"

#include <fmt/format.h>

namespace ssmb::report {

Place place_of(std::string_view url) {
  constexpr std::string_view kS3 = "s3://";
  if (!url.starts_with(kS3)) {
    const auto slash = url.rfind('/');
    return {.bucket = std::string(url.substr(0, slash)), .key = std::string(url)};
  }
  url.remove_prefix(kS3.size());
  const auto slash = url.find('/');
  if (slash == std::string_view::npos) return {.bucket = std::string(url), .key = {}};
  return {.bucket = std::string(url.substr(0, slash)), .key = std::string(url.substr(slash + 1))};
}

std::string counted(std::uint64_t count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string_view outcome_word(const snapshot::PointerReport& report) {
  using Outcome = snapshot::PointerReport::Outcome;
  switch (report.outcome) {
    case Outcome::moved: return "moved";
    case Outcome::kept: return "kept";
    case Outcome::repaired: return "repaired";
    case Outcome::failed: return "failed";
  }
  return "";
}

}  // namespace ssmb::report
