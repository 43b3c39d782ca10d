// Trouble with one Region hides no other's answer: it is told beside it, and in the exit code.
#pragma once

#include "cli/context.h"
#include "cli/exit_code.h"
#include "report/error_text.h"

namespace ssmb::cli {

// Can another Region answer all the same? Neither after an interrupt, nor where no service was
// asked for what is wrong with us: credentials, a directory.
bool is_of_one_region(const Error& error);

// Tells each on standard error. Damage is a difference; the rest has kept us from an answer.
Outcome tell_troubles(Context& context, const report::Troubles& troubles);

}  // namespace ssmb::cli
