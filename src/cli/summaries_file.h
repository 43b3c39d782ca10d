// region_summaries.json (docs/summaries.md), read back: for notices and for the report.
#pragma once

#include <boost/json/value.hpp>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "notify/notice.h"

namespace ssmb::cli {

// nullopt: there is none, which is news by itself. corrupt: it is not JSON.
Result<std::optional<boost::json::value>> read_summaries(const std::filesystem::path& file);

// usage: they are of another environment's run, of which nobody is told as of this one's.
Result<void> check_environment(const notify::Notice& notice);

}  // namespace ssmb::cli
