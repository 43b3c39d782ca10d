#include "engine/doctor/doctor.h"

#include <fmt/format.h>

#include <map>

#include "base/try.h"
#include "engine/contain.h"
#include "engine/doctor/buckets.h"
#include "engine/doctor/identity.h"
#include "engine/doctor/keys.h"
#include "engine/doctor/metadata.h"
#include "engine/doctor/permissions.h"
#include "engine/doctor/snapshots.h"
#include "engine/repositories.h"

namespace ssmb::engine::doctor {
namespace {

using snapshot::RepositoryAddress;
using snapshot::S3Address;

class Examinations {
 public:
  Examinations(aws::Session& session, Options options, Tell tell, std::stop_token stop)
      : session_(session),
        options_(std::move(options)),
        findings_(std::move(tell), Region()),
        stop_(std::move(stop)) {}

  ResultTask<void> run() {
    const Region asked = first_region();
    tell_endpoints(session_, options_.proxies, asked, findings_);
    SSMB_CO_TRY_VOID(co_await identify(asked));
    if (identity_.standing == Standing::refused) {
      findings_.unknown("everything else", "not looked at: without credentials nobody answers",
                        "mend the credentials, and run it again");
      co_return Result<void>{};
    }
    SSMB_CO_TRY_VOID(co_await read_metadata());
    tell_clock(session_, findings_);
    tell_copies();
    tell_untried(options_.purpose, findings_);
    for (const Region& region : metadata_.regions)
      SSMB_CO_TRY_VOID(co_await examine_region(region));
    co_return Result<void>{};
  }

 private:
  // Any Region's STS knows who we are.
  Region first_region() const {
    if (options_.home) return *options_.home;
    return options_.only.empty() ? Region("us-east-1") : options_.only.front();
  }
  CallScope scope() const {
    return {.deadline = session_.runtime.steady() + options_.deadline, .stop = stop_};
  }

  ResultTask<void> identify(Region region) {
    SSMB_CO_TRY(identity, co_await examine_identity(session_, region, findings_, scope()));
    identity_ = identity;
    identified_in_ = region;
    co_return Result<void>{};
  }

  // What the flags say is not asked for: then the home Region may be gone.
  ResultTask<void> read_metadata() {
    metadata_.regions = options_.only;
    if (!options_.only.empty() && options_.repository) {
      findings_.info("metadata", "not read: --region and --repository say what it would");
      co_return Result<void>{};
    }
    if (!options_.home) {
      findings_.amiss("metadata", options_.home.error(), "give --home-region");
      co_return Result<void>{};
    }
    SSMB_CO_TRY(found, co_await examine_metadata(aws::ssm::Client(session_, *options_.home),
                                                 options_.env, options_.only, findings_, scope()));
    metadata_ = std::move(found.deployment);
    home_ = Home{.region = *options_.home, .region_list = std::move(found.region_list)};
    co_return Result<void>{};
  }

  void tell_copies() const {
    if (options_.copies.empty() && !metadata_.regions.empty())
      findings_.info("copies",
                     "none is named: the snapshots of a Region that is lost are lost with it, "
                     "unless `backup --copy-to` copies them",
                     "name what the backup copies to: --copy-to");
  }

  std::optional<RepositoryAddress> repository_of(const Region& region) const {
    if (options_.repository) return options_.repository;
    const auto bucket = metadata_.buckets.find(region);
    if (bucket == metadata_.buckets.end()) return std::nullopt;
    return S3Address{.bucket = bucket->second, .prefix = {}, .region = region, .owner = {}};
  }

  snapshot::Scope names() const {
    auto scope = snapshot::Scope::of_environment(options_.env, metadata_.include);
    return scope ? *std::move(scope) : snapshot::Scope::of_environment(options_.env);
  }

  ResultTask<void> examine_region(Region region) {
    RegionCase at{.session = session_,
                  .options = options_,
                  .findings = findings_.of(region),
                  .region = region,
                  .caller = identity_.account,
                  .names = names(),
                  .default_region = region == metadata_.default_region
                                        ? snapshot::DefaultRegion::yes
                                        : snapshot::DefaultRegion::no,
                  .scope = scope(),
                  .clock_offset = session_.clock_offset.value_or(Duration{0})};
    const auto done = co_await contained(examine(at));
    if (!done && done.error().kind == ErrorKind::cancelled) co_return done;
    if (!done) at.findings.amiss("this Region", done.error(), "report it");
    if (const auto ended = check(session_.runtime, at.scope); !ended) {
      if (ended.error().kind == ErrorKind::cancelled) co_return ended;
      at.findings.unknown("this Region", "not looked at to its end: " + ended.error().what,
                          "give it longer: --deadline");
    }
    co_return Result<void>{};
  }

  ResultTask<void> examine(RegionCase& at) {
    SSMB_CO_TRY(standing, co_await identify_in(at));
    if (standing == Standing::refused) co_return Result<void>{};
    const auto repository = repository_of(at.region);
    SSMB_CO_TRY(objects, co_await examine_repository(at, repository));
    if (standing == Standing::unknown && silent_bucket_) {
      at.findings.unknown("everything else", "not looked at: neither STS nor S3 has answered",
                          "run it again when the Region answers");
      co_return Result<void>{};
    }
    SSMB_CO_TRY(permitted, co_await examine_permissions(at, objects ? &*objects : nullptr));
    if (home_ && permitted.ssm_answers) SSMB_CO_TRY_VOID(co_await examine_second_list(at, *home_));
    if (permitted.parameters) SSMB_CO_TRY_VOID(co_await examine_keys(at));
    const bool directory =
        repository && std::holds_alternative<snapshot::DirectoryAddress>(*repository);
    if (directory || permitted.objects) {
      SSMB_CO_TRY_VOID(co_await examine_snapshots(at, *repository, rules_));
    } else if (repository) {
      at.findings.unknown("newest snapshot", "not looked at: its bucket cannot be read");
    }
    co_return co_await examine_copies(at, repository, lost_copies_);
  }

  // A Region that is not enabled knows nobody.
  ResultTask<Standing> identify_in(RegionCase& at) {
    if (at.region == identified_in_) co_return identity_.standing;
    const auto caller = co_await caller_account(session_, at.region, at.scope);
    if (caller) {
      at.caller = identity_.account = *caller;
      co_return Standing::known;
    }
    if (caller.error().kind == ErrorKind::cancelled) co_return fail(caller.error());
    at.findings.amiss("credentials", caller.error(), "is the Region's STS reachable from here?");
    co_return caller.error().kind == ErrorKind::credentials ? Standing::refused : Standing::unknown;
  }

  // nullopt: no objects can be asked for.
  ResultTask<std::optional<ObjectPlace>> examine_repository(
      RegionCase& at, const std::optional<RepositoryAddress>& repository) {
    const auto* s3 = repository ? std::get_if<S3Address>(&*repository) : nullptr;
    rules_.reset();
    silent_bucket_ = false;
    if (s3 == nullptr) {
      // What is amiss with the metadata has been told.
      if (!repository) at.findings.unknown("bucket", "not looked at: nothing says which it is");
      co_return std::nullopt;
    }
    BucketPlace place{
        .bucket = {.name = s3->bucket, .owner = s3->owner},
        .prefix = s3->prefix,
        .region = s3->region.value_or(at.region),
        .from = options_.repository ? BucketPlace::From::flag : BucketPlace::From::stack};
    if (!place.bucket.owner && !at.caller.empty()) place.bucket.owner = at.caller;
    // One that serves several Regions is looked at once.
    const auto seen = seen_.find(s3->bucket);
    if (seen == seen_.end()) {
      SSMB_CO_TRY(look, co_await examine_bucket(at, place));
      seen_.emplace(s3->bucket, look);
    }
    const BucketLook& look = seen_.at(s3->bucket);
    rules_ = look.rules;
    silent_bucket_ = look.reach == BucketLook::Reach::silent;
    if (look.reach != BucketLook::Reach::open) co_return std::nullopt;
    co_return ObjectPlace{.bucket = place.bucket,
                          .region = place.region,
                          .prefix = s3->prefix,
                          .encryption = look.encryption.value_or(aws::s3::Encryption())};
  }

  aws::Session& session_;
  Options options_;
  Findings findings_;
  std::stop_token stop_;
  Identity identity_;
  Region identified_in_;
  Deployment metadata_;
  std::optional<Home> home_;  // nullopt: not asked
  std::map<BucketName, BucketLook> seen_;
  std::vector<RepositoryAddress> lost_copies_;
  // Of the Region's bucket.
  std::optional<std::vector<LifecycleRule>> rules_;
  bool silent_bucket_ = false;
};

}  // namespace

ResultTask<void> examine(aws::Session& session, Options options, Tell tell, std::stop_token stop) {
  Examinations examinations(session, std::move(options), std::move(tell), std::move(stop));
  co_return co_await examinations.run();
}

}  // namespace ssmb::engine::doctor
