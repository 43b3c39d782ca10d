#include "engine/doctor/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "engine/infra/documents.h"
#include "engine/infra/policy.h"

namespace ssmb::engine::doctor {
namespace {

using aws::s3::BucketDocument;

constexpr std::size_t kMostNamed = 4;  // differences of one document

// "Statement[DenyInsecureConnections]": the item that a field belongs to; empty: none.
std::string item_of(std::string_view field) {
  const std::size_t end = field.find("]/");
  return end == std::string_view::npos ? std::string() : std::string(field.substr(0, end + 1));
}

bool has_item(const Fields& fields, const std::string& item) {
  const auto first = fields.lower_bound(item + "/");
  return first != fields.end() && first->first.starts_with(item + "/");
}

std::string shown(const std::string& value) { return printable(value, 80); }

// "MFADelete is on, not off"; a rule or statement that is missing is said once.
std::string differences_in(const Fields& desired, const Fields& observed) {
  std::vector<std::string> words;
  for (const FieldDifference& difference : differences(desired, observed)) {
    const std::string item = item_of(difference.field);
    std::string word;
    if (!item.empty() && !has_item(observed, item))
      word = fmt::format("{} is missing", item);
    else if (!difference.from)
      word = fmt::format("{} is missing ({})", difference.field, shown(*difference.to));
    else if (!difference.to)
      word = fmt::format("{} ({}) is too much", difference.field, shown(*difference.from));
    else
      word = fmt::format("{} is {}, not {}", difference.field, shown(*difference.from),
                         shown(*difference.to));
    if (std::ranges::find(words, word) == words.end()) words.push_back(std::move(word));
  }
  if (words.size() <= kMostNamed) return join(words, "; ");
  const std::size_t more = words.size() - kMostNamed;
  words.resize(kMostNamed);
  return fmt::format("{}; and {} more", join(words, "; "), more);
}

std::string wrong_with(BucketDocument document, const std::string& desired,
                       const DocumentText& text) {
  if (!text) return "the bucket has none";
  return differences_in(fields_of(document, desired), fields_of(document, *text));
}

std::string document_of_ours(BucketDocument document) {
  return desired_document(
             {.name = {}, .region = {}, .env = {}, .account = {}, .retention_days = {}}, document)
      .value_or("");
}

}  // namespace

aws::s3::Encryption encryption_in(const DocumentText& text) {
  // Every bucket encrypts: S3 does so with its own keys where nobody has said anything.
  aws::s3::Encryption found;
  if (!text) return found;
  const Fields fields = fields_of(BucketDocument::encryption, *text);
  const auto value = [&fields](const char* name) {
    const auto at = fields.find(fmt::format("Rule/ApplyServerSideEncryptionByDefault/{}", name));
    return at == fields.end() ? std::string() : at->second;
  };
  if (const std::string algorithm = value("SSEAlgorithm"); !algorithm.empty())
    found.algorithm = algorithm;
  found.kms_key_id = value("KMSMasterKeyID");
  return found;
}

bool has_bucket_key(const DocumentText& text) {
  const Fields fields = fields_of(BucketDocument::encryption, text.value_or(""));
  const auto found = fields.find("Rule/BucketKeyEnabled");
  return found != fields.end() && found->second == "true";
}

std::string wrong_with_versioning(const DocumentText& text) {
  if (!text) return "it is not versioned: what is overwritten or deleted is gone";
  return wrong_with(BucketDocument::versioning, document_of_ours(BucketDocument::versioning), text);
}

std::string wrong_with_public_access(const DocumentText& text) {
  return wrong_with(BucketDocument::public_access_block,
                    document_of_ours(BucketDocument::public_access_block), text);
}

std::string wrong_with_policy(const DocumentText& text, const BucketName& bucket,
                              const Region& region, const std::string& algorithm) {
  const std::string desired =
      desired_policy({.bucket = bucket, .region = region, .algorithm = algorithm, .writers = {}});
  return wrong_with(BucketDocument::policy, desired, text);
}

std::string wrong_with_lifecycle(const std::vector<LifecycleRule>& rules, Duration max_age) {
  const auto is_expiry = [](const LifecycleRule& rule) { return rule.days || rule.date; };
  const auto is_abort = [](const LifecycleRule& rule) { return rule.abort_days.has_value(); };
  std::vector<std::string> wrong;
  if (std::ranges::none_of(rules, is_expiry))
    wrong.emplace_back("no rule lets backups expire: secrets are kept for ever");
  if (std::ranges::none_of(rules, is_abort))
    wrong.emplace_back("no rule aborts unfinished uploads: their parts hold secrets");
  for (const LifecycleRule& rule : rules) {
    if (rule.days && std::chrono::days{*rule.days} < max_age)
      wrong.push_back(
          fmt::format("backups are deleted after {}, while --max-age lets them be older",
                      *rule.days == 1 ? "a day" : fmt::format("{} days", *rule.days)));
  }
  return join(wrong, "; ");
}

}  // namespace ssmb::engine::doctor
