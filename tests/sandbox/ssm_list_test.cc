#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/sandbox/world_caller.h"

namespace ssmb::sandbox {
namespace {

using Pages = std::vector<std::vector<std::string>>;

void add(WorldCaller& caller, int count) {
  for (int i = 0; i < count; ++i) caller.put(fmt::format("/n/{:03}", i));
}
std::vector<std::string> flat(const Pages& pages) {
  std::vector<std::string> all;
  for (const auto& page : pages) all.insert(all.end(), page.begin(), page.end());
  return all;
}

TEST(SsmList, PagesOfFifty) {
  WorldCaller caller;
  add(caller, 120);
  const Pages found = pages(caller, "DescribeParameters", "'MaxResults':50");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].size(), 50U);
  EXPECT_EQ(found[2].size(), 20U);
  const auto names = flat(found);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 120U);
  EXPECT_FALSE(std::ranges::is_sorted(names));
  EXPECT_EQ(pages(caller, "DescribeParameters", "'MaxResults':40").back().size(), 40U);
}

TEST(SsmList, TheSeedDecidesTheOrder) {
  WorldCaller one(1);
  WorldCaller same(1);
  WorldCaller other(2);
  for (WorldCaller* caller : {&one, &same, &other}) add(*caller, 30);
  const auto order = [](WorldCaller& caller) {
    return flat(pages(caller, "DescribeParameters", "'MaxResults':50"));
  };
  EXPECT_EQ(order(one), order(same));
  EXPECT_NE(order(one), order(other));
  one.control("POST", "options", "{'order_seed':2}");
  EXPECT_EQ(order(one), order(other));
}

TEST(SsmList, AListingKeepsItsPlaceWhileOthersWrite) {
  WorldCaller caller;
  add(caller, 60);
  const auto first = caller.ssm("DescribeParameters", "{'MaxResults':30}");
  const std::string token(first.at("NextToken").as_string());
  for (const json::value& seen : first.at("Parameters").as_array())
    caller.ssm("DeleteParameter",
               fmt::format("{{'Name':'{}'}}", seen.at("Name").as_string().c_str()));
  for (int i = 0; i < 40; ++i) caller.put(fmt::format("/new/{}", i));
  std::set<std::string> rest;
  for (const auto& name : flat(pages(caller, "DescribeParameters", "'MaxResults':50")))
    if (name.starts_with("/n/")) rest.insert(name);
  EXPECT_EQ(rest.size(), 30U);
  const auto second =
      caller.ssm("DescribeParameters", "{'MaxResults':50,'NextToken':'" + token + "'}");
  for (const json::value& item : second.at("Parameters").as_array())
    rest.erase(std::string(item.at("Name").as_string()));
  EXPECT_TRUE(rest.empty());
}

TEST(SsmList, ShortAndEmptyPages) {
  WorldCaller caller;
  add(caller, 120);
  caller.control("POST", "options", "{'short_pages':0.9}");
  const Pages found = pages(caller, "DescribeParameters", "'MaxResults':10");
  EXPECT_TRUE(std::ranges::any_of(found, [](const auto& page) { return page.empty(); }));
  EXPECT_TRUE(std::ranges::any_of(
      found, [](const auto& page) { return !page.empty() && page.size() < 10; }));
  const auto names = flat(found);
  EXPECT_EQ(names.size(), 120U);
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), 120U);
}

TEST(SsmList, TokensBelongToTheirListing) {
  WorldCaller caller;
  add(caller, 20);
  const std::string token(
      caller.ssm("DescribeParameters", "{'MaxResults':5}").at("NextToken").as_string());
  const struct {
    const char* name;
    const char* operation;
    std::string body;
    std::string code;
  } rows[] = {
      {"its own", "DescribeParameters", "{'NextToken':'" + token + "'}", ""},
      {"rubbish", "DescribeParameters", "{'NextToken':'rubbish'}", "InvalidNextToken"},
      {"altered", "DescribeParameters", "{'NextToken':'AAAA" + token.substr(4) + "'}",
       "InvalidNextToken"},
      {"other filters", "DescribeParameters",
       "{'ParameterFilters':[{'Key':'Type','Values':['String']}],'NextToken':'" + token + "'}",
       "InvalidNextToken"},
      {"other call", "GetParametersByPath", "{'Path':'/n','NextToken':'" + token + "'}",
       "InvalidNextToken"},
      {"51 a page", "DescribeParameters", "{'MaxResults':51}", "ValidationException"},
      {"0 a page", "DescribeParameters", "{'MaxResults':0}", "ValidationException"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(caller.refusal(row.operation, row.body), row.code);
  }
}

TEST(SsmList, Filters) {
  WorldCaller caller;
  caller.put("/app/dev/x", "v", ",'Tags':[{'Key':'Env','Value':'dev'}]");
  caller.put("/app/devices/y", "v", ",'Tier':'Advanced'");
  caller.put("plain");
  caller.ssm("PutParameter", "{'Name':'/app/s','Value':'v','Type':'SecureString','KeyId':'k1'}");
  const struct {
    const char* name;
    std::string filter;
    std::string found;  // sorted, or the error
  } rows[] = {
      {"name", "{'Key':'Name','Values':['plain','/none']}", "plain"},
      {"begins", "{'Key':'Name','Option':'BeginsWith','Values':['/app/dev']}",
       "/app/dev/x /app/devices/y"},
      {"contains", "{'Key':'Name','Option':'Contains','Values':['/dev/']}", "/app/dev/x"},
      {"type", "{'Key':'Type','Values':['SecureString']}", "/app/s"},
      {"key", "{'Key':'KeyId','Values':['k1']}", "/app/s"},
      {"tier", "{'Key':'Tier','Values':['Advanced']}", "/app/devices/y"},
      {"data type", "{'Key':'DataType','Values':['text']}",
       "/app/dev/x /app/devices/y /app/s plain"},
      {"path", "{'Key':'Path','Values':['/app']}", "/app/s"},
      {"path, recursive", "{'Key':'Path','Option':'Recursive','Values':['/app']}",
       "/app/dev/x /app/devices/y /app/s"},
      {"tag", "{'Key':'tag:Env','Values':['dev']}", "/app/dev/x"},
      {"tag, any value", "{'Key':'tag:Env'}", "/app/dev/x"},
      {"two filters",
       "{'Key':'Type','Values':['String']},{'Key':'Name','Option':'BeginsWith','Values':['/app/"
       "d']}",
       "/app/dev/x /app/devices/y"},
      {"unknown key", "{'Key':'Owner','Values':['x']}", "InvalidFilterKey"},
      {"label is for paths", "{'Key':'Label','Values':['x']}", "InvalidFilterKey"},
      {"option", "{'Key':'Type','Option':'Contains','Values':['S']}", "InvalidFilterOption"},
      {"path option", "{'Key':'Path','Option':'Equals','Values':['/']}", "InvalidFilterOption"},
      {"no value", "{'Key':'Name','Values':[]}", "InvalidFilterValue"},
      {"1025 characters", "{'Key':'Name','Values':['" + std::string(1025, 'x') + "']}",
       "InvalidFilterValue"},
      {"path without slash", "{'Key':'Path','Values':['app']}", "ValidationException"},
      {"twice", "{'Key':'Type','Values':['x']},{'Key':'Type','Values':['y']}",
       "ValidationException"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string members = "'ParameterFilters':[" + row.filter + "]";
    if (row.found.starts_with("Invalid") || row.found == "ValidationException") {
      EXPECT_EQ(caller.refusal("DescribeParameters", "{" + members + "}"), row.found);
      continue;
    }
    auto names = flat(pages(caller, "DescribeParameters", members));
    std::ranges::sort(names);
    EXPECT_EQ(fmt::format("{}", fmt::join(names, " ")), row.found);
  }
}

TEST(SsmList, OldFilters) {
  WorldCaller caller;
  caller.put("/app/x");
  caller.put("plain");
  EXPECT_EQ(flat(pages(caller, "DescribeParameters", "'Filters':[{'Key':'Name','Values':['/a']}]")),
            std::vector<std::string>{"/app/x"});
  EXPECT_EQ(caller.refusal("DescribeParameters", "{'Filters':[],'ParameterFilters':[]}"),
            "ValidationException");
  EXPECT_EQ(flat(pages(caller, "DescribeParameters", "'Shared':true")), std::vector<std::string>{});
}

}  // namespace
}  // namespace ssmb::sandbox
