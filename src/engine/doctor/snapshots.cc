#include "engine/doctor/snapshots.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/age.h"
#include "base/text.h"
#include "base/try.h"
#include "base/units.h"
#include "engine/copies.h"
#include "engine/doctor/shortfall.h"
#include "engine/expiry.h"
#include "engine/repositories.h"
#include "snapshot/as_of.h"
#include "snapshot/directory_repository.h"
#include "snapshot/standing.h"

namespace ssmb::engine::doctor {
namespace {

using snapshot::Entry;
using snapshot::FollowedPointer;
using snapshot::RepositoryAddress;
using snapshot::State;

// "2 incomplete, 1 held back (it holds 3 parameters, the last good one before it 12)"
std::string passed_over_words(const std::vector<Entry>& entries) {
  std::map<std::string, int> counts;
  for (const Entry& entry : entries) {
    const bool held = entry.state == State::complete;
    ++counts[held ? fmt::format("held back ({})", printable(entry.problem, 200))
                  : std::string(to_string(entry.state))];
  }
  std::vector<std::string> parts;
  for (const auto& [word, count] : counts) parts.push_back(fmt::format("{} {}", count, word));
  return join(parts, ", ");
}

// Opens without a call. local_io: a directory that is not there, and that nothing would make.
Result<std::unique_ptr<snapshot::Repository>> open(const RegionCase& at,
                                                   const RepositoryAddress& address) {
  if (const auto* directory = std::get_if<snapshot::DirectoryAddress>(&address))
    SSMB_TRY_VOID(snapshot::check_directory(directory->path));
  return open_repository(
      at.session,
      {.address = address, .region = at.region, .caller = at.caller, .run_id = RunId("doctor")});
}

class Newest {
 public:
  Newest(RegionCase& at, snapshot::Repository& repository) : at_(at), repository_(repository) {}

  // nullopt: there is none. Errors are those of the way.
  ResultTask<std::optional<Entry>> find() {
    SSMB_CO_TRY(as_of, co_await snapshot::complete_as_of(repository_, at_.options.env, at_.region,
                                                         at_.now() + snapshot::kAhead, at_.scope));
    passed_over_ = std::move(as_of.passed_over);
    co_return std::move(as_of.found);
  }
  const std::vector<Entry>& passed_over() const { return passed_over_; }

 private:
  RegionCase& at_;
  snapshot::Repository& repository_;
  std::vector<Entry> passed_over_;
};

std::string age_words(const RegionCase& at, const Entry& entry) {
  const std::string count =
      entry.manifest ? ", " + counted(entry.manifest->parameter_count, "parameter") : "";
  return fmt::format("{} old (limit {}), {}{}", in_hours(at.now() - snapshot::start_of(entry)),
                     in_hours(at.options.max_age), to_string(entry.state), count);
}

bool is_too_old(const RegionCase& at, const Entry& entry) {
  return at.now() - snapshot::start_of(entry) > at.options.max_age;
}

class Examination {
 public:
  Examination(RegionCase& at, snapshot::Repository& repository, const RepositoryAddress& address,
              std::optional<std::vector<LifecycleRule>> rules)
      : at_(at), repository_(repository), address_(address), rules_(std::move(rules)) {}

  ResultTask<void> run() {
    Newest newest(at_, repository_);
    SSMB_CO_TRY(found, co_await newest.find());
    if (!found) {
      tell_none(newest.passed_over());
      co_return Result<void>{};
    }
    SSMB_CO_TRY_VOID(co_await tell_newest(*found));
    if (!newest.passed_over().empty()) tell_newer(newest.passed_over(), *found);
    SSMB_CO_TRY_VOID(co_await follow(snapshot::latest_key(at_.region), *found));
    if (at_.default_region == snapshot::DefaultRegion::yes)
      SSMB_CO_TRY_VOID(co_await follow(snapshot::latest_key(), *found));
    co_return Result<void>{};
  }

 private:
  void tell_none(const std::vector<Entry>& passed_over) const {
    std::string words = fmt::format("there is no good one in {}", repository_.describe());
    std::string next = backup_command(at_);
    if (!passed_over.empty()) words += ": " + passed_over_words(passed_over);
    if (const Entry* last = newest_that_ended(passed_over)) {
      Shortfall shortfall = shortfall_of(at_, *last, std::nullopt);
      words += fmt::format("; the newest, {}: {}", last->document, shortfall.words);
      next = std::move(shortfall.next);
    }
    at_.findings.amiss("newest snapshot", std::move(words), std::move(next));
  }

  // None of them is good, so that every run since has ended in what somebody has to look at.
  void tell_newer(const std::vector<Entry>& passed_over, const Entry& good) const {
    const std::string subject = "newer snapshots";
    const Entry* last = newest_that_ended(passed_over);
    if (last == nullptr)
      return at_.findings.info(
          subject,
          fmt::format("{}, begun within the {} of a --deadline: a run may be "
                      "under way",
                      passed_over_words(passed_over), to_human(at_.options.deadline)),
          "run it again when that has ended");
    std::optional<std::uint64_t> count;
    if (good.manifest) count = good.manifest->parameter_count;
    Shortfall shortfall = shortfall_of(at_, *last, count);
    std::string words = fmt::format("{}; the newest, {}: {}", passed_over_words(passed_over),
                                    last->document, shortfall.words);
    if (passed_over.size() > 1)
      shortfall.next += fmt::format("; `ssm-backup list --env {} --region {}` says what each lacks",
                                    at_.options.env, at_.region);
    // Who may not read its manifest cannot say what it is.
    if (last->state == State::unread)
      return at_.findings.unknown(subject, std::move(words), std::move(shortfall.next));
    at_.findings.amiss(subject, std::move(words), std::move(shortfall.next));
  }

  // nullptr: all of them may be under way.
  const Entry* newest_that_ended(const std::vector<Entry>& passed_over) const {
    const auto found = std::ranges::find_if_not(
        passed_over, [this](const Entry& entry) { return may_be_under_way(at_, entry); });
    return found == passed_over.end() ? nullptr : &*found;
  }

  ResultTask<void> tell_newest(const Entry& entry) {
    SSMB_CO_TRY(end, co_await end_of(entry));
    std::string words = fmt::format("{}; {}; {}", age_words(at_, entry), end, entry.document);
    if (is_too_old(at_, entry))
      at_.findings.amiss("newest snapshot", std::move(words), backup_command(at_));
    else
      at_.findings.ok("newest snapshot", std::move(words));
    co_return Result<void>{};
  }

  // "lifecycle deletes it on 2026-12-20": by S3's own word of the object, else by the rules.
  ResultTask<std::string> end_of(const Entry& entry) {
    if (std::holds_alternative<snapshot::DirectoryAddress>(address_))
      co_return std::string("nothing deletes it");
    SSMB_CO_TRY(expiry, co_await find_expiry(at_.session,
                                             {.address = address_,
                                              .region = at_.region,
                                              .caller = at_.caller,
                                              .object = entry.document,
                                              .created = snapshot::start_of(entry),
                                              .rules_are = ExpiryRequest::Rules::known,
                                              .rules = rules_},
                                             at_.scope));
    if (expiry.at) co_return fmt::format("lifecycle deletes it on {}", to_date(*expiry.at));
    co_return std::string(rules_ ? "no lifecycle rule deletes it"
                                 : "when lifecycle deletes it is not known");
  }

  ResultTask<void> follow(ObjectKey pointer, const Entry& newest) {
    const auto followed = co_await snapshot::follow_pointer(repository_, at_.options.env,
                                                            at_.region, pointer, at_.scope);
    if (!followed && followed.error().kind == ErrorKind::cancelled)
      co_return fail(followed.error());
    const std::string subject = fmt::format("pointer {}", pointer);
    const std::string next = "the next complete backup mends it: " + backup_command(at_);
    if (!followed)
      at_.findings.amiss(subject, followed.error(), next);
    else if (followed->unread)
      at_.findings.amiss(subject, *followed->unread, next);
    else if (followed->end != FollowedPointer::End::snapshot)
      at_.findings.amiss(subject, followed->wrong, next);
    else if (followed->target != newest.document)
      at_.findings.amiss(subject,
                         fmt::format("names {}, and {} is newer and good",
                                     printable(followed->target.view(), 200), newest.document),
                         next);
    else
      at_.findings.ok(subject, "names the newest good one");
    co_return Result<void>{};
  }

  RegionCase& at_;
  snapshot::Repository& repository_;
  const RepositoryAddress& address_;
  std::optional<std::vector<LifecycleRule>> rules_;
};

ResultTask<void> examine_copy(RegionCase& at, const RepositoryAddress& address,
                              std::vector<RepositoryAddress>& lost) {
  const std::string subject = fmt::format("copy {}", to_string(address));
  const std::string next = fmt::format("{} --copy-to {}", backup_command(at), to_string(address));
  if (lies_beside(address, at.region, at.caller)) {
    at.findings.amiss(subject,
                      "lies in the Region and the account of the parameters, and is lost "
                      "with them",
                      "name one in another Region, or in another account");
    co_return Result<void>{};
  }
  const auto repository = open(at, address);
  if (!repository) {
    lost.push_back(address);
    at.findings.amiss(subject, repository.error(), next);
    co_return Result<void>{};
  }
  Newest newest(at, **repository);
  const auto found = co_await newest.find();
  if (!found && found.error().kind == ErrorKind::cancelled) co_return fail(found.error());
  if (!found) {
    lost.push_back(address);
    at.findings.amiss(subject, found.error(), next);
  } else if (!*found)
    at.findings.amiss(subject, "holds no good snapshot of this Region", next);
  else if (is_too_old(at, **found))
    at.findings.amiss(subject, "its newest good snapshot is " + age_words(at, **found), next);
  else
    at.findings.ok(subject,
                   "outlives the Region; its newest good snapshot is " + age_words(at, **found));
  co_return Result<void>{};
}

}  // namespace

ResultTask<void> examine_snapshots(RegionCase& at, const RepositoryAddress& address,
                                   std::optional<std::vector<LifecycleRule>> rules) {
  auto repository = open(at, address);
  if (!repository) {
    at.findings.amiss("newest snapshot", repository.error(), backup_command(at));
    co_return Result<void>{};
  }
  Examination examination(at, **repository, address, std::move(rules));
  const auto done = co_await examination.run();
  if (!done && done.error().kind == ErrorKind::cancelled) co_return done;
  if (!done) at.findings.amiss("newest snapshot", done.error(), "run it again");
  co_return Result<void>{};
}

ResultTask<void> examine_copies(RegionCase& at, const std::optional<RepositoryAddress>& repository,
                                std::vector<RepositoryAddress>& lost) {
  const std::vector<RepositoryAddress>& copies = at.options.copies;
  if (copies.empty()) co_return Result<void>{};
  std::map<Region, RepositoryAddress> beside;
  if (repository) beside.emplace(at.region, *repository);
  if (const auto fits = check_copies("--copy-to", copies, beside); !fits) {
    at.findings.amiss("copies", fits.error(), "name another place: --copy-to");
    co_return Result<void>{};
  }
  for (const RepositoryAddress& address : copies) {
    const bool told = std::ranges::find(lost, address) != lost.end();
    if (told || !outlives(address, at.region)) continue;
    SSMB_CO_TRY_VOID(co_await examine_copy(at, address, lost));
  }
  co_return Result<void>{};
}

}  // namespace ssmb::engine::doctor
