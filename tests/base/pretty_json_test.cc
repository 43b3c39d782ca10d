#include "base/pretty_json.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace ssmb {
namespace {

TEST(PrettyJson, IsALineAnItemAndTheSameDocument) {
  const std::string text = R"({
  "a\"b": [
    1,
    {
      "c": null
    },
    []
  ],
  "d": {},
  "e": "\n"
})";
  EXPECT_EQ(pretty_json(boost::json::parse(text)), text);
  EXPECT_EQ(pretty_json(boost::json::parse("[]")), "[]");
  EXPECT_EQ(pretty_json(boost::json::parse("true")), "true");
}

}  // namespace
}  // namespace ssmb
