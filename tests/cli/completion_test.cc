// The scripts against the table of commands. What a shell makes of them: tests/e2e/test_help.py.
#include "cli/completion/completion.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/described.h"
#include "cli/topics.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

// From the first `begin` to the next `end`; empty where there is none.
std::string part(const std::string& text, const std::string& begin, const std::string& end) {
  const auto at = text.find(begin);
  if (at == std::string::npos) return {};
  return text.substr(at, text.find(end, at + begin.size()) - at);
}

TEST(Completion, OfBashHasEveryCommandFlagAndChoice) {
  const std::string script = bash_completion(commands());
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    const std::string flags =
        part(script, fmt::format("\n    '{}') flags='", command.name), "' ;;") + ' ';
    const Described described = describe(command);
    for (const Flag& flag : described.all()) {
      const char* mark = flag.arity == Flag::Arity::none  ? ""
                         : flag.arity == Flag::Arity::one ? "="
                                                          : "=+";
      const std::string word = long_name(flag) + mark;
      EXPECT_TRUE(flags.contains(' ' + word + ' ') || flags.contains('\'' + word + ' ') ||
                  flags.contains(' ' + word + '\''))
          << word;
      if (!flag.choices.empty())
        EXPECT_THAT(script, HasSubstr(") _ssm_backup_offer " + join(flag.choices, " ") + " ;;"));
    }
    std::size_t position = 0;
    for (const Argument& argument : described.arguments) {
      ++position;
      if (argument.choices.empty()) continue;
      EXPECT_THAT(script, HasSubstr(fmt::format("'{} {} '*) _ssm_backup_offer {} ;;", command.name,
                                                position, join(argument.choices, " "))));
    }
  }
}

TEST(Completion, OfZshHasEveryCommandFlagAndChoice) {
  const std::string script = zsh_completion(commands());
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    const std::string name = replaced(std::string(command.name), " ", "-");
    const std::string body =
        part(script, fmt::format("\n_ssm-backup-{}() {{\n", name), "\n}\n") + " \\";
    const Described described = describe(command);
    for (const Flag& flag : described.all()) {
      const bool takes = flag.arity != Flag::Arity::none;
      const std::string word = long_name(flag) + (takes ? "=" : "");
      EXPECT_TRUE(body.contains('\'' + word + '[') || body.contains("'*" + word + '[') ||
                  body.contains(',' + word + "}'["))
          << word;
      EXPECT_EQ(body.contains("'*" + word), flag.arity == Flag::Arity::many) << word;
      if (!flag.choices.empty())
        EXPECT_THAT(body, HasSubstr(fmt::format(":({})'", join(flag.choices, " "))));
    }
    for (const Argument& argument : described.arguments) {
      if (!argument.choices.empty())
        EXPECT_THAT(body, HasSubstr(fmt::format(":({})'", join(argument.choices, " "))));
    }
  }
}

TEST(Completion, OfFishHasEveryCommandFlagAndChoice) {
  const std::string script = fish_completion(commands());
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    const Described described = describe(command);
    for (const Flag& flag : described.all()) {
      const std::string name = long_name(flag);
      const std::string condition =
          flag.arity == Flag::Arity::many ? fmt::format("'__ssm_backup_is {}'", command.name)
          : flag.arity == Flag::Arity::one
              ? fmt::format("'__ssm_backup_may {}= {}'", name, command.name)
              : fmt::format("'__ssm_backup_may {} {}'", name, command.name);
      const std::string brief =
          short_name(flag).empty() ? "" : fmt::format("-s {} ", short_name(flag).substr(1));
      const std::string line = part(
          script,
          fmt::format("complete -c ssm-backup -n {} {}-l {} ", condition, brief, name.substr(2)),
          "\n");
      EXPECT_NE(line, "") << flag.name;
      if (!flag.choices.empty())
        EXPECT_THAT(line, HasSubstr(fmt::format("-x -a '{}'", join(flag.choices, " "))));
    }
    std::size_t position = 0;
    for (const Argument& argument : described.arguments) {
      ++position;
      if (argument.choices.empty()) continue;
      EXPECT_THAT(script, HasSubstr(fmt::format("'__ssm_backup_argument {} {}' -a '{}'", position,
                                                command.name, join(argument.choices, " "))));
    }
  }
}

TEST(Completion, OffersEveryTopicAndEveryGroupsCommands) {
  const std::map<std::string, std::string> scripts{{"bash", bash_completion(commands())},
                                                   {"zsh", zsh_completion(commands())},
                                                   {"fish", fish_completion(commands())}};
  for (const Topic& topic : topics()) {
    SCOPED_TRACE(topic.name);
    const std::string name(topic.name);
    EXPECT_THAT(part(scripts.at("bash"), "'help 1 '*)", ";;"), HasSubstr(' ' + name + ' '));
    EXPECT_THAT(part(scripts.at("zsh"), "\n_ssm-backup-help-1() {", "\n}\n"),
                HasSubstr("\n    '" + name + ':'));
    EXPECT_THAT(scripts.at("fish"),
                HasSubstr(fmt::format("'__ssm_backup_argument 1 help' -a '{}' ", name)));
  }
  EXPECT_THAT(scripts.at("bash"),
              HasSubstr("'help 2 infra') _ssm_backup_offer plan apply destroy ;;"));
  EXPECT_THAT(part(scripts.at("bash"), "\n    infra)", ";;"),
              HasSubstr("_ssm_backup_offer plan apply destroy --help"));
  EXPECT_THAT(part(scripts.at("zsh"), "\n_ssm-backup-infra() {", "\n}\n"),
              HasSubstr("\n    'destroy:"));
  EXPECT_THAT(scripts.at("fish"), HasSubstr("'__ssm_backup_group infra' -a destroy "));
}

// A flag that takes a file or a Region and does not say so would be completed with nothing.
TEST(Completion, AFlagsKindFitsTheNameOfItsValue) {
  const std::map<std::string, ValueKind> kinds{{"FILE", ValueKind::file},
                                               {"KEY|FILE", ValueKind::file},
                                               {"DIR", ValueKind::directory},
                                               {"WHERE", ValueKind::repository},
                                               {"REPOSITORY", ValueKind::repository},
                                               {"R", ValueKind::region},
                                               {"REGION", ValueKind::region},
                                               {"P", ValueKind::profile}};
  std::set<std::string> seen;
  for (const Command& command : commands()) {
    for (const Flag& flag : describe(command).all()) {
      const auto known = kinds.find(flag.value);
      if (known != kinds.end()) seen.insert(flag.value);
      EXPECT_EQ(flag.kind, known == kinds.end() ? ValueKind::text : known->second)
          << command.name << ' ' << flag.name << ' ' << flag.value;
    }
  }
  EXPECT_EQ(seen.size(), kinds.size());
}

// fish asks of a word alone whether a value follows it.
TEST(Completion, AFlagOfOneNameTakesAValueOfEveryCommandOrOfNone) {
  std::map<std::string, Flag::Arity> arities;
  for (const Command& command : commands()) {
    for (const Flag& flag : describe(command).all()) {
      const auto [known, first] = arities.emplace(flag.name, flag.arity);
      EXPECT_EQ(known->second == Flag::Arity::none, flag.arity == Flag::Arity::none) << flag.name;
    }
  }
}

}  // namespace
}  // namespace ssmb::cli
