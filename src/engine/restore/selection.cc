// Which names a restore works on.
#include <algorithm>

#include "base/text.h"
#include "engine/restore/plan.h"

namespace ssmb::engine::restore {
namespace {

// "/" has everything below it, names without a slash too.
bool lies_under(std::string_view path, std::string_view name) {
  if (path.empty()) return false;
  while (path.ends_with('/')) path.remove_suffix(1);
  if (path.empty()) return true;
  if (!name.starts_with(path)) return false;
  name.remove_prefix(path.size());
  return name.empty() || name.starts_with('/');
}

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
