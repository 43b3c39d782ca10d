#include "cli/completion.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/text.h"

namespace ssmb::cli {
namespace {

// Every word that may follow the command's name.
std::string words_of(const Command& command) {
  const Declaration declaration = command.declare();
  CommonOptions options = common_options(command);
  FlagSet common;
  add_common_flags(common, options, command.needs);
  std::vector<std::string> words{"--help"};
  for (const FlagSet* set : {&std::as_const(declaration.flags), &std::as_const(common)}) {
    for (const Flag& flag : set->flags()) words.push_back(flag.name.substr(flag.name.find("--")));
    for (const Argument& argument : set->arguments())
      words.insert(words.end(), argument.choices.begin(), argument.choices.end());
  }
  return join(words, " ");
}

// "infra" -> "plan apply destroy", "" -> "backup infra ...".
std::map<std::string, std::string> words_after(std::span<const Command> commands) {
  std::map<std::string, std::set<std::string>> sets;
  for (const Command& command : commands) {
    const auto words = split(command.name, ' ');
    sets[""].insert(std::string(words.front()));
    if (words.size() > 1) sets[std::string(words.front())].insert(std::string(words[1]));
  }
  std::map<std::string, std::string> out;
  for (const auto& [before, set] : sets)
    out[before] = join(std::vector<std::string>(set.begin(), set.end()), " ");
  return out;
}

}  // namespace

std::string bash_completion(std::span<const Command> commands) {
  std::string text =
      "# Completion of ssm-backup for bash: source <(ssm-backup completion bash)\n"
      "_ssm_backup() {\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local words=\n"
      "  case \"$prev\" in\n"
      "    --work-dir|--repository|-f|--file)\n"
      "      mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n"
      "  esac\n"
      "  case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
  const auto after = words_after(commands);
  for (const Command& command : commands) {
    const bool two = command.name.contains(' ');
    text += fmt::format("    \"{}{}) words='{}' ;;\n", command.name, two ? "\"" : " \"*",
                        words_of(command));
  }
  for (const auto& [before, words] : after) {
    if (!before.empty() && words.contains(' '))
      text += fmt::format("    \"{} \"*) words='{}' ;;\n", before, words);
  }
  text += fmt::format(
      "  esac\n"
      "  [[ $COMP_CWORD == 1 ]] && words='{} --help --version'\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
      "}}\n"
      "complete -F _ssm_backup ssm-backup\n",
      after.at(""));
  return text;
}

std::string zsh_completion(std::span<const Command> commands) {
  return "#compdef ssm-backup\n"
         "# Completion of ssm-backup for zsh: source <(ssm-backup completion zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash_completion(commands);
}

}  // namespace ssmb::cli
