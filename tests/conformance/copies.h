// Copies between a subject and a repository in memory: what the tests of this folder share.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>

#include "engine/copies.h"
#include "tests/conformance/repositories.h"
#include "tests/support/memory_repository.h"
#include "tests/support/snapshots.h"

namespace ssmb::engine {

inline const char* const kLatest = "latest-us-west-2.txt";

struct Ignored final : Events {
  void region_started(const Region&) override {}
  void progress(const Region&, const RegionProgress&) override {}
  void note(const Region&, Gravity gravity, const std::string& text) override {
    if (gravity == Gravity::warning) warnings.push_back(text);
  }
  std::vector<std::string> warnings;
};

inline Error error_of(ErrorKind kind) {
  return {.kind = kind, .what = "no way", .fault = {}, .next = "mend it"};
}

// A subject, and a repository in memory beside it, in one virtual world.
class Copies : public ::testing::TestWithParam<testing::SubjectKind> {
 protected:
  void SetUp() override {
    subject_ = testing::make_subject(GetParam());
    memory_ = std::make_unique<testing::MemoryRepository>(subject_->runtime());
    now_ = std::chrono::floor<std::chrono::seconds>(subject_->runtime().now());
  }
  template <class T>
  T run(Task<T> task) {
    auto value = subject_->runtime().run(std::move(task));
    EXPECT_TRUE(value) << "deadlock";
    return std::move(*value);
  }
  snapshot::Written write(snapshot::Repository& to, testing::SnapshotOptions options) {
    auto written = run(testing::write_snapshot(to, std::move(options)));
    EXPECT_TRUE(written) << written.error().what;
    return std::move(*written);
  }
  CopyReport copy(snapshot::Repository& from, snapshot::Repository& to,
                  const snapshot::Written& written,
                  snapshot::AcceptShrink accept = snapshot::AcceptShrink::no,
                  CallScope scope = {}) {
    CopyOptions options{.env = Environment("dev"),
                        .accept_shrink = accept,
                        .default_region = snapshot::DefaultRegion::yes,
                        .region = Region("us-west-2"),
                        .account = AccountId("123456789012")};
    return run(copy_backup(from, {&to}, written, std::move(options), events_, std::move(scope)))
        .front();
  }
  // All objects but pointers, by key.
  std::map<std::string, std::string> objects(snapshot::Repository& repository,
                                             bool pointers = false) {
    std::vector<ObjectKey> keys;
    const auto note = [&keys](const std::vector<snapshot::ListedKey>& page) {
      for (const auto& listed : page) keys.push_back(listed.key);
      return true;
    };
    EXPECT_TRUE(run(repository.list("", note, {})));
    std::map<std::string, std::string> all;
    for (const ObjectKey& key : keys) {
      if (!pointers && key.view().starts_with("latest")) continue;
      const auto object = run(repository.get(key, {}));
      EXPECT_TRUE(object) << key.view();
      if (object) all[key.str()] = object->bytes.view();
    }
    return all;
  }
  std::string content(snapshot::Repository& repository, const char* key) {
    const auto object = run(repository.get(ObjectKey(key), {}));
    return object ? std::string(object->bytes.view()) : "error: " + object.error().what;
  }
  snapshot::Repository& subject() { return subject_->repository(); }

  std::unique_ptr<testing::Subject> subject_;
  std::unique_ptr<testing::MemoryRepository> memory_;
  Time now_;
  Ignored events_;
};

}  // namespace ssmb::engine
