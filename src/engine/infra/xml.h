// A bucket's XML documents by their meaning: order, white space and empty elements do not count.
// Pure; fields.h is what others use.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ssmb::engine {

// A document that is a list: the items `item` in the root's child `parent` (empty: in the root),
// each known by the text of its child `key`.
struct XmlList {
  std::string_view parent;
  std::string_view item;
  std::string_view key;
  std::string_view value = {};  // the only other child; empty: there may be any
  // A child that belongs into another one of that name by now: S3 takes no rules of the old form
  // (<Prefix> in the rule itself) beside those with a <Filter>.
  std::string_view old_child = {};
  std::string_view wrapper = {};
};

// "Rule/BucketKeyEnabled": text. Of a list's items "item[key]/child", or "item[key]" for its value.
std::map<std::string, std::string> xml_fields(std::string_view text,
                                              const std::optional<XmlList>& list);

// `desired`, and the observed items of other keys behind its own.
std::string merged_xml(const std::string& desired, const std::string& observed,
                       const XmlList& list);

}  // namespace ssmb::engine
