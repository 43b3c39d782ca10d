// The flags of `restore`, and what they come to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/named_snapshot.h"
#include "engine/restore/restore.h"

namespace ssmb::cli {

struct RestoreFlags {
  SnapshotChoice choice;
  std::string to_region;
  std::vector<std::string> names;
  std::vector<std::string> paths;
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<std::string> first;
  std::vector<std::string> maps;
  std::vector<std::string> kms_maps;
  std::string on_conflict = "skip";
  std::string expired = "ask";
  Toggle history = Toggle::off;
  Toggle delete_extra = Toggle::off;
  std::string confirm;
  std::string tags = "bulk";
  Toggle accept_incomplete = Toggle::off;
  Toggle from_other_account = Toggle::off;
  Toggle apply = Toggle::off;
  std::string as_planned;  // a file
  Toggle verbose = Toggle::off;
};

void add_restore_flags(FlagSet& flags, RestoreFlags& options);

// Pure; mapping's places are left open. usage: flags that do not fit together or cannot be read.
Result<engine::restore::RestoreOptions> restore_options(const RestoreFlags& flags,
                                                        const ssmb::Environment& env,
                                                        int concurrency);
// The command line for a shell, with --apply, and with the snapshot's key where the words only say
// "the newest" or a time: what was shown is what will be applied. `removed` parameters are
// confirmed by --confirm, which is left out where there are none.
std::string apply_line(std::vector<std::string> words, const RestoreFlags& flags,
                       const ObjectKey& key, std::uint64_t removed);
// The words as a shell reads them, a space before each.
std::string shell_words(const std::vector<std::string>& words);
// What a printed command has to be told again, so that it asks where this one has asked, as a shell
// reads it: " --repository R"; mostly empty.
std::string place_words(const CommonOptions& options);

}  // namespace ssmb::cli
