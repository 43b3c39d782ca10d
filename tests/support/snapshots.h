// A snapshot written in one call, for tests of everything that reads or judges one.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "snapshot/writer.h"
#include "tests/support/parameters.h"

namespace ssmb::testing {

struct SnapshotOptions {
  Time start;
  int count = 2;                      // plain parameters /app/dev/0000...
  std::vector<Parameter> parameters;  // in their place, where given
  std::vector<std::string> unreadable;
  std::vector<std::string> accepted;  // unreadable, but accepted
  std::vector<std::string> vanished;
  std::vector<std::string> selection;  // another scope than the default one
  std::vector<std::string> include;    // the default scope's globs, where the metadata names some
  snapshot::ScopeFrom scope_from = snapshot::ScopeFrom::known;
  snapshot::Completeness completeness = snapshot::Completeness::complete;
  snapshot::AcceptShrink accept_shrink = snapshot::AcceptShrink::no;
  snapshot::DefaultRegion default_region = snapshot::DefaultRegion::no;
  std::string environment = "dev";
  std::string region = "us-west-2";
  bool abort = false;  // in place of finish
};

inline std::vector<Parameter> plain_parameters(int count) {
  std::vector<Parameter> made;
  made.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    made.push_back(plain_parameter(fmt::format("/app/dev/{:04}", i), fmt::format("value {}", i)));
  return made;
}

inline snapshot::Unreadable denied(const std::string& name,
                                   snapshot::Unreadable::Accepted accepted) {
  return {.name = ParameterName(name),
          .error = snapshot::KeptError(
              {.kind = ErrorKind::denied, .what = "denied", .fault = {}, .next = {}}),
          .accepted = accepted};
}

inline snapshot::Scope scope_of(const SnapshotOptions& options) {
  const Environment environment(options.environment);
  if (!options.selection.empty()) return *snapshot::Scope::selection(options.selection);
  if (!options.include.empty())
    return *snapshot::Scope::of_environment(environment, options.include);
  return snapshot::Scope::of_environment(environment);
}

inline snapshot::RunInfo run_of(const SnapshotOptions& options) {
  const Environment environment(options.environment);
  return {.environment = environment,
          .region = Region(options.region),
          .account = AccountId("123456789012"),
          .run_id = RunId("run-1"),
          .tool_version = "0.0.0",
          .start = options.start,
          .scope = scope_of(options),
          .scope_from = options.scope_from};
}

inline ResultTask<snapshot::Written> write_snapshot(snapshot::Repository& repository,
                                                    SnapshotOptions options) {
  using snapshot::Unreadable;
  auto begun = co_await snapshot::SnapshotWriter::begin(repository, run_of(options), {});
  if (!begun) co_return fail(std::move(begun).error());
  snapshot::SnapshotWriter& writer = **begun;
  if (options.parameters.empty()) options.parameters = plain_parameters(options.count);
  for (const Parameter& parameter : options.parameters) {
    auto added = co_await writer.add(parameter, {});
    if (!added) co_return fail(std::move(added).error());
  }
  for (const auto& name : options.unreadable)
    writer.note_unreadable(denied(name, Unreadable::Accepted::no));
  for (const auto& name : options.accepted)
    writer.note_unreadable(denied(name, Unreadable::Accepted::yes));
  for (const auto& name : options.vanished) writer.note_vanished(ParameterName(name));
  if (options.abort) {
    co_await writer.abort();
    co_return fail(ErrorKind::cancelled, "aborted as asked");
  }
  snapshot::Ending ending{.end = options.start + std::chrono::seconds{9},
                          .completeness = options.completeness,
                          .listed = options.parameters.size() + options.unreadable.size() +
                                    options.accepted.size() + options.vanished.size(),
                          .accept_shrink = options.accept_shrink,
                          .default_region = options.default_region};
  auto written = co_await writer.finish(std::move(ending), {});
  if (!written) co_await writer.abort();
  co_return written;
}

}  // namespace ssmb::testing
