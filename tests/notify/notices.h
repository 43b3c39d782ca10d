// Notices for tests: the same few runs everywhere.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "notify/notice.h"

namespace ssmb::notify {

inline Notice notice_of(std::string_view summaries, Occasion occasion) {
  auto notice = make_notice(boost::json::parse(summaries), std::move(occasion));
  if (!notice) {
    ADD_FAILURE() << notice.error().what;
    return {};
  }
  return *std::move(notice);
}

inline Occasion occasion(std::vector<Region> expected = {}) {
  return {.env = Environment("dev"),
          .build = "42",
          .build_url = "https://jenkins.example.com/job/Admin_Jobs/job/admin_ssm_backup_job/42/",
          .runbook_url = "https://wiki.example.com/runbook?a=1&b=2",
          .expected = std::move(expected)};
}

inline constexpr const char* kTokyo =
    R"("ap-northeast-1": {"status": "SUCCESS", "parameterCount": 12, "durationSeconds": 8,
       "s3Key": "2026-11-26/ap-northeast-1/ssm-backup-dev-ap-northeast-1-20261126_130000.json",
       "dryRun": false, "failedCount": 0, "complete": true})";
inline constexpr const char* kOregonIncomplete =
    R"("us-west-2": {"status": "SUCCESS", "parameterCount": 300, "durationSeconds": 15,
       "s3Key": "2026-11-26/us-west-2/ssm-backup-dev-us-west-2-20261126_130009.json",
       "dryRun": false, "failedCount": 2, "complete": false, "unreadable": [
         {"name": "/app/dev/db/password", "accepted": false, "error": "denied"},
         {"name": "/app/dev/old", "accepted": true, "error": "denied"}],
       "lacking": [{"name": "/app/dev/tags", "part": "tags", "accepted": false, "error": "x"}]})";
inline constexpr const char* kVirginiaFailed =
    R"("us-east-1": {"status": "FAILED", "durationSeconds": 3, "dryRun": false, "message":
       "Backup file was not created for region us-east-1. ssm:DescribeParameters <denied> & \"said\""})";

inline constexpr const char* kOregonKilled =
    R"("us-west-2": {"status": "FAILED", "durationSeconds": 0, "dryRun": false, "ended": false,
       "message": "Backup file was not created for region us-west-2. it has not ended"})";
inline constexpr const char* kIrelandFailed =
    R"("eu-west-1": {"status": "FAILED", "durationSeconds": 1, "dryRun": false,
       "message": "Backup file was not created for region eu-west-1. access was denied",
       "error": {"kind": "denied", "what": "access was denied",
         "next": "allow ssm:DescribeParameters in the identity-based policy of this identity"},
       "lastGood": {"key": "2026-11-25/eu-west-1/ssm-backup-dev-eu-west-1-20261125_130009.json",
         "time": "2026-11-25T13:00:09Z", "ageSeconds": 86700}})";
inline constexpr const char* kSydneyFailed =
    R"("ap-southeast-2": {"status": "FAILED", "durationSeconds": 1, "dryRun": false,
       "message": "Backup file was not created for region ap-southeast-2. out of memory",
       "error": {"kind": "internal", "what": "out of memory", "next": "lower --concurrency"},
       "lastGood": {"unknownBecause": "latest-ap-southeast-2.txt does not exist"}})";
inline constexpr const char* kOregonShrunk =
    R"("us-west-2": {"status": "SUCCESS", "parameterCount": 0, "durationSeconds": 2,
       "s3Key": "2026-11-26/us-west-2/ssm-backup-dev-us-west-2-20261126_130009.json",
       "dryRun": false, "failedCount": 0, "complete": false, "shrink": "empty", "pointers": [
         {"pointer": "latest-us-west-2.txt", "outcome": "kept",
          "target": "2026-11-25/us-west-2/ssm-backup-dev-us-west-2-20261125_130009.json",
          "why": "the snapshot holds no parameters"}]})";
inline constexpr const char* kOregonPointerFailed =
    R"("us-west-2": {"status": "SUCCESS", "parameterCount": 5, "durationSeconds": 2,
       "s3Key": "2026-11-26/us-west-2/ssm-backup-dev-us-west-2-20261126_130009.json",
       "dryRun": false, "failedCount": 0, "complete": false, "pointers": [
         {"pointer": "latest-us-west-2.txt", "outcome": "failed", "target": "",
          "why": "access was denied: s3:PutObject in us-west-2 answered 403"},
         {"pointer": "latest.txt", "outcome": "moved", "target": "k"}]})";
inline constexpr const char* kOregonNotCopied =
    R"("us-west-2": {"status": "SUCCESS", "parameterCount": 5, "durationSeconds": 2,
       "s3Key": "2026-11-26/us-west-2/ssm-backup-dev-us-west-2-20261126_130009.json",
       "dryRun": false, "failedCount": 0, "complete": false, "pointers": [
         {"pointer": "latest-us-west-2.txt", "outcome": "moved", "target": "k"}],
       "copies": [
         {"repository": "s3://copies", "status": "failed", "copied": [], "lackingCount": 1,
          "bytes": 0, "pointers": [], "error": {"kind": "denied", "what": "access was denied"}},
         {"repository": "/srv/copies", "status": "incomplete", "copied": ["k"], "lackingCount": 1,
          "bytes": 9, "pointers": [{"pointer": "latest-us-west-2.txt", "outcome": "failed",
            "target": "old", "why": "no space left"}],
          "error": {"kind": "local_io", "what": "no space left"}},
         {"repository": "s3://good", "status": "copied", "copied": ["k"], "pointers": []}]})";

inline Notice success() {
  return notice_of(fmt::format("{{{}}}", kTokyo), occasion({Region("ap-northeast-1")}));
}
inline Notice incomplete() {
  return notice_of(fmt::format("{{{}, {}}}", kTokyo, kOregonIncomplete),
                   occasion({Region("ap-northeast-1"), Region("us-west-2")}));
}
inline Notice failed() {
  return notice_of(fmt::format("{{{}, {}}}", kTokyo, kVirginiaFailed),
                   occasion({Region("ap-northeast-1"), Region("us-east-1"), Region("eu-west-1")}));
}
// Each with what to do, and with what there is all the same.
inline Notice advised() {
  return notice_of(fmt::format("{{{}, {}}}", kIrelandFailed, kSydneyFailed), occasion());
}
inline Notice killed() {
  Occasion of = occasion({Region("ap-northeast-1"), Region("us-west-2"), Region("eu-west-1")});
  of.because = "us-west-2: no backup (exit 137)";
  return notice_of(fmt::format("{{{}, {}}}", kTokyo, kOregonKilled), of);
}
inline Notice held_back() {
  return notice_of(fmt::format("{{{}, {}}}", kTokyo, kOregonShrunk),
                   occasion({Region("ap-northeast-1"), Region("us-west-2")}));
}
inline Notice not_moved() {
  return notice_of(fmt::format("{{{}}}", kOregonPointerFailed), occasion());
}
inline Notice not_copied() {
  return notice_of(fmt::format("{{{}}}", kOregonNotCopied), occasion());
}
inline Notice unreadable() {
  Occasion of = occasion({Region("us-west-2")});
  of.unreadable = "backup-work/region_summaries.json is not JSON";
  return *make_notice(std::nullopt, std::move(of));
}
inline Notice nothing_written() {
  Occasion of = occasion();
  of.ended_by = "no credentials were found";
  return *make_notice(std::nullopt, std::move(of));
}
inline Notice rehearsed() {
  return notice_of(R"({"us-west-2": {"status": "SUCCESS", "parameterCount": 5,
                       "durationSeconds": 1, "s3Key": "", "dryRun": true, "failedCount": 0}})",
                   occasion());
}

}  // namespace ssmb::notify
