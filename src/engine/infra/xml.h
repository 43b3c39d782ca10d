// Comparing and merging a bucket's XML documents by meaning: order, white space and empty elements
// do not count, and what the service adds beside our members is no difference; but where ours is
// empty (a filter) theirs must be. Pure.
#pragma once

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
  // A child that would narrow an item and that ours never have; empty: there is none such.
  std::string_view narrows = {};
};

// The text of `child` in the observed item called `key`; empty where there is none.
std::string xml_text(const std::string& observed, const XmlList& list, std::string_view key,
                     std::string_view child);

// nullopt where `observed` says all that `desired` says. Else what to put: `desired`, and for a
// list the observed items of other keys behind it.
std::optional<std::string> xml_to_put(const std::string& desired, const std::string& observed,
                                      const std::optional<XmlList>& list);

std::string xml_escape(std::string_view text);

}  // namespace ssmb::engine
