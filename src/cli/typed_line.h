// A line that the user types, waited for without blocking the executor.
#pragma once

#include <string>

#include "runtime/runtime.h"

namespace ssmb::cli {

// From a terminal's descriptor, which gives whole lines; without its end of line. local_io: it
// ended, or cannot be read; cancelled or timeout: the scope ended first. `runtime` outlives it.
ResultTask<std::string> read_typed_line(Runtime& runtime, int descriptor, CallScope scope);

}  // namespace ssmb::cli
