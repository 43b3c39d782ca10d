#include <fmt/format.h>

#include <array>

#include "base/encoding.h"
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

constexpr std::string_view kTypes[] = {"String", "StringList", "SecureString"};
constexpr std::string_view kDataTypes[] = {"text", "aws:ec2:image", "aws:ssm:integration"};

template <class Range>
bool contains(const Range& range, std::string_view text) {
  return std::find(std::begin(range), std::end(range), text) != std::end(range);
}

// {{...}}: "You can't include values wrapped in double brackets" [M].
bool nests_parameter(std::string_view value) {
  const auto open = value.find("{{");
  return open != std::string_view::npos && value.find("}}", open + 2) != std::string_view::npos;
}

// The service speaks of characters, the guides of bytes: more characters than allowed is certain,
// more bytes only is not.
Verdict check_size(std::string_view value, Tier tier) {
  const std::size_t most = max_value_size(tier);
  if (value.size() <= most) return std::nullopt;
  const bool certain = utf8_length(value) > most;
  return refused(
      fmt::format("{} tier parameters support a maximum parameter value of {} characters.{}",
                  to_string(tier), most,
                  tier == Tier::standard ? " To create a larger parameter value, upgrade the "
                                           "parameter to use the advanced-parameter tier."
                                         : ""),
      certain ? "[D] Parameter Store quotas" : "[R] the limit may count bytes",
      certain ? Certainty::certain : Certainty::doubtful);
}

}  // namespace

std::string_view to_string(Tier tier) { return tier == Tier::standard ? "Standard" : "Advanced"; }

std::optional<Tier> parse_tier(std::string_view text) {
  if (text == "Standard") return Tier::standard;
  if (text == "Advanced") return Tier::advanced;
  return std::nullopt;
}

std::size_t max_value_size(Tier tier) { return tier == Tier::standard ? 4096 : 8192; }

Verdict check_type(std::string_view type) {
  if (contains(kTypes, type)) return std::nullopt;
  return refused(
      "1 validation error detected: Value at 'type' failed to satisfy constraint: Member must "
      "satisfy enum value set: [SecureString, StringList, String]",
      "[M] ParameterType");
}

Verdict check_data_type(std::string_view data_type, std::string_view type) {
  if (!contains(kDataTypes, data_type))
    return refused(
        "The following data type is not supported: only text, aws:ec2:image and "
        "aws:ssm:integration are.",
        "[M] PutParameter DataType");
  if (data_type == "aws:ec2:image" && type != "String")
    return refused("Data type aws:ec2:image is for parameters of type String.",
                   "[M] PutParameter DataType", Certainty::doubtful);
  if (data_type == "aws:ssm:integration" && type != "SecureString")
    return refused("Data type aws:ssm:integration is for parameters of type SecureString.",
                   "[U] PutParameter DataType", Certainty::doubtful);
  return std::nullopt;
}

std::vector<Violation> check_value(std::string_view value, std::string_view type, Tier tier) {
  std::vector<Violation> found;
  if (value.empty())
    found.push_back(
        refused("1 validation error detected: Value at 'value' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1.",
                "[D] PutParameter Value"));
  if (nests_parameter(value))
    found.push_back(
        refused("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.",
                "[M] PutParameter Value"));
  if (auto size = check_size(value, tier)) found.push_back(*std::move(size));
  if (type == "StringList" &&
      (value.starts_with(',') || value.ends_with(',') || value.contains(",,")))
    found.push_back(
        refused("A StringList has an empty item.", "[U] PutParameter Value", Certainty::doubtful));
  return found;
}

Verdict check_description(std::string_view description) {
  if (utf8_length(description) <= kMaxDescription) return std::nullopt;
  return refused(
      fmt::format("1 validation error detected: Value at 'description' failed to satisfy "
                  "constraint: Member must have length less than or equal to {}",
                  kMaxDescription),
      "[M] PutParameter Description");
}

}  // namespace ssmb::rules
