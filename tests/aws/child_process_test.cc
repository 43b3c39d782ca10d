#include "aws/auth/child_process.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>

namespace ssmb::aws {
namespace {

using std::chrono::milliseconds;

class ChildProcessTest : public testing::Test {
 protected:
  Result<SecretBytes> run(std::vector<std::string> words, CallScope scope = {}) {
    std::optional<Result<SecretBytes>> value;
    boost::asio::co_spawn(
        context_, run_for_output(*runtime_, std::move(words), {{"GREETING", "hello"}}, scope),
        [&](std::exception_ptr thrown, Result<SecretBytes> result) {
          if (thrown) std::rethrow_exception(thrown);
          value.emplace(std::move(result));
        });
    context_.restart();
    context_.run();
    return std::move(value).value();
  }

  boost::asio::io_context context_{1};
  std::unique_ptr<Runtime> runtime_ = make_real_runtime(context_);
};

TEST_F(ChildProcessTest, ReturnsWhatIsPrintedWithTheEnvironmentGiven) {
  const auto text = run({"sh", "-c", "cat; printf '%s %s' \"$GREETING\" \"$1\"", "sh", "a b"});
  ASSERT_TRUE(text) << to_line(text.error());
  EXPECT_EQ(text->view(), "hello a b");
}

TEST_F(ChildProcessTest, TakesSixtyFourKibibytesAndNoMore) {
  const auto most = run({"head", "-c", "65536", "/dev/zero"});
  ASSERT_TRUE(most) << to_line(most.error());
  EXPECT_EQ(most->size(), 65536U);
  const auto endless = run({"cat", "/dev/zero"});
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind, ErrorKind::credentials);
  EXPECT_NE(endless.error().what.find("64 KiB"), std::string::npos);
}

TEST_F(ChildProcessTest, FailuresSayWhatHappenedAndQuoteNothing) {
  struct Row {
    const char* name;
    std::vector<std::string> words;
    const char* what;
  };
  const Row rows[] = {
      {"exit code", {"sh", "-c", "echo hidden; exit 3"}, "exited with 3"},
      {"signal", {"sh", "-c", "echo hidden; kill -9 $$"}, "signal 9"},
      {"no such program", {"/no/such/program"}, "No such file"},
      {"not a program", {"/"}, "Permission denied"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto text = run(row.words);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::credentials);
    EXPECT_NE(text.error().what.find(row.what), std::string::npos) << text.error().what;
    EXPECT_EQ(text.error().what.find("hidden"), std::string::npos);
  }
}

// `yes` would write on into the broken pipe; and a file that is too large is its own end.
TEST_F(ChildProcessTest, InheritsNoSignalThatIsIgnoredHere) {
  const auto pipe_before = std::signal(SIGPIPE, SIG_IGN);
  const auto size_before = std::signal(SIGXFSZ, SIG_IGN);
  const auto ignored = run({"sed", "-n", "s/^SigIgn:[[:space:]]*//p", "/proc/self/status"});
  std::signal(SIGPIPE, pipe_before);
  std::signal(SIGXFSZ, size_before);
  ASSERT_TRUE(ignored) << to_line(ignored.error());
  const auto mask = std::stoull(std::string(ignored->view()), nullptr, 16);
  for (const int signal : {SIGPIPE, SIGXFSZ})
    EXPECT_EQ(mask >> (signal - 1) & 1U, 0U) << "signal " << signal;
}

TEST_F(ChildProcessTest, IsKilledAtTheDeadline) {
  for (const char* command :
       {"exec sleep 60", "exec >/dev/null; exec sleep 60", "sleep 60 & exec sleep 60"}) {
    SCOPED_TRACE(command);
    const SteadyTime start = runtime_->steady();
    const auto text =
        run({"sh", "-c", command}, {.deadline = start + milliseconds{50}, .stop = {}});
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().kind, ErrorKind::timeout);
    EXPECT_LT(runtime_->steady() - start, std::chrono::seconds{10});
  }
}

TEST_F(ChildProcessTest, WhatItStartedEndsWithIt) {
  std::array<int, 2> held{};  // both processes inherit the end for writing
  ASSERT_EQ(pipe(held.data()), 0);
  const auto text = run({"sh", "-c", "sleep 60 & exec sleep 60"},
                        {.deadline = runtime_->steady() + milliseconds{50}, .stop = {}});
  EXPECT_FALSE(text);
  close(held[1]);
  pollfd end{.fd = held[0], .events = POLLIN, .revents = 0};
  EXPECT_EQ(poll(&end, 1, 10'000), 1);
  EXPECT_TRUE(end.revents & POLLHUP);
  close(held[0]);
}

TEST_F(ChildProcessTest, IsKilledWhenStopped) {
  std::stop_source stop;
  boost::asio::post(context_, [&] { stop.request_stop(); });
  const auto text = run({"sleep", "60"}, {.deadline = SteadyTime::max(), .stop = stop.get_token()});
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().kind, ErrorKind::cancelled);
}

}  // namespace
}  // namespace ssmb::aws
