// A sound world with a backup, what breaks one thing in it, and what doctor finds.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sandbox/s3/state.h"
#include "sandbox_cli.h"

namespace ssmb::cli {

inline const AccountId kAccount("123456789012");
inline const std::string kWest = "us-west-2";

struct DoctorWorld {
  DoctorWorld() {
    cli.prepare(12);
    backup();
  }

  void backup(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"backup", "--progress", "none"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(cli.run(std::move(words)), 0) << cli.world.err.str();
  }
  void pass(Duration time) { cli.sandbox.runtime.run(cli.sandbox.runtime.sleep(time, {})); }

  int doctor(std::vector<std::string> flags = {}) {
    std::vector<std::string> words{"doctor"};
    words.insert(words.end(), flags.begin(), flags.end());
    return cli.run(std::move(words));
  }

  // Denies, in IAM's words.
  void deny(const std::string& operation, const std::string& region = "*",
            const std::string& because = "because no identity-based policy allows it") {
    sandbox::FaultRule rule{.fault = sandbox::Fault::access_denied,
                            .operation = operation,
                            .region = region,
                            .message =
                                "User: arn:aws:iam::123456789012:user/x is not authorized to "
                                "perform: " +
                                operation + " " + because};
    rules.push_back(std::move(rule));
    cli.sandbox.world.faults().set(rules);
  }
  void fault(sandbox::FaultRule rule) {
    rules.push_back(std::move(rule));
    cli.sandbox.world.faults().set(rules);
  }

  sandbox::ssm::Store& home() { return cli.sandbox.world.ssm(kAccount, Region("ap-northeast-1")); }
  static std::string metadata_name(const std::string& rest) {
    return "/jenkins/dev/backup/" + rest;
  }
  void set_metadata(const std::string& rest, const std::string& value) {
    home().find(metadata_name(rest))->current().value = SecretText(value);
  }
  void drop_metadata(const std::string& rest) { home().erase(metadata_name(rest)); }

  sandbox::s3::Bucket& bucket(const std::string& region = kWest) {
    return cli.sandbox.world.s3().buckets.at(SandboxCli::bucket(region));
  }
  // A document of us-west-2's bucket with one word in place of another.
  void alter(const std::string& document, const std::string& from, const std::string& to) {
    std::string& text = bucket().documents.at(document);
    ASSERT_THAT(text, ::testing::HasSubstr(from));
    text = replaced(text, from, to);
  }

  SandboxCli cli;
  std::vector<sandbox::FaultRule> rules;
};

// Of --output json.
struct Found {
  std::string state;
  std::string region;
  std::string subject;
  std::string detail;
  std::string next;
};

inline std::vector<Found> findings_in(const std::string& text) {
  std::vector<Found> out;
  const auto document = boost::json::parse(text);
  for (const auto& each : document.at("findings").as_array()) {
    const auto member = [&each](const char* name) {
      const auto* value = each.as_object().if_contains(name);
      return value == nullptr ? std::string() : std::string(value->as_string());
    };
    out.push_back({.state = member("state"),
                   .region = member("region"),
                   .subject = member("subject"),
                   .detail = member("detail"),
                   .next = member("next")});
  }
  return out;
}

// "us-west-2 bucket policy", "clock": in the order in which they came.
inline std::vector<std::string> subjects_of(const std::vector<Found>& findings,
                                            std::string_view state) {
  std::vector<std::string> out;
  for (const Found& each : findings)
    if (each.state == state)
      out.push_back(each.region + (each.region.empty() ? "" : " ") + each.subject);
  return out;
}

// What a run that ends with that exit code has found.
inline std::vector<Found> examined(DoctorWorld& world, std::vector<std::string> flags, int code) {
  flags.insert(flags.end(), {"--output", "json"});
  EXPECT_EQ(world.doctor(flags), code) << world.cli.world.out.str() << world.cli.world.err.str();
  return findings_in(world.cli.world.out.str());
}

// In us-west-2: by its subject, or by how that begins.
inline const Found* find(const std::vector<Found>& findings, const std::string& subject) {
  const auto is_it = [&subject](const Found& each) {
    return each.region == kWest && each.subject == subject;
  };
  const auto begins_so = [&subject](const Found& each) {
    return each.region == kWest && each.subject.starts_with(subject);
  };
  auto found = std::ranges::find_if(findings, is_it);
  if (found == findings.end()) found = std::ranges::find_if(findings, begins_so);
  return found == findings.end() ? nullptr : &*found;
}

// One thing that is broken, and what is amiss then.
struct BrokenRow {
  const char* name;
  std::function<void(DoctorWorld&)> breaks;
  std::vector<std::string> flags;
  std::vector<std::string> amiss;  // all that is, in order
  const char* detail;              // of the first
  const char* next;                // the same
};

inline void expect_rows(const std::vector<BrokenRow>& rows) {
  for (const BrokenRow& row : rows) {
    SCOPED_TRACE(row.name);
    DoctorWorld world;
    row.breaks(world);
    std::vector<std::string> flags = row.flags;
    flags.insert(flags.end(), {"--output", "json"});
    EXPECT_EQ(world.doctor(flags), 4) << world.cli.world.err.str();
    const std::vector<Found> findings = findings_in(world.cli.world.out.str());
    EXPECT_THAT(subjects_of(findings, "amiss"), ::testing::ElementsAreArray(row.amiss));
    for (const Found& each : findings) {
      if (each.state != "amiss") continue;
      EXPECT_FALSE(each.next.empty()) << each.subject;
      EXPECT_THAT(each.detail, ::testing::Not(::testing::HasSubstr("secret-")));
    }
    const auto first = std::ranges::find(findings, "amiss", &Found::state);
    if (first == findings.end()) continue;
    EXPECT_THAT(first->detail, ::testing::HasSubstr(row.detail));
    EXPECT_THAT(first->next, ::testing::HasSubstr(row.next));
  }
}

}  // namespace ssmb::cli
