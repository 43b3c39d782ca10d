#include "cli/man.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/described.h"
#include "cli/help.h"
#include "cli/run_command.h"

namespace ssmb::cli {
namespace {

constexpr std::string_view kProgram = "ssm-backup";
constexpr std::size_t kExampleColumns = 68;  // what man leaves of 80, with its margins

std::string command_page(std::string_view name) {
  return fmt::format("{}-{}", kProgram, replaced(std::string(name), " ", "-"));
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return text;
}

// "Plan how it comes back." as the line of NAME has it: no capital, no full stop.
std::string short_summary(std::string_view summary) {
  std::string text(summary);
  if (text.ends_with('.')) text.pop_back();
  const bool acronym = text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z';
  if (!text.empty() && !acronym) text[0] = to_lower(text.substr(0, 1))[0];
  return text;
}

// An argument of a macro, which may hold blanks.
std::string as_argument(std::string_view text) { return '"' + roff(text) + '"'; }

std::string heading(const std::string& name, int section, std::string_view summary) {
  return fmt::format(
      ".\\\" Made by `ssm-backup man`.\n.TH {} {} {} {} {}\n.nh\n.ad l\n.SH NAME\n{}",
      as_argument(upper(name)), section, kVersionDate,
      as_argument(fmt::format("{} {}", kProgram, kVersion)), as_argument(kProgram),
      roff_lines(fmt::format("{} - {}", name, short_summary(summary))));
}

std::string section(std::string_view title) { return fmt::format(".SH {}\n", as_argument(title)); }

std::string tagged(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + roff_lines(text);
}

std::string row_lines(const std::vector<Row>& rows) {
  std::string text;
  for (const Row& row : rows)
    text += tagged(fmt::format(".B {}\n", as_argument(row.label)), row.text);
  return text;
}

// ".BR \-f ", " \-\-file " " \fIFILE\fR"
std::string flag_lines(const std::vector<Flag>& flags) {
  std::string text;
  for (const Flag& flag : flags) {
    std::string tag = ".BR ";
    if (const std::string brief = short_name(flag); !brief.empty()) tag += roff(brief) + " \", \" ";
    tag += roff(long_name(flag));
    if (!flag.value.empty()) tag += fmt::format(" \" \\fI{}\\fP\"", roff(flag.value));
    text += tagged(tag + '\n', explanation(flag));
  }
  return text;
}

std::string exit_status() {
  std::vector<Row> rows;
  for (const ExitCode& row : exit_codes())
    rows.push_back({std::to_string(row.code), std::string(row.meaning)});
  return section("EXIT STATUS") + row_lines(rows);
}

std::string example_lines(const std::vector<Example>& examples) {
  std::string text = section("EXAMPLES");
  for (const Example& example : examples) {
    if (&example != &examples.front()) text += ".PP\n";
    const std::string what(example.what);
    text += roff_lines(what.ends_with('?') ? what : what + ':') + ".PP\n.RS 4\n.EX\n";
    const std::string line = fmt::format("{} {}", kProgram, example.line);
    const std::string broken = continued(line, 0, kExampleColumns);
    for (const std::string_view one :
         split(std::string_view(broken).substr(0, broken.size() - 1), '\n'))
      text += roff(one) + '\n';
    text += ".EE\n.RE\n";
  }
  return text;
}

struct Reference {
  std::string page;
  int section = 1;
};

// Whole on one line: \\% forbids to break it at its hyphens.
std::string reference_line(const Reference& to, std::string_view behind = "") {
  return fmt::format(".BR \\%{} ({}){}\n", roff(to.page), to.section, behind);
}

std::string see_also(std::vector<Reference> references, const std::vector<std::string_view>& docs) {
  std::ranges::sort(references, {},
                    [](const Reference& one) { return std::pair(one.section, one.page); });
  std::string text = section("SEE ALSO");
  for (std::size_t i = 0; i < references.size(); ++i) {
    const bool last = i + 1 == references.size();
    text += reference_line(references[i], last ? "" : ",");
  }
  if (docs.empty()) return text;
  return text + ".PP\n" +
         roff_lines(join(std::vector<std::string>(docs.begin(), docs.end()), ", "));
}

Reference page_of(const Topic& topic) { return {command_page(topic.name), 7}; }

ManPage page_of(const Command& command, std::span<const Command> commands) {
  const Described described = describe(command);
  ManPage page{.name = command_page(command.name), .section = 1, .text = {}};
  page.text = heading(page.name, page.section, command.summary) + section("SYNOPSIS") +
              fmt::format(".B {}\n", as_argument(fmt::format("{} {}", kProgram, command.name)));
  for (const Argument& argument : described.arguments) {
    const bool required = argument.presence == Argument::Presence::required;
    const std::string name = fmt::format("\\fI{}\\fP", roff(argument.name));
    page.text += required ? name + '\n' : '[' + name + "]\n";
  }
  page.text += "[\\fIflags\\fP]\n" + section("DESCRIPTION") + roff_lines(command.summary);
  if (!command.details.empty()) page.text += ".PP\n" + roff_lines(command.details);
  if (!described.arguments.empty()) {
    std::vector<Row> rows;
    for (const Argument& argument : described.arguments)
      rows.push_back({argument.name, argument.help});
    page.text += section("ARGUMENTS") + row_lines(rows);
  }
  if (!described.own.empty()) page.text += section("FLAGS") + flag_lines(described.own);
  if (!described.common.empty())
    page.text += section("COMMON FLAGS") + flag_lines(described.common);
  page.text += exit_status() + example_lines(command.examples);
  std::vector<Reference> references{{std::string(kProgram), 1}};
  const auto words = split(command.name, ' ');
  for (const std::string& member : members_of(commands, words.front())) {
    if (words.size() > 1 && member != words[1])
      references.push_back({command_page(fmt::format("{} {}", words[0], member)), 1});
  }
  for (const Topic* topic : topics_of(command)) references.push_back(page_of(*topic));
  page.text += see_also(std::move(references), {});
  return page;
}

ManPage page_of(const Topic& topic, std::span<const Command> commands) {
  const auto [name, number] = page_of(topic);
  ManPage page{.name = name, .section = number, .text = heading(name, number, topic.summary)};
  page.text += section("DESCRIPTION");
  for (const Block& block : topic.blocks) {
    if (!block.title.empty()) page.text += fmt::format(".SS {}\n", as_argument(block.title));
    if (!block.text.empty())
      page.text += (block.title.empty() ? ".PP\n" : "") + roff_lines(block.text);
    page.text += row_lines(block.rows);
  }
  // The first paragraph of a section needs no break before it.
  page.text =
      replaced(std::move(page.text), section("DESCRIPTION") + ".PP\n", section("DESCRIPTION"));
  page.text += example_lines(topic.examples);
  std::vector<Reference> references{{std::string(kProgram), 1}};
  for (const Command& command : commands) {
    if (std::ranges::find(topic.commands, command.name) != topic.commands.end())
      references.push_back({command_page(command.name), 1});
  }
  page.text += see_also(std::move(references), topic.docs);
  return page;
}

ManPage overview_page(std::span<const Command> commands, std::span<const Topic> topics) {
  ManPage page{.name = std::string(kProgram), .section = 1, .text = {}};
  page.text = heading(page.name, 1, "back up and restore AWS SSM Parameter Store") +
              section("SYNOPSIS") +
              ".B ssm\\-backup\n\\fIcommand\\fP\n[\\fIflags\\fP]\n.br\n.B ssm\\-backup help\n"
              "[\\fIcommand\\fP | \\fItopic\\fP]\n.br\n.B ssm\\-backup \\-\\-version\n" +
              section("DESCRIPTION") +
              roff_lines(
                  "Backups of AWS SSM Parameter Store: an environment's parameters in every "
                  "Region, in S3 each day, with all that can be read about them, a check of them, "
                  "and their way back. Each command and each topic has a page of its own.");
  page.text += section("COMMANDS");
  for (const Command& command : commands)
    page.text += tagged(reference_line({command_page(command.name), 1}), command.summary);
  page.text += section("TOPICS");
  for (const Topic& topic : topics)
    page.text += tagged(reference_line(page_of(topic)), topic.summary);
  page.text += exit_status() + example_lines({{"backup --env dev", "the daily job"},
                                              {"doctor --env dev", "is everything in place?"},
                                              {"restore --env dev --region us-west-2",
                                               "the plan of a restore; nothing is written"}});
  page.text += see_also({{"ssm-backup-troubleshooting", 7}, {"ssm-backup-help", 1}},
                        {"docs/runbook.md", "README.md"});
  page.text += ".PP\n" + roff_lines(
                             "Pages name documents by where they lie in the source, and in "
                             "share/doc/ssm-backup of an installation.");
  return page;
}

}  // namespace

std::string roff(std::string_view text) {
  std::string out;
  bool bold = false;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\e"; break;
      case '-': out += "\\-"; break;
      case '\'': out += "\\(aq"; break;
      case '"': out += "\\(dq"; break;
      case '^': out += "\\(ha"; break;
      case '~': out += "\\(ti"; break;
      case '`':
        bold = !bold;
        out += bold ? "\\fB" : "\\fP";
        break;
      default: out += c;
    }
  }
  return out;
}

std::string roff_lines(std::string_view text) {
  std::string out;
  const std::string wrapped = wrap(roff(text), 0);
  for (const std::string_view line :
       split(std::string_view(wrapped).substr(0, wrapped.size() - 1), '\n')) {
    if (line.starts_with('.')) out += "\\&";
    out += line;
    out += '\n';
  }
  return out;
}

std::vector<ManPage> man_pages(std::span<const Command> commands, std::span<const Topic> topics) {
  std::vector<ManPage> pages{overview_page(commands, topics)};
  for (const Command& command : commands) pages.push_back(page_of(command, commands));
  for (const Topic& topic : topics) pages.push_back(page_of(topic, commands));
  return pages;
}

}  // namespace ssmb::cli
