#include "engine/infra/stack_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "aws/s3/client.h"
#include "base/text.h"
#include "base/try.h"

namespace ssmb::engine {
namespace {

const std::regex& key_arn() {
  static const std::regex pattern(R"(arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)/[\w/-]+)");
  return pattern;
}

// std::regex recurses: a text longer than any name must not come to it.
bool matches(std::string_view text, const std::regex& pattern) {
  constexpr std::size_t kLongest = 2048;
  return text.size() <= kLongest && std::regex_match(text.begin(), text.end(), pattern);
}

bool names_key(std::string_view text) {
  static const std::regex id(R"(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})");
  static const std::regex alias(R"(alias/[\w/-]+)");
  return matches(text, key_arn()) || matches(text, id) || matches(text, alias);
}

// S3 takes a key of another Region without a word, and then every upload fails.
Result<KmsKeyId> read_kms_key(const Region& region, const ConfigField& field) {
  SSMB_TRY(key,
           field.text_that(names_key, "which names no KMS key (alias/NAME, a key's id or ARN)"));
  std::smatch found;
  if (!std::regex_match(key, found, key_arn()) || found[1] == region.str()) return KmsKeyId(key);
  return field.error(
      fmt::format("names a key of {}, and the bucket lies in {}", found[1].str(), region));
}

Result<BucketName> read_log_bucket(const Region&, const ConfigField& field) {
  SSMB_TRY(name, field.text_that(aws::s3::is_bucket_name, "which cannot name a bucket"));
  return BucketName(name);
}

// An entry for each Region, and for no other.
template <class Value>
Result<std::map<Region, Value>> per_region(const ConfigField& field,
                                           const std::vector<Region>& regions,
                                           Result<Value> (*read)(const Region&,
                                                                 const ConfigField&)) {
  SSMB_TRY(fields, field.map());
  for (const std::string& name : fields.names()) {
    if (std::ranges::find(regions, Region(name)) == regions.end())
      return fields.error(printable(name, 80), "is for a Region that regions does not hold");
  }
  std::map<Region, Value> out;
  for (const Region& region : regions) {
    SSMB_TRY(entry, fields.required(region.view()));
    SSMB_TRY(value, read(region, entry));
    out.emplace(region, value);
  }
  return out;
}

Result<std::string> read_principal(const ConfigField& field) {
  static const std::regex principal(
      R"(arn:aws[a-z-]*:iam::\d{12}:(root|(role|user)/[\w+=,.@/-]+))");
  return field.text_that([](std::string_view text) { return matches(text, principal); },
                         "which is no ARN of a role, a user or an account's root");
}

using OtherAccount = CopyOption::OtherAccount;

// Another account's bucket has to name who may write to it; for our own account's IAM decides.
Result<std::optional<OtherAccount>> read_account(const ConfigFields& fields) {
  static const std::regex role(R"(arn:aws[a-z-]*:iam::(\d{12}):role/[\w+=,.@/-]+)");
  const auto field = fields.get("roleArn");
  if (!field && fields.get("writers"))
    return fields.error(
        "writers", "is for a copy in another account: name the roleArn that makes it there, too");
  if (!field) return std::nullopt;
  SSMB_TRY(arn, field->text_that([](std::string_view text) { return matches(text, role); },
                                 "which is no role's ARN"));
  SSMB_TRY(writers, fields.required("writers"));
  SSMB_TRY(entries, writers.list());
  std::smatch found;
  std::regex_match(arn, found, role);
  OtherAccount account{.id = AccountId(found[1].str()), .role = Arn(arn), .writers = {}};
  for (const ConfigField& entry : entries) {
    SSMB_TRY(writer, read_principal(entry));
    account.writers.push_back(writer);
  }
  return account;
}

Result<KmsKeyId> read_copy_key(const ConfigFields& fields, const CopyOption& copy) {
  const auto field = fields.get("kmsKey");
  if (!field) return KmsKeyId();
  SSMB_TRY(key, read_kms_key(copy.region, *field));
  if (!copy.account || matches(key.view(), key_arn())) return key;
  return field->error("must be an ARN: S3 looks for any other name in the account that uploads");
}

}  // namespace

Result<std::map<Region, KmsKeyId>> read_kms_keys(const OptionalField& field,
                                                 const std::vector<Region>& regions) {
  std::map<Region, KmsKeyId> keys;
  if (!field) return keys;
  if (field->is_map()) return per_region<KmsKeyId>(*field, regions, read_kms_key);
  for (const Region& region : regions) {
    SSMB_TRY(key, read_kms_key(region, *field));
    keys.emplace(region, key);
  }
  const std::string_view text = keys.begin()->second.view();
  if (regions.size() == 1 || text.starts_with("alias/") || text.starts_with("mrk-")) return keys;
  return field->error(
      "names a key of one Region: name an alias, a multi-Region key, or a key for each Region");
}

Result<std::map<Region, BucketName>> read_log_buckets(const OptionalField& field,
                                                      const std::vector<Region>& regions) {
  if (!field) return std::map<Region, BucketName>();
  return per_region<BucketName>(*field, regions, read_log_bucket);
}

Result<std::optional<ObjectLock>> read_object_lock(const OptionalField& field) {
  if (!field) return std::nullopt;
  SSMB_TRY(fields, field->map());
  SSMB_TRY_VOID(fields.allow_only({"mode", "days"}));
  SSMB_TRY(mode, fields.required("mode"));
  SSMB_TRY(text, mode.text_that(
                     [](std::string_view it) { return it == "GOVERNANCE" || it == "COMPLIANCE"; },
                     "and neither GOVERNANCE nor COMPLIANCE"));
  SSMB_TRY(days, fields.required("days"));
  SSMB_TRY(number, days.days());
  return ObjectLock{.mode = text, .days = number};
}

Result<std::optional<CopyOption>> read_copy(const OptionalField& field,
                                            const std::vector<Region>& regions) {
  if (!field) return std::nullopt;
  SSMB_TRY(fields, field->map());
  SSMB_TRY_VOID(fields.allow_only({"region", "roleArn", "writers", "kmsKey", "accessLogBucket"}));
  CopyOption copy;
  SSMB_TRY(place, fields.required("region"));
  SSMB_TRY(region, place.region());
  copy.region = region;
  SSMB_TRY(account, read_account(fields));
  copy.account = account;
  if (!account && std::ranges::find(regions, region) != regions.end())
    return fields.error(
        "region",
        fmt::format("is '{}', which regions holds: the copy of its own backups would be lost with "
                    "them (name another Region, or the roleArn of another account)",
                    region));
  SSMB_TRY(key, read_copy_key(fields, copy));
  copy.kms_key = key;
  if (const auto log = fields.get("accessLogBucket")) {
    SSMB_TRY(bucket, read_log_bucket(region, *log));
    copy.access_log_bucket = bucket;
  }
  return copy;
}

}  // namespace ssmb::engine
