#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/completion/completion.h"
#include "cli/described.h"

namespace ssmb::cli {
namespace {

constexpr std::string_view kHead =
    R"sh(# Completion of ssm-backup for bash 4.4 or newer, made by the program:
#   source <(ssm-backup completion bash)
# shellcheck shell=bash

# Sets `words` to those of the command line up to the cursor, each whole again where bash has taken
# it apart at = and :.
_ssm_backup_split() {
  local i gap rest=$COMP_LINE
  words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    gap=${rest%%[![:space:]]*}
    rest=${rest#"$gap"}
    rest=${rest#"${COMP_WORDS[i]}"}
    if [[ $i == 0 || -n $gap ]]; then
      words+=("${COMP_WORDS[i]}")
    else
      words[${#words[@]} - 1]+=${COMP_WORDS[i]}
    fi
  done
}

# WORD...: offers those that go on from what is typed, of which bash replaces the last piece.
_ssm_backup_offer() {
  local word
  for word; do
    word=$lead$word
    [[ $word == "$typed"* ]] || continue
    word=${word:cut}
    [[ $piece == [\"\']* ]] || printf -v word %q "$word"
    COMPREPLY+=("$word")
  done
}

_ssm_backup_profiles() {
  local names
  mapfile -t names < <({
    sed -nE '@CONFIG@' "${AWS_CONFIG_FILE:-$HOME/.aws/config}"
    sed -nE '@CREDENTIALS@' "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
  } 2>/dev/null | sort -u)
  _ssm_backup_offer "${names[@]}"
}
)sh";

constexpr std::string_view kMain = R"sh(
_ssm_backup() {
  local words typed piece cut lead='' command at=2 flags='' flag name
  local i pending='' position=1 before='' ended='' names=()
  local -A given=()
  COMPREPLY=()
  _ssm_backup_split
  typed=${words[${#words[@]} - 1]}
  piece=${COMP_WORDS[COMP_CWORD]}
  [[ $piece == *[!=:]* ]] || piece=''
  cut=$((${#typed} - ${#piece}))
  typed=${typed//\\/}
  typed=${typed#[\"\']}
  if [[ ${#words[@]} == 2 ]]; then
    _ssm_backup_offer @FIRST@ --help --version
    return
  fi
  command=${words[1]}
  case $command in
@GROUPS@  esac
  _ssm_backup_flags "$command"
  for ((i = at; i < ${#words[@]} - 1; i++)); do
    if [[ -n $pending ]]; then
      pending=''
    elif [[ -z $ended && ${words[i]} == -?* ]]; then
      [[ ${words[i]} == -- ]] && ended=yes
      _ssm_backup_long "${words[i]%%=*}"
      given[$flag]=yes
      [[ ${words[i]} != *=* && " $flags " == *" $flag="* ]] && pending=$flag
    else
      position=$((position + 1))
      before=${words[i]}
    fi
  done
  if [[ -n $pending ]]; then
    _ssm_backup_value "$command" "$pending"
  elif [[ -z $ended && $typed == --*=* ]]; then
    lead=${typed%%=*}=
    _ssm_backup_value "$command" "${lead%=}"
  else
    [[ -z $ended && $typed == -* ]] || _ssm_backup_argument "$command" "$position" "$before"
    if [[ -z $ended && ${#COMPREPLY[@]} == 0 && ( -z $typed || $typed == -* ) ]]; then
      for flag in $flags; do
        name=${flag%%[=+]*}
        [[ $flag == *+ || -z ${given[$name]:-} ]] && names+=("$name")
      done
      _ssm_backup_offer "${names[@]}"
    fi
  fi
}
complete -F _ssm_backup ssm-backup
)sh";

// What is run to complete a value; empty where nobody can know it.
std::string action(const std::vector<std::string>& choices, ValueKind kind) {
  if (!choices.empty()) return "_ssm_backup_offer " + join(choices, " ");
  switch (kind) {
    case ValueKind::text: return {};
    case ValueKind::file: return "compopt -o default";
    case ValueKind::directory:
    case ValueKind::repository: return "compopt -o dirnames";
    case ValueKind::region: return "_ssm_backup_offer " + region_words();
    case ValueKind::profile: return "_ssm_backup_profiles";
  }
  return {};
}

// "--file=" takes a value, "--include=+" may be repeated.
std::string marked(const Flag& flag) {
  std::string word = long_name(flag);
  if (flag.arity != Flag::Arity::none) word += '=';
  if (flag.arity == Flag::Arity::many) word += '+';
  return word;
}

std::string flags_function(std::span<const Command> commands) {
  std::string text =
      "\n# COMMAND: sets `flags`; = takes a value, + may be repeated.\n"
      "_ssm_backup_flags() {\n  case $1 in\n";
  for (const Command& command : commands) {
    std::vector<std::string> words;
    for (const Flag& flag : describe(command).all()) words.push_back(marked(flag));
    text += fmt::format("    '{}') flags='{}' ;;\n", command.name, join(words, " "));
  }
  return text + "  esac\n}\n";
}

std::string long_function(std::span<const Command> commands) {
  std::set<std::string> lines;
  for (const Command& command : commands) {
    for (const Flag& flag : describe(command).all()) {
      if (!short_name(flag).empty())
        lines.insert(fmt::format("    {}) flag={} ;;\n", short_name(flag), long_name(flag)));
    }
  }
  return "\n# FLAG: sets `flag` to its long form.\n_ssm_backup_long() {\n  case $1 in\n" +
         join(std::vector<std::string>(lines.begin(), lines.end()), "") +
         "    *) flag=$1 ;;\n  esac\n}\n";
}

std::string value_function(std::span<const Command> commands) {
  std::map<std::string, std::set<std::string>> actions;  // of a flag, over all commands
  for (const Command& command : commands) {
    for (const Flag& flag : describe(command).all())
      actions[long_name(flag)].insert(action(flag.choices, flag.kind));
  }
  std::map<std::string, std::set<std::string>> patterns;  // of an action
  for (const Command& command : commands) {
    for (const Flag& flag : describe(command).all()) {
      const std::string name = long_name(flag);
      const std::string does = action(flag.choices, flag.kind);
      if (does.empty()) continue;
      patterns[does].insert(actions.at(name).size() == 1
                                ? fmt::format("*' {}'", name)
                                : fmt::format("'{} {}'", command.name, name));
    }
  }
  std::string text =
      "\n# COMMAND FLAG: offers what may stand behind it.\n"
      "_ssm_backup_value() {\n  case \"$1 $2\" in\n";
  for (const auto& [does, set] : patterns) {
    text += fmt::format("    {}) {} ;;\n",
                        join(std::vector<std::string>(set.begin(), set.end()), " | "), does);
  }
  return text + "  esac\n}\n";
}

std::string argument_lines(const Command& command, const Argument& argument, std::size_t position) {
  std::map<std::string, std::vector<std::string>> offers;  // by the word before
  for (const Offer& offer : argument.offers) offers[offer.behind].push_back(offer.word);
  std::string text;
  for (const auto& [behind, words] : offers) {
    if (behind.empty()) continue;
    text += fmt::format("    '{} {} {}') _ssm_backup_offer {} ;;\n", command.name, position, behind,
                        join(words, " "));
  }
  std::string does = action(argument.choices, argument.kind);
  if (offers.contains("")) {
    // Files are looked for where none of the words fits.
    does = fmt::format("_ssm_backup_offer {}{}{}", join(offers.at(""), " "),
                       does.empty() ? "" : "; ", does);
  }
  if (does.empty()) return text;
  return text + fmt::format("    '{} {} '*) {} ;;\n", command.name, position, does);
}

std::string argument_function(std::span<const Command> commands) {
  std::string text =
      "\n# COMMAND POSITION WORD-BEFORE: offers what may stand there.\n"
      "_ssm_backup_argument() {\n  case \"$1 $2 $3\" in\n";
  for (const Command& command : commands) {
    std::size_t position = 0;
    for (const Argument& argument : describe(command).arguments)
      text += argument_lines(command, argument, ++position);
  }
  return text + "  esac\n}\n";
}

std::string groups(std::span<const Command> commands) {
  std::string text;
  for (const Offer& first : first_words(commands)) {
    const auto members = members_of(commands, first.word);
    if (members.empty()) continue;
    text += fmt::format(
        "    {})\n"
        "      if [[ ${{#words[@]}} == 3 ]]; then\n"
        "        _ssm_backup_offer {} --help\n"
        "        return\n"
        "      fi\n"
        "      command+=\" ${{words[2]}}\"\n"
        "      at=3\n"
        "      ;;\n",
        first.word, join(members, " "));
  }
  return text;
}

}  // namespace

std::string bash_completion(std::span<const Command> commands) {
  std::vector<std::string> first;
  for (const Offer& offer : first_words(commands)) first.push_back(offer.word);
  std::string head = replaced(std::string(kHead), "@CONFIG@", config_profiles_sed());
  head = replaced(std::move(head), "@CREDENTIALS@", credentials_profiles_sed());
  std::string main = replaced(std::string(kMain), "@FIRST@", join(first, " "));
  main = replaced(std::move(main), "@GROUPS@", groups(commands));
  return head + flags_function(commands) + long_function(commands) + value_function(commands) +
         argument_function(commands) + main;
}

}  // namespace ssmb::cli
