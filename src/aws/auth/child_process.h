// Running a program for what it prints.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/secret.h"
#include "runtime/runtime.h"

namespace ssmb::aws {

// Runs `words` (the program is looked for in PATH), with nothing on its standard input and its
// standard error left where ours goes, and returns what it wrote to standard output. Of
// `environment` it gets what is not our own (SSM_BACKUP_*), which may be secret. It gets a
// process group of its own, which is killed as a whole when the scope ends or it writes more than
// 64 KiB. Errors: timeout, cancelled; credentials when it cannot be started, writes too much or
// does not exit with 0. Its output is never quoted.
ResultTask<SecretBytes> run_for_output(Runtime& runtime, std::vector<std::string> words,
                                       std::map<std::string, std::string> environment,
                                       CallScope scope);

}  // namespace ssmb::aws
