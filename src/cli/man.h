// Man pages from the tables of commands and of topics: ssm-backup(1), one of section 1 for each
// command, one of section 7 for each topic.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/topics.h"

namespace ssmb::cli {

struct ManPage {
  std::string name;  // "ssm-backup-infra-plan"
  int section = 1;
  std::string text;  // for man(1), in the macros of man(7)

  std::string file() const { return name + '.' + std::to_string(section); }
};

std::vector<ManPage> man_pages(std::span<const Command> commands, std::span<const Topic> topics);

// `text` so that it comes out as it is, wherever it stands on a line but for the first column of
// one: hyphens, backslashes, quotes. What stands in backticks becomes bold.
std::string roff(std::string_view text);
// Lines of such text, none of which a formatter takes for a request.
std::string roff_lines(std::string_view text);

}  // namespace ssmb::cli
