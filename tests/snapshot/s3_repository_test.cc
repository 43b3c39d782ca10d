// What the conformance suite cannot show: how the S3 repository speaks, and what it makes of
// answers that are lost.
#include "snapshot/s3_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sandbox/s3/state.h"
#include "tests/support/sandbox_session.h"

namespace ssmb::snapshot {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SandboxSession;

const Region kRegion("us-west-2");
constexpr std::size_t kPart = std::size_t{5} << 20;

class S3 : public ::testing::Test {
 protected:
  S3() {
    aws::s3::Client client(sandbox_.session, kRegion);
    const auto made = sandbox_.runtime.run(
        client.create_bucket(BucketName("backups"), aws::s3::Client::ObjectLock::off, {}));
    EXPECT_TRUE(made && *made);
    repository_ = open("run-1");
  }
  std::unique_ptr<Repository> open(const char* run) {
    return make_s3_repository(
        sandbox_.session,
        {.bucket = {.name = BucketName("backups"), .owner = AccountId("123456789012")},
         .prefix = {},
         .region = kRegion},
        {.run_id = RunId(run), .part_bytes = kPart});
  }
  template <class T>
  T run(Task<T> task) {
    return *sandbox_.runtime.run(std::move(task));
  }
  // The requests that fit take effect, but their answers never come back: `times` in a row.
  void lose_answers(std::function<bool(const aws::HttpRequest&)> fits, int times) {
    sandbox_.transport.set_hook(
        [this, fits = std::move(fits), times](
            const aws::HttpRequest& request) mutable -> std::optional<Result<aws::HttpResponse>> {
          if (!fits(request) || times == 0) return std::nullopt;
          --times;
          aws::HttpRequest copy = request;
          (void)sandbox::serve(sandbox_.world, std::move(copy), {});
          return fail(ErrorKind::transient, "the connection broke");
        });
  }
  static bool is_put(const aws::HttpRequest& request) {
    return request.method == "PUT" && request.query.empty();
  }
  static bool is_complete(const aws::HttpRequest& request) {
    return request.method == "POST" && request.query.contains("uploadId=");
  }
  std::string content(const char* key) {
    const auto object = run(repository_->get(ObjectKey(key), {}));
    return object ? std::string(object->bytes.view()) : object.error().what;
  }
  Result<ObjectStat> write_large(Repository& repository, const char* key, char fill) {
    auto writer = run(repository.create(ObjectKey(key), {}));
    EXPECT_TRUE(writer);
    const std::string bytes(kPart + 100, fill);
    const auto appended = run((*writer)->append(SecretBytes(bytes), {}));
    if (!appended) return fail(appended.error());
    return run((*writer)->commit({}));
  }

  SandboxSession sandbox_;
  std::unique_ptr<Repository> repository_;
};

TEST_F(S3, APutWhoseAnswerWasLostIsASuccess) {
  lose_answers(is_put, 1);
  const auto stored = run(repository_->put_new(ObjectKey("key"), SecretBytes("mine"), {}));
  ASSERT_TRUE(stored) << stored.error().what;
  EXPECT_EQ(stored->size, 4U);
  EXPECT_EQ(content("key"), "mine");
}

TEST_F(S3, AReplacementWhoseAnswerWasLostIsASuccess) {
  const auto first = run(repository_->replace(ObjectKey("p"), std::nullopt, SecretBytes("1"), {}));
  ASSERT_TRUE(first);
  lose_answers(is_put, 1);
  const auto second = run(repository_->replace(ObjectKey("p"), first->etag, SecretBytes("2"), {}));
  ASSERT_TRUE(second) << second.error().what;
  EXPECT_EQ(content("p"), "2");
}

TEST_F(S3, AnotherRunsObjectIsNeverTakenForOnesOwn) {
  const auto other = open("run-2");
  ASSERT_TRUE(run(other->put_new(ObjectKey("key"), SecretBytes("same"), {})));
  EXPECT_EQ(run(repository_->put_new(ObjectKey("key"), SecretBytes("same"), {})).error().kind,
            ErrorKind::conflict);
  // Nor one's own of another content.
  ASSERT_TRUE(run(repository_->put_new(ObjectKey("own"), SecretBytes("1"), {})));
  EXPECT_EQ(run(repository_->put_new(ObjectKey("own"), SecretBytes("2"), {})).error().kind,
            ErrorKind::conflict);
}

TEST_F(S3, ACompletionWhoseAnswerWasLostIsASuccess) {
  lose_answers(is_complete, 1);
  const auto stored = write_large(*repository_, "large", 'x');
  ASSERT_TRUE(stored) << stored.error().what;
  EXPECT_EQ(stored->size, kPart + 100);
  EXPECT_EQ(content("large").size(), kPart + 100);
  EXPECT_THAT(sandbox_.world.s3().buckets.begin()->second.uploads, IsEmpty());
}

TEST_F(S3, ALargeObjectOfAnotherRunIsAConflict) {
  const auto other = open("run-2");
  ASSERT_TRUE(write_large(*other, "large", 'x'));
  const auto stored = write_large(*repository_, "large", 'x');
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().kind, ErrorKind::conflict) << stored.error().what;
}

TEST_F(S3, EveryWriteAsksForEncryptionAndSaysWhoseItIs) {
  std::vector<std::string> seen;
  sandbox_.transport.set_hook(
      [&](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        const bool starts =
            is_put(request) || request.query == "uploads" || request.query == "uploads=";
        if (starts) {
          EXPECT_EQ(request.headers.get("x-amz-server-side-encryption"), "AES256");
          EXPECT_EQ(request.headers.get("x-amz-meta-ssm-backup-run"), "run-1");
          seen.push_back(request.method);
        }
        EXPECT_EQ(request.headers.get("x-amz-expected-bucket-owner"), "123456789012");
        return std::nullopt;
      });
  ASSERT_TRUE(run(repository_->put_new(ObjectKey("small"), SecretBytes("x"), {})));
  ASSERT_TRUE(write_large(*repository_, "large", 'x'));
  EXPECT_THAT(seen, ::testing::ElementsAre("PUT", "POST"));
}

// The bucket's policy demands aws:kms, and nobody let us ask for it.
TEST_F(S3, ARefusedUploadNamesTheEncryptionThatCouldNotBeAsked) {
  enum class Encryption { told, refused };
  const auto first_refusal = [&](Encryption encryption, const auto& write) {
    sandbox_.transport.set_hook(
        [=](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
          const bool asks = request.query == "encryption" || request.query == "encryption=";
          if (asks && encryption == Encryption::told) return std::nullopt;
          if (!asks && request.method == "GET") return std::nullopt;
          return aws::HttpResponse{.status = 403,
                                   .headers = {},
                                   .body = SecretBytes("<Error><Code>AccessDenied</Code></Error>")};
        });
    const auto repository = open("run-1");
    const auto stored = write(*repository);
    EXPECT_FALSE(stored);
    return stored ? Error() : stored.error();
  };
  const auto small = [&](Repository& repository) {
    return run(repository.put_new(ObjectKey("key"), SecretBytes("x"), {}));
  };
  const auto large = [&](Repository& repository) { return write_large(repository, "key", 'x'); };
  for (const Error& error :
       {first_refusal(Encryption::refused, small), first_refusal(Encryption::refused, large)}) {
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_THAT(error.what, HasSubstr("cannot write s3://backups/key"));
    EXPECT_THAT(error.what, HasSubstr("s3:GetEncryptionConfiguration in us-west-2 answered 403"));
    EXPECT_THAT(error.next, HasSubstr("allow s3:GetEncryptionConfiguration"));
    EXPECT_THAT(error.next, HasSubstr("else allow s3:PutObject"));
  }
  for (const Error& error :
       {first_refusal(Encryption::told, small), first_refusal(Encryption::told, large)}) {
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_THAT(error.what + error.next, Not(HasSubstr("ncryption")));
  }
}

// It asked for the same page for ever.
TEST_F(S3, AListingThatTurnsInACircleEnds) {
  sandbox_.transport.set_hook(
      [](const aws::HttpRequest& request) -> std::optional<Result<aws::HttpResponse>> {
        if (request.method != "GET") return std::nullopt;
        return aws::HttpResponse{
            .status = 200,
            .headers = {},
            .body = SecretBytes("<ListBucketResult><IsTruncated>true</IsTruncated>"
                                "<NextContinuationToken>same</NextContinuationToken>"
                                "</ListBucketResult>")};
      });
  const auto listed = run(repository_->list("", [](const auto&) { return true; }, {}));
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(listed.error().what, HasSubstr("does not end"));
}

TEST_F(S3, ErrorsNameBucketAndKey) {
  const auto elsewhere = make_s3_repository(
      sandbox_.session,
      {.bucket = {.name = BucketName("nowhere"), .owner = {}}, .prefix = "p", .region = kRegion},
      {.run_id = RunId("run-1")});
  const auto put = run(elsewhere->put_new(ObjectKey("a/b"), SecretBytes("x"), {}));
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().what, HasSubstr("s3://nowhere/p/a/b"));
  EXPECT_EQ(elsewhere->describe(), "s3://nowhere/p");
}

}  // namespace
}  // namespace ssmb::snapshot
