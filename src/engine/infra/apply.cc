#include "engine/infra/apply.h"

#include <fmt/format.h>

#include "aws/sts/client.h"
#include "base/try.h"
#include "engine/metadata.h"

namespace ssmb::engine {
namespace {

using Action = Step::Action;
using aws::s3::Bucket;

ResultTask<ObservedBucket> observe_bucket(aws::s3::Client s3, Bucket bucket, CallScope scope) {
  ObservedBucket observed;
  auto head = co_await s3.head_bucket(bucket, scope);
  if (!head && head.error().kind == ErrorKind::not_found) co_return observed;
  if (!head) {
    co_return fail(std::move(head).error().advising(
        "the bucket may belong to another account, or the role lacks s3:ListBucket"));
  }
  observed.presence = ObservedBucket::Presence::ours;
  for (const auto document : managed_documents()) {
    SSMB_CO_TRY(text, co_await s3.get_bucket_document(bucket, document, scope));
    observed.documents[document] = text;
  }
  SSMB_CO_TRY(page, co_await s3.list_objects(bucket, "", "", "", scope));
  if (!page.objects.empty()) observed.content = ObservedBucket::Content::objects;
  co_return observed;
}

ResultTask<std::map<ParameterName, ObservedParameter>> observe_parameters(aws::ssm::Client ssm,
                                                                          Stack stack,
                                                                          AccountId account,
                                                                          CallScope scope) {
  std::map<ParameterName, ObservedParameter> out;
  for (const MetadataParameter& wanted : desired_parameters(stack, account)) {
    auto value = co_await ssm.get_parameter(wanted.name.str(), scope);
    if (!value && value.error().kind == ErrorKind::not_found) continue;
    if (!value) co_return fail(std::move(value).error());
    SSMB_CO_TRY(tags, co_await ssm.list_tags(wanted.name, scope));
    out[wanted.name] = {.value = std::string(value->value.reveal()), .tags = tags};
  }
  co_return out;
}

ResultTask<void> put_parameter(aws::ssm::Client ssm, Step step, CallScope scope) {
  aws::ssm::PutRequest request;
  request.name = step.name;
  request.value = SecretText(step.text);
  request.type = "String";
  // Tags and overwrite exclude each other.
  if (step.action == Action::create_parameter) {
    request.tags = step.tags;
  } else {
    request.mode = aws::ssm::PutRequest::Mode::overwrite;
  }
  SSMB_CO_TRY_VOID(co_await ssm.put_parameter(std::move(request), scope));
  co_return Result<void>{};
}

ResultTask<void> delete_bucket(aws::s3::Client s3, Bucket bucket, CallScope scope) {
  auto deleted = co_await s3.delete_bucket(bucket, scope);
  if (deleted) co_return deleted;
  co_return fail(std::move(deleted).error().advising(
      "old versions may lie in it: the lifecycle rule deletes them within 7 days"));
}

ResultTask<void> execute_one(aws::Session& session, AccountId account, Step step, CallScope scope) {
  aws::s3::Client s3(session, step.region);
  aws::ssm::Client ssm(session, step.region);
  const Bucket bucket{.name = step.bucket, .owner = account};
  switch (step.action) {
    case Action::create_bucket: {
      SSMB_CO_TRY_VOID(
          co_await s3.create_bucket(step.bucket, aws::s3::Client::ObjectLock::off, scope));
      co_return Result<void>{};
    }
    case Action::put_document:
      co_return co_await s3.put_bucket_document(bucket, step.document, step.text, scope);
    case Action::create_parameter:
    case Action::update_parameter: co_return co_await put_parameter(ssm, step, scope);
    case Action::tag_parameter: co_return co_await ssm.add_tags(step.name, step.tags, scope);
    case Action::delete_parameter: {
      SSMB_CO_TRY_VOID(co_await ssm.delete_parameters({step.name}, scope));
      co_return Result<void>{};
    }
    case Action::delete_bucket: co_return co_await delete_bucket(s3, bucket, scope);
    case Action::keep_bucket: co_return Result<void>{};
  }
  co_return Result<void>{};
}

// What to do when a step was refused.
std::string advice_for(const Error& error) {
  constexpr std::string_view kAgain = "run the same command again: what is done is not done twice";
  if (error.fault && error.fault->code == "ParameterLimitExceeded") {
    return "the Region holds as many parameters as its quota allows: delete some, or raise the "
           "quota "
           "(Service Quotas, Systems Manager)";
  }
  switch (error.kind) {
    case ErrorKind::throttled:
    case ErrorKind::unreachable:
    case ErrorKind::transient:
    case ErrorKind::timeout:
    case ErrorKind::cancelled: return std::string(kAgain);
    default: return fmt::format("correct what the answer names, then {}", kAgain);
  }
}

}  // namespace

ResultTask<Observed> observe(aws::Session& session, Stack stack, CallScope scope) {
  Observed observed;
  aws::sts::Client sts(session, stack.home_region);
  SSMB_CO_TRY(identity, co_await sts.get_caller_identity(scope));
  observed.account = identity.account;
  for (const Region& region : stack.regions) {
    const Bucket bucket{.name = bucket_name(stack, observed.account, region),
                        .owner = observed.account};
    auto found = co_await observe_bucket(aws::s3::Client(session, region), bucket, scope);
    if (!found)
      co_return fail(std::move(found).error().within(fmt::format("bucket {}", bucket.name)));
    observed.buckets[region] = std::move(*found);
  }
  auto parameters = co_await observe_parameters(aws::ssm::Client(session, stack.home_region), stack,
                                                observed.account, scope);
  if (!parameters) co_return fail(std::move(parameters).error());
  observed.parameters = std::move(*parameters);
  co_return observed;
}

ResultTask<void> execute(aws::Session& session, AccountId account, std::vector<Step> steps,
                         std::function<void(const Step&)> done, CallScope scope) {
  for (const Step& step : steps) {
    auto outcome = co_await execute_one(session, account, step, scope);
    if (!outcome) {
      const std::string next = advice_for(outcome.error());
      Error error = std::move(outcome).error().within(describe(step));
      // Only here is it known that the steps go on where they ended.
      if (!next.empty()) error.next = next;
      co_return fail(std::move(error));
    }
    done(step);
  }
  co_return Result<void>{};
}

}  // namespace ssmb::engine
