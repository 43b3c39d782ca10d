// `help`, its topics, and what holds them to the tables and to the code.
#include "cli/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/described.h"
#include "cli/parse.h"
#include "cli_world.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct HelpWorld {
  int run(const std::vector<std::string>& words) { return world.run(words); }
  std::string out() const { return world.out.str(); }
  std::string err() const { return world.err.str(); }

  VirtualRuntime runtime{1};
  NoTransport transport;
  CliWorld world{runtime, transport};
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) words.emplace_back(word);
  return words;
}

TEST(Help, SaysOfACommandWhatItsOwnFlagSays) {
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    HelpWorld world;
    std::vector<std::string> words = words_of(command.name);
    words.insert(words.begin(), "help");
    EXPECT_EQ(world.run(words), 0);
    const std::string told = world.out();
    words.erase(words.begin());
    words.emplace_back("--help");
    EXPECT_EQ(world.run(words), 0);
    EXPECT_EQ(told, world.out());
    EXPECT_THAT(told, StartsWith("usage: ssm-backup " + std::string(command.name)));
  }
}

TEST(Help, AloneIsTheOverviewWithEveryTopic) {
  HelpWorld world;
  EXPECT_EQ(world.run({"help"}), 0);
  const std::string told = world.out();
  EXPECT_EQ(world.run({"--help"}), 0);
  EXPECT_EQ(told, world.out());
  const auto begin = told.find("\nTopics:\n");
  const std::string listed =
      replaced(told.substr(begin, told.find("\n\n", begin + 1) - begin), "\n", " ");
  for (const Topic& topic : topics()) {
    EXPECT_TRUE(listed.contains(' ' + std::string(topic.name) + ',') ||
                listed.ends_with(' ' + std::string(topic.name)))
        << topic.name;
  }
}

TEST(Help, OfAGroupAndOfTheTopics) {
  HelpWorld world;
  EXPECT_EQ(world.run({"help", "infra"}), 0);
  EXPECT_THAT(world.out(), StartsWith("usage: ssm-backup infra COMMAND [flags]"));
  EXPECT_EQ(world.run({"help", "topics"}), 0);
  for (const Topic& topic : topics()) {
    EXPECT_THAT(world.out(), HasSubstr("\n  " + std::string(topic.name) + ' '));
    EXPECT_THAT(replaced(world.out(), "\n", " "), HasSubstr(split(topic.summary, ' ')[0]));
  }
}

TEST(Help, WhatIsUnknownIsOneLineWithTheNearestNames) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* error;
  };
  const Row rows[] = {
      {"mistyped topic",
       {"help", "exitcodes"},
       "there is no command or topic 'exitcodes'; did you mean 'exit-codes'?\n"},
      {"a part of one",
       {"help", "codes"},
       "there is no command or topic 'codes'; did you mean 'exit-codes'?\n"},
      {"a part of several",
       {"help", "notic"},
       "there is no command or topic 'notic'; did you mean 'notices'?\n"},
      {"near two",
       {"help", "cop"},
       "there is no command or topic 'cop'; did you mean 'scope' or 'copies'?\n"},
      {"mistyped command",
       {"help", "bakcup"},
       "there is no command or topic 'bakcup'; did you mean 'backup'?\n"},
      {"of a group",
       {"help", "infra", "aply"},
       "there is no command or topic 'infra aply'; did you mean 'infra apply'?\n"},
      {"nothing near", {"help", "xyzzyplugh"}, "there is no command or topic 'xyzzyplugh'\n"},
      {"no text of a terminal", {"help", "a\x1b[2J"}, "there is no command or topic 'a\\x1b[2J'\n"},
      {"one too many", {"help", "infra", "plan", "now"}, "unexpected argument 'now'\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    HelpWorld world;
    EXPECT_EQ(world.run(row.words), 2);
    EXPECT_THAT(world.err(), StartsWith(std::string("error: ") + row.error + "next: "));
    EXPECT_EQ(world.out(), "");
  }
}

TEST(Topics, FitTheTerminalAndEndWithWhatToType) {
  for (const Topic& topic : topics()) {
    SCOPED_TRACE(topic.name);
    const std::string text = topic_help(topic);
    std::istringstream lines(text);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80U) << line;
    EXPECT_LT(count, 60);
    ASSERT_FALSE(topic.examples.empty());
    const auto next = text.find("\nNext:\n  ssm-backup ");
    ASSERT_NE(next, std::string::npos);
    EXPECT_EQ(text.find("\n\n", next + 1), std::string::npos) << "something stands behind it";
    EXPECT_TRUE(topic.summary.ends_with('.'));
  }
}

TEST(Topics, AreUnlikeEveryCommandAndNameThoseThatThereAre) {
  std::set<std::string> names{"topics"};
  for (const Command& command : commands()) names.emplace(command.name);
  const std::set<std::string> known = names;
  for (const Offer& first : first_words(commands())) names.insert(first.word);
  for (const Topic& topic : topics()) {
    SCOPED_TRACE(topic.name);
    EXPECT_TRUE(names.emplace(topic.name).second) << "help would not know which";
    for (const std::string_view command : topic.commands) {
      EXPECT_TRUE(known.contains(std::string(command))) << command;
    }
    for (const std::string_view doc : topic.docs) {
      const std::string file(doc.substr(0, doc.find(' ')));
      EXPECT_TRUE(std::filesystem::exists(file)) << file;
    }
  }
}

// "help x" in a text, with or without backticks, leads somewhere.
TEST(Topics, ReferToTopicsThatThereAre) {
  std::set<std::string> names;
  for (const Topic& topic : topics()) names.emplace(topic.name);
  int found = 0;
  for (const Topic& topic : topics()) {
    const std::string text = replaced(topic_help(topic), "\n", " ");
    for (auto at = text.find("help "); at != std::string::npos; at = text.find("help ", at + 1)) {
      auto begin = text.find_first_not_of(' ', at + 5);
      const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", begin);
      EXPECT_TRUE(names.contains(text.substr(begin, end - begin)))
          << topic.name << ": " << text.substr(at, 30);
      ++found;
    }
  }
  EXPECT_GT(found, 5);
}

// A shell's words, as far as examples need them: blanks, single quotes, and no further than what
// a pipe or a redirection takes.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words{""};
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.emplace_back();
    } else if ((c == '>' || c == '|') && !quoted) {
      break;
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

// The error, or "" where the line can be run.
std::string what_is_wrong_with(std::string_view line) {
  std::vector<std::string> words = shell_words(line);
  for (const Command& command : commands()) {
    const auto name = words_of(command.name);
    if (words.size() < name.size() || !std::equal(name.begin(), name.end(), words.begin()))
      continue;
    Declaration declaration = command.declare();
    CommonOptions options = common_options(command);
    FlagSet common;
    add_common_flags(common, options, command.needs);
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(name.size()));
    const auto parsed = parse_flags(command.name, declaration.flags, common, words);
    return parsed ? "" : parsed.error().what;
  }
  return "no such command";
}

TEST(Examples, OfCommandsAndTopicsCanBeTyped) {
  const auto judge = [](std::string_view of, const std::vector<Example>& examples) {
    for (const Example& example : examples)
      EXPECT_EQ(what_is_wrong_with(example.line), "") << of << ": " << example.line;
  };
  for (const Command& command : commands()) judge(command.name, command.examples);
  for (const Topic& topic : topics()) judge(topic.name, topic.examples);
  // It is no judge that takes everything.
  EXPECT_EQ(what_is_wrong_with("backup --env dev --jbos 2"),
            "unknown flag --jbos; did you mean --jobs?");
  EXPECT_EQ(what_is_wrong_with("bakcup --env dev"), "no such command");
  EXPECT_EQ(what_is_wrong_with("backup --tags 'bulk or strict'"),
            "--tags wants one of bulk, strict, not 'bulk or strict'");
}

bool fits_variable(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// String literals of the program's sources that are names of environment variables: those with an
// underscore, and those that are asked for by that name.
std::set<std::string> variables_in_code() {
  constexpr std::array<std::string_view, 3> kAsking{"variable(", "value_of(environment, ",
                                                    "find(environment, "};
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("src")) {
    const std::string path = entry.path().string();
    if (!entry.is_regular_file() || path.contains("/topics/")) continue;
    std::ifstream file(path);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    for (auto at = text.find('"'); at != std::string::npos; at = text.find('"', at + 1)) {
      auto end = at + 1;
      while (end < text.size() && fits_variable(text[end])) ++end;
      if (end == at + 1 || end == text.size() || text[end] != '"') continue;
      const std::string name = text.substr(at + 1, end - at - 1);
      const std::string before = text.substr(at < 40 ? 0 : at - 40, at < 40 ? at : 40);
      const bool asked = std::ranges::any_of(
          kAsking, [&](std::string_view asking) { return before.ends_with(asking); });
      const bool word = name.front() >= 'A' && name.front() <= 'Z';  // "20261122_130001" is none
      if (word && (asked || name.contains('_'))) names.insert(name);
    }
  }
  return names;
}

TEST(Environment, TheTopicNamesTheVariablesThatTheCodeReads) {
  std::set<std::string> read = variables_in_code();
  // Written like one, and none: what each is has to be there still.
  for (const char* other :
       {"NOT_BUILT", "AWS_ENDPOINT_URL_", "SSM_BACKUP_", "S2N_ERR_CERT_", "S2N_ERR_CERT_UNTRUSTED",
        "S2N_ERR_CERT_INVALID_HOSTNAME", "S2N_ERR_CERT_EXPIRED", "S2N_ERR_CERT_NOT_YET_VALID",
        "S2N_ERR_CERT_REVOKED"})
    EXPECT_EQ(read.erase(other), 1U) << other;
  std::set<std::string> told;
  const auto topic = std::ranges::find(topics(), "environment", &Topic::name);
  ASSERT_NE(topic, topics().end());
  for (const Block& block : topic->blocks) {
    for (const Row& row : block.rows) {
      for (std::size_t at = 0; at < row.text.size();) {
        auto end = at;
        while (end < row.text.size() && fits_variable(row.text[end])) ++end;
        const std::string word = row.text.substr(at, end - at);
        // PEM, of a file, is none.
        if (word.size() > 3 && word != "NAME") told.insert(word);
        at = end == at ? at + 1 : end;
      }
    }
  }
  EXPECT_EQ(told, read);
}

}  // namespace
}  // namespace ssmb::cli
