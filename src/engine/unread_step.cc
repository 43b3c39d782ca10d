#include "engine/unread_step.h"

#include <fmt/format.h>

#include <algorithm>

namespace ssmb::engine {
namespace {

constexpr auto kNotAccepted = [](const auto& each) {
  return each.accepted == snapshot::Unreadable::Accepted::no;
};

template <class T>
std::string step_of(const std::vector<T>& unread) {
  const auto first = std::ranges::find_if(unread, kNotAccepted);
  if (first == unread.end()) return {};
  const std::string step = first->why().next;
  const bool alone = std::ranges::count_if(unread, kNotAccepted) == 1;
  const bool alike = std::ranges::all_of(unread, [&](const T& each) {
    return !kNotAccepted(each) || each.error.identity() == first->error.identity() ||
           each.why().next == step;
  });
  return fmt::format("{}{}; or accept {}: --accept-unreadable '{}'",
                     step.empty() ? "correct what its error names" : step,
                     alike ? "" : " (others need something else: see their errors)",
                     alone ? "it" : "what may stay unread", first->name);
}

}  // namespace

std::string unread_step(const std::vector<snapshot::Unreadable>& unread) { return step_of(unread); }
std::string unread_step(const std::vector<snapshot::Lacking>& lacking) { return step_of(lacking); }

}  // namespace ssmb::engine
