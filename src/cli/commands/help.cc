#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/described.h"
#include "cli/parse.h"

namespace ssmb::cli {
namespace {

constexpr std::string_view kTopics = "topics";

struct Options {
  std::string what;
  std::string member;
};

std::vector<Offer> things() {
  std::vector<Offer> offers = first_words(commands());
  offers.push_back({std::string(kTopics), "the topics, with a line on each", {}});
  for (const Topic& topic : topics())
    offers.push_back({std::string(topic.name), std::string(topic.summary), {}});
  return offers;
}

// The second words of commands that have two.
std::vector<Offer> members() {
  std::vector<Offer> offers;
  for (const Command& command : commands()) {
    const auto words = split(command.name, ' ');
    if (words.size() > 1) {
      offers.push_back(
          {std::string(words[1]), std::string(command.summary), std::string(words[0])});
    }
  }
  return offers;
}

void add_flags(FlagSet& flags, Options& options) {
  flags
      .argument({.name = "WHAT",
                 .help = "a command or a topic; without it, what there is",
                 .presence = Argument::Presence::optional,
                 .choices = {},
                 .offers = things(),
                 .set = [&options](const std::string& word) { options.what = word; }})
      .argument({.name = "COMMAND",
                 .help = "the second word of a command that has two: infra plan",
                 .presence = Argument::Presence::optional,
                 .choices = {},
                 .offers = members(),
                 .set = [&options](const std::string& word) { options.member = word; }});
}

Error unknown(const std::string& name) {
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  for (const Offer& offer : things()) {
    if (std::ranges::find(names, offer.word) == names.end()) names.push_back(offer.word);
  }
  std::vector<std::string> near = near_names(name, names);
  for (std::string& one : near) one = '\'' + one + '\'';
  return {.kind = ErrorKind::usage,
          .what = fmt::format("there is no command or topic '{}'{}", printable(name, 80),
                              near.empty() ? "" : "; did you mean " + join(near, " or ") + "?"),
          .fault = std::nullopt,
          .next = "ssm-backup help lists them"};
}

Result<std::string> text_of(const Options& options) {
  if (options.what.empty()) return overview(commands(), topics());
  const std::string name =
      options.member.empty() ? options.what : options.what + ' ' + options.member;
  if (const auto found = std::ranges::find(commands(), name, &Command::name);
      found != commands().end())
    return command_help(*found);
  if (!members_of(commands(), name).empty()) return group_help(name, commands());
  if (name == kTopics) return topic_list(topics());
  if (const auto found = std::ranges::find(topics(), name, &Topic::name); found != topics().end())
    return topic_help(*found);
  return fail(unknown(name));
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  auto text = text_of(options);
  if (!text) co_return fail(std::move(text).error());
  context.out() << *text;
  co_return Outcome::done;
}

}  // namespace

Command help_command() {
  return {.name = "help",
          .summary = "Explain a command or a topic.",
          .details = "",
          .needs = Needs::nothing,
          .examples = {{"help", "the commands and the topics"},
                       {"help infra plan", "the same as infra plan --help"},
                       {"help troubleshooting", "where to look when something has gone wrong"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
