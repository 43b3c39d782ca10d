#include "engine/doctor/tries.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/tagging/client.h"
#include "base/text.h"
#include "base/try.h"
#include "parameter/rules.h"
#include "snapshot/layout.h"

namespace ssmb::engine::doctor {
namespace {

constexpr int kPages = 10;  // looked through for a parameter to try on
constexpr auto kThroughput = "/ssm/parameter-store/high-throughput-enabled";
constexpr auto kLabel = "doctor";

// Refused for what it asks, not for who asks?
template <class T>
Result<void> unless(const Result<T>& answer, std::initializer_list<std::string_view> codes) {
  if (answer) return {};
  const Error& error = answer.error();
  const bool expected = error.fault && std::ranges::find(codes, error.fault->code) != codes.end();
  return expected ? Result<void>() : fail(error);
}

}  // namespace

Tries::Tries(RegionCase& at, const ObjectPlace* objects)
    : at_(at),
      objects_(objects),
      ssm_(at.session, at.region),
      random_(at.session.runtime.random_id().substr(0, 8)) {
  if (objects_ != nullptr) s3_.emplace(at.session, objects_->region);
}

ParameterName Tries::name() {
  if (!there_) return nobody();
  tried_on_ = there_->str();
  return *there_;
}

// Beside one that is there, for what is granted by path; else in place of the globs' stars. The
// random text is always the end of it: what is tried on this name must never meet a real one.
ParameterName Tries::nobody() {
  const std::string glob = at_.names.globs().front();
  tried_on_ = there_ ? there_->str() : replaced(replaced(glob, "*", "/doctor"), "?", "x");
  if (!there_) tried_on_ = replaced(tried_on_, "//", "/");
  tried_on_ += "-" + random_;
  return ParameterName(tried_on_);
}

bool Tries::is_beside_scope() const {
  return !tried_on_.starts_with("s3://") && tried_on_.ends_with("-" + random_) &&
         !at_.names.matches(ParameterName(tried_on_));
}

ObjectKey Tries::key(std::string_view below) {
  ObjectKey key = objects_->key(below);
  tried_on_ = fmt::format("s3://{}/{}", objects_->bucket.name, key);
  return key;
}

ResultTask<void> Tries::list_parameters() {
  tried_on_ = "*";
  std::string token;
  for (int page = 0; page < kPages && !there_; ++page) {
    SSMB_CO_TRY(listed,
                co_await ssm_.describe_parameters(
                    {{.key = "Type", .option = "Equals", .values = {"String"}}}, token, at_.scope));
    const auto found = std::ranges::find_if(
        listed.parameters, [this](const auto& each) { return at_.names.matches(each.name); });
    if (found != listed.parameters.end()) there_ = found->name;
    token = listed.next_token;
    if (token.empty()) break;
  }
  co_return Result<void>{};
}

ResultTask<void> Tries::list_tags_of_all() {
  tried_on_ = "*";
  co_return unless(
      co_await aws::tagging::Client(at_.session, at_.region).get_parameter_tags("", at_.scope), {});
}

ResultTask<void> Tries::get_setting() {
  tried_on_ = kThroughput;
  co_return unless(co_await ssm_.get_service_setting(kThroughput, at_.scope), {});
}

ResultTask<void> Tries::get_several() {
  co_return unless(co_await ssm_.get_parameters({name().str()}, at_.scope), {});
}

ResultTask<void> Tries::get_one() {
  co_return unless(co_await ssm_.get_parameter(name().str(), at_.scope), {"ParameterNotFound"});
}

ResultTask<void> Tries::get_history() {
  co_return unless(
      co_await ssm_.get_parameter_history(name(), aws::ssm::Decryption::no, "", at_.scope),
      {"ParameterNotFound"});
}

ResultTask<void> Tries::get_tags() {
  co_return unless(co_await ssm_.list_tags(name(), at_.scope), {"InvalidResourceId"});
}

// Only Advanced parameters have any; where there is no such parameter at all, that is said.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetResourcePolicies.html
ResultTask<void> Tries::get_shares() {
  const Arn arn = rules::parameter_arn(nobody(), {.region = at_.region, .account = at_.caller});
  co_return unless(co_await ssm_.get_resource_policies(arn, at_.scope),
                   {"ResourceNotFoundException", "ResourcePolicyInvalidParameterException"});
}

// The pattern takes only an empty value, and no value may be empty: should the parameter be deleted
// at this very moment, none is made in its place.
ResultTask<void> Tries::put() {
  if (!there_) co_return fail(ErrorKind::not_found, "there is no String parameter to try it on");
  co_return unless(co_await ssm_.put_parameter({.name = name(),
                                                .value = SecretText("never written"),
                                                .type = "String",
                                                .description = {},
                                                .key_id = {},
                                                .allowed_pattern = "^$",
                                                .tags = {},
                                                .tier = {},
                                                .policies = {},
                                                .data_type = {},
                                                .mode = aws::ssm::PutRequest::Mode::create},
                                               at_.scope),
                   {"ParameterAlreadyExists", "ParameterPatternMismatchException"});
}

ResultTask<void> Tries::add_tags() {
  co_return unless(co_await ssm_.add_tags(nobody(), {{.key = kLabel, .value = kLabel}}, at_.scope),
                   {"InvalidResourceId"});
}

ResultTask<void> Tries::remove_tags() {
  co_return unless(co_await ssm_.remove_tags(nobody(), {kLabel}, at_.scope), {"InvalidResourceId"});
}

ResultTask<void> Tries::label() {
  co_return unless(co_await ssm_.label_version(nobody(), 1, {kLabel}, at_.scope),
                   {"ParameterNotFound", "ParameterVersionNotFound"});
}

ResultTask<void> Tries::unlabel() {
  co_return unless(co_await ssm_.unlabel_version(nobody(), 1, {kLabel}, at_.scope),
                   {"ParameterNotFound", "ParameterVersionNotFound"});
}

ResultTask<void> Tries::remove() {
  co_return unless(co_await ssm_.delete_parameters({nobody()}, at_.scope), {});
}

ResultTask<void> Tries::list_objects() {
  const ObjectKey below = key(snapshot::manifests_prefix(at_.options.env, at_.region));
  co_return unless(co_await s3_->list_objects(objects_->bucket, below.str(), "/", "", at_.scope),
                   {});
}

ResultTask<void> Tries::get_object() {
  const ObjectKey pointer = key(snapshot::latest_key(at_.region).view());
  co_return unless(co_await s3_->get_object(objects_->bucket, pointer, {}, at_.scope),
                   {"NoSuchKey"});
}

// A key that nothing reads, though it lies among ours.
ResultTask<void> Tries::put_object() {
  const ObjectKey garbage =
      key(snapshot::manifests_prefix(at_.options.env, at_.region) + "doctor-" + random_);
  const auto put = co_await s3_->put_object(
      objects_->bucket, garbage, SecretBytes(std::string_view()),
      {.precondition = aws::s3::Precondition::matches(ETag("\"" + std::string(32, '0') + "\"")),
       .encryption = objects_->encryption,
       .content_type = "text/plain",
       .metadata = {}},
      at_.scope);
  if (put)
    co_return fail(ErrorKind::conflict,
                   fmt::format("an object was written under a condition that cannot hold: {} lies "
                               "there now",
                               tried_on_),
                   "this store minds no If-Match, so that two backups may write over each other's "
                   "pointers: use another; delete that object");
  co_return unless(put, {"NoSuchKey", "PreconditionFailed"});
}

ResultTask<void> Tries::abort_upload() {
  const ObjectKey garbage =
      key(snapshot::manifests_prefix(at_.options.env, at_.region) + "doctor-" + random_);
  co_return unless(
      co_await s3_->abort_multipart_upload(objects_->bucket, garbage, random_, at_.scope), {});
}

}  // namespace ssmb::engine::doctor
