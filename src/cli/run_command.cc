#include "cli/run_command.h"

#include <boost/json/serialize.hpp>
#include <new>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/described.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "report/error_text.h"

namespace ssmb::cli {
namespace {

using Words = std::vector<std::string>;

struct Found {
  const Command* command;
  Words rest;
};

bool is_help(std::string_view word) { return word == "--help" || word == "-h"; }

std::unexpected<Error> wrong_member(const Words& words, const Words& members) {
  const std::string& group = words[0];
  const std::string list = join(members, ", ");
  const std::string next = "ssm-backup " + group + " --help";
  if (words.size() == 1) return fail(ErrorKind::usage, group + " wants one of " + list, next);
  const std::string meant = nearest(words[1], members);
  return fail(ErrorKind::usage,
              group + " has no command '" + printable(words[1], 80) + "'" +
                  (meant.empty() ? ": it has " + list : "; did you mean '" + meant + "'?"),
              next);
}

Result<Found> find_command(const Words& words) {
  const std::string second = words.size() > 1 ? words[0] + ' ' + words[1] : words[0];
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    names.emplace_back(command.name);
    if (command.name == second && words.size() > 1)
      return Found{&command, Words(words.begin() + 2, words.end())};
    if (command.name == words[0]) return Found{&command, Words(words.begin() + 1, words.end())};
  }
  const std::string word = printable(words[0], 80);
  if (words[0].starts_with('-'))
    return fail(ErrorKind::usage, "the command comes first, then its flags: got " + word,
                "ssm-backup --help");
  if (const Words members = members_of(commands(), words[0]); !members.empty())
    return wrong_member(words, members);
  std::string meant = nearest(second, names);
  if (meant.empty()) meant = nearest(words[0], names);
  return fail(
      ErrorKind::usage,
      "unknown command '" + word + "'" + (meant.empty() ? "" : "; did you mean '" + meant + "'?"),
      "ssm-backup --help");
}

int tell(const Error& error, Environment& environment, const AccountId& account = {}) {
  environment.err << report::render_error(error, colour_of(environment), account);
  return exit_code(error.kind, environment.interrupt.signal());
}

// A command line that cannot be run: nothing of it has been set, --output json neither.
int refuse(const Error& error, const Words& words, Environment& environment) {
  bool json = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool two = words[i] == "--output" && i + 1 < words.size() && words[i + 1] == "json";
    json = json || two || words[i] == "--output=json";
  }
  if (json) environment.out << boost::json::serialize(report::failure_json(error)) << '\n';
  return tell(error, environment);
}

ResultTask<Outcome> run_guarded(const Declaration& declaration, Context& context) {
  // What libraries may throw (memory, a defect) ends here as an error like any other.
  try {
    co_return co_await declaration.run(context);
  } catch (const std::bad_alloc&) {
    co_return fail(ErrorKind::internal, "out of memory", "lower --concurrency");
  } catch (const std::exception& thrown) {
    co_return fail(ErrorKind::internal, "a defect of ssm-backup: " + printable(thrown.what()),
                   "report it with the command line");
  }
}

// Standard output may be a full disk or a closed pipe: then the result was not delivered.
Result<void> flush(Environment& environment) {
  environment.out.flush();
  if (environment.out) return {};
  return fail(ErrorKind::local_io, "the result could not be written to standard output",
              "it is closed or full: send it elsewhere; what the command did is done");
}

Task<int> run_found(Found found, Environment& environment) {
  const Declaration declaration = found.command->declare();
  CommonOptions options = common_options(*found.command);
  FlagSet common;
  add_common_flags(common, options, found.command->needs);
  FlagSet own = declaration.flags;
  const auto parsed = parse_flags(found.command->name, own, common, found.rest);
  if (!parsed) co_return refuse(parsed.error(), found.rest, environment);
  if (*parsed == Parsed::help) {
    environment.out << command_help(*found.command);
    co_return exit_code(Outcome::done);
  }
  Words words{std::string(found.command->name)};
  words.insert(words.end(), found.rest.begin(), found.rest.end());
  Context context(options, environment, std::move(words));
  auto outcome = co_await run_guarded(declaration, context);
  if (!outcome) {
    if (options.form() == CommonOptions::OutputForm::json && !context.printed())
      print(context, report::failure_json(outcome.error(), context.account()));
    co_return tell(outcome.error(), environment, context.account());
  }
  if (auto flushed = flush(environment); !flushed) co_return tell(flushed.error(), environment);
  co_return exit_code(*outcome);
}

}  // namespace

Task<int> run_command(std::vector<std::string> words, Environment& environment) {
  if (words.empty()) {
    environment.err << overview(commands(), topics());
    co_return exit_code(ErrorKind::usage, 0);
  }
  if (is_help(words[0])) {
    environment.out << overview(commands(), topics());
    co_return exit_code(Outcome::done);
  }
  if (words.size() == 2 && (is_help(words[1]) || words[1] == "help") &&
      !members_of(commands(), words[0]).empty()) {
    environment.out << group_help(words[0], commands());
    co_return exit_code(Outcome::done);
  }
  if (words[0] == "--version") {
    environment.out << "ssm-backup " << kVersion << '\n';
    co_return exit_code(Outcome::done);
  }
  auto found = find_command(words);
  if (!found) co_return refuse(found.error(), words, environment);
  co_return co_await run_found(std::move(*found), environment);
}

}  // namespace ssmb::cli
