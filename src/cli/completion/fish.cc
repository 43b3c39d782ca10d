#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "cli/completion/completion.h"
#include "cli/described.h"

namespace ssmb::cli {
namespace {

constexpr std::string_view kHead =
    R"sh(# Completion of ssm-backup for fish, made by the program: as ssm-backup.fish in
# ~/.config/fish/completions, or
#   ssm-backup completion fish | source

function __ssm_backup_first # is the first word being typed?
    test (count (commandline -opc)) -eq 1
end

function __ssm_backup_group # WORD: is the second word of this group being typed?
    set -l words (commandline -opc)
    test (count $words) -eq 2 -a "$words[2]" = $argv[1]
end

function __ssm_backup_is # COMMAND...: is this the command that has been typed?
    set -l words (commandline -opc)
    test (count $words) -gt (count $argv); or return
    set -l last (math 1 + (count $argv))
    test "$words[2..$last]" = "$argv"
end

function __ssm_backup_may # FLAG COMMAND...: this command, and the flag is not given yet?
    __ssm_backup_is $argv[2..]; or return
    set -l words (commandline -opc)
    set -l name (string trim -r -c = -- $argv[1])
    # One that takes a value, which is being typed.
    test "$name=" = "$argv[1]"; and test "$words[-1]" = $name; and set -e words[-1]
    not contains -- $name $words; and not string match -q -- "$name=*" $words
end

function __ssm_backup_argument # N COMMAND...: is its N-th argument being typed?
    __ssm_backup_is $argv[2..]; or return
    set -l words (commandline -opc)
    set -e words[1..(count $argv)]
    set -l position 1
    set -l value no
    for word in $words
        if test $value = yes
            set value no
        else if contains -- $word @VALUED@
            set value yes
        else if not string match -q -- '-?*' $word
            set position (math $position + 1)
        end
    end
    test $value = no -a $position = $argv[1]
end

function __ssm_backup_behind # WORD: does it stand before the cursor?
    set -l words (commandline -opc)
    test "$words[-1]" = $argv[1]
end

function __ssm_backup_directories
    __fish_complete_directories (string replace -r -- '^--[^=]*=' '' (commandline -ct))
end

function __ssm_backup_profiles
    set -l config ~/.aws/config
    set -l credentials ~/.aws/credentials
    test -n "$AWS_CONFIG_FILE"; and set config $AWS_CONFIG_FILE
    test -n "$AWS_SHARED_CREDENTIALS_FILE"; and set credentials $AWS_SHARED_CREDENTIALS_FILE
    begin
        sed -nE '@CONFIG@' $config
        sed -nE '@CREDENTIALS@' $credentials
    end 2>/dev/null | sort -u
end

complete -c ssm-backup -e
complete -c ssm-backup -f
)sh";

// Inside of single quotes.
std::string in_quotes(std::string_view text) {
  return replaced(replaced(std::string(text), "\\", "\\\\"), "'", "\\'");
}

// The words of `complete` that say what a value is.
std::string action(const std::vector<std::string>& choices, ValueKind kind) {
  if (!choices.empty()) return fmt::format("-x -a '{}'", join(choices, " "));
  switch (kind) {
    case ValueKind::text: return "-x";
    case ValueKind::file: return "-r -F";
    case ValueKind::directory:
    case ValueKind::repository: return "-x -a '(__ssm_backup_directories)'";
    case ValueKind::region: return fmt::format("-x -a '{}'", region_words());
    case ValueKind::profile: return "-x -a '(__ssm_backup_profiles)'";
  }
  return "-x";
}

std::string line(const std::string& condition, const std::string& words, std::string_view what) {
  return fmt::format("complete -c ssm-backup -n '{}' {} -d '{}'\n", condition, words,
                     in_quotes(what));
}

std::string flag_line(const Command& command, const Flag& flag) {
  const std::string name = long_name(flag);
  const bool takes = flag.arity != Flag::Arity::none;
  const std::string condition =
      flag.arity == Flag::Arity::many
          ? fmt::format("__ssm_backup_is {}", command.name)
          : fmt::format("__ssm_backup_may {}{} {}", name, takes ? "=" : "", command.name);
  std::string words;
  if (const std::string brief = short_name(flag); !brief.empty())
    words += fmt::format("-s {} ", brief.substr(1));
  words += fmt::format("-l {}", name.substr(2));
  if (takes) words += ' ' + action(flag.choices, flag.kind);
  return line(condition, words, flag.help);
}

std::string argument_lines(const Command& command, const Argument& argument, std::size_t position) {
  const std::string condition = fmt::format("__ssm_backup_argument {} {}", position, command.name);
  std::string text;
  for (const Offer& offer : argument.offers) {
    const std::string behind =
        offer.behind.empty() ? "" : fmt::format("; and __ssm_backup_behind {}", offer.behind);
    text += line(condition + behind, fmt::format("-a '{}'", in_quotes(offer.word)), offer.what);
  }
  if (!argument.choices.empty())
    return text +
           line(condition, fmt::format("-a '{}'", join(argument.choices, " ")), argument.name);
  if (argument.kind == ValueKind::file)
    text += fmt::format("complete -c ssm-backup -n '{}' -F\n", condition);
  return text;
}

// Every flag that takes a value, whatever command it is of.
std::string valued(std::span<const Command> commands) {
  std::set<std::string> names;
  for (const Command& command : commands) {
    for (const Flag& flag : describe(command).all()) {
      if (flag.arity == Flag::Arity::none) continue;
      names.insert(long_name(flag));
      if (!short_name(flag).empty()) names.insert(short_name(flag));
    }
  }
  return join(std::vector<std::string>(names.begin(), names.end()), " ");
}

}  // namespace

std::string fish_completion(std::span<const Command> commands) {
  std::string text = replaced(std::string(kHead), "@CONFIG@", in_quotes(config_profiles_sed()));
  text = replaced(std::move(text), "@CREDENTIALS@", in_quotes(credentials_profiles_sed()));
  text = replaced(std::move(text), "@VALUED@", valued(commands));
  text += line("__ssm_backup_first", "-s h -l help", "show what there is");
  text += line("__ssm_backup_first", "-l version", "show which version this is");
  for (const Offer& first : first_words(commands))
    text += line("__ssm_backup_first", "-a " + first.word, first.what);
  for (const Command& command : commands) {
    const auto words = split(command.name, ' ');
    if (words.size() > 1)
      text += line(fmt::format("__ssm_backup_group {}", words[0]), fmt::format("-a {}", words[1]),
                   command.summary);
    const Described described = describe(command);
    for (const Flag& flag : described.all()) text += flag_line(command, flag);
    std::size_t position = 0;
    for (const Argument& argument : described.arguments)
      text += argument_lines(command, argument, ++position);
  }
  return text;
}

}  // namespace ssmb::cli
