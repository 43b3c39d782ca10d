#include "cli/completion.h"

#include "cli/commands.h"
#include "cli/context.h"

namespace ssmb::cli {
namespace {

struct Options {
  std::string shell;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.argument({.name = "SHELL",
                  .help = "bash or zsh",
                  .choices = {"bash", "zsh"},
                  .set = [&options](const std::string& word) { options.shell = word; }});
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  context.out() << (options.shell == "zsh" ? zsh_completion(commands())
                                           : bash_completion(commands()));
  co_return Outcome::done;
}

}  // namespace

Command completion_command() {
  return {.name = "completion",
          .summary = "Print a completion script for bash or zsh.",
          .details = "",
          .needs = Needs::nothing,
          .examples = {{"completion bash > /etc/bash_completion.d/ssm-backup",
                        "every new bash completes commands and flags"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
