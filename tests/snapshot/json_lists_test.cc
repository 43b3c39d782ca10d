#include "snapshot/json_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace ssmb::snapshot {
namespace {

using Items = std::vector<std::string_view>;

TEST(JsonLists, AreCutOutOfTheOutermostObject) {
  const struct {
    const char* name;
    const char* text;
    const char* rest;
    Items items;
  } rows[] = {
      {"none", R"({"a":1})", R"({"a":1})", {}},
      {"numbers", R"({"a":0,"long":[1,22],"b":[3]})", R"({"a":0,"long":[],"b":[3]})", {"1", "22"}},
      {"objects",
       R"({"long":[{"x":[1,2]},{"x":{}}]})",
       R"({"long":[]})",
       {R"({"x":[1,2]})", R"({"x":{}})"}},
      {"empty", R"({"long":[]})", R"({"long":[]})", {}},
      {"white space", "{ \"long\" :\n[ 1 , 2 ] }", "{ \"long\" :\n[] }", {" 1 ", " 2 "}},
      {"brackets in texts", R"({"long":["],","\"]"]})", R"({"long":[]})", {R"("],")", R"("\"]")"}},
      {"deeper down", R"({"a":{"long":[1]}})", R"({"a":{"long":[1]}})", {}},
      {"no list", R"({"long":{"x":[1]}})", R"({"long":{"x":[1]}})", {}},
      {"a text of that name", R"({"a":"long","b":[1]})", R"({"a":"long","b":[1]})", {}},
      {"twice", R"({"long":[1],"long":[2]})", R"({"long":[],"long":[2]})", {"1"}},
      {"a list outermost", R"([["long",[1]]])", R"([["long",[1]]])", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const CutLists cut = cut_lists(row.text, {"long", "other"});
    EXPECT_EQ(cut.rest.view(), row.rest);
    EXPECT_EQ(cut.items.contains("long") ? cut.items.at("long") : Items{}, row.items);
  }
}

// What is wrong with the whole is wrong with a part of it.
TEST(JsonLists, WhatIsNotWellFormedStaysSo) {
  const struct {
    const char* name;
    const char* text;
  } rows[] = {
      {"a comma at the end", R"({"long":[1,]})"},
      {"a comma at the beginning", R"({"long":[,1]})"},
      {"a comma alone", R"({"long":[,]})"},
      {"no comma", R"({"long":[1 2]})"},
      {"cut in the list", R"({"long":[1,2)"},
      {"cut in a text", R"({"long":["a)"},
      {"cut behind a backslash", R"({"long":["a\)"},
      {"cut behind the list", R"({"long":[1])"},
      {"another bracket", R"({"long":[1}})"},
      {"brackets crossed", R"({"long":[{"x":[1}]]})"},
      {"twice", R"({"long":[1],"long":[]})"},
      {"a member twice in an item", R"({"long":[{"x":1,"x":2}]})"},
      {"more behind it", R"({"long":[1]}})"},
      {"no UTF-8", "{\"long\":[\"\xff\"]}"},
      {"nothing", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    ASSERT_FALSE(parse_json(row.text));
    const CutLists cut = cut_lists(row.text, {"long"});
    bool sound = parse_json(cut.rest.view()).has_value();
    for (const auto& [key, items] : cut.items)
      for (const std::string_view item : items) sound = sound && parse_json(item).has_value();
    EXPECT_FALSE(sound);
  }
}

}  // namespace
}  // namespace ssmb::snapshot
