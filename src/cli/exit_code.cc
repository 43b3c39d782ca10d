#include "cli/exit_code.h"

#include <array>
#include <csignal>

namespace ssmb::cli {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kIncomplete = 3;
constexpr int kDifferences = 4;
constexpr int kSignalBase = 128;

constexpr std::array kExitCodes{
    ExitCode{kDone, "done and complete"},
    ExitCode{kFailed, "failed"},
    ExitCode{kUsage, "wrong usage or configuration (credentials too)"},
    ExitCode{kIncomplete,
             "done but incomplete: a parameter could not be read, a pointer did not move, or a "
             "copy failed"},
    ExitCode{kDifferences, "differences found"},
    ExitCode{kSignalBase + SIGINT, "interrupted (Ctrl-C), after a clean end"},
    ExitCode{kSignalBase + SIGTERM, "terminated, after a clean end"},
};

}  // namespace

std::span<const ExitCode> exit_codes() { return kExitCodes; }

int exit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::done: return kDone;
    case Outcome::failed: return kFailed;
    case Outcome::misconfigured: return kUsage;
    case Outcome::incomplete: return kIncomplete;
    case Outcome::differences: return kDifferences;
  }
  return kFailed;
}

bool is_misconfiguration(ErrorKind kind) {
  return kind == ErrorKind::usage || kind == ErrorKind::configuration ||
         kind == ErrorKind::credentials;
}

int exit_code(ErrorKind kind, int signal) {
  if (is_misconfiguration(kind)) return kUsage;
  return kind == ErrorKind::cancelled && signal != 0 ? kSignalBase + signal : kFailed;
}

}  // namespace ssmb::cli
