#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/commands.h"
#include "cli/notifying.h"
#include "cli/summaries_file.h"
#include "notify/catalogue.h"
#include "notify/text.h"

namespace ssmb::cli {
namespace {

using notify::Notice;

struct Options {
  std::string summaries;
  std::string config;
  std::string build_number;
  std::string build_url;
  std::string runbook;
  std::string result;
  std::string because;
  std::string lang;
  Toggle dry_run = Toggle::off;
  Toggle print = Toggle::off;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .text("--summaries", "FILE", options.summaries,
            "what backup has written [<work-dir>/region_summaries.json]", ValueKind::file)
      .text("--config", "FILE", options.config,
            "whom to tell, and how (docs/notices.md) [$SSM_BACKUP_NOTIFY]", ValueKind::file)
      .text("--build-number", "N", options.build_number, "of Jenkins [$BUILD_NUMBER]")
      .text("--build-url", "URL", options.build_url, "of Jenkins [$BUILD_URL]")
      .text("--runbook", "URL", options.runbook, "in place of the configuration's")
      .text("--result", "WORD", options.result,
            "what the caller knows: SUCCESS, UNSTABLE, FAILURE, ABORTED")
      .text("--because", "TEXT", options.because,
            "why, in the caller's words: one line of the notice, which decides nothing")
      .text("--lang", "CODE", options.lang, "en or ja, in place of the configuration's")
      .toggle("--dry-run", options.dry_run, "the run was a rehearsal, where no summary says so")
      .toggle("--print", options.print, "print the notice, and tell nobody");
}

// Jenkins's word counts where it is worse than what the summaries say.
Result<void> judge(const Options& options, Notice& notice) {
  const std::string& word = options.result;
  constexpr std::array<std::string_view, 5> kWords{"SUCCESS", "UNSTABLE", "FAILURE", "ABORTED",
                                                   "NOT_BUILT"};
  if (word.empty() || word == "SUCCESS") return {};
  if (std::ranges::find(kWords, word) == kWords.end())
    return fail(ErrorKind::usage, fmt::format("--result is '{}'", printable(word, 40)),
                "one of Jenkins's words: SUCCESS, UNSTABLE, FAILURE, ABORTED, NOT_BUILT");
  if (word == "UNSTABLE") {
    if (notice.result != Notice::Result::success) return {};
    notice.result = Notice::Result::incomplete;
  } else {
    // Of a failure that is told already the word says no more; --because does.
    if (notice.result == Notice::Result::failed && word != "ABORTED") return {};
    notice.result = Notice::Result::failed;
  }
  notice.occasion.ended_by = word;
  return {};
}

// Summaries that cannot be read are news, too, and no reason to tell nobody.
Result<Notice> notice_from(const std::filesystem::path& file, notify::Occasion occasion) {
  auto summaries = read_summaries(file);
  if (summaries) {
    auto notice = notify::make_notice(*summaries, occasion);
    if (notice) return notice;
    summaries = fail(std::move(notice).error().within(file.string()));
  }
  occasion.unreadable = to_line(summaries.error());
  return notify::make_notice(std::nullopt, std::move(occasion));
}

Result<Notice> notice_of(const Options& options, Context& context) {
  SSMB_TRY(env, context.env());
  notify::Occasion occasion = occasion_of(context, env);
  if (!options.build_number.empty()) occasion.build = options.build_number;
  if (!options.build_url.empty()) occasion.build_url = options.build_url;
  occasion.runbook_url = options.runbook;
  occasion.because = trim(options.because);
  for (const std::string& region : context.options().regions)
    occasion.expected.emplace_back(region);
  const std::filesystem::path file =
      options.summaries.empty()
          ? std::filesystem::path(context.options().work_dir) / "region_summaries.json"
          : std::filesystem::path(options.summaries);
  SSMB_TRY(notice, notice_from(file, std::move(occasion)));
  SSMB_TRY_VOID(check_environment(notice));
  if (options.dry_run == Toggle::on) notice.dry_run = notify::DryRun::yes;
  SSMB_TRY_VOID(judge(options, notice));
  return notice;
}

Result<notify::Language> language_of(const Options& options, notify::Language otherwise) {
  if (options.lang.empty()) return otherwise;
  if (const auto language = notify::language_of(options.lang)) return *language;
  return fail(ErrorKind::usage, fmt::format("--lang is '{}'", printable(options.lang, 40)),
              "en or ja");
}

Outcome outcome_of(const std::vector<notify::Delivered>& delivered) {
  const auto told = [](const notify::Delivered& each) { return each.outcome.has_value(); };
  const auto by_all = [&](const auto& each) { return told(each) && each.refused.empty(); };
  if (std::ranges::all_of(delivered, by_all)) return Outcome::done;
  return std::ranges::any_of(delivered, told) ? Outcome::incomplete : Outcome::failed;
}

ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(notice, notice_of(options, context));
  if (options.print == Toggle::on) {
    SSMB_CO_TRY(language, language_of(options, notify::Language::english));
    context.out() << notify::subject(notice) << "\n\n" << notify::plain_text(notice, language);
    co_return Outcome::done;
  }
  SSMB_CO_TRY(config, read_notify_config(context, options.config));
  SSMB_CO_TRY(language, language_of(options, config.language));
  config.language = language;
  const auto delivered = co_await tell(context, config, notice);
  if (!delivered) co_return fail(delivered.error());
  show_deliveries(context, *delivered);
  if (context.environment().interrupt.signal() != 0)
    co_return fail(ErrorKind::cancelled, "interrupted", "run it again: who was told stands above");
  co_return outcome_of(*delivered);
}

}  // namespace

Command notify_command() {
  return {.name = "notify",
          .summary = "Tell Slack, mail, a webhook or SNS how a backup came out.",
          .details =
              "From region_summaries.json; where there is none, or none that can be read, that. "
              "--region names those that were to be backed up, so that one that was never "
              "begun is told. A sink that fails keeps no other from being told: exit 3, or 1 where "
              "nobody was told.",
          .needs = Needs::repository,
          .examples = {{"notify --env dev --config notify.yaml", "after a backup"},
                       {"notify --env dev --print --lang ja", "what would be said, in Japanese"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
