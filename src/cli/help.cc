#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ssmb::cli {
namespace {

constexpr std::size_t kColumns = 80;
constexpr std::size_t kWidestLabel = 30;

// `text` in lines of at most 80 columns, each indented.
std::string wrap(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  std::string line;
  for (std::string_view word : split(text, ' ')) {
    if (!line.empty() && indent + line.size() + 1 + word.size() > kColumns) {
      out += margin + line + '\n';
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  return out + margin + line + '\n';
}

struct Row {
  std::string label;
  std::string text;
};

// Labels in one column, texts wrapped in the other; a long label has a line of its own.
std::string two_columns(const std::vector<Row>& rows) {
  std::size_t width = 0;
  for (const Row& row : rows) {
    if (row.label.size() <= kWidestLabel) width = std::max(width, row.label.size());
  }
  const std::size_t indent = width + 4;
  std::string out;
  for (const Row& row : rows) {
    const std::string text = wrap(row.text, indent);
    if (row.label.size() > width) {
      out += "  " + row.label + '\n' + text;
    } else {
      out += "  " + row.label + text.substr(2 + row.label.size());
    }
  }
  return out;
}

std::string label(const Flag& flag) {
  std::string name = flag.name;
  if (const auto comma = name.find(','); comma != std::string::npos) name.insert(comma + 1, " ");
  return flag.value.empty() ? name : name + ' ' + flag.value;
}

std::string explanation(const Flag& flag) {
  if (flag.shown_default.empty()) return flag.help;
  return flag.help + " [" + flag.shown_default + "]";
}

std::string flag_rows(const FlagSet& set) {
  std::vector<Row> rows;
  for (const Flag& flag : set.flags()) rows.push_back({label(flag), explanation(flag)});
  return two_columns(rows);
}

std::string exit_code_rows() {
  std::vector<Row> rows;
  for (const ExitCode& row : exit_codes())
    rows.push_back({std::to_string(row.code), std::string(row.meaning)});
  return two_columns(rows);
}

std::string usage_line(const Command& command, const FlagSet& own) {
  std::string line = fmt::format("ssm-backup {}", command.name);
  for (const Argument& argument : own.arguments()) {
    const bool required = argument.presence == Argument::Presence::required;
    line += required ? " " + argument.name : " [" + argument.name + "]";
  }
  return line + " [flags]";
}

}  // namespace

namespace {

// Those whose names begin with `prefix`.
std::vector<Row> command_rows(std::span<const Command> commands, std::string_view prefix) {
  std::vector<Row> rows;
  for (const Command& command : commands) {
    if (command.name.starts_with(prefix))
      rows.push_back({std::string(command.name), std::string(command.summary)});
  }
  return rows;
}

}  // namespace

std::string group_help(std::string_view group, std::span<const Command> commands) {
  return fmt::format(
      "usage: ssm-backup {0} COMMAND [flags]\n\nCommands:\n{1}"
      "\n  ssm-backup {0} COMMAND --help   flags and examples of one command\n",
      group, two_columns(command_rows(commands, fmt::format("{} ", group))));
}

std::string overview(std::span<const Command> commands) {
  return "usage: ssm-backup COMMAND [flags]\n\n"
         "Backups of AWS SSM Parameter Store: an environment's parameters in every Region,\n"
         "in S3 each day, with all that can be read about them, and a check of them.\n\n"
         "Commands:\n" +
         two_columns(command_rows(commands, "")) +
         "\n  ssm-backup COMMAND --help   flags and examples of one command\n"
         "  ssm-backup --version        which version this is\n\n"
         "Exit codes:\n" +
         exit_code_rows();
}

std::string command_help(const Command& command) {
  const Declaration declaration = command.declare();
  CommonOptions options = common_options(command);
  FlagSet common;
  add_common_flags(common, options, command.needs);
  std::string text =
      "usage: " + usage_line(command, declaration.flags) + "\n\n" + wrap(command.summary, 0);
  if (!command.details.empty()) text += '\n' + wrap(command.details, 0);
  const auto& own = declaration.flags;
  if (!own.arguments().empty()) {
    std::vector<Row> rows;
    for (const Argument& argument : own.arguments()) rows.push_back({argument.name, argument.help});
    text += "\nArguments:\n" + two_columns(rows);
  }
  if (!own.flags().empty()) text += "\nFlags:\n" + flag_rows(own);
  if (!common.flags().empty()) text += "\nCommon flags:\n" + flag_rows(common);
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const Example& example : command.examples)
    text += fmt::format("  ssm-backup {}\n{}", example.line, wrap(example.what, 6));
  return text + "\nExit codes:\n" + exit_code_rows();
}

std::string reference(std::span<const Command> commands) {
  std::string text =
      "# Commands\n\nMade from the table of commands (src/cli/commands.h): "
      "`UPDATE_GOLDEN=1 ./dev test unit` writes it anew.\n\n| command | does |\n|---|---|\n";
  for (const Command& command : commands)
    text += fmt::format("| `{}` | {} |\n", command.name, command.summary);
  for (const Command& command : commands)
    text += fmt::format("\n## {}\n\n```\n{}```\n", command.name, command_help(command));
  return text;
}

}  // namespace ssmb::cli
