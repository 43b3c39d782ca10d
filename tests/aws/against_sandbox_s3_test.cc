// S3 in the sandbox, through the typed client: every operation there and back, under real
// signatures.
#include <gmock/gmock.h>

#include <set>

#include "aws/paging.h"
#include "aws/s3/client.h"
#include "base/encoding.h"
#include "tests/aws/sandbox_session.h"

namespace ssmb::aws::s3 {
namespace {

using testing::ElementsAre;
using testing::Pair;

const Region kRegion("eu-west-1");
const Bucket kBucket{.name = BucketName("my-bucket"), .owner = AccountId(kSandboxAccount)};
const ObjectKey kKey("2026-11-22/eu-west-1/a b+c \xC3\xA4.json");

struct S3AgainstSandbox : testing::Test {
  SandboxSession sandbox;
  Client client{sandbox.session, kRegion};

  template <class T>
  Result<T> run(ResultTask<T> task) {
    return sandbox.run(std::move(task));
  }
  void make_bucket() {
    const auto made = run(client.create_bucket(kBucket.name, Client::ObjectLock::off, {}));
    ASSERT_TRUE(made) << to_line(made.error());
  }
  Result<ObjectInfo> put(const ObjectKey& key, std::string_view body, PutOptions options = {}) {
    return run(client.put_object(kBucket, key, SecretBytes(body), std::move(options), {}));
  }
  template <class T>
  static void expect_kind(const Result<T>& result, ErrorKind kind) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind) << to_line(result.error());
  }
};

TEST_F(S3AgainstSandbox, ObjectsThereAndBack) {
  make_bucket();
  const std::string body = std::string("\x00\xFF\r\n", 4) + std::string(100'000, 'x');
  const auto stored = put(kKey, body, {.metadata = {{"run-id", "r1"}}});
  ASSERT_TRUE(stored) << to_line(stored.error());
  EXPECT_EQ(stored->server_side_encryption, "AES256");
  const auto object = run(client.get_object(kBucket, kKey, std::nullopt, {}));
  ASSERT_TRUE(object) << to_line(object.error());
  EXPECT_EQ(object->body.view(), body);
  EXPECT_EQ(object->info.etag, stored->etag);
  EXPECT_EQ(object->info.checksum_sha256, to_base64(sha256(body)));
  EXPECT_THAT(object->info.metadata, ElementsAre(Pair("run-id", "r1")));

  const auto range = run(client.get_object(kBucket, kKey, ByteRange{2, 4}, {}));
  ASSERT_TRUE(range) << to_line(range.error());
  EXPECT_EQ(range->body.view(), "\r\nx");
  EXPECT_EQ(range->info.size, body.size());
  const auto head = run(client.head_object(kBucket, kKey, {}));
  ASSERT_TRUE(head) << to_line(head.error());
  EXPECT_EQ(head->size, body.size());
  EXPECT_TRUE(head->last_modified);

  ASSERT_TRUE(run(client.delete_object(kBucket, kKey, {})));
  expect_kind(run(client.get_object(kBucket, kKey, std::nullopt, {})), ErrorKind::not_found);
  expect_kind(run(client.head_object(kBucket, kKey, {})), ErrorKind::not_found);
}

TEST_F(S3AgainstSandbox, ConditionsHold) {
  make_bucket();
  const auto first = put(kKey, "1", {.precondition = Precondition::absent()});
  ASSERT_TRUE(first) << to_line(first.error());
  expect_kind(put(kKey, "2", {.precondition = Precondition::absent()}), ErrorKind::conflict);
  const auto second = put(kKey, "2", {.precondition = Precondition::matches(first->etag)});
  ASSERT_TRUE(second) << to_line(second.error());
  expect_kind(put(kKey, "3", {.precondition = Precondition::matches(first->etag)}),
              ErrorKind::conflict);
  EXPECT_EQ(run(client.get_object(kBucket, kKey, std::nullopt, {}))->body.view(), "2");
  const Bucket others{.name = kBucket.name, .owner = AccountId("999999999999")};
  expect_kind(run(client.get_object(others, kKey, std::nullopt, {})), ErrorKind::denied);
}

TEST_F(S3AgainstSandbox, ListsEverythingInOrder) {
  make_bucket();
  for (const char* key : {"b/2", "a+1", "a 1", "b/1", "\xC3\xA4"})
    ASSERT_TRUE(put(ObjectKey(key), "x"));
  const auto all = run(client.list_objects(kBucket, "", "", "", {}));
  ASSERT_TRUE(all) << to_line(all.error());
  std::vector<std::string> keys;
  for (const ListedObject& object : all->objects) keys.push_back(object.key.str());
  EXPECT_THAT(keys, ElementsAre("a 1", "a+1", "b/1", "b/2", "\xC3\xA4"));
  const auto folders = run(client.list_objects(kBucket, "", "/", "", {}));
  ASSERT_TRUE(folders);
  EXPECT_THAT(folders->common_prefixes, ElementsAre("b/"));
  EXPECT_EQ(folders->objects.size(), 3U);
  EXPECT_EQ(run(client.list_objects(kBucket, "b/", "", "", {}))->objects.size(), 2U);
}

TEST_F(S3AgainstSandbox, ListsMoreThanAPage) {
  make_bucket();
  for (int i = 0; i < 1'005; ++i) ASSERT_TRUE(put(ObjectKey(fmt::format("k/{:04}", i)), ""));
  std::set<std::string> keys;
  auto fetch = [&](std::string token) { return client.list_objects(kBucket, "k/", "", token, {}); };
  auto take = [&](ListPage page) -> ResultTask<void> {
    EXPECT_LE(page.objects.size(), 1'000U);
    for (const ListedObject& object : page.objects) keys.insert(object.key.str());
    co_return Result<void>();
  };
  ASSERT_TRUE(run(for_each_page(fetch, take, [] {})));
  EXPECT_EQ(keys.size(), 1'005U);
}

TEST_F(S3AgainstSandbox, UploadsInParts) {
  make_bucket();
  const std::string big(kMinPartSize.value, 'a');
  const auto id =
      run(client.create_multipart_upload(kBucket, kKey, {.metadata = {{"run-id", "r"}}}, {}));
  ASSERT_TRUE(id) << to_line(id.error());
  std::vector<UploadedPart> parts;
  for (const auto& [number, body] :
       {std::pair(1, std::string_view(big)), std::pair(2, std::string_view("end"))}) {
    const auto part = run(client.upload_part(kBucket, kKey, *id, number, SecretBytes(body), {}));
    ASSERT_TRUE(part) << to_line(part.error());
    parts.push_back(*part);
  }
  const auto done =
      run(client.complete_multipart_upload(kBucket, kKey, *id, parts, Precondition::absent(), {}));
  ASSERT_TRUE(done) << to_line(done.error());
  const auto head = run(client.head_object(kBucket, kKey, {}));
  ASSERT_TRUE(head);
  EXPECT_EQ(head->etag, done->etag);
  EXPECT_EQ(head->size, big.size() + 3);
  EXPECT_TRUE(head->checksum_sha256.ends_with("-2")) << head->checksum_sha256;
  EXPECT_THAT(head->metadata, ElementsAre(Pair("run-id", "r")));
  const auto object = run(client.get_object(kBucket, kKey, std::nullopt, {}));
  ASSERT_TRUE(object) << to_line(object.error());
  EXPECT_EQ(object->body.view(), big + "end");

  const auto again = run(client.create_multipart_upload(kBucket, kKey, {}, {}));
  ASSERT_TRUE(again);
  const auto part = run(client.upload_part(kBucket, kKey, *again, 1, SecretBytes("x"), {}));
  ASSERT_TRUE(part);
  expect_kind(run(client.complete_multipart_upload(kBucket, kKey, *again, {*part},
                                                   Precondition::absent(), {})),
              ErrorKind::conflict);
  EXPECT_TRUE(run(client.abort_multipart_upload(kBucket, kKey, *again, {})));
  EXPECT_TRUE(run(client.abort_multipart_upload(kBucket, kKey, *again, {})));
}

TEST_F(S3AgainstSandbox, BucketsThereAndBack) {
  const auto missing = run(client.head_bucket(kBucket, {}));
  expect_kind(missing, ErrorKind::not_found);
  make_bucket();
  EXPECT_EQ(run(client.create_bucket(kBucket.name, Client::ObjectLock::off, {})),
            Client::CreateOutcome::already_ours);
  EXPECT_TRUE(run(client.head_bucket(kBucket, {})));
  ASSERT_TRUE(put(kKey, "x"));
  expect_kind(run(client.delete_bucket(kBucket, {})), ErrorKind::conflict);
  ASSERT_TRUE(run(client.delete_object(kBucket, kKey, {})));
  EXPECT_TRUE(run(client.delete_bucket(kBucket, {})));
  Client first(sandbox.session, Region("us-east-1"));
  const BucketName east("east-bucket");
  EXPECT_EQ(run(first.create_bucket(east, Client::ObjectLock::on, {})),
            Client::CreateOutcome::created);
  EXPECT_EQ(run(first.create_bucket(east, Client::ObjectLock::on, {})),
            Client::CreateOutcome::created);
  const auto lock = run(first.get_bucket_document({.name = east}, BucketDocument::object_lock, {}));
  ASSERT_TRUE(lock && *lock);
}

TEST_F(S3AgainstSandbox, DocumentsThereAndBack) {
  make_bucket();
  const std::string space = R"( xmlns="http://s3.amazonaws.com/doc/2006-03-01/")";
  struct Row {
    BucketDocument document;
    std::string text;
    std::string_view holds;
  };
  const Row rows[] = {
      {BucketDocument::versioning,
       "<VersioningConfiguration" + space + "><Status>Enabled</Status></VersioningConfiguration>",
       "<Status>Enabled</Status>"},
      {BucketDocument::encryption,
       "<ServerSideEncryptionConfiguration" + space +
           "><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></"
           "ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></"
           "ServerSideEncryptionConfiguration>",
       "AES256"},
      {BucketDocument::lifecycle,
       "<LifecycleConfiguration" + space +
           "><Rule><ID>old</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</"
           "Status><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>",
       "<Days>30</Days>"},
      {BucketDocument::public_access_block,
       "<PublicAccessBlockConfiguration" + space +
           "><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</"
           "IgnorePublicAcls><BlockPublicPolicy>true</"
           "BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></"
           "PublicAccessBlockConfiguration>",
       "<BlockPublicAcls>true</BlockPublicAcls>"},
      {BucketDocument::tagging,
       "<Tagging" + space +
           "><TagSet><Tag><Key>a&amp;b</Key><Value>c</Value></Tag></TagSet></Tagging>",
       "a&amp;b"},
      {BucketDocument::policy,
       R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::my-bucket/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})",
       "aws:SecureTransport"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(sub_resource(row.document));
    const auto before = run(client.get_bucket_document(kBucket, row.document, {}));
    ASSERT_TRUE(before) << to_line(before.error());
    // A bucket is encrypted and closed to the public from the start, as AWS's are since 2023.
    const bool by_default = row.document == BucketDocument::encryption ||
                            row.document == BucketDocument::public_access_block;
    if (!by_default) EXPECT_EQ(*before, std::nullopt);
    const auto written = run(client.put_bucket_document(kBucket, row.document, row.text, {}));
    ASSERT_TRUE(written) << to_line(written.error());
    const auto after = run(client.get_bucket_document(kBucket, row.document, {}));
    ASSERT_TRUE(after && *after) << row.holds;
    EXPECT_NE((*after)->find(row.holds), std::string::npos) << **after;
  }
  const auto lock = run(client.get_bucket_document(kBucket, BucketDocument::object_lock, {}));
  ASSERT_TRUE(lock) << to_line(lock.error());
  EXPECT_EQ(*lock, std::nullopt);
}

}  // namespace
}  // namespace ssmb::aws::s3
