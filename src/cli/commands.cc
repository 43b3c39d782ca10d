#include "cli/commands.h"

#include <vector>

namespace ssmb::cli {

std::span<const Command> commands() {
  static const std::vector<Command> table{
      backup_command(),      list_command(),          show_command(),
      verify_command(),      regions_command(),       infra_plan_command(),
      infra_apply_command(), infra_destroy_command(), completion_command(),
  };
  return table;
}

}  // namespace ssmb::cli
