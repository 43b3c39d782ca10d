#include "engine/infra/execute.h"

#include <fmt/format.h>

#include "aws/ssm/client.h"
#include "base/try.h"
#include "engine/after_deletion.h"

namespace ssmb::engine {
namespace {

using Action = Step::Action;
using aws::s3::Bucket;

ResultTask<void> put_parameter(aws::ssm::Client ssm, Step step, CallScope scope) {
  aws::ssm::PutRequest request;
  request.name = step.name;
  request.value = SecretText(step.text);
  request.type = "String";
  if (!step.description.empty()) request.description = step.description;
  // Tags and overwrite exclude each other.
  if (step.action == Action::create_parameter) {
    request.tags = step.tags;
  } else {
    request.mode = aws::ssm::PutRequest::Mode::overwrite;
  }
  SSMB_CO_TRY_VOID(co_await ssm.put_parameter(std::move(request), scope));
  co_return Result<void>{};
}

// A put whose answer was lost is not sent again, so what was lost is told by looking.
ResultTask<void> create_parameter(aws::ssm::Client ssm, Step step, CallScope scope) {
  auto put = co_await put_parameter(ssm, step, scope);
  if (put) co_return put;
  const bool unsure =
      put.error().kind == ErrorKind::transient || put.error().kind == ErrorKind::conflict;
  if (!unsure) co_return put;
  auto value = co_await ssm.get_parameter(step.name.str(), scope);
  if (value && value->value.reveal() == step.text) co_return Result<void>{};
  co_return put;
}

// What was not there when it was counted was confirmed by nobody.
ResultTask<void> delete_versions(aws::s3::Client s3, Bucket bucket, std::uint64_t counted,
                                 CallScope scope) {
  std::uint64_t deleted = 0;
  while (true) {
    SSMB_CO_TRY(page, co_await s3.list_object_versions(bucket, {}, scope));
    if (page.versions.empty()) co_return Result<void>{};
    if (deleted + page.versions.size() > counted)
      co_return fail(ErrorKind::conflict,
                     fmt::format("it holds more versions than the {} that were counted: something "
                                 "is written into it",
                                 counted));
    for (const aws::s3::ObjectVersion& version : page.versions)
      SSMB_CO_TRY_VOID(co_await s3.delete_version(bucket, version, scope));
    deleted += page.versions.size();
  }
}

ResultTask<void> delete_bucket(aws::s3::Client s3, Bucket bucket, CallScope scope) {
  auto deleted = co_await s3.delete_bucket(bucket, scope);
  // Deleted by a first try whose answer was lost.
  if (deleted || deleted.error().kind == ErrorKind::not_found) co_return Result<void>{};
  co_return fail(std::move(deleted).error());
}

ResultTask<void> execute_one(StackAccounts& accounts, Step step, CallScope scope) {
  aws::Session& session = accounts.session_for(step.role, step.region);
  aws::s3::Client s3(session, step.region);
  aws::ssm::Client ssm(session, step.region);
  const Bucket bucket{.name = step.bucket, .owner = step.owner};
  switch (step.action) {
    case Action::create_bucket: {
      SSMB_CO_TRY_VOID(co_await s3.create_bucket(step.bucket, step.lock, scope));
      co_return Result<void>{};
    }
    case Action::put_document:
      co_return co_await s3.put_bucket_document(bucket, step.document, step.text, scope);
    case Action::create_parameter: co_return co_await create_parameter(ssm, step, scope);
    case Action::update_parameter: co_return co_await put_parameter(ssm, step, scope);
    case Action::tag_parameter: co_return co_await ssm.add_tags(step.name, step.tags, scope);
    case Action::delete_parameter: {
      SSMB_CO_TRY_VOID(co_await ssm.delete_parameters({step.name}, scope));
      co_return Result<void>{};
    }
    case Action::delete_versions:
      co_return co_await delete_versions(s3, bucket, step.versions, scope);
    case Action::delete_bucket: co_return co_await delete_bucket(s3, bucket, scope);
  }
  co_return Result<void>{};
}

// What to do when a step was refused.
std::string advice_for(const Step& step, const Error& error) {
  constexpr std::string_view kAgain = "run the same command again: what is done is not done twice";
  const std::string code = error.fault ? error.fault->code : std::string();
  if (code == "ParameterLimitExceeded")
    return "the Region holds as many parameters as its quota allows: delete some, or raise the "
           "quota (Service Quotas, Systems Manager)";
  if (step.action == Action::delete_versions && error.kind == ErrorKind::denied)
    return fmt::format(
        "the role lacks s3:DeleteObjectVersion, or Object Lock holds the version until its day; {}",
        kAgain);
  if (code == "BucketNotEmpty" || error.kind == ErrorKind::conflict)
    return "something was written into it meanwhile: end what writes there, then run the same "
           "command again";
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

ResultTask<void> execute(StackAccounts& accounts, std::vector<Step> steps,
                         std::function<void(const Step&)> done,
                         std::function<CallScope()> scope_of_one) {
  ParameterName deleted;
  for (const Step& step : steps) {
    const CallScope scope = scope_of_one();
    if (step.action == Action::create_parameter && step.name == deleted) {
      Runtime& runtime = accounts.session_for({}, step.region).runtime;
      SSMB_CO_TRY_VOID(co_await runtime.sleep(kAfterDeletion, scope));
    }
    if (step.action == Action::delete_parameter) deleted = step.name;
    auto outcome = co_await execute_one(accounts, step, scope);
    if (!outcome) {
      std::string next = advice_for(step, outcome.error());
      Error error = std::move(outcome).error().within(describe(step));
      // Only here is it known that the steps go on where they ended.
      error.next = std::move(next);
      co_return fail(std::move(error));
    }
    done(step);
  }
  co_return Result<void>{};
}

}  // namespace ssmb::engine
