#include "aws/paging.h"

#include <gmock/gmock.h>

#include <map>
#include <vector>

#include "runtime/virtual_runtime.h"

namespace ssmb::aws {
namespace {

using testing::ElementsAre;

struct Page {
  std::vector<int> items;
  std::string next_token;
};

Error forgotten() {
  return {.kind = ErrorKind::invalid,
          .what = "refused",
          .fault = ServiceFault{.operation = "ssm:DescribeParameters",
                                .region = "r",
                                .code = "InvalidNextToken",
                                .message = {},
                                .request_id = {},
                                .http_status = 400},
          .next = {}};
}

// Answers by token; `failures` counts down how often a token is refused first.
struct Listing {
  std::map<std::string, Page> pages;
  std::map<std::string, int> failures;
  std::vector<std::string> asked;

  std::vector<int> taken;
  int restarts = 0;

  Result<void> run(PagingLimits limits = {}) {
    auto fetch = [this](std::string token) -> ResultTask<Page> {
      asked.push_back(token);
      if (failures[token]-- > 0) co_return fail(forgotten());
      co_return pages.at(token);
    };
    auto take = [this](Page page) -> ResultTask<void> {
      for (const int item : page.items) taken.push_back(item);
      co_return Result<void>();
    };
    auto restarted = [this] {
      ++restarts;
      taken.clear();
    };
    VirtualRuntime runtime(1);
    return *runtime.run(for_each_page(fetch, take, restarted, limits));
  }
};

TEST(Paging, GoesOnOverEmptyPagesToTheEmptyToken) {
  Listing listing{
      .pages = {{"", {{1}, "a"}}, {"a", {{}, "b"}}, {"b", {{}, "c"}}, {"c", {{2, 3}, ""}}}};
  EXPECT_TRUE(listing.run());
  EXPECT_THAT(listing.taken, ElementsAre(1, 2, 3));
  EXPECT_THAT(listing.asked, ElementsAre("", "a", "b", "c"));
  EXPECT_EQ(listing.restarts, 0);
}

TEST(Paging, StartsAgainWhenATokenIsForgotten) {
  Listing listing{.pages = {{"", {{1}, "a"}}, {"a", {{2}, ""}}}, .failures = {{"a", 2}}};
  EXPECT_TRUE(listing.run());
  EXPECT_THAT(listing.taken, ElementsAre(1, 2));
  EXPECT_THAT(listing.asked, ElementsAre("", "a", "", "a", "", "a"));
  EXPECT_EQ(listing.restarts, 2);
}

TEST(Paging, GivesUpAfterSomeRestarts) {
  Listing listing{.pages = {{"", {{1}, "a"}}}, .failures = {{"a", 100}}};
  const auto ended = listing.run({.restarts = 3});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error(), forgotten());
  EXPECT_EQ(listing.restarts, 3);
}

TEST(Paging, DoesNotRestartWhatHasNotBegun) {
  Listing listing{.failures = {{"", 100}}};
  EXPECT_FALSE(listing.run());
  EXPECT_THAT(listing.asked, ElementsAre(""));
}

TEST(Paging, EndsATokenThatRepeatsForever) {
  Listing listing{.pages = {{"", {{1}, "a"}}, {"a", {{}, "a"}}}};
  const auto ended = listing.run({.repeats = 5});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(listing.asked.size(), 6U);
}

// Two pages that name each other were asked for until the deadline.
TEST(Paging, EndsACircleOfSomeTokens) {
  for (const int length : {2, 3, 7, 100}) {
    SCOPED_TRACE(length);
    Listing listing{.pages = {{"", {{1}, "lead"}}, {"lead", {{}, "0"}}}};
    for (int i = 0; i < length; ++i)
      listing.pages[std::to_string(i)] = {{}, std::to_string((i + 1) % length)};
    const auto ended = listing.run();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, ErrorKind::corrupt);
    EXPECT_LE(listing.asked.size(), static_cast<std::size_t>(length + 7));
  }
}

TEST(Paging, GoesThroughAThousandPages) {
  Listing listing{.pages = {{"", {{}, "0"}}}};
  for (int i = 0; i < 1000; ++i)
    listing.pages[std::to_string(i)] = {{}, i == 999 ? "" : std::to_string(i + 1)};
  EXPECT_TRUE(listing.run());
}

TEST(Paging, EndsWhenTheTakerHasSeenEnough) {
  VirtualRuntime runtime(1);
  int fetched = 0;
  auto fetch = [&fetched](std::string) -> ResultTask<Page> {
    co_return Page{{++fetched}, std::to_string(fetched)};
  };
  auto take = [](Page page) -> ResultTask<More> {
    co_return page.items[0] == 3 ? More::no : More::yes;
  };
  EXPECT_TRUE(*runtime.run(for_each_page(fetch, take, [] {})));
  EXPECT_EQ(fetched, 3);
}

TEST(Paging, HandsOnOtherErrors) {
  VirtualRuntime runtime(1);
  const auto none = [] {};
  auto broken = [](std::string) -> ResultTask<Page> { co_return fail(ErrorKind::denied, "no"); };
  auto good = [](std::string) -> ResultTask<Page> { co_return Page{{}, "a"}; };
  auto accept = [](Page) -> ResultTask<void> { co_return Result<void>(); };
  auto full = [](Page) -> ResultTask<void> { co_return fail(ErrorKind::cancelled, "enough"); };
  EXPECT_EQ(runtime.run(for_each_page(broken, accept, none))->error().kind, ErrorKind::denied);
  EXPECT_EQ(runtime.run(for_each_page(good, full, none))->error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace ssmb::aws
