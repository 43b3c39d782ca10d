#include "engine/copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/try.h"

namespace ssmb::engine {
namespace {

using snapshot::PointerReport;
using snapshot::RepositoryAddress;
using snapshot::S3Address;

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
  const bool held = snapshot::is_held(report.shrink, accept_shrink);
  return std::ranges::none_of(report.pointers, [held](const PointerReport& pointer) {
    return pointer.outcome == Outcome::failed || (held && pointer.outcome == Outcome::kept);
  });
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

}  // namespace ssmb::engine
