#include "engine/infra/xml.h"

#include <fmt/format.h>

#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "base/text.h"

namespace ssmb::engine {
namespace {

using Fields = std::map<std::string, std::string>;

// Neither S3 nor we nest deeper; what does is no document of ours.
constexpr int kDeepest = 16;

std::string_view name_of(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view text_of(const pugi::xml_node& node) { return trim(node.text().get()); }

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& candidate : node.children()) {
    if (name_of(candidate) == name) return candidate;
  }
  return {};
}

std::string_view key_of(const pugi::xml_node& item, const XmlList& list) {
  return text_of(child(item, list.key));
}

pugi::xml_node items_of(const pugi::xml_document& document, const XmlList& list) {
  const pugi::xml_node root = document.document_element();
  return list.parent.empty() ? root : child(root, list.parent);
}

bool load(pugi::xml_document& document, std::string_view text) {
  return document.load_buffer(text.data(), text.size());
}

// A name that comes twice gets a number: "Grant#2".
std::string unused(std::string name, const Fields& fields) {
  const auto is_used = [&fields](const std::string& candidate) {
    const auto at = fields.lower_bound(candidate);
    return at != fields.end() && (at->first == candidate || at->first.starts_with(candidate + "/"));
  };
  if (!is_used(name)) return name;
  int number = 2;
  while (is_used(fmt::format("{}#{}", name, number))) ++number;
  return fmt::format("{}#{}", name, number);
}

void add_fields(const pugi::xml_node& node, const std::string& path, std::string_view without,
                int depth, Fields& fields) {
  const std::string_view text = text_of(node);
  if (!text.empty()) fields.emplace(path, text);
  if (depth == kDeepest) return;
  for (const pugi::xml_node& candidate : node.children()) {
    if (candidate.type() != pugi::node_element || name_of(candidate) == without) continue;
    const std::string name(name_of(candidate));
    const std::string below = path.empty() ? name : path + "/" + name;
    add_fields(candidate, unused(below, fields), {}, depth + 1, fields);
  }
}

}  // namespace

Fields xml_fields(std::string_view text, const std::optional<XmlList>& list) {
  Fields fields;
  pugi::xml_document document;
  if (!load(document, text)) return fields;
  if (!list) {
    add_fields(document.document_element(), "", {}, 0, fields);
    return fields;
  }
  for (const pugi::xml_node& item : items_of(document, *list).children()) {
    if (name_of(item) != list->item) continue;
    const std::string path = fmt::format("{}[{}]", list->item, key_of(item, *list));
    if (list->value.empty()) {
      add_fields(item, path, list->key, 0, fields);
    } else {
      fields.insert_or_assign(path, std::string(text_of(child(item, list->value))));
    }
  }
  return fields;
}

namespace {

void wrap_old(pugi::xml_node item, const XmlList& list) {
  const pugi::xml_node old =
      list.old_child.empty() ? pugi::xml_node() : child(item, list.old_child);
  if (!old) return;
  pugi::xml_node wrapper = item.insert_child_before(std::string(list.wrapper).c_str(), old);
  wrapper.append_copy(old);
  item.remove_child(old);
}

}  // namespace

std::string merged_xml(const std::string& desired, const std::string& observed,
                       const XmlList& list) {
  pugi::xml_document have;
  pugi::xml_document want;
  if (!load(want, desired) || !load(have, observed)) return desired;
  pugi::xml_node into = items_of(want, list);
  std::set<std::string, std::less<>> ours;
  for (const pugi::xml_node& item : into.children()) ours.emplace(key_of(item, list));
  for (const pugi::xml_node& item : items_of(have, list).children()) {
    if (name_of(item) != list.item || ours.contains(key_of(item, list))) continue;
    wrap_old(into.append_copy(item), list);
  }
  std::ostringstream out;
  want.save(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

}  // namespace ssmb::engine
