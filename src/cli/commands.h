// The one visible table of commands. Help, completion and docs/commands.md follow from it.
#pragma once

#include <span>

#include "cli/command.h"

namespace ssmb::cli {

std::span<const Command> commands();

// One function for each file in commands/.
Command backup_command();
Command completion_command();
Command infra_apply_command();
Command infra_destroy_command();
Command infra_plan_command();
Command list_command();
Command regions_command();
Command show_command();
Command verify_command();

}  // namespace ssmb::cli
