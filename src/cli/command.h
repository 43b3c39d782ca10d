// A command: one entry that holds all there is to know about it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/common_options.h"
#include "cli/exit_code.h"
#include "cli/flags.h"
#include "runtime/runtime.h"

namespace ssmb::cli {

class Context;

struct Example {
  std::string_view line;  // without "ssm-backup"
  std::string_view what;
};

// A command's own flags, and what runs it once they are set.
struct Declaration {
  FlagSet flags;
  std::function<ResultTask<Outcome>(Context&)> run;
};

// Where a command's common flags begin elsewhere than those of most.
struct Defaults {
  int quota_share = 50;  // percent
  Duration deadline = std::chrono::minutes{10};
};

struct Command {
  std::string_view name;     // "backup", "infra plan"
  std::string_view summary;  // one line
  std::string_view details;  // a paragraph for --help; may be empty
  Needs needs;
  Defaults defaults = {};
  std::vector<Example> examples;
  Declaration (*declare)();
};

// The common options as they are before a flag is read.
CommonOptions common_options(const Command& command);

// Makes a Declaration from an options struct, a function that adds its flags, and one that runs.
template <class Options>
Declaration declare(void (*add_flags)(FlagSet&, Options&),
                    ResultTask<Outcome> (*run)(const Options&, Context&)) {
  auto options = std::make_shared<Options>();
  Declaration declaration;
  add_flags(declaration.flags, *options);
  declaration.run = [options, run](Context& context) { return run(*options, context); };
  return declaration;
}

}  // namespace ssmb::cli
