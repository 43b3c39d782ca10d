#include "cli/restore_flags.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/try.h"
#include "cli/confirmation.h"
#include "snapshot/layout.h"

namespace ssmb::cli {
namespace {

using engine::restore::Expired;
using engine::restore::OnConflict;
using engine::restore::PlanOptions;
using engine::restore::RestoreOptions;

OnConflict policy_of(const std::string& word) {
  if (word == "overwrite") return OnConflict::overwrite;
  return word == "fail" ? OnConflict::fail : OnConflict::skip;
}

Expired expired_of(const std::string& word) {
  if (word == "skip") return Expired::skip;
  return word == "strip" ? Expired::strip : Expired::ask;
}

// "/app/dev/" is meant as "/app/dev".
Result<std::string> path_of(std::string path) {
  const std::string said = path;
  while (path.ends_with('/')) path.pop_back();
  if (path.starts_with('/')) return path;
  return fail(ErrorKind::usage,
              fmt::format("--path wants a path such as /app/dev, not '{}'", printable(said, 80)),
              "for all of the snapshot leave it out");
}

Result<void> check_together(const RestoreFlags& flags) {
  if (!flags.as_planned.empty() && flags.apply == Toggle::off)
    return fail(ErrorKind::usage, "--as-planned wants --apply: it says what may be written",
                "without --apply nothing is written");
  if (!flags.as_planned.empty() && !flags.choice.as_of.empty())
    return fail(ErrorKind::usage, "--as-planned and --as-of exclude each other",
                "leave --as-of out: the plan names its snapshot");
  if (flags.delete_extra == Toggle::on && flags.paths.empty())
    return fail(ErrorKind::usage, "--delete-extra wants --path: it deletes only below one",
                "--path /app/dev --delete-extra");
  if (flags.delete_extra == Toggle::on && !(flags.include.empty() && flags.names.empty()))
    return fail(ErrorKind::usage,
                "--delete-extra deletes all that lies below --path: --name and --include do not "
                "narrow it",
                "a deeper --path, or --exclude");
  if (flags.delete_extra == Toggle::on && flags.accept_incomplete == Toggle::on)
    return fail(ErrorKind::usage, "--delete-extra and --accept-incomplete exclude each other",
                "what an incomplete snapshot lacks may be meant to stay: restore without "
                "--delete-extra");
  if (flags.delete_extra == Toggle::off && !flags.confirm.empty())
    return fail(ErrorKind::usage, "--confirm wants --delete-extra", "leave it out");
  return {};
}

Result<void> add_selection(const RestoreFlags& flags, PlanOptions& plan) {
  for (const std::string& name : flags.names) plan.selection.names.emplace_back(name);
  for (const std::string& path : flags.paths) {
    SSMB_TRY(clean, path_of(path));
    plan.selection.paths.push_back(clean);
  }
  plan.selection.include = flags.include;
  plan.selection.exclude = flags.exclude;
  plan.first = flags.first;
  return {};
}

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("._:/-,=@%+").contains(c);
}

std::string shell_word(const std::string& word) {
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  return '\'' + replaced(word, "'", "'\\''") + '\'';
}

void erase_flag(std::vector<std::string>& words, const std::string& flag) {
  for (std::size_t i = 0; i < words.size();) {
    const bool two = words[i] == flag;
    if (!two && !words[i].starts_with(flag + '=')) {
      ++i;
      continue;
    }
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(i);
    words.erase(begin, std::min(begin + (two ? 2 : 1), words.end()));
  }
}

}  // namespace

void add_restore_flags(FlagSet& flags, RestoreFlags& options) {
  add_choice_flags(flags, options.choice);
  flags.toggle("--apply", options.apply, "execute the plan; without it nothing is written")
      .text("--as-planned", "FILE", options.as_planned,
            "with --apply: write only what this analysis.json of an earlier plan shows, and as it "
            "shows it; the rest is left alone (exit 3)",
            ValueKind::file)
      .text("--to-region", "R", options.to_region,
            "into this Region (else the one that the snapshot is of)", ValueKind::region)
      .texts("--name", "NAME", options.names,
             "only this parameter; --name, --path and --include add up (repeatable)")
      .texts("--path", "PATH", options.paths, "only what lies at or below it (repeatable)")
      .texts("--include", "GLOB", options.include, "only these names (repeatable)")
      .texts("--exclude", "GLOB", options.exclude, "not these, whatever else says so (repeatable)")
      .texts("--first", "GLOB", options.first,
             "these come first: what the applications need to start (repeatable)")
      .choice("--on-conflict", {"skip", "overwrite", "fail"}, options.on_conflict,
              "what is there and differs: leave it (exit 3), write it, or write nothing at all")
      .texts("--map", "OLD=NEW", options.maps, "/old=/new: another beginning of names (repeatable)")
      .texts("--kms-map", "A=B", options.kms_maps,
             "another KMS key in place of the recorded one (repeatable)")
      .choice("--expired", {"ask", "skip", "strip"}, options.expired,
              "parameters whose Expiration has passed: impossible until said; left out; restored "
              "without that policy")
      .toggle("--history", options.history,
              "older versions, too, in their order, with their labels (of a snapshot of --depth "
              "history)")
      .toggle("--delete-extra", options.delete_extra,
              "with --path: delete what is live there and not in the snapshot")
      .text("--confirm", "N", options.confirm,
            "how many --delete-extra deletes (else it is asked on the terminal)")
      .toggle("--accept-incomplete", options.accept_incomplete,
              "restore from a snapshot that lacks something, that is shrunken, or that nothing "
              "vouches for")
      .choice("--tags", {"bulk", "strict"}, options.tags,
              "the live tags: from the tagging index, which may lag behind, or asked of each "
              "parameter")
      .toggle("--from-other-account", options.from_other_account,
              "restore a snapshot of another account")
      .toggle("--verbose", options.verbose, "each parameter of the plan, not only the first ones");
}

Result<RestoreOptions> restore_options(const RestoreFlags& flags, const ssmb::Environment& env,
                                       int concurrency) {
  using namespace engine::restore;  // NOLINT(google-build-using-namespace): its enums
  SSMB_TRY_VOID(check_together(flags));
  SSMB_TRY_VOID(confirmed_count(flags.confirm));
  if (!flags.to_region.empty()) SSMB_TRY_VOID(snapshot::check_region(Region(flags.to_region)));
  const auto is_on = [](Toggle toggle) { return toggle == Toggle::on; };
  RestoreOptions options;
  PlanOptions& plan = options.plan;
  plan.env = env;
  SSMB_TRY_VOID(add_selection(flags, plan));
  SSMB_TRY(names, parse_name_maps(flags.maps));
  SSMB_TRY(keys, parse_key_maps(flags.kms_maps));
  plan.mapping.names = std::move(names);
  plan.mapping.keys = std::move(keys);
  plan.mapping.expired = expired_of(flags.expired);
  plan.on_conflict = policy_of(flags.on_conflict);
  plan.with_history = is_on(flags.history) ? WithHistory::yes : WithHistory::no;
  plan.extra = is_on(flags.delete_extra) ? PlanOptions::Extra::remove : PlanOptions::Extra::keep;
  options.accept_incomplete =
      is_on(flags.accept_incomplete) ? AcceptIncomplete::yes : AcceptIncomplete::no;
  options.from_other_account =
      is_on(flags.from_other_account) ? FromOtherAccount::yes : FromOtherAccount::no;
  options.to_other_region = flags.to_region.empty() ? ToOtherRegion::no : ToOtherRegion::yes;
  SSMB_TRY(tags, snapshot::parse_tags_mode(flags.tags));
  options.tags = tags;
  options.concurrency = concurrency;
  return options;
}

std::string shell_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += ' ' + shell_word(word);
  return line;
}

std::string apply_line(std::vector<std::string> words, const RestoreFlags& flags,
                       const ObjectKey& key, std::uint64_t removed) {
  if (!flags.choice.names_one()) {
    erase_flag(words, "--as-of");
    words.insert(words.end(), {"--snapshot", key.str()});
  }
  erase_flag(words, "--confirm");
  if (removed != 0) {
    words.insert(words.end(), {"--confirm", std::to_string(removed)});
  }
  if (flags.apply == Toggle::off) words.emplace_back("--apply");
  return "ssm-backup" + shell_words(words);
}

std::string place_words(const CommonOptions& options) {
  std::vector<std::string> words;
  const auto add = [&words](const char* flag, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {flag, value});
  };
  add("--repository", options.repository);
  add("--home-region", options.home_region);
  add("--profile", options.profile);
  add("--endpoint-url", options.endpoint_url);
  return shell_words(words);
}

}  // namespace ssmb::cli
