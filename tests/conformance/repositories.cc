#include "tests/conformance/repositories.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "aws/s3/client.h"
#include "sandbox/s3/state.h"
#include "snapshot/directory_repository.h"
#include "snapshot/s3_repository.h"
#include "tests/support/memory_repository.h"
#include "tests/support/sandbox_session.h"

namespace ssmb::testing {
namespace {

namespace fs = std::filesystem;

class MemorySubject final : public Subject {
 public:
  VirtualRuntime& runtime() override { return runtime_; }
  snapshot::Repository& repository() override { return repository_; }
  std::vector<std::string> leftovers() override { return {}; }

 private:
  VirtualRuntime runtime_{1};
  MemoryRepository repository_{runtime_};
};

class DirectorySubject final : public Subject {
 public:
  DirectorySubject() {
    std::string pattern = ::testing::TempDir() + "ssmb-repository-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    root_ = pattern;
    repository_ = snapshot::make_directory_repository(runtime_, root_ / "made" / "when needed");
  }
  ~DirectorySubject() override {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }
  VirtualRuntime& runtime() override { return runtime_; }
  snapshot::Repository& repository() override { return *repository_; }
  std::vector<std::string> leftovers() override {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      if (entry.is_regular_file() && entry.path().filename() != ".lock")
        files.push_back(entry.path().string());
    return files;
  }

 private:
  // Files carry the machine's time: so does this clock.
  VirtualRuntime runtime_{1,
                          std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now())};
  fs::path root_;
  std::unique_ptr<snapshot::Repository> repository_;
};

class S3Subject final : public Subject {
 public:
  explicit S3Subject(std::string prefix) {
    const Region region("us-west-2");
    const BucketName bucket("backups");
    client_ = std::make_unique<aws::s3::Client>(sandbox_.session, region);
    const auto made =
        sandbox_.runtime.run(client_->create_bucket(bucket, aws::s3::Client::ObjectLock::off, {}));
    if (!made || !*made) throw std::runtime_error("no bucket");
    repository_ = snapshot::make_s3_repository(
        sandbox_.session,
        {.bucket = {.name = bucket, .owner = AccountId("123456789012")},
         .prefix = std::move(prefix),
         .region = region},
        {.run_id = RunId("run-1")});
  }
  VirtualRuntime& runtime() override { return sandbox_.runtime; }
  snapshot::Repository& repository() override { return *repository_; }
  std::vector<std::string> leftovers() override {
    std::vector<std::string> uploads;
    const auto& buckets = sandbox_.world.s3().buckets;
    for (const auto& [name, bucket] : buckets)
      for (const auto& [id, upload] : bucket.uploads) uploads.push_back(id);
    return uploads;
  }

 private:
  SandboxSession sandbox_;
  std::unique_ptr<aws::s3::Client> client_;
  std::unique_ptr<snapshot::Repository> repository_;
};

}  // namespace

std::string_view name_of(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::memory: return "Memory";
    case SubjectKind::directory: return "Directory";
    case SubjectKind::s3: return "S3";
    case SubjectKind::s3_with_prefix: return "S3WithPrefix";
  }
  return "Unknown";
}

std::unique_ptr<Subject> make_subject(SubjectKind kind) {
  switch (kind) {
    case SubjectKind::memory: return std::make_unique<MemorySubject>();
    case SubjectKind::directory: return std::make_unique<DirectorySubject>();
    case SubjectKind::s3: return std::make_unique<S3Subject>("");
    case SubjectKind::s3_with_prefix: return std::make_unique<S3Subject>("team/ssm");
  }
  return nullptr;
}

}  // namespace ssmb::testing
