// The key under which a run's prints and tags are made.
#pragma once

#include "parameter/print.h"
#include "runtime/runtime.h"

namespace ssmb::engine {

// Of this run and no other: 32 random bytes.
PrintKey draw_print_key(Runtime& runtime);

}  // namespace ssmb::engine
