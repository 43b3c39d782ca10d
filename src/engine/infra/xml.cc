#include "engine/infra/xml.h"

#include <algorithm>
#include <pugixml.hpp>
#include <set>
#include <sstream>
#include <vector>

#include "base/text.h"

namespace ssmb::engine {
namespace {

std::string_view name_of(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view text_of(const pugi::xml_node& node) { return trim(node.text().get()); }

bool is_empty(const pugi::xml_node& node) {
  if (!text_of(node).empty()) return false;
  return std::ranges::all_of(node.children(), [](const pugi::xml_node& child) {
    return child.type() != pugi::node_element || is_empty(child);
  });
}

// Does `observed` say at least what `desired` says? Both have the same name. Depth is that of our
// own document.
bool says(const pugi::xml_node& observed, const pugi::xml_node& desired) {
  if (text_of(observed) != text_of(desired)) return false;
  return std::ranges::all_of(desired.children(), [&](const pugi::xml_node& wanted) {
    if (wanted.type() != pugi::node_element) return true;
    if (is_empty(wanted)) {
      return std::ranges::none_of(observed.children(), [&](const pugi::xml_node& candidate) {
        return name_of(candidate) == name_of(wanted) && !is_empty(candidate);
      });
    }
    return std::ranges::any_of(observed.children(), [&](const pugi::xml_node& candidate) {
      return name_of(candidate) == name_of(wanted) && says(candidate, wanted);
    });
  });
}

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

// Is one of our items there, but for fewer objects?
bool is_narrowed(const pugi::xml_document& observed, const pugi::xml_document& desired,
                 const XmlList& list) {
  if (list.narrows.empty()) return false;
  return std::ranges::any_of(items_of(desired, list).children(), [&](const pugi::xml_node& ours) {
    return std::ranges::any_of(items_of(observed, list).children(), [&](const pugi::xml_node& it) {
      return key_of(it, list) == key_of(ours, list) && !is_empty(child(it, list.narrows));
    });
  });
}

void keep_others(pugi::xml_document& desired, const pugi::xml_document& observed,
                 const XmlList& list) {
  pugi::xml_node into = items_of(desired, list);
  std::set<std::string, std::less<>> ours;
  for (const pugi::xml_node& item : into.children()) ours.emplace(key_of(item, list));
  for (const pugi::xml_node& item : items_of(observed, list).children()) {
    if (name_of(item) != list.item || ours.contains(key_of(item, list))) continue;
    into.append_copy(item);
  }
}

}  // namespace

std::optional<std::string> xml_to_put(const std::string& desired, const std::string& observed,
                                      const std::optional<XmlList>& list) {
  pugi::xml_document have;
  pugi::xml_document want;
  if (!want.load_string(desired.c_str()) || !have.load_string(observed.c_str())) return desired;
  if (name_of(have.document_element()) == name_of(want.document_element()) &&
      says(have.document_element(), want.document_element()) &&
      !(list && is_narrowed(have, want, *list))) {
    return std::nullopt;
  }
  if (!list) return desired;
  keep_others(want, have, *list);
  std::ostringstream out;
  want.save(out, "", pugi::format_raw | pugi::format_no_declaration);
  return out.str();
}

std::string xml_text(const std::string& observed, const XmlList& list, std::string_view key,
                     std::string_view child_name) {
  pugi::xml_document have;
  if (!have.load_string(observed.c_str())) return {};
  for (const pugi::xml_node& item : items_of(have, list).children()) {
    if (key_of(item, list) == key) return std::string(text_of(child(item, child_name)));
  }
  return {};
}

std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace ssmb::engine
