// The one visible table of commands. Help, man pages, completion and docs/commands.md follow from
// it.
//
// To add one: its file in commands/, a declaration and a row here, and its test.
#pragma once

#include <array>
#include <span>

#include "cli/command.h"

namespace ssmb::cli {

Command backup_command();
Command list_command();
Command show_command();
Command verify_command();
Command drill_command();
Command diff_command();
Command history_command();
Command restore_command();
Command doctor_command();
Command regions_command();
Command infra_plan_command();
Command infra_apply_command();
Command infra_destroy_command();
Command iam_policy_command();
Command report_command();
Command notify_command();
Command completion_command();
Command man_command();
Command help_command();

// In the order in which help lists them.
inline constexpr std::array kCommandTable{
    &backup_command,        &list_command,       &show_command,       &history_command,
    &verify_command,        &drill_command,      &diff_command,       &restore_command,
    &doctor_command,        &regions_command,    &infra_plan_command, &infra_apply_command,
    &infra_destroy_command, &iam_policy_command, &report_command,     &notify_command,
    &completion_command,    &man_command,        &help_command,
};

std::span<const Command> commands();

}  // namespace ssmb::cli
