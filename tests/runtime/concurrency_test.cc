#include "runtime/concurrency.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "runtime/virtual_runtime.h"

namespace ssmb {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

Task<void> produce(Queue<int>& queue, int count, int& pushed) {
  for (int i = 0; i < count; ++i)
    if (co_await queue.push(i)) ++pushed;
  queue.close();
}

Task<void> consume(Runtime& runtime, Queue<int>& queue, std::vector<int>& taken) {
  while (auto item = co_await queue.pop()) {
    taken.push_back(*item);
    (void)co_await runtime.sleep(1s, {});
  }
}

TEST(Queue, HandsOnInOrderAndHoldsNoMoreThanItsCapacity) {
  VirtualRuntime runtime(1);
  Queue<int> queue(2);
  std::vector<int> taken;
  int pushed = 0;
  std::size_t most = 0;
  const auto watch = [](Runtime& r, Queue<int>& watched, std::size_t& seen) -> Task<void> {
    for (int i = 0; i < 20; ++i) {
      seen = std::max(seen, watched.size());
      (void)co_await r.sleep(250ms, {});
    }
  };
  TaskGroup group(runtime.executor());
  group.spawn(produce(queue, 6, pushed));
  group.spawn(consume(runtime, queue, taken));
  group.spawn(watch(runtime, queue, most));
  runtime.run_until_idle();
  EXPECT_THAT(taken, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_EQ(pushed, 6);
  EXPECT_EQ(most, 2U);
  EXPECT_EQ(runtime.steady().time_since_epoch(), 6s);
}

TEST(Queue, ManyConsumersShareTheItems) {
  VirtualRuntime runtime(1);
  Queue<int> queue(1);
  std::vector<int> taken;
  int pushed = 0;
  TaskGroup group(runtime.executor());
  for (int i = 0; i < 3; ++i) group.spawn(consume(runtime, queue, taken));
  group.spawn(produce(queue, 9, pushed));
  runtime.run_until_idle();
  EXPECT_THAT(taken, ::testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8));
  EXPECT_EQ(runtime.steady().time_since_epoch(), 3s);
}

TEST(Queue, CloseWakesEverybody) {
  VirtualRuntime runtime(1);
  Queue<int> queue(1);
  EXPECT_TRUE(*runtime.run(queue.push(1)));
  std::vector<int> ended;
  const auto push_more = [](Queue<int>& full, std::vector<int>& log) -> Task<void> {
    log.push_back(co_await full.push(2) ? 1 : 0);
  };
  TaskGroup group(runtime.executor());
  group.spawn(push_more(queue, ended));
  runtime.run_until_idle();
  EXPECT_TRUE(ended.empty()) << "a full queue makes its writers wait";
  queue.close();
  runtime.run_until_idle();
  EXPECT_THAT(ended, ElementsAre(0));
  EXPECT_EQ(*runtime.run(queue.pop()), 1) << "what was in is still handed out";
  EXPECT_EQ(*runtime.run(queue.pop()), std::nullopt);
  EXPECT_FALSE(*runtime.run(queue.push(3)));
}

Task<bool> join_all(TaskGroup& group) {
  co_await group.join();
  co_return true;
}

TEST(TaskGroup, JoinWaitsForTheLastAndForNothingWithoutTasks) {
  VirtualRuntime runtime(1);
  TaskGroup group(runtime.executor());
  EXPECT_TRUE(runtime.run(join_all(group)));
  const auto nap = [](Runtime& r, Duration wait) -> Task<void> {
    (void)co_await r.sleep(wait, {});
  };
  for (const Duration wait : {5s, 1s, 3s}) group.spawn(nap(runtime, wait));
  EXPECT_TRUE(runtime.run(join_all(group)));
  EXPECT_EQ(runtime.steady().time_since_epoch(), 5s);
}

TEST(TaskGroup, TheFirstExceptionIsThrownWhenAllHaveEnded) {
  VirtualRuntime runtime(1);
  int ended = 0;
  const auto work = [](Runtime& r, Duration wait, const char* defect, int& done) -> Task<void> {
    (void)co_await r.sleep(wait, {});
    ++done;
    if (defect != nullptr) throw std::runtime_error(defect);
  };
  TaskGroup group(runtime.executor());
  group.spawn(work(runtime, 3s, "second", ended));
  group.spawn(work(runtime, 1s, "first", ended));
  group.spawn(work(runtime, 5s, nullptr, ended));
  try {
    (void)runtime.run(join_all(group));
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& defect) {
    EXPECT_STREQ(defect.what(), "first");
  }
  EXPECT_EQ(ended, 3);
}

TEST(Suspend, AResumeInsideTheStartingCallIsNotInline) {
  VirtualRuntime runtime(1);
  std::vector<int> order;
  const auto waiting = [](std::vector<int>& log) -> Task<int> {
    auto begin = [&log](Resume<int> resume) {
      resume(42);
      log.push_back(1);
    };
    const int value = co_await suspend<int>(begin);
    log.push_back(2);
    co_return value;
  };
  EXPECT_EQ(runtime.run(waiting(order)), 42);
  EXPECT_THAT(order, ElementsAre(1, 2));
}

struct Borrowing {
  Runtime& runtime;
  Allowance& allowance;
  std::vector<int> order = {};
  std::uint64_t out = 0;
  std::uint64_t most = 0;
  int refused = 0;
};

Task<void> borrow(Borrowing& state, int who, std::uint64_t bytes) {
  if (!co_await state.allowance.take(bytes)) {
    ++state.refused;
    co_return;
  }
  state.order.push_back(who);
  state.out += bytes;
  state.most = std::max(state.most, state.out);
  (void)co_await state.runtime.sleep(1s, {});
  state.out -= bytes;
  state.allowance.give_back(bytes);
}

TEST(Allowance, IsNeverOverdrawnAndServesInOrder) {
  VirtualRuntime runtime(1);
  Allowance allowance(10);
  Borrowing state{.runtime = runtime, .allowance = allowance};
  TaskGroup group(runtime.executor());
  const std::uint64_t wants[] = {6, 4, 10, 1, 9};
  for (int who = 0; who < 5; ++who) group.spawn(borrow(state, who, wants[who]));
  runtime.run_until_idle();
  // The one that wants all is not overtaken by a small one.
  EXPECT_THAT(state.order, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(state.most, 10U);
  EXPECT_EQ(runtime.steady().time_since_epoch(), 3s);
}

TEST(Allowance, ClosedItEndsEveryWait) {
  VirtualRuntime runtime(1);
  Allowance allowance(10);
  Borrowing state{.runtime = runtime, .allowance = allowance};
  TaskGroup group(runtime.executor());
  for (int who = 0; who < 3; ++who) group.spawn(borrow(state, who, 8));
  const auto close = [](Allowance& closed) -> Task<void> {
    closed.close();
    co_return;
  };
  group.spawn(close(allowance));
  group.spawn(borrow(state, 3, 1));
  runtime.run_until_idle();
  EXPECT_THAT(state.order, ElementsAre(0));
  EXPECT_EQ(state.refused, 3);
}

}  // namespace
}  // namespace ssmb
