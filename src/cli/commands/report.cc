#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <filesystem>

#include "base/files.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/left_behind.h"
#include "cli/restore_flags.h"
#include "cli/run_command.h"
#include "cli/selection.h"
#include "cli/troubles.h"
#include "engine/copies.h"
#include "engine/overview/collect.h"
#include "engine/overview/judge.h"
#include "engine/repositories.h"
#include "report/page/overview_json.h"
#include "report/page/page.h"
#include "report/report_text.h"
#include "report/work_dir.h"
#include "snapshot/directory_repository.h"

namespace ssmb::cli {
namespace {

using engine::overview::Overview;
using engine::overview::RegionView;
using engine::overview::start_of;
using snapshot::RepositoryAddress;

constexpr const char* kCopyTo = "--copy-to";

struct Options {
  std::string out;
  Toggle embed = Toggle::off;
  int days = 30;
  Duration max_age = std::chrono::hours{48};
  Duration max_drill_age = std::chrono::hours{24 * 8};
  std::vector<std::string> copy_to;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .text("--out", "DIR", options.out, "where report.html goes [the work directory]",
            ValueKind::directory)
      .toggle("--inline", options.embed, "the style sheet inside the page: one file, for mail")
      .number("--days", 1, 366, options.days, "how many days the charts show")
      .duration("--max-age", options.max_age,
                "the objective: how old the newest good snapshot may be")
      .duration("--max-drill-age", options.max_drill_age,
                "the objective: how old the last drill may be")
      .texts(kCopyTo, "REPOSITORY", options.copy_to,
             "what `backup --copy-to` is given (repeatable): each copy is looked at, too",
             ValueKind::repository);
}

class Reporting {
 public:
  Reporting(const Options& options, Context& context, Selection selection,
            std::vector<RepositoryAddress> copies)
      : options_(options),
        context_(context),
        selection_(std::move(selection)),
        copies_(std::move(copies)) {}

  ResultTask<Overview> run();
  // Why a Region could not be looked at: it is in the page, too.
  const report::Troubles& troubles() const { return troubles_; }

 private:
  ResultTask<RegionView> look(Region region);
  Time now();

  const Options& options_;
  Context& context_;
  Selection selection_;
  std::vector<RepositoryAddress> copies_;
  report::Troubles troubles_;
};

// By AWS's clock, where it has said that ours is wrong.
Time Reporting::now() {
  const auto session = context_.session();
  const Duration ahead = session ? (*session)->clock_offset.value_or(Duration{0}) : Duration{0};
  return context_.runtime().now() + ahead;
}

ResultTask<Overview> Reporting::run() {
  Overview overview{.env = selection_.env,
                    .now = now(),
                    .account = {},
                    .asked = context_.options().regions.empty() ? Overview::Regions::all
                                                                : Overview::Regions::named,
                    .place = place_words(context_.options()),
                    .last_run_known = false,
                    .max_age = options_.max_age,
                    .max_drill_age = options_.max_drill_age,
                    .regions = {}};
  for (const Region& region : selection_.regions) {
    auto view = co_await look(region);
    if (view) {
      overview.regions.push_back(*std::move(view));
      continue;
    }
    if (!is_of_one_region(view.error())) co_return fail(std::move(view).error());
    RegionView dark{.region = region};
    dark.error = view.error();
    overview.regions.push_back(std::move(dark));
    troubles_.emplace_back(region, std::move(view).error());
  }
  overview.now = now();
  overview.account = context_.account();
  add_last_run(overview, context_.options().work_dir);
  add_last_drill(overview, context_.options().work_dir);
  co_return overview;
}

ResultTask<RegionView> Reporting::look(Region region) {
  const CallScope scope = context_.scope();
  SSMB_CO_TRY(repository, co_await repository_of(context_, selection_, region, scope));
  const RepositoryAddress address = selection_.repositories.at(region);
  engine::overview::LookOptions with{
      .env = selection_.env, .region = region, .now = now(), .days = options_.days, .copies = {}};
  std::vector<std::unique_ptr<snapshot::Repository>> open;
  for (const RepositoryAddress& copy : copies_) {
    if (!engine::outlives(copy, region)) continue;
    engine::overview::CopyPlace place{.name = to_string(copy), .repository = nullptr, .error = {}};
    Selection there = selection_;
    there.repositories.insert_or_assign(region, copy);
    auto opened = co_await repository_of(context_, there, region, scope);
    if (opened)
      place.repository = open.emplace_back(*std::move(opened)).get();
    else
      place.error = std::move(opened).error();
    with.copies.push_back(std::move(place));
  }
  if (with.copies.empty() && !copies_.empty())
    with.copies.push_back(
        {.name = to_string(copies_.front()),
         .repository = nullptr,
         .error = Error{.kind = ErrorKind::usage,
                        .what = "it lies in the Region itself, and is lost with it",
                        .fault = {},
                        .next = "name one in another Region, or in another account"}});
  SSMB_CO_TRY(view, co_await engine::overview::look(context_.runtime(), *repository,
                                                    std::move(with), scope));
  if (!view.good) co_return view;
  if (std::holds_alternative<snapshot::DirectoryAddress>(address)) {
    view.expiry.known = engine::Expiry::Known::never;
    co_return view;
  }
  SSMB_CO_TRY(session, context_.session());
  SSMB_CO_TRY(expiry, co_await engine::find_expiry(*session,
                                                   {.address = address,
                                                    .region = region,
                                                    .caller = context_.account(),
                                                    .object = view.good->document,
                                                    .created = start_of(*view.good),
                                                    .rules = {}},
                                                   scope));
  view.expiry = expiry;
  co_return view;
}

std::filesystem::path place_of(const Options& options, const Context& context) {
  return options.out.empty() ? context.options().work_dir : options.out;
}

// An earlier page is not to pass for this one's.
Result<void> clear(const std::filesystem::path& directory) {
  for (const char* name : {"report.html", "report.css", "report.json"})
    SSMB_TRY_VOID(report::remove_file(directory / name));
  return {};
}

// Where somebody has named the place others are to read it: a web server, a colleague.
Result<void> write_one(const Options& options, const std::filesystem::path& path,
                       std::string_view text) {
  if (options.out.empty()) return write_file(path, text);
  std::error_code bad;
  std::filesystem::create_directories(path.parent_path(), bad);  // what fails is told by the write
  return write_public_file(path, text);
}

// The page's path.
Result<std::filesystem::path> write(const Options& options, const Context& context,
                                    const Overview& overview,
                                    const engine::overview::Judged& judged,
                                    const boost::json::object& document) {
  using report::StyleSheet;
  const std::filesystem::path directory = place_of(options, context);
  const bool embedded = options.embed == Toggle::on;
  std::filesystem::path page = directory / "report.html";
  SSMB_TRY_VOID(write_one(
      options, page,
      report::page(
          overview, judged,
          {.style = embedded ? StyleSheet::embedded : StyleSheet::beside, .version = kVersion})));
  if (embedded) return page;
  SSMB_TRY_VOID(write_one(options, directory / "report.css", report::style_sheet()));
  SSMB_TRY_VOID(
      write_one(options, directory / "report.json", boost::json::serialize(document) + "\n"));
  return page;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(copies, engine::parse_copies(kCopyTo, options.copy_to));
  SSMB_CO_TRY_VOID(clear(place_of(options, context)));
  SSMB_CO_TRY(selection, co_await select_regions(context));
  Reporting reporting(options, context, std::move(selection), std::move(copies));
  SSMB_CO_TRY(overview, co_await reporting.run());
  const engine::overview::Judged judged = engine::overview::judge(overview);
  const boost::json::object document = report::overview_json(overview, judged);
  const auto written = write(options, context, overview, judged, document);
  if (context.options().form() == CommonOptions::OutputForm::json)
    print(context, document);
  else
    context.out() << report::report_text(judged, written ? written->string() : "");
  if (!written) co_return fail(written.error());
  co_return tell_troubles(context, reporting.troubles()) == Outcome::done ? Outcome::done
                                                                          : Outcome::incomplete;
}

}  // namespace

Command report_command() {
  return {
      .name = "report",
      .summary = "Write a page that says whether we are safe, and what to do if not.",
      .details =
          "report.html, with report.css and report.json beside it: each Region's newest run, "
          "what can be restored and when it will be deleted, the last days as charts, what "
          "changed since the day before (names and fields, never a value), the copies, and the "
          "last drill. It reads the repositories; a Region that failed leaves nothing there, "
          "and is told from region_summaries.json in the work directory, right after the run. "
          "Drills are known by `drill --record`, or from drill.json there. What is amiss is on "
          "the page and does not change the exit code: that is `doctor`'s business. "
          "docs/report.md",
      .needs = Needs::repository,
      .examples = {{"report --env dev", "backup-work/report.html"},
                   {"report --env dev --inline --out /srv/www/ssm", "one file, elsewhere"},
                   {"report --env dev --copy-to s3://BUCKET,region=eu-west-1", "the copies, too"}},
      .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
