#include <fmt/format.h>

#include <algorithm>

#include "base/partition.h"
#include "base/text.h"
#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

constexpr std::string_view kSource = "[M] PutParameter Name";

Violation refused(std::string message, Certainty certainty = Certainty::certain) {
  return {.code = "ValidationException",
          .message = std::move(message),
          .certainty = certainty,
          .source = std::string(kSource)};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-' || c == '/';
}

// The service's own words differ between paths and plain names.
Verdict check_reserved(std::string_view name) {
  const std::string lower = to_lower(unique_part(name));
  if (!lower.starts_with("aws") && !lower.starts_with("ssm")) return std::nullopt;
  const bool is_path = std::ranges::count(name, '/') > 1;
  if (is_path && lower.starts_with("aws"))
    return Violation{.code = "AccessDeniedException",
                     .message = fmt::format("No access to reserved parameter name: {}.", name),
                     .certainty = Certainty::certain,
                     .source = std::string(kSource)};
  if (is_path)
    return refused(
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, "
        "it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix "
        "of letters, numbers and the following 3 symbols .-_");
  return refused("Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).");
}

Verdict check_levels(std::string_view name) {
  if (!name.starts_with('/')) {
    if (!name.contains('/')) return std::nullopt;
    return refused("Parameter name must be a fully qualified name.");
  }
  const auto levels = static_cast<std::size_t>(std::ranges::count(name, '/'));
  if (levels > kMaxLevels)
    return Violation{.code = "HierarchyLevelLimitExceededException",
                     .message = fmt::format("A hierarchy can have a maximum of {} levels: {} has "
                                            "{}.",
                                            kMaxLevels, name, levels),
                     .certainty = Certainty::certain,
                     .source = std::string(kSource)};
  if (name.ends_with('/') || name.contains("//"))
    return refused("Parameter name has an empty level.", Certainty::doubtful);
  return std::nullopt;
}

}  // namespace

std::string_view unique_part(std::string_view name) {
  return name.starts_with('/') ? name.substr(1) : name;
}

Arn parameter_arn(const ParameterName& name, const Place& place) {
  return Arn(fmt::format("arn:{}:ssm:{}:{}:parameter/{}", partition_of(place.region).id,
                         place.region, place.account, unique_part(name.view())));
}

Place place_of(const Arn& arn) {
  const auto parts = split(arn.view(), ':');
  if (parts.size() < 6 || parts[0] != "arn") return {};
  return {.region = Region(parts[3]), .account = AccountId(parts[4])};
}

Verdict check_name(const ParameterName& name, const Place& place) {
  const std::string_view text = name.view();
  if (unique_part(text).empty())
    return refused(
        "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must "
        "have length greater than or equal to 1");
  if (!std::ranges::all_of(text, is_name_character))
    return refused(
        "Parameter name: only a mix of letters, numbers and the following 3 symbols .-_ is "
        "allowed, and / between the levels of a path.");
  if (auto reserved = check_reserved(text)) return reserved;
  if (auto levels = check_levels(text)) return levels;
  if (const auto length = parameter_arn(name, place).str().size(); length > kMaxNameWithArn)
    return refused(fmt::format("Parameter name: its ARN has {} characters, at most {} are allowed.",
                               length, kMaxNameWithArn));
  return std::nullopt;
}

}  // namespace ssmb::rules
