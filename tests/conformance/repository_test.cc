// One suite for every repository: what src/snapshot/repository.h promises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "runtime/concurrency.h"
#include "tests/conformance/repositories.h"

namespace ssmb::snapshot {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Subject;

class RepositoryConformance : public ::testing::TestWithParam<testing::SubjectKind> {
 protected:
  void SetUp() override { subject_ = testing::make_subject(GetParam()); }

  template <class T>
  T run(Task<T> task) {
    auto value = subject_->runtime().run(std::move(task));
    EXPECT_TRUE(value) << "deadlock";
    return std::move(*value);
  }
  void abort(ObjectWriter& writer) {
    const auto aborting = [](ObjectWriter& aborted) -> Task<bool> {
      co_await aborted.abort();
      co_return true;
    };
    run(aborting(writer));
  }
  Repository& repository() { return subject_->repository(); }
  Result<ObjectStat> put(const char* key, std::string_view bytes) {
    return run(repository().put_new(ObjectKey(key), SecretBytes(bytes), {}));
  }
  std::string content(const char* key) {
    const auto object = run(repository().get(ObjectKey(key), {}));
    return object ? std::string(object->bytes.view()) : "error: " + object.error().what;
  }
  std::vector<std::string> keys(const std::string& prefix = "") {
    std::vector<std::string> all;
    const auto note = [&all](const std::vector<ListedKey>& page) {
      for (const ListedKey& listed : page) all.push_back(listed.key.str());
      return true;
    };
    EXPECT_TRUE(run(repository().list(prefix, note, {})));
    return all;
  }

  std::unique_ptr<Subject> subject_;
};

TEST_P(RepositoryConformance, WhatIsPutComesBack) {
  const std::string bytes = std::string("\0\n\xff", 3) + "日本";
  const auto put_stat = put("a/b/object.json", bytes);
  ASSERT_TRUE(put_stat) << put_stat.error().what;
  const auto object = run(repository().get(ObjectKey("a/b/object.json"), {}));
  ASSERT_TRUE(object) << object.error().what;
  EXPECT_EQ(object->bytes.view(), bytes);
  EXPECT_EQ(object->stat.size, bytes.size());
  EXPECT_EQ(object->stat.etag, put_stat->etag);
  const auto stat = run(repository().stat(ObjectKey("a/b/object.json"), {}));
  EXPECT_EQ(stat->size, bytes.size());
  EXPECT_EQ(stat->etag, put_stat->etag);
  EXPECT_LT(std::chrono::abs(stat->service_time - subject_->runtime().now()),
            std::chrono::seconds{2});
  EXPECT_TRUE(put("empty", ""));
  EXPECT_EQ(content("empty"), "");
}

TEST_P(RepositoryConformance, AnObjectIsWrittenOnce) {
  ASSERT_TRUE(put("key", "first"));
  const auto again = put("key", "second");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  EXPECT_THAT(again.error().what, HasSubstr("key"));
  EXPECT_EQ(content("key"), "first");
}

TEST_P(RepositoryConformance, MissingObjectsAreNotFoundAndNamed) {
  const ObjectKey key("no/such/object");
  const std::vector<Error> errors{run(repository().get(key, {})).error(),
                                  run(repository().get_range(key, 0, 10, {})).error(),
                                  run(repository().stat(key, {})).error()};
  for (const Error& error : errors) {
    EXPECT_EQ(error.kind, ErrorKind::not_found) << error.what;
    EXPECT_THAT(error.what, HasSubstr("no/such/object"));
  }
  EXPECT_THAT(repository().url(key), HasSubstr("no/such/object"));
}

TEST_P(RepositoryConformance, RangesAreCutAtTheEnd) {
  ASSERT_TRUE(put("digits", "0123456789"));
  const struct {
    std::uint64_t offset, length;
    const char* want;
  } rows[] = {{0, 10, "0123456789"}, {0, 1, "0"}, {3, 4, "3456"}, {8, 100, "89"},
              {9, 1, "9"},           {10, 5, ""}, {50, 5, ""},    {2, 0, ""}};
  for (const auto& row : rows) {
    SCOPED_TRACE(std::to_string(row.offset) + "+" + std::to_string(row.length));
    const auto range = run(repository().get_range(ObjectKey("digits"), row.offset, row.length, {}));
    ASSERT_TRUE(range) << range.error().what;
    EXPECT_EQ(range->bytes.view(), row.want);
    EXPECT_EQ(range->stat.size, 10U);
  }
}

TEST_P(RepositoryConformance, ReplaceComparesAndSets) {
  const ObjectKey key("latest.txt");
  const auto replace = [&](std::optional<ETag> expected, const char* bytes) {
    return run(repository().replace(key, std::move(expected), SecretBytes(bytes), {}));
  };
  EXPECT_EQ(replace(ETag("\"0123456789abcdef0123456789abcdef\""), "x").error().kind,
            ErrorKind::conflict);
  const auto first = replace(std::nullopt, "one");
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(replace(std::nullopt, "two").error().kind, ErrorKind::conflict);
  EXPECT_EQ(content("latest.txt"), "one");
  const auto second = replace(first->etag, "three");
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_NE(second->etag, first->etag);
  EXPECT_EQ(replace(first->etag, "four").error().kind, ErrorKind::conflict);
  EXPECT_EQ(content("latest.txt"), "three");
}

TEST_P(RepositoryConformance, OfTwoAtOnceOneWins) {
  const auto first = run(repository().replace(ObjectKey("p"), std::nullopt, SecretBytes("0"), {}));
  ASSERT_TRUE(first);
  int won = 0;
  const auto contend = [](Repository& to, ETag etag, const char* text, int& wins) -> Task<void> {
    const auto mine = co_await to.replace(ObjectKey("p"), etag, SecretBytes(text), {});
    const auto fresh = co_await to.put_new(ObjectKey("n"), SecretBytes(text), {});
    wins += (mine ? 1 : 0) + (fresh ? 1 : 0);
  };
  TaskGroup group(subject_->runtime().executor());
  for (const char* text : {"a", "b", "c"})
    group.spawn(contend(repository(), first->etag, text, won));
  subject_->runtime().run_until_idle();
  EXPECT_EQ(won, 2) << "one for each key";
}

TEST_P(RepositoryConformance, ListsEveryKeyInOrder) {
  for (const char* key : {"b", "a/2", "a/10", "a/1", "a-b", "A", "é"})
    ASSERT_TRUE(put(key, key)) << key;
  EXPECT_THAT(keys(), ElementsAre("A", "a-b", "a/1", "a/10", "a/2", "b", "é"));
  EXPECT_THAT(keys("a/1"), ElementsAre("a/1", "a/10"));
  EXPECT_THAT(keys("a"), ElementsAre("a-b", "a/1", "a/10", "a/2"));
  EXPECT_THAT(keys("none/"), IsEmpty());
}

TEST_P(RepositoryConformance, ListingCanStopEarlyAndTellsSizes) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(put(("k" + std::to_string(i)).c_str(), "xyz"));
  int pages = 0;
  const auto stop = [&pages](const std::vector<ListedKey>& page) {
    EXPECT_FALSE(page.empty());
    EXPECT_EQ(page.front().size, 3U);
    EXPECT_TRUE(page.front().last_modified);
    ++pages;
    return false;
  };
  ASSERT_TRUE(run(repository().list("", stop, {})));
  EXPECT_EQ(pages, 1);
}

TEST_P(RepositoryConformance, PiecesBecomeOneObjectAtCommit) {
  for (const std::size_t pieces : {0U, 1U, 3U}) {
    SCOPED_TRACE(pieces);
    const ObjectKey key("large-" + std::to_string(pieces));
    auto writer = run(repository().create(key, {}));
    ASSERT_TRUE(writer) << writer.error().what;
    std::string whole;
    for (std::size_t i = 0; i < pieces; ++i) {
      // Two of them make more than one part of S3's.
      const std::string piece((std::size_t{4} << 20) + 11, static_cast<char>('a' + i));
      ASSERT_TRUE(run((*writer)->append(SecretBytes(piece), {})));
      whole += piece;
      EXPECT_EQ(run(repository().stat(key, {})).error().kind, ErrorKind::not_found);
    }
    EXPECT_THAT(keys(key.str()), IsEmpty());
    const auto stat = run((*writer)->commit({}));
    ASSERT_TRUE(stat) << stat.error().what;
    EXPECT_EQ(stat->size, whole.size());
    EXPECT_TRUE(content(key.str().c_str()) == whole);
    const auto tail = run(repository().get_range(key, whole.size() / 2, 100, {}));
    EXPECT_EQ(tail->bytes.view(), std::string_view(whole).substr(whole.size() / 2, 100));
  }
}

TEST_P(RepositoryConformance, AWriterThatComesSecondGetsAConflict) {
  for (const std::size_t size : {std::size_t{10}, (std::size_t{8} << 20) + 5}) {
    SCOPED_TRACE(size);
    const std::string key = "contended-" + std::to_string(size);
    auto writer = run(repository().create(ObjectKey(key), {}));
    ASSERT_TRUE(writer);
    ASSERT_TRUE(run((*writer)->append(SecretBytes(std::string(size, 'x')), {})));
    ASSERT_TRUE(put(key.c_str(), "first"));
    const auto second = run((*writer)->commit({}));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict) << second.error().what;
    abort(**writer);
    EXPECT_EQ(content(key.c_str()), "first");
  }
}

TEST_P(RepositoryConformance, AnAbortedWriterLeavesNothing) {
  for (const std::size_t size : {std::size_t{10}, (std::size_t{8} << 20) + 5}) {
    auto writer = run(repository().create(ObjectKey("given/up"), {}));
    ASSERT_TRUE(writer);
    ASSERT_TRUE(run((*writer)->append(SecretBytes(std::string(size, 'x')), {})));
    abort(**writer);
    abort(**writer);
  }
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_THAT(subject_->leftovers(), IsEmpty());
}

TEST_P(RepositoryConformance, AnEndedScopeIsHonoured) {
  ASSERT_TRUE(put("key", "x"));
  std::stop_source stop;
  stop.request_stop();
  const CallScope ended{.deadline = SteadyTime::max(), .stop = stop.get_token()};
  EXPECT_EQ(run(repository().get(ObjectKey("key"), ended)).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(run(repository().put_new(ObjectKey("new"), SecretBytes("x"), ended)).error().kind,
            ErrorKind::cancelled);
  EXPECT_THAT(keys(), ElementsAre("key"));
}

TEST_P(RepositoryConformance, KeysThatNoRepositoryCanHoldAreRefused) {
  for (const char* key : {"", "/a", "a/", "a//b", "../a", "a/../b", "./a", ".hidden", "a\nb"}) {
    SCOPED_TRACE(key);
    EXPECT_EQ(put(key, "x").error().kind, ErrorKind::internal);
    EXPECT_EQ(run(repository().get(ObjectKey(key), {})).error().kind, ErrorKind::internal);
    EXPECT_EQ(run(repository().create(ObjectKey(key), {})).error().kind, ErrorKind::internal);
    EXPECT_EQ(run(repository().stat(ObjectKey(key), {})).error().kind, ErrorKind::internal);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RepositoryConformance, ::testing::ValuesIn(testing::kSubjects),
                         [](const auto& row) { return std::string(testing::name_of(row.param)); });

}  // namespace
}  // namespace ssmb::snapshot
