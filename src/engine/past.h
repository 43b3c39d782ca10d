// What GetParameterHistory tells of one parameter, as far as a depth wants it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aws/ssm/client.h"
#include "parameter/parameter.h"
#include "snapshot/manifest.h"

namespace ssmb::engine {

struct Past {
  aws::ssm::Metadata newest;
  std::vector<std::string> labels;                   // of the newest version
  std::vector<VersionLabels> labelled_versions;      // older ones that carry labels, oldest first
  std::optional<std::vector<HistoryEntry>> history;  // Depth::history: all older ones, oldest first
};

// One parameter's most: 100 versions of 8 KB, and a page of them on its way in and out of JSON.
inline constexpr std::uint64_t kMostBytesOfHistory = std::uint64_t{3} << 19;

// All pages. Only Depth::history reads (and decrypts) values; else none is held.
ResultTask<Past> read_past(aws::ssm::Client ssm, ParameterName name, snapshot::Depth depth,
                           CallScope scope);

// Memory that the history takes; 0 where there is none.
std::uint64_t bytes_of_history(const Parameter& parameter);

}  // namespace ssmb::engine
