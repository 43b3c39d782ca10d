// In a file of its own: the program that the memory test looks into has another one in its place
// (tests/memory/), so that this one needs no switch that would let anybody turn it off.

#include <sys/prctl.h>
#include <sys/resource.h>

#include "cli/process.h"

namespace ssmb::cli {

void forbid_dumps() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // NOLINT(cppcoreguidelines-pro-type-vararg): Linux
}

}  // namespace ssmb::cli
