#include "engine/infra/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/infra/policy.h"
#include "engine/infra/xml.h"

namespace ssmb::engine {
namespace {

using aws::s3::BucketDocument;

// Where a document is a list of which others may own a part: the list, and what names an item.
std::optional<XmlList> list_of(BucketDocument document) {
  if (document == BucketDocument::lifecycle)
    return XmlList{
        .parent = "", .item = "Rule", .key = "ID", .old_child = "Prefix", .wrapper = "Filter"};
  if (document == BucketDocument::tagging)
    return XmlList{.parent = "TagSet", .item = "Tag", .key = "Key", .value = "Value"};
  return std::nullopt;
}

// "Rule[delete-old-backups]/": the item that a field belongs to; empty: none, or a tag.
std::string_view item_of(std::string_view field) {
  const auto end = field.find("]/");
  return end == std::string_view::npos ? std::string_view() : field.substr(0, end + 2);
}

}  // namespace

Fields fields_of(BucketDocument document, std::string_view text) {
  if (document == BucketDocument::policy) return policy_fields(text);
  return xml_fields(text, list_of(document));
}

std::string tag_field(std::string_view key) { return fmt::format("Tag[{}]", key); }

std::vector<FieldDifference> differences(const Fields& desired, const Fields& observed) {
  std::vector<FieldDifference> out;
  for (const auto& [field, value] : desired) {
    const auto found = observed.find(field);
    if (found == observed.end()) {
      out.push_back({.field = field, .from = std::nullopt, .to = value});
    } else if (found->second != value) {
      out.push_back({.field = field, .from = found->second, .to = value});
    }
  }
  for (const auto& [field, value] : observed) {
    const std::string_view item = item_of(field);
    if (item.empty() || desired.contains(field)) continue;
    const auto ours = desired.lower_bound(std::string(item));
    if (ours != desired.end() && ours->first.starts_with(item))
      out.push_back({.field = field, .from = value, .to = std::nullopt});
  }
  return out;
}

std::string merged(BucketDocument document, const std::string& desired,
                   const std::string& observed) {
  if (document == BucketDocument::policy) return merged_policy(desired, observed);
  const auto list = list_of(document);
  return list ? merged_xml(desired, observed, *list) : desired;
}

}  // namespace ssmb::engine
