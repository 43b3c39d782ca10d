#include "parameter/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <string>

#include "parameter/fields.h"
#include "tests/support/parameters.h"

namespace ssmb {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Record, IsOneLineInTheOrderOfOldReaders) {
  const Parameter parameter = testing::plain_parameter("/app/dev/a", "line\none");
  EXPECT_EQ(encode_record(parameter).view(),
            R"({"Name":"/app/dev/a","Type":"String","Value":"line\none","Version":1,)"
            R"("LastModifiedDate":"2025-08-30T01:11:12+00:00",)"
            R"("ARN":"arn:aws:ssm:us-west-2:123456789012:parameter/app/dev/a","DataType":"text",)"
            R"("Tier":"Standard"})");
}

TEST(Record, TheSevenOldMembersAreAlwaysThere) {
  Parameter parameter;
  parameter.name = ParameterName("n");
  EXPECT_EQ(encode_record(parameter).view(),
            R"({"Name":"n","Type":"","Value":"","Version":0,"LastModifiedDate":null,)"
            R"("ARN":"","DataType":""})");
  const auto back = decode_record(encode_record(parameter).view());
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_TRUE(equal(back->parameter, parameter));
}

TEST(Record, ReadsWhatTheAwsCliWrote) {
  const auto record = decode_record(
      R"({ "Name": "/a", "Type": "StringList", "Value": "x,\u65e5\ud83d\ude00", "Version": 12,
           "LastModifiedDate": "2025-08-30T10:11:12.345000+09:00", "ARN": "arn:aws:ssm:r:1:p/a",
           "DataType": "text", "Selector": ":3", "Future": {"x": [1, 2]} })");
  ASSERT_TRUE(record) << record.error().what;
  EXPECT_EQ(record->parameter.value.reveal(), "x,日😀");
  EXPECT_EQ(to_iso8601(*record->parameter.last_modified_date), "2025-08-30T01:11:12.345Z");
  EXPECT_THAT(record->unknown, ElementsAre("Selector", "Future"));
}

TEST(Record, EveryByteOfAValueComesBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\u0080\u07ff\u0800\ue000\uffff\U00010000\U0010ffff";
  const Parameter parameter = testing::plain_parameter("/a", all + std::string(9000, '\\'));
  const SecretBytes text = encode_record(parameter);
  EXPECT_EQ(text.view().find('\n'), std::string_view::npos);
  const auto back = decode_record(text.view());
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_TRUE(back->parameter.value == parameter.value);
}

TEST(Record, CorruptOnesAreRefusedWithoutTheirValues) {
  const std::string good = R"({"Name":"/a","Type":"String","Value":"s3cret")";
  const std::pair<const char*, std::string> rows[] = {
      {"cut short", good},
      {"value twice", good + R"(,"Value":"s3cret"})"},
      {"bytes behind", good + "}x"},
      {"an array", "[1]"},
      {"no value", R"({"Name":"/a","Type":"String"})"},
      {"empty name", R"({"Name":"","Type":"String","Value":"s3cret"})"},
      {"value a number", R"({"Name":"/a","Type":"String","Value":3})"},
      {"version a text", good + R"(,"Version":"s3cret"})"},
      {"version negative", good + R"(,"Version":-1})"},
      {"version a fraction", good + R"(,"Version":1.5})"},
      {"date of another form", good + R"(,"LastModifiedDate":"s3cret"})"},
      {"tags an object", good + R"(,"Tags":{"Key":"s3cret"}})"},
      {"a tag's value missing its type", good + R"(,"Tags":[{"Key":"k","Value":1}]})"},
      {"labels hold a number", good + R"(,"Labels":["a",1]})"},
      {"history's value", good + R"(,"History":[{"Value":["s3cret"]}]})"},
      {"invalid UTF-8", good + ",\"Description\":\"s3cret \xff\"}"},
      {"a lone surrogate", good + R"(,"Description":"\ud800 s3cret"})"},
      {"too deep", good + ",\"X\":" + std::string(40, '[') + std::string(40, ']') + "}"},
  };
  for (const auto& [name, text] : rows) {
    SCOPED_TRACE(name);
    const auto record = decode_record(text);
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(record.error().what, Not(HasSubstr("s3cret")));
  }
}

TEST(Record, JsonForPeopleHoldsNoValueUnlessRevealed) {
  Parameter parameter = testing::full_parameter();
  parameter.value = SecretText("s3cret");
  parameter.history->front().value = SecretText("s3cret");
  EXPECT_THAT(boost::json::serialize(to_json(parameter, Reveal::no)), Not(HasSubstr("s3cret")));
  EXPECT_THAT(boost::json::serialize(to_json(parameter)), HasSubstr("s3cret"));
}

}  // namespace
}  // namespace ssmb
