// Coroutine tasks and the bridge from callbacks to them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "base/error.h"

namespace ssmb {

template <class T>
using Task = boost::asio::awaitable<T>;
template <class T>
using ResultTask = Task<Result<T>>;

namespace detail {

template <class T>
struct Suspended {
  virtual ~Suspended() = default;
  virtual void resume(T value) = 0;
};

template <class T, class Handler>
struct SuspendedOn final : Suspended<T>, std::enable_shared_from_this<SuspendedOn<T, Handler>> {
  explicit SuspendedOn(Handler&& h)
      : handler(std::move(h)), guard(boost::asio::get_associated_executor(*handler)) {}

  void resume(T value) override {
    // Never inline: the callback may run inside the call that started it.
    auto executor = guard.get_executor();
    boost::asio::post(executor, [self = this->shared_from_this(), v = std::move(value)]() mutable {
      Handler taken = std::move(*self->handler);
      self->handler.reset();
      self->guard.reset();
      std::move(taken)(std::move(v));
    });
  }

  std::optional<Handler> handler;
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> guard;
};

}  // namespace detail

// The way back into a suspended coroutine. Copyable; called exactly once, from any thread.
template <class T>
class Resume {
 public:
  explicit Resume(std::shared_ptr<detail::Suspended<T>> operation)
      : operation_(std::move(operation)) {}
  void operator()(T value) const { operation_->resume(std::move(value)); }

 private:
  std::shared_ptr<detail::Suspended<T>> operation_;
};

// Suspends the calling coroutine, hands `start` a Resume<T>, and returns what that is called with.
// The coroutine goes on through its own executor, never inside the callback.
template <class T, class Start>
Task<T> suspend(Start start) {
  auto initiate = [](auto handler, Start begin) {
    using Handler = decltype(handler);
    begin(Resume<T>(std::make_shared<detail::SuspendedOn<T, Handler>>(std::move(handler))));
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
      std::move(initiate), boost::asio::use_awaitable, std::move(start));
}

}  // namespace ssmb
