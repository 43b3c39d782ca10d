#include "engine/restore/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ssmb::engine::restore {

std::string_view to_string(Action action) {
  switch (action) {
    case Action::create: return "create";
    case Action::update: return "update";
    case Action::tags: return "tags";
    case Action::labels: return "labels";
    case Action::unchanged: return "unchanged";
    case Action::skipped: return "skipped";
    case Action::impossible: return "impossible";
    case Action::changed: return "changed";
    case Action::extra: return "extra";
    case Action::remove: break;
  }
  return "remove";
}

bool puts(Action action) { return action == Action::create || action == Action::update; }

bool writes(Action action) {
  return puts(action) || action == Action::tags || action == Action::labels ||
         action == Action::remove;
}

std::string reason(const Step& step) {
  std::string text;
  switch (step.action) {
    case Action::create: text = "not there"; break;
    case Action::unchanged: text = "equal"; break;
    case Action::extra:
    case Action::remove: text = "not in the snapshot"; break;
    case Action::impossible: break;
    case Action::update:
    case Action::tags:
    case Action::labels:
    case Action::skipped:
    case Action::changed:
      if (step.differing.any())
        text = fmt::format("differs in {}", fmt::join(keys_of(step.differing), ", "));
      break;
  }
  if (step.because.empty()) return text;
  return text.empty() ? step.because : text + ": " + step.because;
}

std::uint64_t Plan::writes() const {
  std::uint64_t sum = 0;
  for (const auto& [action, count] : counts) sum += restore::writes(action) ? count : 0;
  return sum;
}

}  // namespace ssmb::engine::restore
