// The flags that every command shares, declared once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/flags.h"

namespace ssmb::cli {

struct CommonOptions {
  std::string env;
  std::vector<std::string> regions;
  std::string home_region;
  std::string profile;
  std::string endpoint_url;
  std::string repository;
  int concurrency = 16;
  std::optional<int> quota_share = 50;  // percent; nullopt: the quotas are not minded
  Duration deadline = std::chrono::minutes{10};
  std::string work_dir = "backup-work";
  std::string run_id;
  std::string output = "text";
  std::string progress = "auto";
  std::string log_level = "info";

  enum class OutputForm { text, json };
  OutputForm form() const { return output == "json" ? OutputForm::json : OutputForm::text; }
};

// What a command works on: which of the common flags it takes follows from that.
enum class Needs {
  nothing,     // no network
  aws,         // credentials
  parameters,  // credentials, an environment and its Regions
  repository,  // the same, and where snapshots lie
};

void add_common_flags(FlagSet& flags, CommonOptions& options, Needs needs);

}  // namespace ssmb::cli
