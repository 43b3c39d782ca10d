// A restore's plan and its result for people: counts first, then what is written and why, what
// nobody can restore, what it costs; the last line says what to do. Never a value.
#pragma once

#include <ostream>
#include <string>

#include "report/restore_shown.h"

namespace ssmb::report {

// brief: the first few of each kind.
enum class Detail { brief, whole };

// In lines of at most `columns`, but for names.
void write_plan(std::ostream& out, const ShownPlan& shown, Detail detail, std::size_t columns);
void write_restored(std::ostream& out, const ShownRestore& shown, Detail detail,
                    std::size_t columns);

}  // namespace ssmb::report
