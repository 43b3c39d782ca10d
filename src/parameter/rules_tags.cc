#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "base/text.h"
#include "parameter/rules.h"

namespace ssmb::rules {
namespace {

Violation refused(std::string message, std::string_view source,
                  Certainty certainty = Certainty::certain) {
  return {.code = "ValidationException",
          .message = std::move(message),
          .certainty = certainty,
          .source = std::string(source)};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// [\p{L}\p{Z}\p{N}_.:/=+\-@]; which letters Unicode knows beyond ASCII is left to the service.
bool is_tag_character(char c) {
  return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view(" _.:/=+-@").contains(c);
}

}  // namespace

bool is_reserved_tag(std::string_view key) { return to_lower(key.substr(0, 4)) == "aws:"; }

Verdict check_tag(const aws::ssm::Tag& tag) {
  constexpr std::string_view source = "[M] Tag";
  if (tag.key.empty()) return refused("A tag key must have at least 1 character.", source);
  if (is_reserved_tag(tag.key))
    return refused("aws: prefixed tag key names are not allowed for external use.", "[D] Tags");
  if (utf8_length(tag.key) > kMaxTagKey)
    return refused(fmt::format("A tag key has more than {} characters.", kMaxTagKey), source);
  if (utf8_length(tag.value) > kMaxTagValue)
    return refused(
        fmt::format("The value of tag {} has more than {} characters.", tag.key, kMaxTagValue),
        source);
  if (!std::ranges::all_of(tag.key, is_tag_character) ||
      !std::ranges::all_of(tag.value, is_tag_character))
    return refused(fmt::format("Tag {} has a character that is not allowed: letters, numbers, "
                               "spaces and _.:/=+-@ are.",
                               printable(tag.key)),
                   source);
  return std::nullopt;
}

Verdict check_tags(const std::vector<aws::ssm::Tag>& tags) {
  std::set<std::string_view> keys;
  for (const auto& tag : tags) {
    if (auto bad = check_tag(tag)) return bad;
    if (!keys.insert(tag.key).second)
      return refused(fmt::format("Tag key {} is given twice.", tag.key), "[U] Tags",
                     Certainty::doubtful);
  }
  if (keys.size() > kMaxTags)
    return Violation{.code = "TooManyTagsError",
                     .message = fmt::format("A parameter has at most {} tags.", kMaxTags),
                     .certainty = Certainty::certain,
                     .source = "[D] Parameter Store quotas"};
  return std::nullopt;
}

bool is_valid_label(std::string_view label) {
  const std::string lower = to_lower(label);
  if (label.empty() || label.size() > kMaxLabelLength || lower.starts_with("aws") ||
      lower.starts_with("ssm") || (label[0] >= '0' && label[0] <= '9'))
    return false;
  return std::ranges::all_of(
      label, [](char c) { return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_'; });
}

}  // namespace ssmb::rules
