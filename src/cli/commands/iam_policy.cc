#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/pretty_json.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/selection.h"
#include "engine/copies.h"
#include "engine/iam/policy.h"
#include "engine/infra/stack.h"
#include "engine/repositories.h"
#include "engine/scratch.h"

namespace ssmb::cli {
namespace {

using engine::Stack;
using engine::iam::PolicyRequest;
using engine::iam::Use;
using engine::iam::Uses;

constexpr const char* kCopyTo = "--copy-to";

struct Options {
  std::string kind;
  std::string file;
  std::string account;
  std::vector<std::string> paths;
  std::vector<std::string> include;
  std::vector<std::string> keys;
  std::vector<std::string> bucket_keys;
  std::vector<std::string> copy_to;
  std::string to_region;
  Toggle delete_extra = Toggle::off;
  std::string under;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .argument({.name = "KIND",
                 .help = "what the role is for: backup, restore, infra, drill or all",
                 .choices = {"backup", "restore", "infra", "drill", "all"},
                 .set = [&options](const std::string& word) { options.kind = word; }})
      .text("-f,--file", "FILE", options.file,
            "Regions and buckets as this stack file has them (else from the metadata); with "
            "--account nothing is asked of AWS")
      .text("--account", "ID", options.account, "the account (else that of the credentials)")
      .texts("--path", "PATH", options.paths,
             "only parameters at or below it, in place of the environment's (repeatable)")
      .texts("--include", "GLOB", options.include,
             "only these names, in place of the environment's (repeatable)")
      .texts("--kms-key", "ARN", options.keys,
             "the keys of SecureStrings (repeatable; else every key of the account in these "
             "Regions, through SSM)")
      .texts("--bucket-kms-key", "ARN", options.bucket_keys,
             "the key with which a bucket encrypts, if it has one (repeatable)")
      .texts(kCopyTo, "REPOSITORY", options.copy_to, "where backup copies to (repeatable)")
      .text("--to-region", "R", options.to_region, "restore into this Region, not the own one")
      .toggle("--delete-extra", options.delete_extra, "restore --delete-extra, too")
      .text("--under", "PATH", options.under, "drill --aws below this path, too");
}

struct Kind {
  std::string_view name;
  Uses uses;
};
const std::array<Kind, 5>& kinds() {
  using enum Use;
  static const std::array<Kind, 5> table{{{"backup", backup},
                                          {"restore", restore},
                                          {"infra", infra},
                                          {"drill", drill},
                                          {"all", backup | restore | infra | drill}}};
  return table;
}

// A flag of a use that is not asked for would be forgotten in silence.
Result<void> check_fits(std::string_view flag, bool said, Uses uses, Uses fitting) {
  if (!said || uses.any_of(fitting)) return {};
  std::string fits;
  for (const Kind& kind : kinds()) {
    if (kind.uses.any_of(fitting)) fits += (fits.empty() ? "" : ", ") + std::string(kind.name);
  }
  return fail(ErrorKind::usage, std::string(flag) + " is not of this kind",
              "it goes with: " + fits);
}

Result<Uses> uses_of(const Options& options) {
  using enum Use;
  Uses uses = std::ranges::find(kinds(), options.kind, &Kind::name)->uses;
  const Uses live = backup | restore;
  SSMB_TRY_VOID(check_fits("--path", !options.paths.empty(), uses, live));
  SSMB_TRY_VOID(check_fits("--include", !options.include.empty(), uses, live));
  SSMB_TRY_VOID(check_fits("--kms-key", !options.keys.empty(), uses, live | drill));
  SSMB_TRY_VOID(check_fits("--bucket-kms-key", !options.bucket_keys.empty(), uses, live | drill));
  SSMB_TRY_VOID(check_fits(kCopyTo, !options.copy_to.empty(), uses, live | drill));
  SSMB_TRY_VOID(check_fits("--to-region", !options.to_region.empty(), uses, restore));
  SSMB_TRY_VOID(check_fits("--delete-extra", options.delete_extra == Toggle::on, uses, restore));
  SSMB_TRY_VOID(check_fits("--under", !options.under.empty(), uses, drill));
  if (options.delete_extra == Toggle::on) uses = uses | deletion;
  if (!options.under.empty()) uses = uses | drill_aws;
  return uses;
}

Result<Stack> read_stack(const std::string& file) {
  auto text = read_file(file);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::configuration, text.error().what,
                "name the stack file: -f Pulumi.<env>.yaml");
  if (!text) return fail(std::move(text).error());
  auto stack = engine::parse_stack(*text);
  if (!stack) return fail(std::move(stack).error().within(file));
  return stack;
}

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
        snapshot::S3Address{.bucket = engine::bucket_name(stack, account, region),
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

ResultTask<AccountId> account_of(const Options& options, Context& context, Region region) {
  if (!options.account.empty()) co_return parse_account(options.account);
  SSMB_CO_TRY(session, context.session());
  co_return co_await engine::caller_account(*session, std::move(region), context.scope());
}

// What the policy's Regions, buckets and names follow from.
struct Ground {
  Selection selection;
  AccountId account;
  std::optional<Region> home;
  std::map<Region, BucketName> stack;
};

std::map<Region, BucketName> buckets_of(const Selection& selection) {
  std::map<Region, BucketName> buckets;
  for (const auto& [region, address] : selection.repositories) {
    if (const auto* s3 = std::get_if<snapshot::S3Address>(&address)) buckets[region] = s3->bucket;
  }
  return buckets;
}

Result<void> put_repository(const CommonOptions& options, Selection& selection) {
  if (options.repository.empty()) return {};
  auto address = snapshot::parse_repository(options.repository);
  if (!address) return fail(std::move(address).error().within("--repository"));
  for (const Region& region : selection.regions)
    selection.repositories.insert_or_assign(region, *address);
  return {};
}

ResultTask<Ground> ground_of_file(const Options& options, Context& context) {
  SSMB_CO_TRY(stack, read_stack(options.file));
  SSMB_CO_TRY(account, co_await account_of(options, context, stack.home_region));
  SSMB_CO_TRY(selection, select_from(stack, account, context.options()));
  Ground ground{.selection = selection,
                .account = account,
                .home = stack.home_region,
                .stack = buckets_of(selection)};
  SSMB_CO_TRY_VOID(put_repository(context.options(), ground.selection));
  co_return ground;
}

ResultTask<Ground> ground_of_metadata(const Options& options, Context& context, Uses uses) {
  const CommonOptions& common = context.options();
  if (uses.any_of(Use::infra) && !common.repository.empty())
    co_return fail(ErrorKind::usage, "--repository says nothing of the buckets that infra makes",
                   "name the stack: -f Pulumi.dev.yaml");
  SSMB_CO_TRY(selection, co_await select_regions(context));
  SSMB_CO_TRY(account, co_await account_of(options, context, selection.regions.front()));
  Ground ground{.selection = selection, .account = account, .home = {}, .stack = {}};
  // Where all is said by flags, the commands do not read the metadata either.
  if (selection.default_region) {
    SSMB_CO_TRY(home, context.home_region());
    ground.home = home;
    if (common.repository.empty()) ground.stack = buckets_of(selection);
  }
  co_return ground;
}

Result<std::vector<std::string>> names_of(const Options& options, const Selection& selection) {
  std::vector<std::string> names = options.include;
  for (const std::string& path : options.paths) {
    auto globs = engine::iam::path_globs(path);
    if (!globs) return fail(std::move(globs).error().within("--path"));
    names.insert(names.end(), globs->begin(), globs->end());
  }
  if (!names.empty()) return names;
  SSMB_TRY(scope, scope_of(selection, {}));
  return scope.globs();
}

Result<std::vector<Arn>> parse_keys(std::string_view flag, const std::vector<std::string>& words) {
  std::vector<Arn> keys;
  for (const std::string& word : words) {
    auto key = engine::iam::parse_key_arn(word);
    if (!key) return fail(std::move(key).error().within(flag));
    keys.push_back(*std::move(key));
  }
  return keys;
}

Result<PolicyRequest> request_of(const Options& options, Uses uses, const Ground& ground) {
  SSMB_TRY(names, names_of(options, ground.selection));
  SSMB_TRY(copies, engine::parse_copies(kCopyTo, options.copy_to));
  PolicyRequest request{.uses = uses,
                        .env = ground.selection.env,
                        .account = ground.account,
                        .home_region = ground.home,
                        .regions = ground.selection.regions,
                        .names = names,
                        .keys = {},
                        .under = options.under,
                        .repositories = ground.selection.repositories,
                        .copies = copies,
                        .bucket_keys = {},
                        .stack = ground.stack};
  SSMB_TRY(keys, parse_keys("--kms-key", options.keys));
  request.keys = keys;
  SSMB_TRY(bucket_keys, parse_keys("--bucket-kms-key", options.bucket_keys));
  request.bucket_keys = bucket_keys;
  if (!options.under.empty()) SSMB_TRY_VOID(engine::check_scratch_path(options.under));
  if (options.to_region.empty()) return request;
  const Region target(options.to_region);
  SSMB_TRY_VOID(snapshot::check_region(target));
  // Of `all` the backup goes on in its own.
  if (!uses.any_of(Use::backup)) request.regions.clear();
  if (std::ranges::find(request.regions, target) == request.regions.end())
    request.regions.push_back(target);
  return request;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(uses, uses_of(options));
  auto ground = options.file.empty() ? co_await ground_of_metadata(options, context, uses)
                                     : co_await ground_of_file(options, context);
  if (!ground) co_return fail(std::move(ground).error());
  SSMB_CO_TRY(request, request_of(options, uses, *ground));
  SSMB_CO_TRY(policy, engine::iam::make_policy(request));
  for (const std::string& note : policy.notes) context.err() << "note: " << note << '\n';
  context.out() << pretty_json(policy.document) << '\n';
  context.set_printed();
  co_return Outcome::done;
}

}  // namespace

Command iam_policy_command() {
  return {.name = "iam-policy",
          .summary = "Print the IAM policy that a role needs: backup, restore, infra, drill.",
          .details =
              "The least that the commands need for the configured Regions, buckets, paths and "
              "keys, as a JSON document for `aws iam create-policy --policy-document file://`. "
              "A role of each kind may also list, show, verify and compare snapshots, but that of "
              "infra. docs/iam.md",
          .needs = Needs::repository,
          .examples = {{"iam-policy backup --env dev > backup.json", "as the metadata has it"},
                       {"iam-policy all -f Pulumi.dev.yaml --account 123456789012",
                        "nothing is asked of AWS"},
                       {"iam-policy restore --env dev --path /app/dev --delete-extra",
                        "for one application, and what is too much of it"},
                       {"iam-policy drill --env dev --under /drill/1", "for drill --aws, too"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
