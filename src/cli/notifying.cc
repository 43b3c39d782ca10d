#include "cli/notifying.h"

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "base/try.h"
#include "runtime/concurrency.h"

namespace ssmb::cli {
namespace {

constexpr const char* kVariable = "SSM_BACKUP_NOTIFY";

std::string ca_bundle(const Environment& environment) {
  for (const char* name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (std::string file = environment.variable(name); !file.empty()) return file;
  }
  return {};
}

// Once a signal has come who waits for the end of this process is kept waiting for no longer than
// that, all sinks together.
constexpr Duration kAfterInterrupt = std::chrono::seconds{5};

Task<void> give_up_soon(Context& context, std::stop_source late, std::stop_token told) {
  constexpr Duration kForEver = std::chrono::hours{1};  // no sink takes so long
  std::stop_source either;
  const auto stop = [&either] { either.request_stop(); };
  const std::stop_callback on_signal(context.environment().interrupt.token(), stop);
  const std::stop_callback on_end(told, stop);
  (void)co_await context.runtime().sleep(kForEver, {.stop = either.get_token()});
  if (told.stop_requested()) co_return;
  (void)co_await context.runtime().sleep(kAfterInterrupt, {.stop = told});
  late.request_stop();
}

}  // namespace

Result<notify::Config> read_notify_config(Context& context, const std::string& file) {
  const std::string path = file.empty() ? context.environment().variable(kVariable) : file;
  if (path.empty())
    return fail(ErrorKind::usage, "nobody is named who is to be told",
                fmt::format("name a file: --config FILE, or set {} (docs/notices.md)", kVariable));
  auto text = read_file(path);
  if (!text) {
    Error error = std::move(text).error();
    error.kind = ErrorKind::configuration;
    return fail(std::move(error));
  }
  auto config = notify::parse_config(*text);
  if (!config) return fail(std::move(config).error().within(path));
  return config;
}

notify::Occasion occasion_of(Context& context, ssmb::Environment env) {
  const Environment& environment = context.environment();
  return {.env = std::move(env),
          .build = environment.variable("BUILD_NUMBER"),
          .build_url = environment.variable("BUILD_URL")};
}

CallScope last_words(Context& context) {
  constexpr Duration kLastWords = std::chrono::seconds{8};
  CallScope scope;
  if (context.environment().interrupt.signal() != 0)
    scope.deadline = context.runtime().steady() + kLastWords;
  return scope;
}

notify::SecretWorld secret_world(Context& context) {
  return {.variables = context.environment().variables,
          .session = [&context] { return context.session(); },
          .region = [&context] { return context.home_region(); }};
}

ResultTask<std::vector<notify::Delivered>> tell(Context& context, const notify::Config& config,
                                                notify::Notice notice) {
  const notify::Senders senders{.runtime = context.runtime(),
                                .transport = context.environment().transport,
                                .mail = context.environment().send_mail,
                                .secrets = secret_world(context),
                                .ca_bundle = ca_bundle(context.environment())};
  // An interrupted run tells so, too, though its own scope has ended.
  std::stop_source late;
  std::stop_source told;
  TaskGroup watching(context.runtime().executor());
  watching.spawn(give_up_soon(context, late, told.get_token()));
  CallScope scope{.stop = late.get_token()};
  auto delivered = co_await notify::send_all(senders, config, std::move(notice), scope);
  told.request_stop();
  co_await watching.join();
  co_return delivered;
}

void show_deliveries(Context& context, const std::vector<notify::Delivered>& delivered) {
  for (const notify::Delivered& each : delivered) {
    if (each.outcome) {
      context.err() << "told " << printable(each.sink, 200) << '\n';
      for (const notify::Refusal& refusal : each.refused)
        context.err() << fmt::format("warning: {} has no notice: the mail server said: {}\n",
                                     refusal.address, refusal.words);
    } else {
      const Error error = Error(each.outcome.error()).within("notice not sent: " + each.sink);
      context.err() << "warning: " << to_line(error) << '\n';
      if (!error.next.empty()) context.err() << "next: " << error.next << '\n';
    }
  }
}

}  // namespace ssmb::cli
