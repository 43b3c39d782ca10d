#include "engine/infra/observe.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/paging.h"
#include "aws/ssm/client.h"
#include "base/try.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

using Versions = Look::Versions;

ResultTask<std::uint64_t> count_versions(aws::s3::Client s3, aws::s3::Bucket bucket,
                                         Versions versions, CallScope scope) {
  std::uint64_t count = 0;
  std::optional<aws::s3::VersionMarker> after = aws::s3::VersionMarker{};
  while (after && versions != Versions::ignore) {
    SSMB_CO_TRY(page, co_await s3.list_object_versions(bucket, *after, scope));
    count += page.versions.size();
    after = page.next;
    if (versions == Versions::any && count != 0) break;
  }
  co_return count;
}

ResultTask<ObservedBucket> observe_bucket(aws::s3::Client s3, aws::s3::Bucket bucket,
                                          Versions versions, CallScope scope) {
  ObservedBucket observed;
  auto head = co_await s3.head_bucket(bucket, scope);
  if (!head && head.error().kind == ErrorKind::not_found) co_return observed;
  if (!head) {
    co_return fail(std::move(head).error().advising(
        "the bucket may belong to another account, or the role lacks s3:ListBucket"));
  }
  observed.presence = ObservedBucket::Presence::there;
  for (const auto document : managed_documents()) {
    SSMB_CO_TRY(text, co_await s3.get_bucket_document(bucket, document, scope));
    observed.documents[document] = text;
  }
  SSMB_CO_TRY(count, co_await count_versions(s3, bucket, versions, scope));
  observed.versions = count;
  co_return observed;
}

using Parameters = std::map<ParameterName, ObservedParameter>;

ResultTask<Parameters> list_parameters(aws::ssm::Client ssm, Environment env, CallScope scope) {
  Parameters found;
  const auto fetch = [&ssm, &env, &scope](const std::string& token) {
    return ssm.describe_parameters(
        {{.key = "Name", .option = "BeginsWith", .values = {metadata_prefix(env)}}}, token, scope);
  };
  const auto take = [&found](const aws::ssm::MetadataPage& page) -> ResultTask<void> {
    for (const aws::ssm::Metadata& parameter : page.parameters)
      found[parameter.name] = {.type = parameter.type, .description = parameter.description};
    co_return Result<void>{};
  };
  SSMB_CO_TRY_VOID(co_await aws::for_each_page(fetch, take, [&found] { found.clear(); }));
  co_return found;
}

// One that is deleted between the listing and here is left out.
ResultTask<Parameters> observe_parameters(aws::ssm::Client ssm, Stack stack, CallScope scope) {
  SSMB_CO_TRY(listed, co_await list_parameters(ssm, stack.env, scope));
  const auto wanted = desired_parameters(stack, AccountId());
  Parameters out;
  for (auto& [name, parameter] : listed) {
    // Ours by name: what else lies below the prefix is nobody's business here.
    const bool ours = region_told_by(stack.env, name) ||
                      std::ranges::find(wanted, name, &MetadataParameter::name) != wanted.end();
    if (!ours) continue;
    // A SecureString stands there by mistake: it may hold a secret, and is replaced whatever it is.
    if (parameter.type == "SecureString") {
      parameter.value = "(not read)";
    } else {
      auto value = co_await ssm.get_parameter(name.str(), scope);
      if (!value && value.error().kind == ErrorKind::not_found) continue;
      if (!value) co_return fail(std::move(value).error());
      parameter.value = std::string(value->value.reveal());
    }
    SSMB_CO_TRY(tags, co_await ssm.list_tags(name, scope));
    parameter.tags = tags;
    out[name] = parameter;
  }
  co_return out;
}

}  // namespace

ResultTask<Observed> observe(StackAccounts& accounts, Stack stack, AccountId account, Look look,
                             CallScope scope) {
  Observed observed{.account = account};
  for (const BucketSpec& spec : look.buckets) {
    aws::s3::Client s3(accounts.session_for(spec.role, spec.region), spec.region);
    auto found = co_await observe_bucket(s3, {.name = spec.name, .owner = spec.account},
                                         look.versions, scope);
    if (!found)
      co_return fail(std::move(found).error().within(fmt::format("bucket {}", spec.name)));
    observed.buckets[spec.name] = std::move(*found);
  }
  const aws::ssm::Client ssm(accounts.session_for({}, stack.home_region), stack.home_region);
  auto parameters = co_await observe_parameters(ssm, stack, scope);
  if (!parameters) co_return fail(std::move(parameters).error());
  observed.parameters = std::move(*parameters);
  co_return observed;
}

}  // namespace ssmb::engine
