#include "engine/config_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "aws/endpoints.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine {

bool is_aws_region(std::string_view text) {
  const auto parts = split(text, '-');
  const auto is_number = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return text.size() <= 32 && aws::is_region_name(Region(text)) && parts.size() >= 3 &&
         is_number(parts.back()) &&
         std::ranges::none_of(parts.begin(), parts.end() - 1, is_number) &&
         std::ranges::none_of(parts, &std::string_view::empty);
}

std::unexpected<Error> config_error(std::string_view key, std::string_view why) {
  return fail(ErrorKind::configuration, fmt::format("the key {} {}", key, why),
              "correct the key in the file");
}

std::string ConfigField::quoted(std::string_view text, std::string_view otherwise) {
  return fmt::format("is '{}', {}", printable(text, 80), otherwise);
}

Result<std::string> ConfigField::text() const {
  if (value_.IsMap() && value_["secure"])
    return error("is encrypted for Pulumi, which only Pulumi can read: write it in clear text");
  if (!value_.IsScalar()) return error("must be a text");
  const std::string_view text = trim(value_.Scalar());
  if (text.empty()) return error("is empty");
  return std::string(text);
}

Result<Region> ConfigField::region() const {
  SSMB_TRY(text, text_that(is_aws_region, "which is not the name of a Region"));
  return Region(text);
}

Result<int> ConfigField::days() const {
  SSMB_TRY(text, this->text());
  constexpr int kMost = 36500;
  int days = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), days);
  const bool whole = bad == std::errc{} && end == text.data() + text.size();
  if (whole && days >= 1 && days <= kMost) return days;
  return error(fmt::format("is {}, which is no whole number of days from 1 to {}",
                           printable(text, 80), kMost));
}

Result<std::vector<ConfigField>> ConfigField::list() const {
  if (!value_.IsSequence() || value_.size() == 0)
    return error("must be a list with at least one entry");
  std::vector<ConfigField> out;
  for (const YAML::Node& item : value_)
    out.emplace_back(fmt::format("{}[{}]", key_, out.size()), item);
  return out;
}

Result<ConfigFields> ConfigField::map() const {
  if (!is_map()) return error("must be a map");
  ConfigFields out(key_ + ".");
  for (const auto& entry : value_) out.add(entry.first.Scalar(), entry.second);
  return out;
}

void ConfigFields::add(const std::string& name, const YAML::Node& value) {
  if (value.IsNull()) return;
  const ConfigField field(prefix_ + name, value);
  const auto [at, is_new] = fields_.insert_or_assign(name, field);
  if (is_new) names_.push_back(name);
}

Result<void> ConfigFields::allow_only(const std::vector<std::string>& known) const {
  const auto unknown = std::ranges::find_if(names_, [&known](const std::string& name) {
    return std::ranges::find(known, name) == known.end();
  });
  if (unknown == names_.end()) return {};
  return error(printable(*unknown, 80), fmt::format("is not known (known: {})", join(known, ", ")));
}

std::optional<ConfigField> ConfigFields::get(std::string_view name) const {
  const auto found = fields_.find(name);
  return found == fields_.end() ? std::nullopt : std::optional(found->second);
}

Result<ConfigField> ConfigFields::required(std::string_view name) const {
  if (auto field = get(name)) return *field;
  return error(name, "is missing");
}

}  // namespace ssmb::engine
