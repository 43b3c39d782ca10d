#include "cli/typed_line.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "runtime/virtual_runtime.h"

namespace ssmb::cli {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    out = ends[0];
    in = ends[1];
  }
  ~Pipe() {
    ::close(out);
    if (in >= 0) ::close(in);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void type(std::string_view text) const {
    EXPECT_EQ(::write(in, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() { ::close(std::exchange(in, -1)); }

  int out = -1;
  int in = -1;
};

TEST(TypedLine, IsWhatWasTyped) {
  VirtualRuntime runtime(1);
  Pipe pipe;
  pipe.type("14\nmore\n");
  const auto line = runtime.run(read_typed_line(runtime, pipe.out, {}));
  ASSERT_TRUE(line && *line);
  EXPECT_EQ(**line, "14");
}

TEST(TypedLine, NobodyIsWaitedForLongerThanTheScope) {
  VirtualRuntime runtime(1);
  Pipe pipe;
  const CallScope scope{.deadline = runtime.steady() + std::chrono::seconds{5}, .stop = {}};
  const auto line = runtime.run(read_typed_line(runtime, pipe.out, scope));
  ASSERT_TRUE(line && !*line);
  EXPECT_EQ(line->error().kind, ErrorKind::timeout);
}

TEST(TypedLine, EndsWithItsTerminal) {
  VirtualRuntime runtime(1);
  Pipe pipe;
  pipe.type("no end of line");
  pipe.end();
  const auto line = runtime.run(read_typed_line(runtime, pipe.out, {}));
  ASSERT_TRUE(line && !*line);
  EXPECT_EQ(line->error().kind, ErrorKind::local_io);
}

}  // namespace
}  // namespace ssmb::cli
