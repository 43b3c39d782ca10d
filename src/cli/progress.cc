#include "cli/progress.h"

namespace ssmb::cli {
namespace {

using Form = report::ProgressOptions::Form;
using Level = report::ProgressOptions::Level;

Form form_of(Context& context) {
  const CommonOptions& options = context.options();
  if (options.progress == "none") return Form::none;
  if (options.form() == CommonOptions::OutputForm::json) return Form::json;
  const Environment& environment = context.environment();
  const bool moves = environment.err_stream == Stream::terminal &&
                     environment.variable("TERM") != "dumb" && options.progress == "auto";
  return moves ? Form::moving : Form::plain;
}

Level level_of(const std::string& word) {
  if (word == "error") return Level::error;
  return word == "warning" ? Level::warning : Level::info;
}

report::ProgressOptions options_for(Context& context, const std::vector<Region>& regions) {
  return {.form = form_of(context),
          .level = level_of(context.options().log_level),
          .colour = colour_of(context.environment()),
          .columns = context.environment().columns,
          .regions = regions};
}

}  // namespace

std::unique_ptr<report::Progress> make_progress(Context& context,
                                                const std::vector<Region>& regions) {
  return report::make_progress(options_for(context, regions), context.runtime(), context.err());
}

std::unique_ptr<report::RestoreWatch> make_restore_watch(Context& context, const Region& target) {
  return report::make_restore_watch(options_for(context, {target}), target, context.runtime(),
                                    context.err());
}

}  // namespace ssmb::cli
