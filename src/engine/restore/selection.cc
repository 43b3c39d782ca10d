// Which names a restore works on.
#include <algorithm>

#include "base/text.h"
#include "engine/restore/plan.h"

namespace ssmb::engine::restore {
namespace {

bool matches_one(const std::vector<std::string>& globs, const ParameterName& name) {
  return std::ranges::any_of(
      globs, [&](const std::string& glob) { return glob_match(glob, name.view()); });
}

}  // namespace

bool NameSelection::matches(const ParameterName& name) const {
  if (matches_one(exclude, name)) return false;
  return is_all() || std::ranges::find(names, name) != names.end() || under_paths(name) ||
         matches_one(include, name);
}

bool NameSelection::under_paths(const ParameterName& name) const {
  return std::ranges::any_of(
      paths, [&](const std::string& path) { return lies_under(path, name.view()); });
}

}  // namespace ssmb::engine::restore
