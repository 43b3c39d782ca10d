#include "aws/json.h"

#include <gmock/gmock.h>

#include "tests/support/scripted_transport.h"

namespace ssmb::aws {
namespace {

using std::chrono::microseconds;

const Operation kOperation{
    .service = Service::ssm, .name = "ssm:GetParameters", .region = Region("us-west-2")};

Result<std::optional<Time>> decode_time(std::string_view json) {
  const std::string body = "{\"At\":" + std::string(json) + "}";
  return decode_json(kOperation, answer(200, body), [](JsonFields& in) { return in.time("At"); });
}

TEST(Json, ReadsDatesToTheMicrosecond) {
  struct Row {
    const char* name;
    const char* json;
    std::int64_t microseconds_since_1970;
  };
  const Row rows[] = {
      {"seconds", "1756589472", 1'756'589'472'000'000},
      {"one digit", "1756589472.1", 1'756'589'472'100'000},
      {"exponent, as SSM sends it", "1.7565894721e9", 1'756'589'472'100'000},
      {"milliseconds", "1.756589472345E9", 1'756'589'472'345'000},
      {"a third of a second", "1756589472.333", 1'756'589'472'333'000},
      {"just below a second", "1756589472.999", 1'756'589'472'999'000},
      {"microseconds", "1756589472.123457", 1'756'589'472'123'457},
      {"more digits than matter", "1756589472.1234570000001", 1'756'589'472'123'457},
      {"before 1970", "-1.5", -1'500'000},
      {"ISO 8601 in UTC", "\"2025-08-30T21:31:12.345Z\"", 1'756'589'472'345'000},
      {"ISO 8601 with a zone", "\"2025-08-31T06:31:12.345000+09:00\"", 1'756'589'472'345'000},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto time = decode_time(row.json);
    ASSERT_TRUE(time && *time);
    EXPECT_EQ((**time).time_since_epoch(), microseconds(row.microseconds_since_1970));
  }
  // Every millisecond of a second, in the form SSM uses.
  for (int ms = 0; ms < 1000; ++ms) {
    const auto time = decode_time(fmt::format("1.756589472{:03}E9", ms));
    ASSERT_TRUE(time && *time);
    ASSERT_EQ((**time).time_since_epoch(), microseconds(1'756'589'472'000'000 + ms * 1000));
  }
}

TEST(Json, RefusesWhatIsNoDate) {
  for (const char* json : {"true", "{}", "\"yesterday\"", "1e300", "-1e12", "99999999999999"}) {
    SCOPED_TRACE(json);
    const auto time = decode_time(json);
    ASSERT_FALSE(time);
    EXPECT_THAT(time.error().what, testing::HasSubstr("At is not a date"));
  }
}

struct Item {
  std::string name;
  std::int64_t version = 0;
  std::vector<std::string> labels;
};
std::vector<Item> read_items(JsonFields& in) {
  std::vector<Item> items;
  in.each("Parameters", Presence::required, [&](JsonFields& one) {
    items.push_back({.name = one.text("Name", Presence::required),
                     .version = one.integer("Version"),
                     .labels = one.texts("Labels")});
  });
  return items;
}

TEST(Json, SaysWhatIsWrongAndNeverQuotes) {
  struct Row {
    const char* name;
    const char* body;
    const char* problem;
  };
  const Row rows[] = {
      {"empty", "", "it is not JSON"},
      {"HTML", "<html>hunter2</html>", "it is not JSON"},
      {"cut", R"({"Parameters":[{"Name":"hunter2")", "it is not JSON"},
      {"text behind", "{} hunter2", "it is not JSON"},
      {"a list", R"(["hunter2"])", "it is not a JSON object"},
      {"list missing", R"({"NextToken":"hunter2"})", "Parameters is missing"},
      {"list is null", R"({"Parameters":null})", "Parameters is missing"},
      {"list is text", R"({"Parameters":"hunter2"})", "Parameters is not a list"},
      {"item is text", R"({"Parameters":["hunter2"]})",
       "Parameters holds something that is not an object"},
      {"name missing", R"({"Parameters":[{"Name":"a"},{"Value":"hunter2"}]})",
       "Parameters[1].Name is missing"},
      {"name a number", R"({"Parameters":[{"Name":7}]})", "Parameters[0].Name is not a text"},
      {"version a text", R"({"Parameters":[{"Name":"a","Version":"hunter2"}]})",
       "Parameters[0].Version is not an integer"},
      {"version a fraction", R"({"Parameters":[{"Name":"a","Version":1.5}]})",
       "Parameters[0].Version is not an integer"},
      {"labels of numbers", R"({"Parameters":[{"Name":"a","Labels":["x",1]}]})",
       "Parameters[0].Labels holds something that is not a text"},
      {"broken UTF-8", "{\"Parameters\":[{\"Name\":\"\xFF\"}]}", "it is not JSON"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto items =
        decode_json(kOperation, answer(200, row.body, {{"x-amzn-RequestId", "r-1"}}), read_items);
    ASSERT_FALSE(items);
    EXPECT_EQ(items.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(items.error().what, testing::HasSubstr(row.problem));
    EXPECT_THAT(to_line(items.error()), testing::Not(testing::HasSubstr("hunter2")));
    EXPECT_THAT(to_line(items.error()),
                testing::HasSubstr("ssm:GetParameters in us-west-2 answered 200, request r-1"));
  }
}

TEST(Json, ReadsWhatIsThereAndTakesAbsentForEmpty) {
  const auto items = decode_json(
      kOperation,
      answer(
          200,
          R"({"Parameters":[{"Name":"a","Version":null},{"Name":"b","Version":3,"Labels":["x","y"],"New":{}}]})"),
      read_items);
  ASSERT_TRUE(items);
  ASSERT_EQ(items->size(), 2U);
  EXPECT_EQ(items->at(0).version, 0);
  EXPECT_EQ(items->at(1).version, 3);
  EXPECT_THAT(items->at(1).labels, testing::ElementsAre("x", "y"));
}

TEST(Json, WritesAnyTextBackAsItWas) {
  std::string text = "quote \" backslash \\ line\n tab\t nul";
  text.push_back('\0');
  text += "\xE2\x82\xAC \xF0\x9F\x94\x91 " + std::string(10'000, 'x');
  boost::json::object body = new_json_object();
  body.emplace("Value", std::string_view(text));
  const SecretBytes json = to_json(body);
  const auto back = decode_json(kOperation, answer(200, json.view()),
                                [](JsonFields& in) { return in.secret("Value"); });
  ASSERT_TRUE(back);
  EXPECT_EQ(back->reveal(), text);
}

}  // namespace
}  // namespace ssmb::aws
