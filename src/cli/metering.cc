#include "cli/metering.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/files.h"
#include "base/text.h"
#include "base/try.h"
#include "cli/notifying.h"
#include "cli/run_command.h"
#include "notify/secret_source.h"
#include "report/file_lock.h"
#include "report/work_dir.h"

namespace ssmb::cli {
namespace {

constexpr Duration kLockPause = std::chrono::milliseconds{50};
constexpr Duration kLockLimit = std::chrono::seconds{5};  // it is held for one small file's writing
constexpr const char* kMayWrite =
    "--metrics-file is a file in a directory that is there and that this user may write to";
constexpr const char* kAnothers =
    "another user has written this file before: one user a file, or users of one group that a "
    "directory of mode 2775 has; remove the lock to hand it over (docs/metrics.md)";

std::filesystem::path directory_of(const std::filesystem::path& file) {
  return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

std::string said(Context& context, const std::string& flag, const char* variable) {
  return flag.empty() ? context.environment().variable(variable) : flag;
}

std::filesystem::path lock_of(const std::filesystem::path& file) {
  return directory_of(file) / fmt::format(".{}.lock", file.filename().string());
}

bool lock_is_there(const std::filesystem::path& file) {
  std::error_code bad;
  return std::filesystem::exists(lock_of(file), bad);
}

// Two Regions' processes may write the same file at once.
ResultTask<report::FileLock> lock_beside(Runtime& runtime, std::filesystem::path file) {
  const std::filesystem::path lock = lock_of(file);
  const SteadyTime limit = runtime.steady() + kLockLimit;
  while (true) {
    auto taken = report::FileLock::try_take(lock, report::FileLock::Takers::group);
    if (!taken) co_return fail(std::move(taken).error());
    if (*taken) co_return *std::move(*taken);
    if (runtime.steady() >= limit)
      co_return fail(ErrorKind::local_io, fmt::format("another process holds {}", lock.string()),
                     "end it");
    SSMB_CO_TRY_VOID(co_await runtime.sleep(kLockPause, {}));
  }
}

Result<report::Metrics> metrics_in(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text && text.error().kind == ErrorKind::not_found) return report::Metrics();
  if (!text) return fail(std::move(text).error());
  auto metrics = report::parse_exposition(*text);
  if (!metrics) return fail(std::move(metrics).error().within(file.string()));
  return metrics;
}

// As far as no call is needed for it.
Result<SecretText> login_at_hand(Context& context, const notify::SecretSource& source) {
  auto login = notify::secret_at_hand(context.environment().variables, source);
  if (!login) {
    Error error = std::move(login).error();
    error.kind = ErrorKind::configuration;
    return fail(std::move(error));
  }
  return login->value_or(SecretText("USER:PASSWORD"));
}

}  // namespace

void add_metrics_flags(FlagSet& flags, MetricsFlags& target) {
  flags
      .text("--metrics-file", "FILE", target.file,
            "metrics for Prometheus's node_exporter: a .prom file (docs/metrics.md) "
            "[$SSM_BACKUP_METRICS_FILE]",
            ValueKind::file)
      .text("--metrics-push", "URL", target.push,
            "and for a Pushgateway: http://HOST:9091 [$SSM_BACKUP_METRICS_PUSH]")
      .text("--metrics-auth", "SOURCE", target.auth,
            "where its USER:PASSWORD lies: env:NAME, file:PATH, ssm:/NAME "
            "[$SSM_BACKUP_METRICS_AUTH]");
}

Result<Metering> Metering::from(Context& context, const MetricsFlags& flags) {
  Metering metering(context);
  metering.file_ = said(context, flags.file, "SSM_BACKUP_METRICS_FILE");
  metering.url_ = said(context, flags.push, "SSM_BACKUP_METRICS_PUSH");
  metering.auth_ = said(context, flags.auth, "SSM_BACKUP_METRICS_AUTH");
  // A login that only a call would bring is one all the same: it goes to no http:// elsewhere.
  SecretText login;
  if (!metering.auth_.empty()) {
    auto source = notify::parse_secret_source(metering.auth_);
    if (!source) return fail(std::move(source).error().within("--metrics-auth"));
    auto here = login_at_hand(context, *source);
    if (!here) return fail(std::move(here).error().within("--metrics-auth"));
    login = *std::move(here);
  }
  if (!metering.url_.empty()) {
    if (auto good = notify::check_pushgateway({.url = metering.url_, .login = login}); !good)
      return fail(std::move(good).error().within("--metrics-push"));
  }
  return metering;
}

Metering Metering::none(Context& context, const MetricsFlags& flags, std::string_view why) {
  const bool asked = !flags.file.empty() || !flags.push.empty();
  if (asked && context.options().log_level == "info")
    context.err() << fmt::format("note: {} leaves no metrics\n", why);
  return Metering(context);
}

Task<void> Metering::leave(const report::Metrics& metrics, report::OtherRegions others) {
  if (file_.empty()) co_return;
  const auto done = co_await write(metrics, others);
  tell(done, "wrote metrics to " + printable(file_, 200), "warning: metrics not written: ");
}

ResultTask<void> Metering::write(const report::Metrics& metrics, report::OtherRegions others) {
  const std::filesystem::path file(file_);
  std::error_code bad;
  if (!std::filesystem::is_directory(directory_of(file), bad))
    co_return fail(ErrorKind::local_io,
                   fmt::format("there is no directory {}", directory_of(file).string()), kMayWrite);
  auto lock = co_await lock_beside(context_.runtime(), file);
  if (!lock) {
    if (lock.error().kind == ErrorKind::local_io && lock.error().next == report::kWritable)
      lock.error().next = lock_is_there(file) ? kAnothers : kMayWrite;
    co_return fail(std::move(lock).error());
  }
  SSMB_CO_TRY(before, metrics_in(file));
  auto written =
      write_public_file(file, report::exposition(report::after_run(before, metrics, others)));
  if (!written) co_return fail(std::move(written).error().advising(kMayWrite));
  co_return Result<void>{};
}

Task<void> Metering::push(report::Metrics metrics) {
  if (url_.empty()) co_return;
  const auto done = co_await send(std::move(metrics));
  tell(done, "pushed metrics to the Pushgateway", "warning: metrics not pushed: ");
}

ResultTask<void> Metering::send(report::Metrics metrics) {
  const CallScope scope = last_words(context_);
  notify::Pushgateway gateway{.url = url_, .login = {}};
  if (!auth_.empty()) {
    SSMB_CO_TRY(source, notify::parse_secret_source(auth_));
    SSMB_CO_TRY(login, co_await notify::read_secret(secret_world(context_), source, scope));
    gateway.login = login;
  }
  co_return co_await notify::push_metrics(context_.runtime(), context_.environment().transport,
                                          std::move(gateway), std::move(metrics), scope);
}

void Metering::tell(const Result<void>& done, std::string_view did, std::string_view did_not) {
  if (!done) {
    context_.err() << did_not << to_line(done.error()) << '\n';
    if (const std::string& next = done.error().next; !next.empty())
      context_.err() << "next: " << next << '\n';
  } else if (context_.options().log_level == "info" &&
             context_.options().form() == CommonOptions::OutputForm::text) {
    context_.err() << did << '\n';
  }
}

report::OtherRegions regions_beside(const Context& context) {
  return context.options().regions.empty() ? report::OtherRegions::dropped
                                           : report::OtherRegions::kept;
}

report::RunEnding ending_of(Context& context, ssmb::Environment env,
                            const Result<Outcome>& outcome) {
  const int code = outcome
                       ? exit_code(*outcome)
                       : exit_code(outcome.error().kind, context.environment().interrupt.signal());
  return {.env = std::move(env),
          .at = context.runtime().now(),
          .exit_code = code,
          .version = std::string(kVersion)};
}

}  // namespace ssmb::cli
