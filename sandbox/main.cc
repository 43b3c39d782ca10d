// ssm-sandbox: the stand-in for AWS as a program.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>

#include "base/files.h"
#include "base/try.h"
#include "runtime/runtime.h"
#include "sandbox/auth/verifying_authenticator.h"
#include "sandbox/dispatch.h"
#include "sandbox/faults_json.h"
#include "sandbox/http/server.h"
#include "sandbox/options.h"
#include "sandbox/quota_json.h"

namespace ssmb::sandbox {
namespace {

namespace asio = boost::asio;

Result<void> apply_accounts(World& world, const std::string& auth) {
  if (auth == "open") return {};
  SSMB_TRY(text, read_file(auth));
  auto accounts = Accounts::parse(text);
  wipe(text.data(), text.size());
  if (!accounts) return fail(std::move(accounts).error().within(auth));
  use_accounts(world, *std::move(accounts));
  return {};
}

Result<void> apply_quota(World& world, const std::string& quota) {
  auto table = preset_quotas(quota);
  if (!table) {
    SSMB_TRY(text, read_file(quota));
    auto read = parse_quotas(text);
    if (!read) return fail(std::move(read).error().within(quota));
    table = *std::move(read);
  }
  world.quotas().set(*std::move(table), world.now());
  return {};
}

Result<void> apply_faults(World& world, const std::string& path) {
  if (path.empty()) return {};
  SSMB_TRY(text, read_file(path));
  auto rules = parse_faults(text);
  if (!rules) return fail(std::move(rules).error().within(path));
  world.faults().set(*std::move(rules));
  return {};
}

// nullptr for cleartext.
Result<std::unique_ptr<ServerIdentity>> make_identity(const std::string& directory, Time now) {
  if (directory.empty()) return nullptr;
  SSMB_TRY(identity, make_server_identity(now));
  SSMB_TRY_VOID(write_file(std::filesystem::path(directory) / "ca.pem", identity.authority_pem));
  return std::make_unique<ServerIdentity>(std::move(identity));
}

Result<void> run(const ProgramOptions& options) {
  asio::io_context context(1);
  const auto runtime = make_real_runtime(context);
  World world([&] { return runtime->now(); }, options.seed);
  world.options().strict_transport = options.strict_transport;
  SSMB_TRY_VOID(apply_accounts(world, options.auth));
  SSMB_TRY_VOID(apply_quota(world, options.quota));
  SSMB_TRY_VOID(apply_faults(world, options.faults));
  SSMB_TRY(identity, make_identity(options.tls, runtime->now()));
  SSMB_TRY(server, HttpServer::listen(
                       *runtime, options.listen,
                       [&](aws::HttpRequest request, Arrival arrival) {
                         return serve(world, std::move(request), arrival);
                       },
                       std::move(identity)));
  asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](boost::system::error_code error, int) {
    if (!error) server->stop();
  });
  asio::co_spawn(context, server->run(), [&](const std::exception_ptr&) { signals.cancel(); });
  fmt::print("listening on {}\n", server->url());
  std::fflush(stdout);
  context.run();
  return {};
}

}  // namespace
}  // namespace ssmb::sandbox

int main(int argc, char** argv) {
  const auto parsed = ssmb::sandbox::parse_options(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;
  const auto done = ssmb::sandbox::run(parsed.options);
  if (done) return 0;
  const ssmb::Error& error = done.error();
  fmt::print(stderr, "ssm-sandbox: {}\n", ssmb::to_line(error));
  if (!error.next.empty()) fmt::print(stderr, "  {}\n", error.next);
  const bool wrong_use =
      error.kind == ssmb::ErrorKind::usage || error.kind == ssmb::ErrorKind::configuration;
  return wrong_use ? 2 : 1;
}
