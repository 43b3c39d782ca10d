#include "cli/stack_file.h"

#include <filesystem>

#include "base/files.h"
#include "base/try.h"

namespace ssmb::cli {
namespace {

// The project's own configuration, which the stack's goes over.
Result<std::string> read_project(const std::string& file) {
  auto text = read_file(std::filesystem::path(file).parent_path() / "Pulumi.yaml");
  if (!text && text.error().kind == ErrorKind::not_found) return std::string();
  return text;
}

}  // namespace

Result<engine::Stack> read_stack_file(const std::string& file) {
  if (file.empty())
    return fail(ErrorKind::usage, "--file is missing", "name the stack: -f Pulumi.dev.yaml");
  auto text = read_file(file);
  if (!text && text.error().kind == ErrorKind::not_found)
    return fail(ErrorKind::configuration, text.error().what,
                "name the stack file: -f Pulumi.<env>.yaml");
  if (!text) return fail(std::move(text).error());
  SSMB_TRY(project, read_project(file));
  auto stack = engine::parse_stack(*text, project);
  if (!stack) return fail(std::move(stack).error().within(file));
  return stack;
}

}  // namespace ssmb::cli
