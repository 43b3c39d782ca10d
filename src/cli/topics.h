// What is not of one command: `ssm-backup help TOPIC`, and a man page of section 7 for each. Help,
// completion and man pages follow from this table, as they do from that of the commands.
//
// To add one: its file in topics/, a declaration and a row here.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/columns.h"
#include "cli/command.h"

namespace ssmb::cli {

// A paragraph, rows, or a paragraph and the rows that it speaks of.
struct Block {
  std::string title;  // may be empty
  std::string text;
  std::vector<Row> rows;
};

struct Topic {
  std::string_view name;                   // "exit-codes": one word, unlike any command's
  std::string_view summary;                // one line
  std::vector<std::string_view> commands;  // whose help names this topic
  std::vector<Block> blocks;
  std::vector<Example> examples;       // what to type next
  std::vector<std::string_view> docs;  // to read on: "docs/restore.md"
};

Topic troubleshooting_topic();
Topic exit_codes_topic();
Topic credentials_topic();
Topic home_region_topic();
Topic repositories_topic();
Topic scope_topic();
Topic restoring_topic();
Topic drills_topic();
Topic retention_topic();
Topic copies_topic();
Topic quotas_topic();
Topic notices_topic();
Topic monitoring_topic();
Topic files_topic();
Topic environment_topic();
Topic secrets_topic();

// In the order in which help lists them.
inline constexpr std::array kTopicTable{
    &troubleshooting_topic, &exit_codes_topic, &credentials_topic, &home_region_topic,
    &repositories_topic,    &scope_topic,      &restoring_topic,   &drills_topic,
    &retention_topic,       &copies_topic,     &quotas_topic,      &notices_topic,
    &monitoring_topic,      &files_topic,      &environment_topic, &secrets_topic,
};

std::span<const Topic> topics();

// Those that the help of this command names.
std::vector<const Topic*> topics_of(const Command& command);

}  // namespace ssmb::cli
