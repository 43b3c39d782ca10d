#include "engine/past.h"

#include <algorithm>

#include "aws/paging.h"
#include "base/planted.h"
#include "base/try.h"

namespace ssmb::engine {
namespace {

using snapshot::Depth;

// By version, each once: the order of pages is a service's habit, not its word.
void put_in_order(std::vector<HistoryEntry>& entries) {
  const auto version = [](const HistoryEntry& entry) { return entry.metadata.version; };
  std::ranges::sort(entries, {}, version);
  const auto doubles = std::ranges::unique(entries, {}, version);
  entries.erase(doubles.begin(), doubles.end());
}

Past past_of(std::vector<HistoryEntry> entries, Depth depth) {
  Past past;
  past.newest = std::move(entries.back().metadata);
  past.labels = std::move(entries.back().labels);
  entries.pop_back();
  for (const HistoryEntry& entry : entries) {
    if (!entry.labels.empty() && !planted(Defect::old_labels_lost))
      past.labelled_versions.push_back({.version = entry.metadata.version, .labels = entry.labels});
  }
  if (depth == Depth::history) past.history = std::move(entries);
  return past;
}

}  // namespace

ResultTask<Past> read_past(aws::ssm::Client ssm, ParameterName name, Depth depth, CallScope scope) {
  const auto decryption =
      depth == Depth::history ? aws::ssm::Decryption::yes : aws::ssm::Decryption::no;
  std::vector<HistoryEntry> entries;
  const auto fetch = [&](std::string token) {
    return ssm.get_parameter_history(name, decryption, std::move(token), scope);
  };
  const auto take = [&](aws::ssm::HistoryPage page) -> ResultTask<void> {
    for (HistoryEntry& entry : page.entries) {
      if (depth != Depth::history) entry.value = {};
      entries.push_back(std::move(entry));
    }
    co_return Result<void>{};
  };
  SSMB_CO_TRY_VOID(co_await aws::for_each_page(fetch, take, [&entries] { entries.clear(); }));
  if (entries.empty())
    co_return fail(ErrorKind::corrupt, "the history of " + name.str() + " is empty");
  put_in_order(entries);
  co_return past_of(std::move(entries), depth);
}

std::uint64_t bytes_of_history(const Parameter& parameter) {
  std::uint64_t bytes = 0;
  if (!parameter.history) return bytes;
  for (const HistoryEntry& entry : *parameter.history) {
    bytes += sizeof entry + entry.value.size() + entry.metadata.description.size();
    for (const Policy& policy : entry.metadata.policies) bytes += policy.text.size();
  }
  return bytes;
}

}  // namespace ssmb::engine
