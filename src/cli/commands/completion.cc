#include "cli/completion/completion.h"

#include "cli/commands.h"
#include "cli/context.h"

namespace ssmb::cli {
namespace {

struct Options {
  std::string shell;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.argument({.name = "SHELL",
                  .help = "bash, zsh or fish",
                  .choices = {"bash", "zsh", "fish"},
                  .set = [&options](const std::string& word) { options.shell = word; }});
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  context.out() << (options.shell == "zsh"    ? zsh_completion(commands())
                    : options.shell == "fish" ? fish_completion(commands())
                                              : bash_completion(commands()));
  co_return Outcome::done;
}

}  // namespace

Command completion_command() {
  return {
      .name = "completion",
      .summary = "Print a completion script for bash, zsh or fish.",
      .details =
          "It completes commands, flags, choices, files, Regions, profiles and help topics, and "
          "reads nothing but the names in ~/.aws/config and ~/.aws/credentials. An installation "
          "has the scripts in their place already.",
      .needs = Needs::nothing,
      .examples = {{"completion bash > /etc/bash_completion.d/ssm-backup", "every new bash"},
                   {"completion zsh > /usr/local/share/zsh/site-functions/_ssm-backup",
                    "every new zsh"},
                   {"completion fish > ~/.config/fish/completions/ssm-backup.fish",
                    "every new fish"}},
      .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
