// doctor's lines: aligned, folded, wrapped, and what they come to.

#include "report/doctor_text.h"

#include <gtest/gtest.h>

namespace ssmb::report {
namespace {

using engine::doctor::Finding;
using State = Finding::State;

Finding finding(State state, const char* region, const char* subject, const char* detail,
                const char* next = "") {
  return {
      .state = state, .region = Region(region), .subject = subject, .detail = detail, .next = next};
}

std::string told(const std::vector<Finding>& findings, std::size_t columns = 80) {
  DoctorLines lines(columns);
  std::string text;
  for (const Finding& each : findings) text += lines.add(each);
  return text + lines.end();
}

TEST(DoctorLines, WhatIsFineOfOneKindSharesALine) {
  EXPECT_EQ(told({
                finding(State::ok, "us-west-2", "permission a:B", "allowed on x"),
                finding(State::ok, "us-west-2", "permission a:C", "allowed on x"),
                finding(State::amiss, "us-west-2", "permission a:D", "denied", "allow a:D"),
                finding(State::ok, "us-west-2", "permission a:E", "allowed on x"),
                finding(State::ok, "us-east-1", "permission a:E", "allowed on x"),
                finding(State::ok, "us-east-1", "bucket policy", "asks"),
                finding(State::ok, "us-east-1", "bucket lifecycle", "30 days"),
                finding(State::ok, "us-east-1", "key k", "decrypts"),
            }),
            "ok       us-west-2       permissions: 2 tried and allowed\n"
            "AMISS    us-west-2       permission a:D: denied\n"
            "         next: allow a:D\n"
            "ok       us-west-2       permission a:E: allowed on x\n"
            "ok       us-east-1       permission a:E: allowed on x\n"
            "ok       us-east-1       bucket settings: policy (asks), lifecycle (30 days)\n"
            "ok       us-east-1       key k: decrypts\n"
            "\n"
            "1 amiss (exit 4), 7 ok: us-west-2 permission a:D\n");
}

TEST(DoctorLines, LongOnesGoOnBelowThemselves) {
  EXPECT_EQ(told({finding(State::info, "", "clock", "one two three four five", "six seven eight"),
                  finding(State::unknown, "", "permission x:Y", "a"),
                  finding(State::unknown, "", "permission x:YZ", "b"),
                  finding(State::unknown, "ap-northeast-1", "bucket", "nine\nten")},
                 40),
            "info     clock           one two three\n"
            "                         four five\n"
            "         next: six seven eight\n"
            "unknown  permission x:Y  a\n"
            "unknown  all Regions     permission\n"
            "                         x:YZ: b\n"
            "unknown  ap-northeast-1  bucket:\n"
            "                         nine\\nten\n"
            "\n"
            "nothing is amiss: 0 ok, 3 unknown\n");
}

}  // namespace
}  // namespace ssmb::report
