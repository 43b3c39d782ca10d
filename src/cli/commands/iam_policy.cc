#include <algorithm>
#include <array>

#include "base/pretty_json.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/iam_ground.h"
#include "engine/copies.h"
#include "engine/iam/policy.h"
#include "engine/scratch.h"

namespace ssmb::cli {
namespace {

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
  Toggle delete_backups = Toggle::off;
  std::string under;
  Toggle record = Toggle::off;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .argument({.name = "KIND",
                 .help = "what the role is for: backup, restore, infra, drill or all",
                 .choices = {"backup", "restore", "infra", "drill", "all"},
                 .set = [&options](const std::string& word) { options.kind = word; }})
      .text("-f,--file", "FILE", options.file,
            "Regions and buckets as this stack file has them (else from the metadata); with "
            "--account nothing is asked of AWS",
            ValueKind::file)
      .text("--account", "ID", options.account, "the account (else that of the credentials)")
      .texts("--path", "PATH", options.paths,
             "only parameters at or below it, in place of the environment's (repeatable)")
      .texts("--include", "GLOB", options.include,
             "only these names, in place of the environment's (repeatable)")
      .texts("--kms-key", "ARN", options.keys,
             "the keys of SecureStrings (repeatable; else every key of the account in these "
             "Regions, through SSM)")
      .texts("--bucket-kms-key", "ARN", options.bucket_keys,
             "the key with which a bucket encrypts, if it has one (repeatable; those of the stack "
             "file are known)")
      .texts(kCopyTo, "REPOSITORY", options.copy_to, "where backup copies to (repeatable)",
             ValueKind::repository)
      .text("--to-region", "R", options.to_region, "restore into this Region, not the own one",
            ValueKind::region)
      .toggle("--delete-extra", options.delete_extra, "restore --delete-extra, too")
      .toggle("--delete-backups", options.delete_backups, "infra destroy --delete-backups, too")
      .text("--under", "PATH", options.under, "drill --aws below this path, too")
      .toggle("--record", options.record, "drill --record, too");
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
  SSMB_TRY_VOID(check_fits("--delete-backups", options.delete_backups == Toggle::on, uses, infra));
  SSMB_TRY_VOID(check_fits("--under", !options.under.empty(), uses, drill));
  SSMB_TRY_VOID(check_fits("--record", options.record == Toggle::on, uses, drill));
  if (options.delete_extra == Toggle::on) uses = uses | deletion;
  if (options.delete_backups == Toggle::on) uses = uses | infra_deletion;
  if (!options.under.empty()) uses = uses | drill_aws;
  if (options.record == Toggle::on) uses = uses | drill_record;
  return uses;
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

Result<PolicyRequest> request_of(const Options& options, Uses uses, const IamGround& ground) {
  SSMB_TRY(names, names_of(options, ground.selection));
  SSMB_TRY(copies, engine::parse_copies(kCopyTo, options.copy_to));
  PolicyRequest request{.uses = uses.any_of(Use::infra) ? uses | ground.infra : uses,
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
                        .stack = ground.stack,
                        .other_roles = ground.other_roles};
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
  auto ground = options.file.empty()
                    ? co_await ground_of_metadata(context, options.account, uses)
                    : co_await ground_of_file(context, options.account, options.file);
  if (!ground) co_return fail(std::move(ground).error());
  SSMB_CO_TRY(request, request_of(options, uses, *ground));
  std::vector<std::string> notes = std::move(ground->notes);
  add_bucket_keys(*ground, request, notes);
  SSMB_CO_TRY(policy, engine::iam::make_policy(request));
  notes.insert(notes.end(), policy.notes.begin(), policy.notes.end());
  for (const std::string& note : notes) context.err() << "note: " << note << '\n';
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
                       {"iam-policy drill --env dev --under /drill/1", "for drill --aws, too"},
                       {"iam-policy infra -f Pulumi.dev.yaml",
                        "with what the options of the stack file need"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
