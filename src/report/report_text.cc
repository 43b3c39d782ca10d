#include "report/report_text.h"

#include <fmt/format.h>

#include "report/wrap.h"

namespace ssmb::report {

using engine::doctor::Finding;

namespace {
constexpr std::size_t kColumns = 80;
}  // namespace

std::string report_text(const engine::overview::Judged& judged, const std::string& page) {
  std::string text = labelled(fmt::format("{}: ", to_string(judged.verdict.state)),
                              judged.verdict.sentence, kColumns);
  for (const Finding& finding : judged.findings) {
    if (finding.state != Finding::State::amiss) continue;
    const std::string where = finding.region.empty() ? "" : finding.region.str() + " ";
    text +=
        labelled("  ", fmt::format("{}{}: {}", where, finding.subject, finding.detail), kColumns);
    // A command is to be copied whole.
    if (!finding.next.empty()) text += fmt::format("    next: {}\n", finding.next);
  }
  if (!page.empty()) text += fmt::format("page: {}\n", page);
  return text;
}

}  // namespace ssmb::report
