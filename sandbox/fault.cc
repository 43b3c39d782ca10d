#include "sandbox/fault.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ssmb::sandbox {
namespace {

using Globs = std::span<const std::string_view>;

constexpr auto kAll = std::to_array<std::string_view>({"*"});
constexpr auto kHeads = std::to_array<std::string_view>({"s3:Head*"});
constexpr auto kJson = std::to_array<std::string_view>({"ssm:*", "tag:*"});
constexpr auto kListings = std::to_array<std::string_view>(
    {"ssm:DescribeParameters", "ssm:GetParametersByPath", "ssm:GetParameterHistory",
     "tag:GetResources", "s3:ListObjectsV2"});
constexpr auto kDecrypting =
    std::to_array<std::string_view>({"ssm:GetParameter", "ssm:GetParameters",
                                     "ssm:GetParametersByPath", "ssm:GetParameterHistory"});
constexpr auto kComplete = std::to_array<std::string_view>({"s3:CompleteMultipartUpload"});

// A HEAD has no body that could be cut or slow.
constexpr auto kKinds = std::to_array<FaultKind>({
    {Fault::throttle, "throttle", FaultStage::service, kAll},
    {Fault::error_500, "error-500", FaultStage::service, kAll},
    {Fault::error_503, "error-503", FaultStage::service, kAll},
    {Fault::access_denied, "access-denied", FaultStage::service, kAll},
    {Fault::reset_before, "reset-before", FaultStage::arrival, kAll},
    {Fault::reset_after, "reset-after", FaultStage::service, kAll},
    {Fault::cut_body, "cut-body", FaultStage::service, kAll, kHeads},
    {Fault::cut_json, "cut-json", FaultStage::service, kJson},
    {Fault::slow_body, "slow-body", FaultStage::service, kAll, kHeads},
    {Fault::silent, "silent", FaultStage::arrival, kAll},
    {Fault::html, "html", FaultStage::arrival, kAll},
    {Fault::huge_error, "huge-error", FaultStage::service, kAll, kHeads},
    {Fault::empty_page, "empty-page", FaultStage::service, kListings},
    {Fault::stale_token, "stale-token", FaultStage::service, kListings},
    {Fault::denied_key, "denied-key", FaultStage::decryption, kDecrypting},
    {Fault::complete_200_error, "complete-200-error", FaultStage::service, kComplete},
    {Fault::wrong_clock, "wrong-clock", FaultStage::clock, kAll},
    {Fault::opt_in, "opt-in", FaultStage::arrival, kAll},
});

bool fits_any(Globs globs, std::string_view operation) {
  return std::ranges::any_of(globs,
                             [&](std::string_view glob) { return glob_match(glob, operation); });
}

}  // namespace

std::span<const FaultKind> fault_kinds() { return kKinds; }

const FaultKind& kind_of(Fault fault) {
  // Every fault has its row: tests/sandbox/faults_test.cc counts them.
  return *std::ranges::find(kKinds, fault, &FaultKind::fault);
}

std::optional<Fault> fault_named(std::string_view name) {
  const auto found = std::ranges::find(kKinds, name, &FaultKind::name);
  return found == kKinds.end() ? std::nullopt : std::optional(found->fault);
}

bool fits(Fault fault, std::string_view operation) {
  const FaultKind& kind = kind_of(fault);
  return fits_any(kind.fits, operation) && !fits_any(kind.except, operation);
}

}  // namespace ssmb::sandbox
