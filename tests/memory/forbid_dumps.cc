// In the program that tests/e2e/test_secrets_in_memory.py looks into: dumps are allowed, and when
// all is done but the process not yet gone, it stops and waits.

#include <csignal>
#include <cstdlib>

#include "cli/process.h"

namespace ssmb::cli {

void forbid_dumps() {
  // Runs after main() has returned.
  std::atexit([] { std::raise(SIGSTOP); });
}

}  // namespace ssmb::cli
