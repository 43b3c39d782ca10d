#include "engine/copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <set>

#include "base/try.h"
#include "engine/contain.h"
#include "snapshot/copy.h"
#include "snapshot/standing.h"
#include "snapshot/trouble.h"

namespace ssmb::engine {
namespace {

using snapshot::PointerReport;
using snapshot::RepositoryAddress;
using snapshot::S3Address;
using snapshot::SnapshotId;
using snapshot::Trouble;
using snapshot::trouble_of;

// Is this the trouble of one snapshot, so that the others may be copied all the same?
bool is_of_one(const Error& error) {
  const Trouble trouble = trouble_of(error);
  return trouble == Trouble::gone || trouble == Trouble::damaged ||
         error.kind == ErrorKind::conflict;
}

// One Region's way into one copy.
class Copying {
 public:
  Copying(snapshot::Repository& from, snapshot::Repository& to, CopyOptions options, Events& events,
          CallScope scope)
      : from_(from),
        to_(to),
        options_(std::move(options)),
        events_(events),
        scope_(std::move(scope)) {
    report_.repository = to_.describe();
  }

  ResultTask<void> all(const snapshot::Written& written) {
    SSMB_CO_TRY(lacking, co_await look());
    SSMB_CO_TRY_VOID(co_await one(written.manifest, written.manifest_object, Own::yes));
    std::erase_if(lacking,
                  [&](const SnapshotId& id) { return manifest_key(id) == written.manifest_key; });
    co_return co_await catch_up(std::move(lacking));
  }

  ResultTask<void> rehearse() {
    SSMB_CO_TRY(lacking, co_await look());
    for (const SnapshotId& id : lacking) {
      SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
      if (entry) ++report_.lacking;
    }
    co_return Result<void>{};
  }

  CopyReport ended(const Result<void>& result) {
    if (!result) note_error(result.error());
    const std::size_t earlier = report_.copied.empty() ? 0 : report_.copied.size() - 1;
    if (earlier != 0)
      events_.note(options_.region, Gravity::info,
                   fmt::format("  {}: {} earlier copied, too", report_.repository, earlier));
    for (const PointerReport& pointer : report_.pointers)
      if (stays(pointer))
        events_.note(
            options_.region, Gravity::warning,
            fmt::format("  {} {}: {}", to_.url(pointer.pointer),
                        pointer.outcome == PointerReport::Outcome::kept ? "kept" : "failed",
                        pointer.why));
    return std::move(report_);
  }

 private:
  enum class Own { no, yes };  // is it this run's?

  // The ids of what the copy lacks, newest first; complete or not.
  ResultTask<std::vector<SnapshotId>> look() {
    SSMB_CO_TRY(there, co_await manifest_ids(to_, options_.env, options_.region, scope_));
    SSMB_CO_TRY_VOID(co_await check_account(there));
    SSMB_CO_TRY(here, co_await manifest_ids(from_, options_.env, options_.region, scope_));
    const std::set<SnapshotId> held(there.begin(), there.end());
    std::vector<SnapshotId> lacking;
    for (const SnapshotId& id : here | std::views::reverse)
      if (!held.contains(id)) lacking.push_back(id);
    co_return lacking;
  }

  // Keys name no account: two of them in one place would take each other's.
  ResultTask<void> check_account(std::vector<SnapshotId> there) {
    if (there.empty()) co_return Result<void>{};
    const auto newest = co_await to_.get(manifest_key(there.back()), scope_);
    if (!newest && is_of_one(newest.error())) co_return Result<void>{};
    if (!newest) co_return fail(newest.error());
    const auto manifest = snapshot::decode_manifest(newest->bytes.view());
    if (!manifest || manifest->account == options_.account) co_return Result<void>{};
    co_return fail(ErrorKind::configuration,
                   fmt::format("{} holds backups of account {}, and these are of {}",
                               to_.describe(), manifest->account, options_.account),
                   "give each account a copy of its own; a prefix will do");
  }

  // Newest first, each looked at again when its turn comes: their manifests may be large.
  ResultTask<void> catch_up(std::vector<SnapshotId> ids) {
    std::vector<SnapshotId> wanted;
    for (const SnapshotId& id : ids) {
      SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
      if (entry) wanted.push_back(id);
    }
    report_.lacking = wanted.size();
    for (const SnapshotId& id : wanted) {
      SSMB_CO_TRY(entry, co_await complete_if_read(from_, id, scope_));
      if (!entry) continue;
      const snapshot::ObjectRef object{
          .key = manifest_key(id), .size = entry->manifest_size, .sha256 = entry->manifest_sha256};
      SSMB_CO_TRY_VOID(co_await one(*entry->manifest, object, Own::no));
    }
    co_return Result<void>{};
  }

  // One snapshot and the pointers that it moves; fails where no other can be copied, either.
  ResultTask<void> one(const snapshot::Manifest& manifest, snapshot::ObjectRef object, Own own) {
    const auto copied = co_await copy_snapshot(from_, to_, manifest, object, scope_);
    if (!copied && is_of_one(copied.error())) {
      note_error(copied.error());
      co_return Result<void>{};
    }
    if (!copied) co_return fail(copied.error());
    report_.bytes.value += *copied;
    report_.copied.push_back(manifest.document.key);
    if (own == Own::no) --report_.lacking;
    const auto accept = own == Own::yes ? options_.accept_shrink : snapshot::AcceptShrink::no;
    const auto promoted = co_await promote(to_, manifest, options_.scope_from, accept,
                                           options_.default_region, scope_);
    if (own == Own::yes) report_.shrink = promoted.shrink;
    // That a newer one keeps the pointer is as it should be.
    for (const PointerReport& pointer : promoted.pointers)
      if (own == Own::yes || pointer.outcome != PointerReport::Outcome::kept)
        report_.pointers.push_back(pointer);
    co_return Result<void>{};
  }

  void note_error(const Error& error) {
    events_.note(options_.region, Gravity::warning,
                 fmt::format("  copy to {}: {}", report_.repository, to_line(error)));
    if (!report_.error) report_.error = error;
  }

  snapshot::Repository& from_;
  snapshot::Repository& to_;
  CopyOptions options_;
  Events& events_;
  CallScope scope_;
  CopyReport report_;
};

// Is it the same place, as far as names tell?
bool is_same(const RepositoryAddress& one, const RepositoryAddress& other) {
  const auto* s3 = std::get_if<S3Address>(&one);
  const auto* other_s3 = std::get_if<S3Address>(&other);
  if (s3 != nullptr && other_s3 != nullptr) return s3->bucket == other_s3->bucket;
  if (s3 != nullptr || other_s3 != nullptr) return false;
  const auto real = [](const RepositoryAddress& address) {
    std::error_code wrong;
    const auto& path = std::get<snapshot::DirectoryAddress>(address).path;
    auto real_path = std::filesystem::weakly_canonical(std::filesystem::absolute(path), wrong);
    return (wrong ? path : real_path).lexically_normal() / "";
  };
  return real(one) == real(other);
}

}  // namespace

Result<std::vector<RepositoryAddress>> parse_copies(std::string_view flag,
                                                    const std::vector<std::string>& words) {
  std::vector<RepositoryAddress> copies;
  for (const std::string& word : words) {
    SSMB_TRY(address, snapshot::parse_repository(word));
    const auto* s3 = std::get_if<S3Address>(&address);
    if (s3 != nullptr && !s3->region)
      return fail(ErrorKind::usage,
                  fmt::format("{} {} does not say in which Region the bucket is", flag, word),
                  fmt::format("write {},region=R; the Region of the parameters would be lost "
                              "together with them",
                              word));
    if (std::ranges::find(copies, address) == copies.end()) copies.push_back(std::move(address));
  }
  return copies;
}

bool outlives(const RepositoryAddress& copy, const Region& region) {
  const auto* s3 = std::get_if<S3Address>(&copy);
  return s3 == nullptr || s3->region != region || s3->owner.has_value();
}

bool lies_beside(const RepositoryAddress& copy, const Region& region, const AccountId& account) {
  const auto* s3 = std::get_if<S3Address>(&copy);
  return s3 != nullptr && s3->region == region && s3->owner == account;
}

Result<void> check_copies(std::string_view flag, const std::vector<RepositoryAddress>& copies,
                          const std::map<Region, RepositoryAddress>& repositories) {
  if (copies.empty()) return {};
  for (const auto& [region, repository] : repositories) {
    for (const RepositoryAddress& copy : copies)
      if (is_same(copy, repository))
        return fail(
            ErrorKind::usage,
            fmt::format("{} {} is the repository of {} itself", flag, to_string(copy), region),
            "name another bucket, or another directory");
    const auto serves = [&region](const RepositoryAddress& copy) { return outlives(copy, region); };
    if (std::ranges::none_of(copies, serves))
      return fail(ErrorKind::usage,
                  fmt::format("{} {} lies in {} with the parameters, and would be lost with them",
                              flag, to_string(copies.front()), region),
                  "name one in another Region, or in another account (,owner=ACCOUNT)");
  }
  return {};
}

bool is_whole(const CopyReport& report, snapshot::AcceptShrink accept_shrink) {
  using Outcome = PointerReport::Outcome;
  if (report.error) return false;
  const bool held =
      report.shrink != snapshot::Shrink::none && accept_shrink == snapshot::AcceptShrink::no;
  return std::ranges::none_of(report.pointers, [held](const PointerReport& pointer) {
    return pointer.outcome == Outcome::failed || (held && pointer.outcome == Outcome::kept);
  });
}

Task<CopyReport> copy_backup(snapshot::Repository& from, snapshot::Repository& to,
                             const snapshot::Written& written, CopyOptions options, Events& events,
                             CallScope scope) {
  Copying copying(from, to, std::move(options), events, std::move(scope));
  const auto done = co_await contained(copying.all(written));
  co_return copying.ended(done);
}

CopyReport no_copy(const snapshot::Repository& to, const CopyOptions& options, Events& events) {
  CopyReport report{.repository = to.describe()};
  report.error = Error{.kind = ErrorKind::configuration,
                       .what = fmt::format("{} is in the Region and the account of the parameters, "
                                           "and would be lost with them",
                                           report.repository),
                       .fault = std::nullopt,
                       .next = "name one in another Region, or in another account"};
  events.note(options.region, Gravity::warning, "  " + report.error->what);
  return report;
}

Task<CopyReport> foresee_copy(snapshot::Repository& from, snapshot::Repository& to,
                              CopyOptions options, Events& events, CallScope scope) {
  Copying copying(from, to, std::move(options), events, std::move(scope));
  const auto done = co_await contained(copying.rehearse());
  co_return copying.ended(done);
}

}  // namespace ssmb::engine
