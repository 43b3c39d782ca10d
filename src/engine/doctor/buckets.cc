#include "engine/doctor/buckets.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine::doctor {
namespace {

using aws::s3::BucketDocument;
using Reach = BucketLook::Reach;

// The Region that S3 names where the bucket lies elsewhere; empty: it has not.
std::string elsewhere(const Error& error) {
  if (!error.fault) return {};
  const std::string_view message = error.fault->message;
  const std::size_t at = message.find(aws::kBucketRegion);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = message.substr(at + aws::kBucketRegion.size());
  return printable(rest.substr(0, rest.find(')')), 40);
}

class Examination {
 public:
  Examination(RegionCase& at, BucketPlace place)
      : at_(at), place_(std::move(place)), s3_(at.session, place_.region) {}

  ResultTask<BucketLook> run() {
    SSMB_CO_TRY_VOID(co_await look_at_head());
    if (look_.reach != Reach::open) co_return std::move(look_);
    SSMB_CO_TRY_VOID(co_await look_at_documents());
    tell_unread();
    co_return std::move(look_);
  }

 private:
  const BucketName& name() const { return place_.bucket.name; }
  std::string owner() const {
    return place_.bucket.owner ? "account " + place_.bucket.owner->str() : "an unknown account";
  }
  // Only what is not as one would think.
  std::string words() const {
    std::string text = name().str();
    if (place_.bucket.owner != at_.caller) text += ", of " + owner();
    if (place_.region != at_.region) text += fmt::format(", in {}", place_.region);
    return text;
  }
  std::string mend() const {
    if (place_.from == BucketPlace::From::stack) return apply_stack(at_.options.env);
    return "set it on the bucket; `ssm-backup infra plan` shows what one of ours looks like";
  }
  std::string name_it() const {
    if (place_.from == BucketPlace::From::flag)
      return "name another bucket, or its owner (,owner=ACCOUNT) and Region (,region=R)";
    return "the metadata names the wrong bucket, or it was deleted: " +
           apply_stack(at_.options.env);
  }

  ResultTask<void> look_at_head() {
    const auto head = co_await s3_.head_bucket(place_.bucket, at_.scope);
    if (head) {
      look_.reach = Reach::open;
      at_.findings.ok("bucket", words());
      co_return Result<void>{};
    }
    const Error& error = head.error();
    if (error.kind == ErrorKind::cancelled) co_return fail(error);
    if (const std::string region = elsewhere(error); !region.empty()) {
      at_.findings.amiss("bucket",
                         fmt::format("{} lies in {}, not in {}", name(), region, place_.region),
                         name_it());
    } else if (error.kind == ErrorKind::not_found) {
      at_.findings.amiss("bucket", fmt::format("{} is not there", name()), name_it());
    } else if (error.kind == ErrorKind::denied) {
      co_return co_await look_at_stranger(error);
    } else {
      if (is_silence(error)) look_.reach = Reach::silent;
      at_.findings.amiss("bucket", error, "is the Region's S3 reachable from here?");
    }
    co_return Result<void>{};
  }

  // S3 says no more than 403, whether the right is missing or the owner is another.
  ResultTask<void> look_at_stranger(const Error& refusal) {
    const auto head = co_await s3_.head_bucket({.name = name(), .owner = {}}, at_.scope);
    if (!head && head.error().kind == ErrorKind::cancelled) co_return fail(head.error());
    if (head) {
      at_.findings.amiss("bucket", fmt::format("{} is not of {}", name(), owner()), name_it());
      co_return Result<void>{};
    }
    // Which of the two it is, the permissions' tries may tell.
    look_.reach = Reach::open;
    at_.findings.unknown(
        "bucket",
        fmt::format("{} cannot be looked at: s3:ListBucket is denied, or it is not of {}: {}",
                    name(), owner(), to_line(refusal)),
        "allow s3:ListBucket to this identity; if it is another account's, name its owner: "
        "--repository s3://BUCKET,owner=ACCOUNT");
    co_return Result<void>{};
  }

  ResultTask<void> look_at_documents() {
    SSMB_CO_TRY_VOID(co_await look_at("bucket versioning", BucketDocument::versioning));
    SSMB_CO_TRY_VOID(co_await look_at("bucket encryption", BucketDocument::encryption));
    SSMB_CO_TRY_VOID(co_await look_at("bucket public access", BucketDocument::public_access_block));
    SSMB_CO_TRY_VOID(co_await look_at("bucket policy", BucketDocument::policy));
    co_return co_await look_at("bucket lifecycle", BucketDocument::lifecycle);
  }

  ResultTask<void> look_at(std::string subject, BucketDocument document) {
    if (silent_) co_return Result<void>{};
    auto text = co_await s3_.get_bucket_document(place_.bucket, document, at_.scope);
    if (text) {
      judge(std::move(subject), document, *text);
      co_return Result<void>{};
    }
    const Error& error = text.error();
    if (error.kind == ErrorKind::cancelled) co_return fail(error);
    if (error.kind == ErrorKind::denied && error.fault) {
      unread_.push_back(error.fault->operation);
    } else {
      silent_ = is_silence(error);
      at_.findings.amiss(std::move(subject), error, "run it again");
    }
    co_return Result<void>{};
  }

  void judge(std::string subject, BucketDocument document, const DocumentText& text) {
    std::string wrong;
    std::string fine;
    switch (document) {
      case BucketDocument::versioning:
        wrong = wrong_with_versioning(text);
        fine = "enabled";
        break;
      case BucketDocument::encryption:
        look_.encryption = encryption_in(text);
        fine = words_of(*look_.encryption);
        if (look_.encryption->algorithm != "AES256" && !has_bucket_key(text))
          at_.findings.info(subject, "without a bucket key: every object costs a call of KMS",
                            mend());
        break;
      case BucketDocument::public_access_block:
        wrong = wrong_with_public_access(text);
        fine = "blocked";
        break;
      case BucketDocument::policy:
        wrong = wrong_with_policy(text, name(), place_.region, algorithm(text));
        fine = fmt::format("asks for TLS and {}", algorithm(text));
        break;
      case BucketDocument::lifecycle:
        look_.rules = rules_in(fields_of(document, text.value_or("")));
        wrong =
            wrong_with_lifecycle(rules_for_all(*look_.rules, place_.prefix), at_.options.max_age);
        fine = lifecycle_words();
        break;
      default: return;
    }
    if (wrong.empty()) return at_.findings.ok(std::move(subject), std::move(fine));
    at_.findings.amiss(std::move(subject), fmt::format("{}: {}", name(), wrong), mend());
  }

  // Where the encryption may not be read, whatever the policy asks for.
  std::string algorithm(const DocumentText& policy) const {
    if (look_.encryption) return look_.encryption->algorithm;
    const Fields fields = fields_of(BucketDocument::policy, policy.value_or(""));
    const auto asked = fields.find(
        "Statement[DenyUnencryptedObjectUploads]/Condition/StringNotEquals/"
        "s3:x-amz-server-side-encryption");
    return asked == fields.end() ? aws::s3::Encryption().algorithm : asked->second;
  }
  static std::string words_of(const aws::s3::Encryption& encryption) {
    if (encryption.kms_key_id.empty()) return encryption.algorithm;
    return fmt::format("{} with {}", encryption.algorithm, printable(encryption.kms_key_id, 120));
  }
  std::string lifecycle_words() const {
    std::optional<int> days;
    for (const LifecycleRule& rule : *look_.rules)
      if (rule.days) days = std::min(days.value_or(*rule.days), *rule.days);
    if (!days) return "expires by date";
    return *days == 1 ? "expires after a day" : fmt::format("expires after {} days", *days);
  }

  void tell_unread() const {
    if (unread_.empty()) return;
    std::string next =
        "the work is done without them; allow them, or run doctor as whoever applies the stack";
    // Without it the upload asks for AES256, whatever the bucket does.
    if (!look_.encryption)
      next +=
          "; a bucket with a KMS key refuses the uploads of a role that lacks "
          "s3:GetEncryptionConfiguration";
    at_.findings.unknown(
        "bucket settings",
        fmt::format("{}: not looked at, for these are denied: {}", name(), join(unread_, ", ")),
        std::move(next));
  }

  RegionCase& at_;
  BucketPlace place_;
  aws::s3::Client s3_;
  BucketLook look_;
  std::vector<std::string> unread_;  // actions
  bool silent_ = false;
};

}  // namespace

ResultTask<BucketLook> examine_bucket(RegionCase& at, BucketPlace place) {
  Examination examination(at, std::move(place));
  co_return co_await examination.run();
}

}  // namespace ssmb::engine::doctor
