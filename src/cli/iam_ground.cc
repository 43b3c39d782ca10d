#include "cli/iam_ground.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/partition.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/stack_file.h"
#include "engine/repositories.h"

namespace ssmb::cli {
namespace {

using engine::BucketSpec;
using engine::Stack;
using engine::iam::PolicyRequest;
using engine::iam::Use;
using engine::iam::Uses;
using snapshot::S3Address;

// The stack's own words for what select_regions() reads from the metadata.
Result<Selection> select_from(const Stack& stack, const AccountId& account,
                              const CommonOptions& options) {
  if (!options.env.empty() && options.env != stack.env.view())
    return fail(ErrorKind::usage,
                "--env is " + options.env + ", and the stack file is of " + stack.env.str(),
                "leave --env out");
  Selection selection{.env = stack.env, .regions = stack.regions};
  if (!options.regions.empty())
    selection.regions = {options.regions.begin(), options.regions.end()};
  selection.default_region = stack.default_region;
  for (const Region& region : selection.regions) {
    SSMB_TRY_VOID(snapshot::check_region(region));
    selection.repositories[region] =
        S3Address{.bucket = engine::bucket_name(stack, account, region),
                  .prefix = {},
                  .region = region,
                  .owner = std::nullopt};
  }
  return selection;
}

Result<AccountId> parse_account(const std::string& text) {
  const bool digits =
      text.size() == 12 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (digits) return AccountId(text);
  return fail(ErrorKind::usage, "--account wants twelve digits",
              "aws sts get-caller-identity shows them");
}

ResultTask<AccountId> account_of(Context& context, std::string said, Region region) {
  if (!said.empty()) co_return parse_account(said);
  SSMB_CO_TRY(session, context.session());
  co_return co_await engine::caller_account(*session, std::move(region), context.scope());
}

Result<void> put_repository(const CommonOptions& options, Selection& selection) {
  if (options.repository.empty()) return {};
  auto address = snapshot::parse_repository(options.repository);
  if (!address) return fail(std::move(address).error().within("--repository"));
  for (const Region& region : selection.regions)
    selection.repositories.insert_or_assign(region, *address);
  return {};
}

std::vector<BucketSpec> specs_of(Stack stack, const Selection& selection,
                                 const AccountId& account) {
  stack.regions = selection.regions;
  return engine::bucket_specs(stack, account);
}

void add_stack(const std::vector<BucketSpec>& specs, IamGround& ground) {
  for (const BucketSpec& spec : specs) {
    if (!spec.role.empty()) {
      ground.other_roles.push_back(spec.role);
      continue;
    }
    ground.stack.push_back(
        {.bucket = spec.name, .prefix = {}, .region = spec.region, .owner = std::nullopt});
    if (spec.object_lock) ground.infra = ground.infra | Use::infra_lock;
    if (!spec.access_log_bucket.empty()) ground.infra = ground.infra | Use::infra_logs;
  }
}

// "alias/x", and the Regions of the buckets that encrypt with it.
using Aliases = std::map<KmsKeyId, std::vector<std::string>>;

std::vector<std::string> notes_on(const Aliases& aliases) {
  std::vector<std::string> notes;
  for (const auto& [alias, regions] : aliases) {
    notes.push_back(fmt::format(
        "the stack's buckets of {} encrypt with {}, and a policy's resources name no alias: add "
        "--bucket-kms-key ARN for each (aws kms describe-key --region {} --key-id {} shows it)",
        join(regions, ", "), alias, regions.front(), alias));
  }
  return notes;
}

// Its own policy admits whoever comes through S3.
bool is_awss_own(const KmsKeyId& key) { return key.view().ends_with("alias/aws/s3"); }

bool is_used(const PolicyRequest& request, const BucketName& bucket) {
  const auto is_it = [&bucket](const snapshot::RepositoryAddress& address) {
    const auto* s3 = std::get_if<S3Address>(&address);
    return s3 != nullptr && s3->bucket == bucket;
  };
  return std::ranges::any_of(request.copies, is_it) ||
         std::ranges::any_of(request.repositories,
                             [&](const auto& entry) { return is_it(entry.second); });
}

bool names_key_of(const std::vector<Arn>& keys, const Region& region) {
  return std::ranges::any_of(
      keys, [&region](const Arn& key) { return split(key.view(), ':')[3] == region.view(); });
}

}  // namespace

ResultTask<IamGround> ground_of_file(Context& context, std::string account, std::string file) {
  SSMB_CO_TRY(stack, read_stack_file(file));
  SSMB_CO_TRY(whose, co_await account_of(context, std::move(account), stack.home_region));
  SSMB_CO_TRY(selection, select_from(stack, whose, context.options()));
  IamGround ground{.selection = selection, .account = whose, .home = stack.home_region};
  ground.specs = specs_of(stack, selection, whose);
  add_stack(ground.specs, ground);
  SSMB_CO_TRY_VOID(put_repository(context.options(), ground.selection));
  co_return ground;
}

ResultTask<IamGround> ground_of_metadata(Context& context, std::string account, Uses uses) {
  const CommonOptions& common = context.options();
  const bool of_infra = uses.any_of(Use::infra);
  if (of_infra && !common.repository.empty())
    co_return fail(ErrorKind::usage, "--repository says nothing of the buckets that infra makes",
                   "name the stack: -f Pulumi.dev.yaml");
  SSMB_CO_TRY(selection, co_await select_regions(context));
  SSMB_CO_TRY(whose, co_await account_of(context, std::move(account), selection.regions.front()));
  IamGround ground{.selection = selection, .account = whose};
  // Where all is said by flags, the commands do not read the metadata either.
  if (!selection.default_region) co_return ground;
  SSMB_CO_TRY(home, context.home_region());
  ground.home = home;
  if (!common.repository.empty()) co_return ground;
  for (const Region& region : selection.regions) {
    const auto* s3 = std::get_if<S3Address>(&selection.repositories.at(region));
    if (s3 != nullptr) ground.stack.push_back(*s3);
  }
  ground.infra = Uses(Use::infra_lock) | Use::infra_logs;
  if (of_infra)
    ground.notes.emplace_back(
        "the metadata does not tell the stack file's options: what Object Lock and access logs "
        "need is there, what a copy needs is not; -f FILE knows");
  co_return ground;
}

void add_bucket_keys(const IamGround& ground, PolicyRequest& request,
                     std::vector<std::string>& notes) {
  // infra writes documents, and no object.
  if (!request.uses.any_of(Uses(Use::backup) | Use::restore | Use::drill)) return;
  const std::vector<Arn> said = request.bucket_keys;
  Aliases aliases;
  for (const BucketSpec& spec : ground.specs) {
    if (spec.kms_key.empty() || is_awss_own(spec.kms_key) || !is_used(request, spec.name)) continue;
    if (const auto key = engine::iam::arn_of_key(spec.kms_key, spec.region, ground.account))
      request.bucket_keys.push_back(*key);
    else if (!names_key_of(said, spec.region))
      aliases[spec.kms_key].push_back(spec.region.str());
  }
  const auto more = notes_on(aliases);
  notes.insert(notes.end(), more.begin(), more.end());
}

}  // namespace ssmb::cli
