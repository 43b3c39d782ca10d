// The one table from what happened to what the process returns; --help prints it.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"

namespace ssmb::cli {

// How a command that ran to its end came out. What stopped it before that is an Error.
enum class Outcome {
  done,
  failed,         // told already, Region by Region
  misconfigured,  // the same, and every failure was of configuration or credentials
  incomplete,     // done, but something could not be read, written, copied or moved
  differences,    // found, by a command that looks for them
};

struct ExitCode {
  int code;
  std::string_view meaning;
};

std::span<const ExitCode> exit_codes();

int exit_code(Outcome outcome);
// Is it ours to correct before anything can work? Credentials are configuration, whether none are
// found, their source fails, or AWS does not take them.
bool is_misconfiguration(ErrorKind kind);
// `signal`: the one that interrupted, for ErrorKind::cancelled; 0 where there was none.
int exit_code(ErrorKind kind, int signal);

}  // namespace ssmb::cli
