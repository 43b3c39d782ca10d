#include "cli/man.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/described.h"
#include "cli_world.h"

namespace ssmb::cli {
namespace {

using ::testing::HasSubstr;

const ManPage* page_called(const std::vector<ManPage>& pages, const std::string& file) {
  const auto found = std::ranges::find(pages, file, &ManPage::file);
  return found == pages.end() ? nullptr : &*found;
}

TEST(Man, HasAPageForEachCommandAndEachTopicWithAllThatHelpTells) {
  const std::vector<ManPage> pages = man_pages(commands(), topics());
  EXPECT_EQ(pages.size(), 1 + commands().size() + topics().size());
  const ManPage* whole = page_called(pages, "ssm-backup.1");
  ASSERT_NE(whole, nullptr);
  for (const Command& command : commands()) {
    SCOPED_TRACE(command.name);
    const std::string name = "ssm-backup-" + replaced(std::string(command.name), " ", "-");
    const ManPage* page = page_called(pages, name + ".1");
    ASSERT_NE(page, nullptr);
    EXPECT_THAT(whole->text, HasSubstr("\n.BR \\%" + roff(name) + " (1)\n"));
    for (const Flag& flag : describe(command).own)
      EXPECT_THAT(page->text, HasSubstr(roff(long_name(flag)))) << flag.name;
    for (const Flag& flag : describe(command).common)
      EXPECT_THAT(page->text, HasSubstr(".BR " + roff(flag.name))) << flag.name;
    for (const Example& example : command.examples)
      EXPECT_THAT(replaced(page->text, "\n", " "), HasSubstr(roff(example.what)));
    for (const Topic* topic : topics_of(command))
      EXPECT_THAT(page->text,
                  HasSubstr(".BR \\%" + roff("ssm-backup-" + std::string(topic->name)) + " (7)"));
  }
  for (const Topic& topic : topics()) {
    SCOPED_TRACE(topic.name);
    const std::string name = "ssm-backup-" + std::string(topic.name);
    const ManPage* page = page_called(pages, name + ".7");
    ASSERT_NE(page, nullptr);
    EXPECT_THAT(whole->text, HasSubstr("\n.BR \\%" + roff(name) + " (7)\n"));
    for (const Block& block : topic.blocks) {
      EXPECT_THAT(page->text,
                  HasSubstr(roff_lines(block.text.empty() ? block.rows[0].text : block.text)));
      for (const Row& row : block.rows) EXPECT_THAT(page->text, HasSubstr(roff_lines(row.text)));
    }
  }
}

TEST(Man, TextComesOutAsItIs) {
  struct Row {
    const char* name;
    const char* text;
    const char* roff;
  };
  const Row rows[] = {
      {"a hyphen is one to copy", "--dry-run", "\\-\\-dry\\-run\n"},
      {"a backslash", "a\\b", "a\\eb\n"},
      {"a leading dot", ".aws is a directory", "\\&.aws is a directory\n"},
      {"a leading quote", "'*' takes all", "\\(aq*\\(aq takes all\n"},
      {"double quotes", "say \"so\"", "say \\(dqso\\(dq\n"},
      {"no typographer's accents", "~/x ^", "\\(ti/x \\(ha\n"},
      {"backticks are bold", "`list` prints", "\\fBlist\\fP prints\n"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(roff_lines(row.text), row.roff);
  }
  // Where a line is broken, too.
  std::istringstream lines(roff_lines(std::string(78, 'x') + " .so/etc/passwd"));
  std::string line;
  std::getline(lines, line);
  std::getline(lines, line);
  EXPECT_EQ(line, "\\&.so/etc/passwd");
}

TEST(Man, EveryLineIsTextOrAMacroThatIsMeant) {
  const std::set<std::string> macros{".TH", ".SH", ".SS", ".PP", ".TP", ".B",  ".BR",  ".RS",
                                     ".RE", ".EX", ".EE", ".br", ".nh", ".ad", ".\\\""};
  for (const ManPage& page : man_pages(commands(), topics())) {
    std::istringstream lines(page.text);
    for (std::string line; std::getline(lines, line);) {
      SCOPED_TRACE(page.file() + ": " + line);
      EXPECT_FALSE(line.empty());
      EXPECT_FALSE(line.starts_with('\''));
      if (line.starts_with('.')) EXPECT_TRUE(macros.contains(line.substr(0, line.find(' '))));
    }
  }
}

TEST(Man, PrintsOneOrWritesAll) {
  VirtualRuntime runtime(1);
  NoTransport transport;
  CliWorld world(runtime, transport);
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* title;
  };
  const Row rows[] = {
      {"that of the program", {"man"}, ".TH \"SSM\\-BACKUP\" 1 "},
      {"the same, named", {"man", "ssm-backup"}, ".TH \"SSM\\-BACKUP\" 1 "},
      {"of a command", {"man", "infra-plan"}, ".TH \"SSM\\-BACKUP\\-INFRA\\-PLAN\" 1 "},
      {"by its whole name", {"man", "ssm-backup-list"}, ".TH \"SSM\\-BACKUP\\-LIST\" 1 "},
      {"of a topic", {"man", "exit-codes"}, ".TH \"SSM\\-BACKUP\\-EXIT\\-CODES\" 7 "},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(world.run(row.words), 0);
    EXPECT_THAT(world.out.str(), HasSubstr(row.title));
  }
  EXPECT_EQ(world.run({"man", "bakcup"}), 2);
  EXPECT_THAT(world.err.str(), HasSubstr("error: there is no page 'bakcup'; did you mean backup?"));

  std::string pattern = ::testing::TempDir() + "ssmb-man-XXXXXX";
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const std::filesystem::path out = std::filesystem::path(pattern) / "share/man";
  EXPECT_EQ(world.run({"man", "--out", out.string()}), 0);
  for (const ManPage& page : man_pages(commands(), topics())) {
    std::ifstream file(out / ("man" + std::to_string(page.section)) / page.file());
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), page.text) << page.file();
  }
  EXPECT_EQ(world.run({"man", "list", "--out", out.string()}), 2);
  EXPECT_EQ(world.run({"man", "--out", (out / "man1/ssm-backup.1").string()}), 1);
  EXPECT_THAT(world.err.str(), HasSubstr("cannot write "));
  std::filesystem::remove_all(pattern);
}

}  // namespace
}  // namespace ssmb::cli
