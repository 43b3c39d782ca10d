// The one table from what happened to what the process returns; --help prints it.
#pragma once

#include <span>
#include <string_view>

#include "base/error.h"

namespace ssmb::cli {

// How a command that ran to its end came out. What stopped it before that is an Error.
enum class Outcome {
  done,
  failed,       // told already, Region by Region
  incomplete,   // done, but something could not be read, written, copied or moved
  differences,  // found, by a command that looks for them
};

struct ExitCode {
  int code;
  std::string_view meaning;
};

std::span<const ExitCode> exit_codes();

int exit_code(Outcome outcome);
// `signal`: the one that interrupted, for ErrorKind::cancelled; 0 where there was none.
int exit_code(ErrorKind kind, int signal);

}  // namespace ssmb::cli
