// The process around run_command(): real time, the network, signals, and no core dumps.

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "aws/http/crt_transport.h"
#include "base/secret.h"
#include "cli/exit_code.h"
#include "cli/process.h"
#include "cli/run_command.h"
#include "cli/typed_line.h"
#include "report/error_text.h"

namespace {

using namespace ssmb;  // NOLINT(google-build-using-namespace): this file is the program

std::size_t terminal_columns() {
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col : 80;
}

// The first signal asks for a clean end, the second ends at once.
void watch_signals(boost::asio::signal_set& signals, cli::Interrupt& interrupt) {
  signals.async_wait([&](const boost::system::error_code& stopped, int signal) {
    if (stopped) return;
    if (interrupt.signal() != 0) std::_Exit(128 + signal);
    interrupt.raise(signal);
    watch_signals(signals, interrupt);
  });
}

int run(std::vector<std::string> words) {
  boost::asio::io_context context{1};
  const auto runtime = make_real_runtime(context);
  const auto variables = cli::take_environment();
  const auto options = aws::CrtTransportOptions::from(variables);
  if (!options) {
    std::cerr << report::render_error(options.error(), report::Colour::off);
    return cli::exit_code(options.error().kind, 0);
  }
  const auto transport = aws::make_crt_transport(*runtime, *options);
  cli::Interrupt interrupt;
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  watch_signals(signals, interrupt);
  const auto stream_of = [](int descriptor) {
    return ::isatty(descriptor) != 0 ? cli::Stream::terminal : cli::Stream::file;
  };
  cli::Environment environment{.variables = variables,
                               .runtime = *runtime,
                               .transport = *transport,
                               .out = std::cout,
                               .err = std::cerr,
                               .interrupt = interrupt,
                               .columns = terminal_columns(),
                               .err_stream = stream_of(STDERR_FILENO),
                               .out_stream = stream_of(STDOUT_FILENO)};
  environment.send_mail = notify::smtp_sender(*runtime);
  if (::isatty(STDIN_FILENO) != 0) {
    environment.typed_line = [&runtime](CallScope scope) {
      return cli::read_typed_line(*runtime, STDIN_FILENO, std::move(scope));
    };
  }
  int code = EXIT_FAILURE;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, cli::run_command(std::move(words), environment),
                        [&](std::exception_ptr error, int result) {
                          thrown = error;
                          code = result;
                          signals.cancel();
                        });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  cli::forbid_dumps();
  cli::occupy_standard_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of writing
  std::signal(SIGXFSZ, SIG_IGN);  // and so is a file that ulimit -f does not let grow
  // A buffer of our own, since `show --reveal` leaves a value in it. (std::cout's own, which it has
  // without the synchronization with stdio, cannot be exchanged.)
  static std::array<char, 16384> output;
  std::setvbuf(stdout, output.data(), _IOFBF, output.size());
  try {
    const int code = run(std::vector<std::string>(argv + 1, argv + argc));
    std::cout.flush();
    wipe(output.data(), output.size());
    wipe_leftovers();
    return code;
  } catch (const std::exception& thrown) {
    std::cerr << "error: a defect of ssm-backup: " << thrown.what() << '\n';
    return EXIT_FAILURE;
  }
}
