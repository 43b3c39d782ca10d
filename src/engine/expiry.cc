#include "engine/expiry.h"

#include <fmt/format.h>

#include "aws/s3/client.h"

namespace ssmb::engine {
namespace {

using aws::s3::BucketDocument;
using snapshot::S3Address;

// nullopt: they may not be read.
ResultTask<std::optional<std::vector<doctor::LifecycleRule>>> read_rules(aws::s3::Client client,
                                                                         aws::s3::Bucket bucket,
                                                                         CallScope scope) {
  const auto text = co_await client.get_bucket_document(bucket, BucketDocument::lifecycle, scope);
  if (!text && text.error().kind == ErrorKind::cancelled) co_return fail(text.error());
  if (!text) co_return std::optional<std::vector<doctor::LifecycleRule>>();
  co_return std::optional(
      doctor::rules_in(fields_of(BucketDocument::lifecycle, text->value_or(""))));
}

}  // namespace

ResultTask<Expiry> find_expiry(aws::Session& session, ExpiryRequest request, CallScope scope) {
  const auto* s3 = std::get_if<S3Address>(&request.address);
  if (s3 == nullptr) co_return Expiry{.known = Expiry::Known::never, .at = {}};
  const ObjectKey key(s3->prefix.empty() ? request.object.str()
                                         : fmt::format("{}/{}", s3->prefix, request.object));
  aws::s3::Client client(session, s3->region.value_or(request.region));
  const aws::s3::Bucket bucket{.name = s3->bucket, .owner = s3->owner.value_or(request.caller)};
  const auto head = co_await client.head_object(bucket, key, scope);
  if (!head && head.error().kind == ErrorKind::cancelled) co_return fail(head.error());
  if (head && head->expires) co_return Expiry{.known = Expiry::Known::at, .at = head->expires};
  auto rules = std::move(request.rules);
  if (request.rules_are == ExpiryRequest::Rules::ask) {
    auto read = co_await read_rules(client, bucket, scope);
    if (!read) co_return fail(std::move(read).error());
    rules = *std::move(read);
  }
  if (!rules) co_return Expiry{};
  const Time created = head ? head->last_modified.value_or(request.created) : request.created;
  const auto at = doctor::expiry_of(*rules, key, created);
  co_return Expiry{.known = at ? Expiry::Known::at : Expiry::Known::never, .at = at};
}

}  // namespace ssmb::engine
