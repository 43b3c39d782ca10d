#include <algorithm>

#include "tests/sandbox/s3_caller.h"

namespace ssmb::sandbox {
namespace {

class S3Listing : public testing::Test {
 protected:
  S3Listing() {
    s3_.make_bucket("bucket");
    for (const char* key : {"b/1", "a", "b/2", "c", "b/x/3", "%C3%A9", "B", "d%20%26"})
      s3_.put(std::string("/bucket/") + key, "x");
  }
  S3Caller s3_;
};

TEST_F(S3Listing, SortsFoldsAndCuts) {
  struct Row {
    std::string name;
    std::string query;
    std::string keys;
    std::string prefixes;
    std::string truncated;
  };
  const std::vector<Row> rows = {
      {"all, by bytes", "list-type=2", "B,a,b/1,b/2,b/x/3,c,d &,\xC3\xA9", "", "false"},
      {"prefix", "list-type=2&prefix=b/", "b/1,b/2,b/x/3", "", "false"},
      {"delimiter", "list-type=2&delimiter=/", "B,a,c,d &,\xC3\xA9", "b/", "false"},
      {"prefix and delimiter", "list-type=2&prefix=b/&delimiter=/", "b/1,b/2", "b/x/", "false"},
      {"start after", "list-type=2&start-after=b/2", "b/x/3,c,d &,\xC3\xA9", "", "false"},
      {"first two", "list-type=2&max-keys=2", "B,a", "", "true"},
      {"a prefix counts as one", "list-type=2&max-keys=3&delimiter=/", "B,a", "b/", "true"},
      {"none", "list-type=2&max-keys=0", "", "", "false"},
      {"encoded", "list-type=2&encoding-type=url&prefix=d", "d%20%26", "", "false"},
      {"version 1", "prefix=b/&max-keys=1", "b/1", "", "true"},
      {"version 1, marker", "marker=c", "d &,\xC3\xA9", "", "false"},
      {"no such prefix", "list-type=2&prefix=zz", "", "", "false"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto response = s3_.get("/bucket?" + row.query);
    EXPECT_EQ(xml_texts(response, "Contents/Key"), row.keys);
    EXPECT_EQ(xml_texts(response, "CommonPrefixes/Prefix"), row.prefixes);
    EXPECT_EQ(xml_text(response, "IsTruncated"), row.truncated);
  }
}

TEST_F(S3Listing, GoesOnWhereItStopped) {
  for (const int size : {1, 2, 3, 7, 8}) {
    for (const char* delimiter : {"", "/"}) {
      std::string all;
      std::string token;
      int pages = 0;
      do {
        const auto page = s3_.get(fmt::format(
            "/bucket?list-type=2&max-keys={}&delimiter={}{}", size, delimiter,
            token.empty() ? "" : "&continuation-token=" + percent_encode(token, Slash::encode)));
        for (const char* path : {"Contents/Key", "CommonPrefixes/Prefix"}) {
          const std::string some = xml_texts(page, path);
          if (!some.empty()) all += some + ";";
        }
        token = xml_text(page, "NextContinuationToken");
      } while (!token.empty() && ++pages < 20);
      const auto count = std::ranges::count(all, ',') + std::ranges::count(all, ';');
      EXPECT_EQ(count, *delimiter == 0 ? 8 : 6) << size << delimiter << ": " << all;
    }
  }
}

TEST_F(S3Listing, RefusesWhatIsNoQuestion) {
  for (const char* query :
       {"max-keys=x", "max-keys=-1", "encoding-type=base64", "list-type=2&continuation-token=!"}) {
    EXPECT_EQ(code_of(s3_.get(std::string("/bucket?") + query)), "InvalidArgument") << query;
  }
}

}  // namespace
}  // namespace ssmb::sandbox
