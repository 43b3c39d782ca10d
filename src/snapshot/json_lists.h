// The long lists of a JSON object, taken out of its text: a tree of all would be many times as
// large.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace ssmb::snapshot {

// The text without what stands in these lists, and the texts of their items (parts of `text`).
// Nothing is checked here: rest and items together are well-formed JSON if and only if `text` is,
// but for items that are nested too deep for the whole.
struct CutLists {
  SecretBytes rest;
  std::map<std::string_view, std::vector<std::string_view>> items;
};
// Of the outermost object, by the names of the members.
CutLists cut_lists(std::string_view text, const std::vector<std::string_view>& names);

}  // namespace ssmb::snapshot
