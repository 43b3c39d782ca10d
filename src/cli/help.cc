#include "cli/help.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/described.h"

namespace ssmb::cli {
namespace {

std::string flag_rows(const std::vector<Flag>& flags) {
  std::vector<Row> rows;
  for (const Flag& flag : flags) rows.push_back({label(flag), explanation(flag)});
  return two_columns(rows);
}

std::string exit_code_rows() {
  std::vector<Row> rows;
  for (const ExitCode& row : exit_codes())
    rows.push_back({std::to_string(row.code), std::string(row.meaning)});
  return two_columns(rows);
}

// Those whose names begin with `prefix`.
std::vector<Row> command_rows(std::span<const Command> commands, std::string_view prefix) {
  std::vector<Row> rows;
  for (const Command& command : commands) {
    if (command.name.starts_with(prefix))
      rows.push_back({std::string(command.name), std::string(command.summary)});
  }
  return rows;
}

std::string example_rows(const std::vector<Example>& examples) {
  std::string text;
  for (const Example& example : examples) {
    const std::string line = fmt::format("  ssm-backup {}", example.line);
    // A line that is too long for the terminal goes on below, as a shell takes it.
    text += line.size() <= kColumns ? line + '\n' : continued(line, 2);
    text += wrap(example.what, 6);
  }
  return text;
}

std::string see_also(const Command& command) {
  std::vector<Row> rows;
  for (const Topic* topic : topics_of(command))
    rows.push_back({fmt::format("ssm-backup help {}", topic->name), std::string(topic->summary)});
  return rows.empty() ? std::string() : "\nSee also:\n" + two_columns(rows);
}

std::string block_text(const Block& block) {
  std::string text = "\n";
  if (!block.title.empty()) text += block.title + ":\n";
  if (!block.text.empty()) text += wrap(block.text, block.title.empty() ? 0 : 2);
  return block.rows.empty() ? text : text + two_columns(block.rows);
}

}  // namespace

std::string label(const Flag& flag) {
  std::string name = flag.name;
  if (const auto comma = name.find(','); comma != std::string::npos) name.insert(comma + 1, " ");
  return flag.value.empty() ? name : name + ' ' + flag.value;
}

std::string explanation(const Flag& flag) {
  if (flag.shown_default.empty()) return flag.help;
  return flag.help + " [" + flag.shown_default + "]";
}

std::string usage_line(const Command& command) {
  std::string line = fmt::format("ssm-backup {}", command.name);
  for (const Argument& argument : describe(command).arguments) {
    const bool required = argument.presence == Argument::Presence::required;
    line += required ? " " + argument.name : " [" + argument.name + "]";
  }
  return line + " [flags]";
}

std::string group_help(std::string_view group, std::span<const Command> commands) {
  return fmt::format(
      "usage: ssm-backup {0} COMMAND [flags]\n\nCommands:\n{1}"
      "\n  ssm-backup {0} COMMAND --help   flags and examples of one command\n",
      group, two_columns(command_rows(commands, fmt::format("{} ", group))));
}

std::string overview(std::span<const Command> commands, std::span<const Topic> topics) {
  std::vector<std::string> names;
  for (const Topic& topic : topics) names.emplace_back(topic.name);
  return "usage: ssm-backup COMMAND [flags]\n\n"
         "Backups of AWS SSM Parameter Store: an environment's parameters in every Region,\n"
         "in S3 each day, with all that can be read about them, and a check of them.\n\n"
         "Commands:\n" +
         two_columns(command_rows(commands, "")) + "\nTopics:\n" + wrap(join(names, ", "), 2) +
         "\n  ssm-backup COMMAND --help   flags and examples of one command\n"
         "  ssm-backup help TOPIC       what is not of one command; `help topics` has a\n"
         "                              line on each\n"
         "  ssm-backup --version        which version this is\n\n"
         "Exit codes:\n" +
         exit_code_rows();
}

std::string command_help(const Command& command) {
  const Described described = describe(command);
  std::string text = "usage: " + usage_line(command) + "\n\n" + wrap(command.summary, 0);
  if (!command.details.empty()) text += '\n' + wrap(command.details, 0);
  if (!described.arguments.empty()) {
    std::vector<Row> rows;
    for (const Argument& argument : described.arguments)
      rows.push_back({argument.name, argument.help});
    text += "\nArguments:\n" + two_columns(rows);
  }
  if (!described.own.empty()) text += "\nFlags:\n" + flag_rows(described.own);
  if (!described.common.empty()) text += "\nCommon flags:\n" + flag_rows(described.common);
  if (!command.examples.empty()) text += "\nExamples:\n" + example_rows(command.examples);
  return text + "\nExit codes:\n" + exit_code_rows() + see_also(command);
}

std::string topic_help(const Topic& topic) {
  std::string text = fmt::format("{}: {}\n", topic.name, topic.summary);
  for (const Block& block : topic.blocks) text += block_text(block);
  std::vector<std::string> docs(topic.docs.begin(), topic.docs.end());
  if (!docs.empty()) text += '\n' + wrap("Read on: " + join(docs, ", "), 0);
  return text + "\nNext:\n" + example_rows(topic.examples);
}

std::string topic_list(std::span<const Topic> topics) {
  std::vector<Row> rows;
  for (const Topic& topic : topics)
    rows.push_back({std::string(topic.name), std::string(topic.summary)});
  return "Topics, each by `ssm-backup help TOPIC`:\n" + two_columns(rows);
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
