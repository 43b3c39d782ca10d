// The journal of a restore: what it takes for its own, and what it refuses.

#include "engine/restore/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "base/files.h"

namespace ssmb::engine::restore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Pair;

const std::string kHead = R"({"journal":1,"snapshot":"a.json","sha256":")" + std::string(64, '0') +
                          R"(","account":"123456789012","region":"us-west-2"})" + "\n";

JournalHead head_of(const char* snapshot = "a.json") {
  return {.snapshot = ObjectKey(snapshot),
          .sha256 = {},
          .region = Region("us-west-2"),
          .account = AccountId("123456789012")};
}

TEST(ParseJournal, TellsWhatIsBegunAndNotEnded) {
  const auto parsed = parse_journal(kHead + R"({"begun":"/a","action":"create","version":0})" +
                                    "\n" + R"({"begun":"/b\u0001","action":"update","version":4})" +
                                    "\n" + R"({"ended":"/a"})" + "\n");
  ASSERT_TRUE(parsed) << parsed.error().what;
  EXPECT_EQ(parsed->head, head_of());
  EXPECT_THAT(parsed->begun, ElementsAre(Pair(ParameterName("/b\x01"), Begun{Action::update, 4})));
}

TEST(ParseJournal, PassesOverALineThatIsCutOff) {
  const std::string whole = kHead + R"({"begun":"/a","action":"create","version":0})" + "\n";
  const std::string next = R"({"ended":"/a"})";
  for (std::size_t length = 0; length <= next.size(); ++length) {
    const auto parsed = parse_journal(whole + next.substr(0, length));
    ASSERT_TRUE(parsed) << length;
    EXPECT_EQ(parsed->whole, whole.size());
    EXPECT_EQ(parsed->begun.size(), 1U);
  }
}

TEST(ParseJournal, RefusesAnythingElseWithItsLine) {
  struct Row {
    const char* name;
    std::string text;
    const char* line;
    const char* why;
  };
  const Row rows[] = {
      {"nothing", "", "line 1", "not there"},
      {"a head that is cut off", kHead.substr(0, 40), "line 1", "not there"},
      {"no JSON", "x\n", "line 1", "JSON"},
      {"an array", "[]\n", "line 1", "object"},
      {"another format",
       R"({"journal":2})"
       "\n",
       "line 1", "format"},
      {"no head",
       R"({"begun":"/a","action":"create","version":0})"
       "\n",
       "line 1", "journal"},
      {"no JSON behind it", kHead + "\n", "line 2", "JSON"},
      {"an unknown action",
       kHead + R"({"begun":"/a","action":"eat","version":0})"
               "\n",
       "line 2", "writes"},
      {"an action that does not write",
       kHead + R"({"begun":"/a","action":"extra","version":0})"
               "\n",
       "line 2", "writes"},
      {"no name",
       kHead + R"({"begun":"","action":"create","version":0})"
               "\n",
       "line 2", "empty"},
      {"a name of another type",
       kHead + R"({"begun":1,"action":"create","version":0})"
               "\n",
       "line 2", "begun"},
      {"ended and never begun",
       kHead + R"({"ended":"/a"})"
               "\n",
       "line 2", "not begun"},
      {"deep nesting",
       kHead + R"({"begun":[[[[[[1]]]]]]})"
               "\n",
       "line 2", ""},
      {"invalid UTF-8", kHead + "{\"begun\":\"\xff\",\"action\":\"create\"}\n", "line 2", "JSON"},
      {"a member twice",
       kHead + R"({"ended":"/a","ended":"/b"})"
               "\n",
       "line 2", "twice"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto parsed = parse_journal(row.text);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(parsed.error().what, HasSubstr(row.line));
    EXPECT_THAT(parsed.error().what, HasSubstr(row.why));
  }
}

struct JournalTest : ::testing::Test {
  void SetUp() override {
    directory =
        std::filesystem::path(::testing::TempDir()) / fmt::format("ssmb-journal-{}", ::getpid());
    std::filesystem::remove_all(directory);
  }
  void TearDown() override { std::filesystem::remove_all(directory); }
  std::filesystem::path file() const { return directory / "restore-journal-us-west-2.jsonl"; }
  std::string text() const { return read_file(file()).value_or("(none)"); }
  void append(const std::string& more) { std::ofstream(file(), std::ios::app) << more; }
  mode_t mode() const {
    struct stat status{};
    return ::stat(file().c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
  }

  std::filesystem::path directory;
};

TEST_F(JournalTest, IsPrivateAndTellsTheNextRunWhatIsBegun) {
  {
    auto journal = Journal::open(file(), head_of());
    ASSERT_TRUE(journal) << journal.error().what;
    ASSERT_TRUE(journal->note_begun(ParameterName("/a"), {Action::create, 0}));
    ASSERT_TRUE(journal->note_begun(ParameterName("/b"), {Action::tags, 0}));
    ASSERT_TRUE(journal->note_ended(ParameterName("/a")));
  }
  EXPECT_EQ(mode(), 0600U);
  EXPECT_EQ(text(), kHead + R"({"begun":"/a","action":"create","version":0})" + "\n" +
                        R"({"begun":"/b","action":"tags","version":0})" + "\n" +
                        R"({"ended":"/a"})" + "\n");
  const auto peeked = Journal::peek(file(), head_of());
  ASSERT_TRUE(peeked);
  EXPECT_THAT(*peeked, ElementsAre(Key(ParameterName("/b"))));
  auto again = Journal::open(file(), head_of());
  ASSERT_TRUE(again);
  EXPECT_THAT(again->begun(), ElementsAre(Key(ParameterName("/b"))));
  EXPECT_EQ(again->set_aside(), "");
}

TEST_F(JournalTest, GoesOnBehindALineThatWasCutOff) {
  ASSERT_TRUE(Journal::open(file(), head_of()));
  append(R"({"begun":"/half)");
  {
    auto journal = Journal::open(file(), head_of());
    ASSERT_TRUE(journal);
    EXPECT_THAT(journal->begun(), IsEmpty());
    ASSERT_TRUE(journal->note_begun(ParameterName("/c"), {Action::remove, 0}));
  }
  EXPECT_EQ(text(), kHead + R"({"begun":"/c","action":"remove","version":0})" + "\n");
}

TEST_F(JournalTest, SetsOneOfAnotherSnapshotOrTargetAside) {
  JournalHead other_hash = head_of();
  other_hash.sha256[0] = std::byte{1};
  JournalHead other_region = head_of();
  other_region.region = Region("eu-west-1");
  JournalHead other_account = head_of();
  other_account.account = AccountId("1");
  const JournalHead others[] = {head_of("b.json"), other_hash, other_region, other_account};
  for (const JournalHead& other : others) {
    std::filesystem::remove_all(directory);
    {
      auto journal = Journal::open(file(), head_of());
      ASSERT_TRUE(journal && journal->note_begun(ParameterName("/a"), {Action::create, 0}));
    }
    EXPECT_THAT(Journal::peek(file(), other).value(), IsEmpty());
    const auto opened = Journal::open(file(), other);
    ASSERT_TRUE(opened);
    EXPECT_THAT(opened->begun(), IsEmpty());
    EXPECT_EQ(opened->set_aside(), file().string() + ".aside-1");
    EXPECT_THAT(read_file(opened->set_aside()).value_or(""), HasSubstr("/a"));
  }
  // Its own restore finds it again: the other's is set aside in its turn.
  const auto back = Journal::open(file(), head_of());
  ASSERT_TRUE(back);
  EXPECT_THAT(back->begun(), ElementsAre(Key(ParameterName("/a"))));
  EXPECT_EQ(back->set_aside(), file().string() + ".aside-2");
  EXPECT_THAT(Journal::peek(file(), head_of()).value(), ElementsAre(Key(ParameterName("/a"))));
  // A third one does not take the first one's name.
  const auto third = Journal::open(file(), head_of("c.json"));
  ASSERT_TRUE(third);
  EXPECT_EQ(third->set_aside(), file().string() + ".aside-1");
}

TEST_F(JournalTest, IsNotTakenFromSomebodyElse) {
  ASSERT_TRUE(Journal::open(file(), head_of()));
  ::chmod(file().c_str(), 0666);
  const auto opened = Journal::open(file(), head_of());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::local_io);
  EXPECT_THAT(opened.error().what, HasSubstr("somebody else"));
  EXPECT_THAT(opened.error().next, HasSubstr("remove it"));
  EXPECT_FALSE(Journal::peek(file(), head_of()));

  std::filesystem::rename(file(), directory / "target");
  std::filesystem::create_symlink(directory / "target", file());
  EXPECT_FALSE(Journal::open(file(), head_of()));
}

TEST_F(JournalTest, ADamagedOneIsNeverTakenForNone) {
  ASSERT_TRUE(Journal::open(file(), head_of()));
  append("scribble\n");
  for (const auto& error :
       {Journal::open(file(), head_of()).error(), Journal::peek(file(), head_of()).error()}) {
    EXPECT_EQ(error.kind, ErrorKind::corrupt);
    EXPECT_THAT(error.what, HasSubstr(file().string() + ": line 2"));
  }
  EXPECT_THAT(text(), HasSubstr("scribble"));
}

TEST_F(JournalTest, IsRemovedWhenAllIsWell) {
  auto journal = Journal::open(file(), head_of());
  ASSERT_TRUE(journal && journal->finish());
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_TRUE(Journal::peek(file(), head_of()));
}

}  // namespace
}  // namespace ssmb::engine::restore
