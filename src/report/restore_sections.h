// The steps of a plan by kind, each with its reason: the middle of report/restore_text.h.
#pragma once

#include <ostream>

#include "report/restore_text.h"

namespace ssmb::report {

// So many lines of a kind in Detail::brief.
inline constexpr std::size_t kBriefLines = 10;

// Of a result: what failed, by what is said about it.
void write_failures(std::ostream& out, const ShownRestore& shown, Detail detail,
                    std::size_t columns);
// What the snapshot was meant to hold and does not.
void write_missing(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns);
void write_sections(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns);

}  // namespace ssmb::report
