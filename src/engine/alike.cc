#include "engine/alike.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ssmb::engine {

std::uint64_t Alike::count(Gravity gravity, std::string lost, const ParameterName& name,
                           const Error& why) {
  const Kind kind{.gravity = gravity,
                  .lost = std::move(lost),
                  .code = why.fault ? why.fault->operation + " " + why.fault->code
                                    : replaced(why.what, name.view(), "(name)"),
                  .next = why.next};
  First& first = kinds_[kind];
  if (first.count == 0) {
    first.line = name.str();
    if (why.fault && !why.fault->request_id.empty())
      first.line += ", request " + why.fault->request_id;
  }
  return ++first.count;
}

std::vector<Alike::Line> Alike::lines(std::string_view where) const {
  std::vector<Line> lines;
  for (const auto& [kind, first] : kinds_) {
    if (first.count <= kToldSingly) continue;
    std::string text = fmt::format("  {}{}{} parameters alike: {}", kind.lost,
                                   kind.lost.empty() ? "" : " ", first.count, kind.code);
    if (!kind.next.empty()) text += fmt::format("; {}", kind.next);
    text += "; the first: " + first.line;
    if (!where.empty()) text += fmt::format("; all are in {}", where);
    lines.push_back({.gravity = kind.gravity, .text = std::move(text)});
  }
  return lines;
}

}  // namespace ssmb::engine
