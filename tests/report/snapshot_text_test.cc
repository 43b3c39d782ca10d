#include "report/snapshot_text.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/parameters.h"

namespace ssmb::report {
namespace {

TEST(SnapshotText, NobodyButARevealedValueWritesToTheTerminal) {
  Parameter parameter = testing::plain_parameter("/a", "\x1b[1mvalue");
  parameter.description = "[\x1b[31mred";
  parameter.allowed_pattern = "\x1b[2J.*";
  parameter.tags = {{.key = "k", .value = "\x1b]0;title\x07"}};
  for (const Reveal reveal : {Reveal::no, Reveal::yes}) {
    std::ostringstream out;
    write_parameter(out, parameter, reveal);
    std::string text = out.str();
    const auto at = text.find("\x1b[1mvalue");
    EXPECT_EQ(at != std::string::npos, reveal == Reveal::yes) << text;
    if (at != std::string::npos) text.erase(at, 1);
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_NE(text.find("\\x1b[2J.*"), std::string::npos) << text;  // nothing is cut
  }
}

}  // namespace
}  // namespace ssmb::report
