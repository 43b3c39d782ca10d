#include "snapshot/s3_writer.h"

#include <algorithm>

#include "base/digest.h"
#include "base/encoding.h"
#include "base/try.h"

namespace ssmb::snapshot {
namespace {

constexpr std::string_view kRunKey = "ssm-backup-run";
// An interrupted run still cleans up, but does not hang on it: the bucket's lifecycle does the
// rest.
constexpr auto kCleanUp = std::chrono::seconds{20};

bool is_no_answer(const Error& error) {
  switch (error.kind) {
    case ErrorKind::credentials:
    case ErrorKind::throttled:
    case ErrorKind::transient:
    case ErrorKind::unreachable:
    case ErrorKind::timeout:
    case ErrorKind::cancelled: return true;
    default: return false;
  }
}

bool may_be_own(const Error& error) {
  return error.kind == ErrorKind::conflict || error.kind == ErrorKind::not_found;
}

}  // namespace

ObjectStat to_stat(const aws::s3::ObjectInfo& info) {
  return {.size = info.size,
          .etag = info.etag,
          .last_modified = info.last_modified,
          .service_time = info.service_time};
}

ObjectKey S3Context::full_key(const ObjectKey& key) const {
  return location.prefix.empty() ? key : ObjectKey(location.prefix + "/" + key.str());
}

std::string S3Context::url(const ObjectKey& key) const {
  return "s3://" + location.bucket.name.str() + "/" + full_key(key).str();
}

ResultTask<aws::s3::PutOptions> S3Context::put_options(aws::s3::Precondition precondition,
                                                       CallScope scope) {
  if (!options.encryption) {
    auto asked = co_await client.get_bucket_encryption(location.bucket, scope);
    // What keeps us from asking keeps us from writing; a refusal does not.
    if (!asked && is_no_answer(asked.error()))
      co_return fail(
          std::move(asked).error().within("cannot write to " + location.bucket.name.str()));
    if (!asked) encryption_refusal = to_line(asked.error());
    options.encryption = asked.value_or(aws::s3::Encryption{});
  }
  co_return aws::s3::PutOptions{.precondition = std::move(precondition),
                                .encryption = *options.encryption,
                                .metadata = {{std::string(kRunKey), options.run_id.str()}}};
}

Error S3Context::not_written(Error error, const ObjectKey& key) const {
  const bool may_be_why = error.kind == ErrorKind::denied && !encryption_refusal.empty();
  error = std::move(error).within("cannot write " + url(key));
  if (!may_be_why) return error;
  error.what += "; its bucket's encryption is not known, and AES256 was asked for (" +
                encryption_refusal + ")";
  error.next =
      "allow s3:GetEncryptionConfiguration, for the bucket's policy may demand aws:kms; else " +
      error.next;
  return error;
}

ResultTask<std::optional<ObjectStat>> S3Context::own_object(ObjectKey key, std::uint64_t size,
                                                            std::string checksum, CallScope scope) {
  const auto there = co_await client.head_object(location.bucket, full_key(key), scope);
  if (!there && there.error().kind == ErrorKind::not_found) co_return std::nullopt;
  if (!there) co_return fail(there.error());
  const auto run = there->metadata.find(std::string(kRunKey));
  const bool own = run != there->metadata.end() && run->second == options.run_id.str() &&
                   there->size == size &&
                   (there->checksum_sha256.empty() || there->checksum_sha256 == checksum);
  if (!own) co_return std::nullopt;
  co_return to_stat(*there);
}

ResultTask<ObjectStat> S3Context::put(ObjectKey key, SecretBytes bytes,
                                      aws::s3::Precondition precondition, CallScope scope) {
  const std::uint64_t size = bytes.size();
  const std::string checksum = to_base64(sha256(bytes.view()));
  SSMB_CO_TRY(how, co_await put_options(std::move(precondition), scope));
  const auto stored = co_await client.put_object(location.bucket, full_key(key), std::move(bytes),
                                                 std::move(how), scope);
  if (stored) co_return to_stat(*stored);
  Error error = not_written(stored.error(), key);
  if (error.kind != ErrorKind::conflict) co_return fail(std::move(error));
  SSMB_CO_TRY(own, co_await own_object(key, size, checksum, scope));
  if (own) co_return *own;
  co_return fail(std::move(error));
}

ResultTask<void> S3Writer::append(SecretBytes bytes, CallScope scope) {
  std::string_view rest = bytes.view();
  while (!rest.empty()) {
    const std::size_t taken = std::min(rest.size(), context_.options.part_bytes - part_.size());
    // Room that is not used costs nothing; growing would hold the part twice.
    part_.reserve(context_.options.part_bytes);
    part_.append(rest.substr(0, taken));
    rest.remove_prefix(taken);
    if (part_.size() == context_.options.part_bytes) SSMB_CO_TRY_VOID(co_await send_part(scope));
  }
  co_return Result<void>{};
}

ResultTask<void> S3Writer::send_part(CallScope scope) {
  const aws::s3::Bucket& bucket = context_.location.bucket;
  const ObjectKey key = context_.full_key(key_);
  if (upload_id_.empty()) {
    SSMB_CO_TRY(how, co_await context_.put_options({}, scope));
    auto created =
        co_await context_.client.create_multipart_upload(bucket, key, std::move(how), scope);
    if (!created) co_return fail(context_.not_written(std::move(created).error(), key_));
    upload_id_ = std::move(*created);
  }
  const int number = static_cast<int>(parts_.size()) + 1;
  if (number > aws::s3::kMaxParts)
    co_return fail(ErrorKind::invalid, context_.url(key_) + " would have more parts than S3 takes");
  sent_ += part_.size();
  auto sent = co_await context_.client.upload_part(bucket, key, upload_id_, number,
                                                   std::exchange(part_, SecretBytes()), scope);
  if (!sent) co_return fail(std::move(sent.error()).within("cannot write " + context_.url(key_)));
  parts_.push_back(std::move(*sent));
  co_return Result<void>{};
}

ResultTask<ObjectStat> S3Writer::commit(CallScope scope) {
  if (upload_id_.empty())
    co_return co_await context_.put(key_, std::exchange(part_, SecretBytes()),
                                    aws::s3::Precondition::absent(), scope);
  if (!part_.empty()) SSMB_CO_TRY_VOID(co_await send_part(scope));
  co_return co_await complete(scope);
}

ResultTask<ObjectStat> S3Writer::complete(CallScope scope) {
  const auto completed = co_await context_.client.complete_multipart_upload(
      context_.location.bucket, context_.full_key(key_), upload_id_, parts_,
      aws::s3::Precondition::absent(), scope);
  if (completed) {
    upload_id_.clear();
    ObjectStat stat = to_stat(*completed);
    stat.size = sent_;
    co_return stat;
  }
  Error error = Error(completed.error()).within("cannot write " + context_.url(key_));
  if (!may_be_own(error)) co_return fail(std::move(error));
  SSMB_CO_TRY(own, co_await context_.own_object(key_, sent_, composite_checksum(), scope));
  if (!own) co_return fail(std::move(error));
  upload_id_.clear();
  co_return *own;
}

std::string S3Writer::composite_checksum() const {
  Sha256 sum;
  for (const aws::s3::UploadedPart& part : parts_)
    sum.update({reinterpret_cast<const char*>(part.checksum.data()), part.checksum.size()});
  return to_base64(sum.finish()) + "-" + std::to_string(parts_.size());
}

Task<void> S3Writer::abort() {
  part_.clear();
  if (upload_id_.empty()) co_return;
  CallScope scope;
  scope.deadline = context_.session.runtime.steady() + kCleanUp;
  // Nothing more can be done where this fails: the bucket's rule aborts the upload after a day.
  (void)co_await context_.client.abort_multipart_upload(
      context_.location.bucket, context_.full_key(key_), std::exchange(upload_id_, {}), scope);
}

}  // namespace ssmb::snapshot
