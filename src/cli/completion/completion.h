// Completion scripts for shells, from the table of commands. Each is whole: commands, flags (those
// that were given already only where they are repeatable), choices, files, Regions, the profiles of
// the AWS configuration files, and what arguments are offered.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace ssmb::cli {

std::string bash_completion(std::span<const Command> commands);
std::string zsh_completion(std::span<const Command> commands);
std::string fish_completion(std::span<const Command> commands);

// What the three share.

// "ap-northeast-1 ap-northeast-2 ...": those that are on in every account; others can be typed.
std::string region_words();
// A sed program that prints the names of profiles in ~/.aws/config, and one for the credentials
// file. Neither holds a single quote.
std::string_view config_profiles_sed();
std::string_view credentials_profiles_sed();

}  // namespace ssmb::cli
