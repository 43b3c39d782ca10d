// One object under way to S3: gathered into parts, a plain put where it stays small.
#pragma once

#include <string>
#include <vector>

#include "snapshot/s3_repository.h"

namespace ssmb::snapshot {

// What every call of one repository shares. Outlives its writers.
struct S3Context {
  aws::Session& session;
  aws::s3::Client client;
  S3Location location;
  S3Options options;
  std::string encryption_refusal = {};  // why the bucket's encryption is not known

  ObjectKey full_key(const ObjectKey& key) const;
  std::string url(const ObjectKey& key) const;
  // Asks for the bucket's encryption at the first call.
  ResultTask<aws::s3::PutOptions> put_options(aws::s3::Precondition precondition, CallScope scope);

  // The error of an upload, which a bucket may refuse because its encryption was not asked for.
  Error not_written(Error error, const ObjectKey& key) const;

  // Puts, and settles what a lost answer leaves open: an object that is there and is the very one
  // sent is a success.
  ResultTask<ObjectStat> put(ObjectKey key, SecretBytes bytes, aws::s3::Precondition precondition,
                             CallScope scope);
  // Is the object there one's own, of that size and with that checksum (where S3 tells one)?
  ResultTask<std::optional<ObjectStat>> own_object(ObjectKey key, std::uint64_t size,
                                                   std::string checksum, CallScope scope);
};

ObjectStat to_stat(const aws::s3::ObjectInfo& info);

class S3Writer final : public ObjectWriter {
 public:
  S3Writer(S3Context& context, ObjectKey key) : context_(context), key_(std::move(key)) {}

  ResultTask<void> append(SecretBytes bytes, CallScope scope) override;
  ResultTask<ObjectStat> commit(CallScope scope) override;
  Task<void> abort() override;

 private:
  ResultTask<void> send_part(CallScope scope);
  ResultTask<ObjectStat> complete(CallScope scope);
  std::string composite_checksum() const;

  S3Context& context_;
  ObjectKey key_;
  SecretBytes part_;  // the next part, growing
  std::string upload_id_;
  std::vector<aws::s3::UploadedPart> parts_;
  std::uint64_t sent_ = 0;
};

}  // namespace ssmb::snapshot
