// A notice as plain text, for mail and SNS, and the parts that Slack shows, too. Pure.
#pragma once

#include <string>
#include <vector>

#include "notify/notice.h"

namespace ssmb::notify {

// A line each, what is asked for first; a Region's line among them.
std::string plain_text(const Notice& notice, Language language);

std::string result_words(const Notice& notice, Language language);
std::string total_words(const Notice& notice, Language language);
// What stands below a Region's line: "next: <step>", "last good: <time>, 24.0 h old"; empty where
// it has not failed.
std::vector<std::string> region_details(const RegionNews& news, Language language);
// "us-west-2 /app/dev/a": at most twenty, and how many more there are.
std::vector<std::string> unreadable_lines(const Notice& notice, Language language);
// "us-west-2: latest-us-west-2.txt still names <key>: <why>": pointers and copies, at most twenty,
// and how many more there are.
std::vector<std::string> shortfall_lines(const Notice& notice, Language language);
// What the reader should know or do, by what it came to and why; empty: nothing.
std::vector<std::string> advice_lines(const Notice& notice, Language language);

}  // namespace ssmb::notify
