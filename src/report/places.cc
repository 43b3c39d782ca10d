#include "report/places.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ssmb::report {

Place place_of(std::string_view repository, std::string_view key) {
  constexpr std::string_view kS3 = "s3://";
  if (!repository.starts_with(kS3))
    return {.bucket = std::string(repository), .key = std::string(key)};
  repository.remove_prefix(kS3.size());
  const auto slash = repository.find('/');
  Place place{.bucket = std::string(repository.substr(0, slash)), .key = std::string(key)};
  if (slash != std::string_view::npos && !key.empty())
    place.key.insert(0, std::string(repository.substr(slash + 1)) + '/');
  return place;
}

std::string roughly(Duration duration) {
  if (duration < std::chrono::seconds{1}) return "under 1 s";
  return "about " + to_human(duration);
}

std::string scope_words(const snapshot::Scope& scope, const Environment& env) {
  if (scope == snapshot::Scope::of_environment(env))
    return fmt::format("names that hold /{}/", env);
  return "names that match " + join(scope.globs(), ", ");
}

boost::json::object pointer_json(const snapshot::PointerReport& report) {
  boost::json::object entry{{"pointer", report.pointer.str()},
                            {"outcome", outcome_word(report)},
                            {"target", report.target.str()}};
  if (!report.why.empty()) entry["why"] = report.why;
  return entry;
}

std::string stays_words(const snapshot::PointerReport& report, std::string_view target) {
  return report.target.empty() ? fmt::format("{} was not moved", report.pointer)
                               : fmt::format("{} still names {}", report.pointer, target);
}

std::string field_words(const FieldSet& fields) {
  std::vector<std::string> words;
  std::size_t place = 0;
  for_each_field([&](const auto& field) {
    if (fields.test(place++)) words.emplace_back(field.label);
  });
  return join(words, ", ");
}

boost::json::array keys_json(const FieldSet& fields) {
  boost::json::array keys;
  for (const std::string_view key : keys_of(fields)) keys.emplace_back(key);
  return keys;
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
