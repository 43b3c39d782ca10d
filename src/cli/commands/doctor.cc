#include "engine/doctor/doctor.h"

#include <algorithm>

#include "base/try.h"
#include "cli/commands.h"
#include "cli/selection.h"
#include "engine/copies.h"
#include "report/doctor_text.h"

namespace ssmb::cli {
namespace {

using engine::doctor::Finding;
using engine::doctor::Purpose;

constexpr const char* kCopyTo = "--copy-to";

struct Options {
  std::string purpose = "backup";
  Duration max_age = std::chrono::hours{48};
  std::vector<std::string> copy_to;
};

void add_flags(FlagSet& flags, Options& options) {
  flags
      .choice("--for", {"backup", "restore", "drill", "all"}, options.purpose,
              "whose permissions are tried")
      .duration("--max-age", options.max_age, "how old the newest good snapshot may be")
      .texts(kCopyTo, "REPOSITORY", options.copy_to,
             "what `backup --copy-to` is given (repeatable): each copy is looked at, too",
             ValueKind::repository);
}

Purpose purpose_of(const Options& options) {
  if (options.purpose == "restore") return Purpose::restore;
  if (options.purpose == "drill") return Purpose::drill;
  return options.purpose == "all" ? Purpose::all : Purpose::backup;
}

Result<engine::doctor::Options> doctor_options(const Options& options, const Context& context) {
  const CommonOptions& common = context.options();
  SSMB_TRY(env, context.env());
  engine::doctor::Options out{.env = env,
                              .purpose = purpose_of(options),
                              .home = context.home_region(),
                              .only = {},
                              .repository = {},
                              .copies = {},
                              .max_age = options.max_age,
                              .deadline = common.deadline,
                              .proxies = {}};
  for (const std::string& name : common.regions) {
    const Region region(name);
    auto fits = snapshot::check_region(region);
    if (!fits) return fail(std::move(fits).error().within("--region"));
    if (std::ranges::find(out.only, region) == out.only.end()) out.only.push_back(region);
  }
  if (!common.repository.empty()) {
    auto address = parse_repository_flag(common.repository);
    if (!address) return fail(std::move(address).error());
    out.repository = *std::move(address);
  }
  SSMB_TRY(copies, engine::parse_copies(kCopyTo, options.copy_to));
  out.copies = std::move(copies);
  return out;
}

// Tells each finding as it comes, or keeps it for the one document.
class Telling {
 public:
  explicit Telling(Context& context)
      : context_(context),
        lines_(std::clamp<std::size_t>(context.environment().columns, kNarrow, kWide)) {}

  void tell(const Finding& finding) {
    if (finding.state == Finding::State::amiss) amiss_ = true;
    if (json())
      findings_.push_back(finding);
    else
      context_.out() << lines_.add(finding) << std::flush;
  }
  Outcome end(const ssmb::Environment& env) {
    if (json())
      print(context_, report::doctor_json(env, findings_));
    else
      context_.out() << lines_.end();
    return amiss_ ? Outcome::differences : Outcome::done;
  }

 private:
  static constexpr std::size_t kNarrow = 80;
  static constexpr std::size_t kWide = 120;

  bool json() const { return context_.options().form() == CommonOptions::OutputForm::json; }

  Context& context_;
  report::DoctorLines lines_;
  std::vector<Finding> findings_;
  bool amiss_ = false;
};

// What keeps even a session from being made is a finding like any other, unless a flag is wrong.
ResultTask<Outcome> run(const Options& options, Context& context) {
  SSMB_CO_TRY(with, doctor_options(options, context));
  const ssmb::Environment env = with.env;
  Telling telling(context);
  const auto tell = [&telling](const Finding& finding) { telling.tell(finding); };
  const auto session = context.session();
  if (!session && session.error().kind == ErrorKind::usage) co_return fail(session.error());
  if (!session) {
    const bool keys = session.error().kind == ErrorKind::credentials;
    engine::doctor::Findings(tell, Region())
        .amiss(keys ? "credentials" : "configuration", session.error(), "correct it");
    co_return telling.end(env);
  }
  SSMB_CO_TRY(proxies, aws::ProxySettings::from(context.environment().variables));
  with.proxies = proxies;
  SSMB_CO_TRY_VOID(co_await engine::doctor::examine(**session, std::move(with), tell,
                                                    context.environment().interrupt.token()));
  co_return telling.end(env);
}

}  // namespace

Command doctor_command() {
  return {.name = "doctor",
          .summary = "Say of everything that backups need whether it is in place, and what to do.",
          .details =
              "Credentials and clock; the metadata, and whether it agrees; each bucket, its owner "
              "and its settings; every permission, by tries that write nothing; the KMS keys of "
              "SecureStrings; how old the newest good snapshot is and when lifecycle deletes it; "
              "the copies. One thing amiss hides no other. Exit code 4 where something is amiss; "
              "what could not be looked at is unknown, and counted. docs/doctor.md",
          .needs = Needs::repository,
          .examples = {{"doctor --env dev", "as the role that backs up"},
                       {"doctor --env dev --for restore --region us-west-2",
                        "as the role that restores"},
                       {"doctor --env dev --copy-to s3://BUCKET,region=eu-west-1",
                        "where the backup copies, too"}},
          .declare = [] { return declare<Options>(add_flags, run); }};
}

}  // namespace ssmb::cli
