// Running several tasks at once on one executor: a group that is joined, a bounded queue, and bytes
// that are shared.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

#include "runtime/runtime.h"

namespace ssmb {

// Tasks that end together: spawn any number, then join() waits for all. One thread only.
// A group must be joined before it is destroyed. A task that throws (a defect of ours, or memory
// at its end) makes join() throw the first such exception.
class TaskGroup {
 public:
  explicit TaskGroup(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  void spawn(Task<void> task) {
    ++running_;
    boost::asio::co_spawn(executor_, std::move(task), [this](std::exception_ptr thrown) {
      if (thrown && !thrown_) thrown_ = thrown;
      if (--running_ == 0 && joiner_) std::exchange(joiner_, std::nullopt)->operator()(true);
    });
  }

  Task<void> join() {
    if (running_ != 0) {
      auto wait = [this](Resume<bool> resume) { joiner_.emplace(std::move(resume)); };
      co_await suspend<bool>(wait);
    }
    if (thrown_) std::rethrow_exception(thrown_);
  }

 private:
  boost::asio::any_io_executor executor_;
  std::size_t running_ = 0;
  std::optional<Resume<bool>> joiner_;
  std::exception_ptr thrown_;
};

// Bytes that coroutines of one executor share: take() waits until so many are free, first come,
// first served. Nobody takes more than there are; whoever took gives back as many.
class Allowance {
 public:
  explicit Allowance(std::uint64_t bytes) : free_(bytes) {}

  // False when it was closed: nothing was taken.
  Task<bool> take(std::uint64_t bytes) {
    if (closed_) co_return false;
    if (waiters_.empty() && bytes <= free_) {
      free_ -= bytes;
      co_return true;
    }
    auto begin = [this, bytes](Resume<bool> resume) {
      waiters_.push_back({.bytes = bytes, .resume = std::move(resume)});
    };
    co_return co_await suspend<bool>(begin);
  }

  void give_back(std::uint64_t bytes) {
    free_ += bytes;
    while (!waiters_.empty() && waiters_.front().bytes <= free_) {
      free_ -= waiters_.front().bytes;
      end_first(true);
    }
  }

  // Ends every wait.
  void close() {
    closed_ = true;
    while (!waiters_.empty()) end_first(false);
  }

 private:
  struct Waiter {
    std::uint64_t bytes;
    Resume<bool> resume;
  };

  void end_first(bool taken) {
    const Waiter first = std::move(waiters_.front());
    waiters_.pop_front();
    first.resume(taken);
  }

  std::uint64_t free_;
  bool closed_ = false;
  std::deque<Waiter> waiters_;
};

// A first-in-first-out queue between coroutines of one executor. push() waits while it is full,
// pop() while it is empty; close() lets the rest be taken and then ends every pop() with nullopt.
template <class T>
class Queue {
 public:
  explicit Queue(std::size_t capacity) : capacity_(capacity) {}

  // False when the queue was closed: the item was not taken.
  Task<bool> push(T item) {
    while (items_.size() >= capacity_ && !closed_) co_await wait(writers_);
    if (closed_) co_return false;
    items_.push_back(std::move(item));
    wake_one(readers_);
    co_return true;
  }

  Task<std::optional<T>> pop() {
    while (items_.empty() && !closed_) co_await wait(readers_);
    if (items_.empty()) co_return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    wake_one(writers_);
    co_return item;
  }

  void close() {
    closed_ = true;
    wake_all(readers_);
    wake_all(writers_);
  }

  bool closed() const { return closed_; }
  std::size_t size() const { return items_.size(); }

 private:
  using Waiters = std::deque<Resume<bool>>;

  static Task<bool> wait(Waiters& waiters) {
    auto begin = [&waiters](Resume<bool> resume) { waiters.push_back(std::move(resume)); };
    return suspend<bool>(begin);
  }
  static void wake_one(Waiters& waiters) {
    if (waiters.empty()) return;
    Resume<bool> first = std::move(waiters.front());
    waiters.pop_front();
    first(true);
  }
  static void wake_all(Waiters& waiters) {
    while (!waiters.empty()) wake_one(waiters);
  }

  std::size_t capacity_;
  bool closed_ = false;
  std::deque<T> items_;
  Waiters readers_;
  Waiters writers_;
};

}  // namespace ssmb
