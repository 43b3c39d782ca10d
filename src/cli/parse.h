// From a command line to flags that are set. CLI11 does the work, and its exceptions end here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/flags.h"

namespace ssmb::cli {

enum class Parsed { run, help };

// Sets what `words` (the command line behind the command's name) say. Errors are of kind usage:
// one line, with the nearest flag where one is meant.
Result<Parsed> parse_flags(std::string_view command, FlagSet& own, FlagSet& common,
                           const std::vector<std::string>& words);

// The candidate that `word` was probably meant to be; empty if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);
// Up to three: those that hold `word`, else the nearest one. May be empty.
std::vector<std::string> near_names(std::string_view word,
                                    const std::vector<std::string>& candidates);

}  // namespace ssmb::cli
