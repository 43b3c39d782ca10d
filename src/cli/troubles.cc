#include "cli/troubles.h"

#include <algorithm>

#include "snapshot/trouble.h"

namespace ssmb::cli {

bool is_of_one_region(const Error& error) {
  if (error.kind == ErrorKind::cancelled) return false;
  return error.fault || !is_misconfiguration(error.kind);
}

Outcome tell_troubles(Context& context, const report::Troubles& troubles) {
  for (const auto& [region, error] : troubles) {
    context.err() << report::render_error(Error(error).within(region.view()),
                                          colour_of(context.environment()), context.account());
  }
  const auto is_damage = [](const auto& trouble) {
    return snapshot::trouble_of(trouble.second) == snapshot::Trouble::damaged;
  };
  const auto is_ours = [](const auto& trouble) { return is_misconfiguration(trouble.second.kind); };
  if (troubles.empty()) return Outcome::done;
  if (std::ranges::any_of(troubles, is_damage)) return Outcome::differences;
  return std::ranges::all_of(troubles, is_ours) ? Outcome::misconfigured : Outcome::failed;
}

}  // namespace ssmb::cli
