#include "cli/context.h"

#include <boost/json/serialize.hpp>

#include "snapshot/layout.h"

namespace ssmb::cli {
Context::Context(CommonOptions options, Environment& environment, std::vector<std::string> words)
    : options_(std::move(options)), environment_(environment), words_(std::move(words)) {}

Context::~Context() = default;

report::Colour colour_of(const Environment& environment) {
  const bool wanted = environment.err_stream == Stream::terminal &&
                      environment.variable("NO_COLOR").empty() &&
                      environment.variable("TERM") != "dumb";
  return wanted ? report::Colour::on : report::Colour::off;
}

CallScope Context::scope() {
  return {.deadline = runtime().steady() + options_.deadline,
          .stop = environment_.interrupt.token()};
}

Result<ssmb::Environment> Context::env() const {
  if (options_.env.empty())
    return fail(ErrorKind::usage, "--env is missing", "name the environment: --env dev");
  ssmb::Environment env(options_.env);
  if (auto checked = snapshot::check_environment(env); !checked)
    return fail(std::move(checked).error().within("--env"));
  return env;
}

RunId Context::new_run_id() {
  if (run_id_.empty()) run_id_ = RunId(runtime().random_id());
  return run_id_;
}

void print(Context& context, const boost::json::value& document) {
  context.out() << boost::json::serialize(document) << '\n';
  context.set_printed();
}

}  // namespace ssmb::cli
