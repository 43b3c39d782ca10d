#include "cli/selection.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "engine/repositories.h"
#include "snapshot/directory_repository.h"

namespace ssmb::cli {
namespace {

constexpr std::size_t kRunIdLimit = 200;

bool fits_run_id(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("._:/-").contains(c);
}

// Those of --region, each once.
std::vector<Region> flagged_regions(const CommonOptions& options) {
  std::vector<Region> regions;
  for (const std::string& name : options.regions) {
    const Region region(name);
    if (std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
  }
  return regions;
}

Error wrong_name(const NamedSnapshot& named, std::string_view what, const ssmb::Environment& env) {
  return {.kind = ErrorKind::usage,
          .what = fmt::format("{}: '{}' is {}", named.said_by, printable(named.word, 200), what),
          .fault = std::nullopt,
          .next = fmt::format("`ssm-backup list --env {}` shows the keys there are", env)};
}

// A bare word may be a bucket whose s3:// was forgotten, and a backup would make a directory of it:
// what is not there yet must look like a path.
Result<snapshot::RepositoryAddress> address_of(const std::string& text) {
  SSMB_TRY(address, snapshot::parse_repository(text));
  const auto* directory = std::get_if<snapshot::DirectoryAddress>(&address);
  if (directory == nullptr) return address;
  const bool is_path = text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
  std::error_code unknown;
  if (is_path || std::filesystem::exists(directory->path, unknown)) return address;
  const std::string shown = printable(text, 200);
  return fail(ErrorKind::usage, fmt::format("there is no directory '{}'", shown),
              fmt::format("write s3://{} for a bucket, or ./{} for a new directory", shown, shown));
}

ResultTask<engine::Deployment> deployment(Context& context, engine::DeploymentRequest request) {
  SSMB_CO_TRY(home, context.home_region());
  SSMB_CO_TRY(session, context.session());
  auto read = co_await engine::read_deployment(aws::ssm::Client(*session, home), std::move(request),
                                               context.scope());
  if (read || read.error().kind == ErrorKind::cancelled) co_return read;
  Error error = std::move(read).error();
  using enum ErrorKind;
  const bool silent = error.kind == unreachable || error.kind == transient || error.kind == timeout;
  constexpr std::string_view kWithout =
      "with --region and --repository the home Region is not asked";
  if (silent && !error.next.empty()) error.next += fmt::format("; {}", kWithout);
  co_return fail(std::move(error).advising(kWithout));
}

}  // namespace

Result<snapshot::RepositoryAddress> parse_repository_flag(const std::string& text) {
  auto address = address_of(text);
  if (!address) return fail(std::move(address).error().within("--repository"));
  return address;
}

Error no_such_key(const NamedSnapshot& named, const ssmb::Environment& env) {
  return wrong_name(named, "neither a file that is there nor the key of a snapshot", env);
}

Result<void> check_named(Context& context, const NamedSnapshot& named,
                         const snapshot::SnapshotId& id) {
  SSMB_TRY(env, context.env());
  if (!id.environment.empty() && id.environment != env)
    return fail(wrong_name(named, fmt::format("of another environment than {}", env), env));
  const std::vector<Region> flagged = flagged_regions(context.options());
  if (id.region.empty() || flagged.empty() ||
      std::ranges::find(flagged, id.region) != flagged.end())
    return {};
  Error error =
      wrong_name(named, fmt::format("of {}, which --region does not name", id.region), env);
  error.next = fmt::format(
      "say --region {}, or leave it out; `restore` brings it into another with --to-region",
      id.region);
  return fail(std::move(error));
}

ResultTask<Selection> select_regions(Context& context, ObjectKey snapshot) {
  std::vector<Region> regions;
  if (!snapshot.empty()) {
    SSMB_CO_TRY(env, context.env());
    const NamedSnapshot named{.said_by = "--snapshot", .word = snapshot.str()};
    const auto id = snapshot::parse_document_key(snapshot.view());
    if (!id) co_return fail(no_such_key(named, env));
    SSMB_CO_TRY_VOID(check_named(context, named, *id));
    if (!id->region.empty()) regions.push_back(id->region);
  }
  co_return co_await select_named_regions(context, std::move(regions), Repositories::wanted);
}

ResultTask<Selection> select_named_regions(Context& context, std::vector<Region> named,
                                           Repositories repositories) {
  const CommonOptions& options = context.options();
  SSMB_CO_TRY(env, context.env());
  SSMB_CO_TRY_VOID(check_run_id(options.run_id));
  if (named.empty()) named = flagged_regions(options);
  Selection selection{.env = env, .regions = std::move(named)};
  if (repositories == Repositories::not_wanted && !selection.regions.empty()) {
    for (const Region& region : selection.regions) SSMB_CO_TRY_VOID(snapshot::check_region(region));
    co_return selection;
  }
  std::optional<snapshot::RepositoryAddress> address;
  if (!options.repository.empty()) {
    SSMB_CO_TRY(parsed, parse_repository_flag(options.repository));
    address = std::move(parsed);
  }
  if (selection.regions.empty() || !address) {
    using Buckets = engine::DeploymentRequest::Buckets;
    SSMB_CO_TRY(known, co_await deployment(context,
                                           {.env = env,
                                            .regions = selection.regions,
                                            .buckets = address ? Buckets::ignore : Buckets::read}));
    selection.regions = known.regions;
    selection.default_region = known.default_region;
    selection.include = known.include;
    for (const auto& [region, bucket] : known.buckets) {
      selection.repositories[region] = snapshot::S3Address{
          .bucket = bucket, .prefix = {}, .region = region, .owner = std::nullopt};
    }
  }
  for (const Region& region : selection.regions) {
    auto fits = snapshot::check_region(region);
    if (!fits && !options.regions.empty())
      co_return fail(std::move(fits).error().within("--region"));
    if (!fits) co_return fail(std::move(fits).error());
    if (address) selection.repositories.insert_or_assign(region, *address);
  }
  co_return selection;
}

ResultTask<std::unique_ptr<snapshot::Repository>> repository_of(Context& context,
                                                                const Selection& selection,
                                                                Region region, CallScope scope) {
  const auto known = selection.repositories.find(region);
  if (known == selection.repositories.end())
    co_return fail(ErrorKind::configuration,
                   fmt::format("nothing says where the snapshots of {} lie", region),
                   "name the place: --repository");
  const snapshot::RepositoryAddress& address = known->second;
  if (const auto* directory = std::get_if<snapshot::DirectoryAddress>(&address)) {
    SSMB_CO_TRY_VOID(snapshot::check_directory(directory->path));
    co_return snapshot::make_directory_repository(context.runtime(), directory->path);
  }
  SSMB_CO_TRY(session, context.session());
  engine::RepositoryRequest request{
      .address = address, .region = region, .run_id = run_id(context)};
  if (const auto* s3 = std::get_if<snapshot::S3Address>(&request.address); s3 && !s3->owner) {
    SSMB_CO_TRY(caller, co_await engine::caller_account(*session, s3->region.value_or(region),
                                                        std::move(scope)));
    request.caller = caller;
    context.set_account(caller);
  }
  co_return engine::open_repository(*session, request);
}

Result<snapshot::Scope> scope_of(const Selection& selection,
                                 const std::vector<std::string>& include) {
  if (!include.empty()) return snapshot::Scope::selection(include);
  if (!selection.include.empty())
    return snapshot::Scope::of_environment(selection.env, selection.include);
  return snapshot::Scope::of_environment(selection.env);
}

RunId run_id(Context& context) {
  if (!context.options().run_id.empty()) return RunId(context.options().run_id);
  if (const auto tag = context.environment().variable("BUILD_TAG"); !tag.empty())
    return run_id_of_build(tag);
  return context.new_run_id();
}

Result<void> check_run_id(const std::string& id) {
  if (id.size() <= kRunIdLimit && std::ranges::all_of(id, fits_run_id)) return {};
  return fail(ErrorKind::usage,
              fmt::format("--run-id wants up to {} of A-Z, a-z, 0-9 and . _ : / -, not '{}'",
                          kRunIdLimit, printable(id, 80)),
              "it goes into S3's object metadata, which is ASCII");
}

RunId run_id_of_build(std::string_view tag) {
  std::string id;
  for (const char c : tag)
    id +=
        fits_run_id(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  // The build's number is at the end.
  if (id.size() > kRunIdLimit) id.erase(0, id.size() - kRunIdLimit);
  return RunId(id);
}

}  // namespace ssmb::cli
