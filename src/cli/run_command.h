// A command line from its words to its exit code: what main() does, without the process.
#pragma once

#include <string>
#include <vector>

#include "cli/environment.h"
#include "runtime/task.h"

namespace ssmb::cli {

inline constexpr std::string_view kVersion = SSMB_VERSION;
inline constexpr std::string_view kVersionDate = "2026-11-26";  // man pages bear it

// `words`: the command line without the program's name. Every error has been told on `err` (with
// --output json also on `out`) when this returns. `environment` outlives the task.
Task<int> run_command(std::vector<std::string> words, Environment& environment);

}  // namespace ssmb::cli
