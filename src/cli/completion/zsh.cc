#include <fmt/format.h>

#include "base/text.h"
#include "cli/completion/completion.h"
#include "cli/described.h"

namespace ssmb::cli {
namespace {

constexpr std::string_view kHead = R"zsh(#compdef ssm-backup
# Completion of ssm-backup for zsh, made by the program: as _ssm-backup in a directory of fpath, or
#   source <(ssm-backup completion zsh)

_ssm_backup_regions() {
  local -a regions=(@REGIONS@)
  _describe -t regions Region regions
}

_ssm_backup_profiles() {
  local -a profiles=(${(fu)"$({
    sed -nE '@CONFIG@' "${AWS_CONFIG_FILE:-$HOME/.aws/config}"
    sed -nE '@CREDENTIALS@' "${AWS_SHARED_CREDENTIALS_FILE:-$HOME/.aws/credentials}"
  } 2>/dev/null)"})
  profiles=(${profiles//:/\\:})
  _describe -t profiles profile profiles
}
)zsh";

constexpr std::string_view kTail = R"zsh(
# At the first completion this file is the function's body; sourced, it says what it completes.
if [[ $funcstack[1] == _ssm-backup ]]; then
  _ssm-backup "$@"
else
  compdef _ssm-backup ssm-backup
fi
)zsh";

// Inside of single quotes.
std::string in_quotes(std::string text) { return replaced(std::move(text), "'", R"('\'')"); }

// In the brackets of an option, and in a message: what _arguments would take for its own.
std::string explained(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return in_quotes(std::move(out));
}

// "word:what" of _describe.
std::string described(const Offer& offer) {
  return fmt::format("'{}:{}'", in_quotes(replaced(offer.word, ":", "\\:")), in_quotes(offer.what));
}

std::string action(const std::vector<std::string>& choices, ValueKind kind) {
  if (!choices.empty()) return "(" + join(choices, " ") + ")";
  switch (kind) {
    case ValueKind::text: return " ";
    case ValueKind::file: return "_files";
    case ValueKind::directory:
    case ValueKind::repository: return "_files -/";
    case ValueKind::region: return "_ssm_backup_regions";
    case ValueKind::profile: return "_ssm_backup_profiles";
  }
  return " ";
}

// A name as part of a function's: "infra plan" is infra-plan.
std::string function_of(std::string_view command) {
  return "_ssm-backup-" + replaced(std::string(command), " ", "-");
}

std::string flag_spec(const Flag& flag) {
  const bool takes = flag.arity != Flag::Arity::none;
  const bool many = flag.arity == Flag::Arity::many;
  const std::string brief = short_name(flag);
  const std::string name = long_name(flag) + (takes ? "=" : "");
  const std::string what =
      fmt::format("[{}]", explained(flag.help)) +
      (takes ? fmt::format(":{}:{}", explained(flag.value), action(flag.choices, flag.kind)) : "");
  if (name == "--help") return fmt::format("'(- *)'{{{},{}}}'{}'", brief, name, what);
  if (brief.empty()) return fmt::format("'{}{}{}'", many ? "*" : "", name, what);
  return fmt::format("'{}'{{{}{},{}}}'{}'",
                     many ? "*" : fmt::format("({} {})", brief, long_name(flag)), brief,
                     takes ? "+" : "", name, what);
}

std::string offers_function(const std::string& name, const Argument& argument) {
  std::string text = fmt::format("\n{}() {{\n  local -a words_there=(", name);
  for (const Offer& offer : argument.offers) {
    if (offer.behind.empty()) text += "\n    " + described(offer);
  }
  text += ")\n";
  for (const Offer& offer : argument.offers) {
    if (!offer.behind.empty())
      text += fmt::format("  [[ $words[CURRENT-1] == {} ]] && words_there+=({})\n", offer.behind,
                          described(offer));
  }
  text += fmt::format("  _describe -V -t words {} words_there\n", argument.name);
  if (argument.kind != ValueKind::text)
    text += "  " + action(argument.choices, argument.kind) + '\n';
  return text + "}\n";
}

std::string command_function(const Command& command) {
  const Described all = describe(command);
  std::string helpers;
  std::string text = fmt::format("\n{}() {{\n  _arguments -S", function_of(command.name));
  for (const Flag& flag : all.all()) text += " \\\n    " + flag_spec(flag);
  std::size_t position = 0;
  for (const Argument& argument : all.arguments) {
    ++position;
    std::string does = action(argument.choices, argument.kind);
    if (!argument.offers.empty()) {
      does = fmt::format("{}-{}", function_of(command.name), position);
      helpers += offers_function(does, argument);
    }
    const bool required = argument.presence == Argument::Presence::required;
    text += fmt::format(" \\\n    '{}{}{}:{}'", position,
                        required ? ":" : "::", explained(argument.name), does);
  }
  return helpers + text + "\n}\n";
}

// Words that lead to other functions: the commands, and those of a group.
std::string branching(const std::string& name, const std::vector<Offer>& offers,
                      std::string_view more) {
  std::string text = fmt::format(
      "\n{0}() {{\n"
      "  local curcontext=$curcontext context state state_descr line ret=1\n"
      "  typeset -A opt_args\n"
      "  local -a commands=(",
      name);
  for (const Offer& offer : offers) text += "\n    " + described(offer);
  return text + fmt::format(
                    ")\n"
                    "  _arguments -C '(- *)'{{-h,--help}}'[show what there is]'{} \\\n"
                    "    '1: :->command' '*:: :->rest' && ret=0\n"
                    "  case $state in\n"
                    "    command) _describe -V -t commands command commands && ret=0 ;;\n"
                    "    rest)\n"
                    "      local function={}-$words[1]\n"
                    "      curcontext=${{curcontext%:*}}-$words[1]:\n"
                    "      (( $+functions[$function] )) && $function && ret=0\n"
                    "      ;;\n"
                    "  esac\n"
                    "  return ret\n"
                    "}}\n",
                    more, name);
}

}  // namespace

std::string zsh_completion(std::span<const Command> commands) {
  std::string text = replaced(std::string(kHead), "@REGIONS@", region_words());
  text = replaced(std::move(text), "@CONFIG@", config_profiles_sed());
  text = replaced(std::move(text), "@CREDENTIALS@", credentials_profiles_sed());
  for (const Command& command : commands) text += command_function(command);
  for (const Offer& first : first_words(commands)) {
    std::vector<Offer> members;
    for (const Command& command : commands) {
      if (command.name.starts_with(first.word + ' '))
        members.push_back({std::string(command.name.substr(first.word.size() + 1)),
                           std::string(command.summary),
                           {}});
    }
    if (!members.empty()) text += branching(function_of(first.word), members, "");
  }
  text += branching("_ssm-backup", first_words(commands),
                    " \\\n    '(- *)--version[show which version this is]'");
  return text + std::string(kTail);
}

}  // namespace ssmb::cli
