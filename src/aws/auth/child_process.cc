#include "aws/auth/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <csignal>
#include <optional>
#include <system_error>

#include "base/try.h"

namespace ssmb::aws {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxOutput = std::size_t{64} << 10;

// A running child, killed and reaped at the latest when this goes.
class Child {
 public:
  Child(const asio::any_io_executor& executor, pid_t pid, int output, int exit)
      : pid_(pid), output_(executor, output), exit_(executor, exit) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (reaped_) return;
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  // Ends it, and every wait for it. On the executor.
  void stop(Error why) {
    if (!stopped_) stopped_ = std::move(why);
    if (!reaped_) kill(-pid_, SIGKILL);
    boost::system::error_code ignored;
    output_.cancel(ignored);
    exit_.cancel(ignored);
  }
  const std::optional<Error>& stopped() const { return stopped_; }

  // What it writes, to the end; more than kMaxOutput is one byte more.
  Task<void> read(SecretBytes& text) {
    std::array<char, 4096> buffer{};
    while (!stopped_ && text.size() <= kMaxOutput) {
      boost::system::error_code error;
      const std::size_t size = co_await output_.async_read_some(
          asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
      text.append({buffer.data(), size});
      if (error) break;
    }
    wipe(buffer.data(), buffer.size());
  }

  // Until it has ended; false when stopped before.
  Task<bool> ended() {
    auto begin = [this](Resume<bool> resume) {
      exit_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [resume](boost::system::error_code error) { resume(!error); });
    };
    return suspend<bool>(begin);
  }

  // The status of one that has ended, as waitpid tells it.
  std::optional<int> reap() {
    int status = 0;
    reaped_ = waitpid(pid_, &status, 0) == pid_;
    return reaped_ ? std::optional(status) : std::nullopt;
  }

 private:
  pid_t pid_;
  asio::posix::stream_descriptor output_;
  asio::posix::stream_descriptor exit_;  // a pidfd: readable when the child has ended
  bool reaped_ = false;
  std::optional<Error> stopped_;
};

std::string reason(int code) { return std::generic_category().message(code); }

// Pointers into `texts`, with the null at the end that exec wants.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

Result<std::shared_ptr<Child>> start(const asio::any_io_executor& executor,
                                     std::vector<std::string> words,
                                     const std::map<std::string, std::string>& environment) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0)
    return fail(ErrorKind::credentials, fmt::format("no pipe: {}", reason(errno)));
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("SSM_BACKUP_")) variables.push_back(fmt::format("{}={}", name, value));
  }

  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO);
  // A group of its own, so that what the program started ends with it.
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
  posix_spawnattr_setpgroup(&attributes, 0);
  // What we ignore stays ignored behind exec: `yes | head -1` would never end.
  sigset_t ours{};
  sigemptyset(&ours);
  sigaddset(&ours, SIGPIPE);
  sigaddset(&ours, SIGXFSZ);
  posix_spawnattr_setsigdefault(&attributes, &ours);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, words.front().c_str(), &actions, &attributes,
                                  pointers(words).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe[1]);
  if (failed != 0) {
    close(pipe[0]);
    return fail(ErrorKind::credentials,
                fmt::format("{} cannot be started: {}", words.front(), reason(failed)));
  }
  // glibc's own wrapper cannot be linked from C++ before 2.37.
  const auto exit = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (exit < 0) {
    close(pipe[0]);
    kill(-pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return fail(ErrorKind::credentials,
                fmt::format("{} cannot be watched: {}", words.front(), reason(errno)),
                "a Linux kernel of 5.3 or newer is needed");
  }
  return std::make_shared<Child>(executor, pid, pipe[0], exit);
}

Task<void> watch(Runtime& runtime, std::shared_ptr<Child> child, SteadyTime deadline,
                 std::stop_token finished) {
  const CallScope scope{.deadline = SteadyTime::max(), .stop = std::move(finished)};
  const auto slept = co_await runtime.sleep(deadline - runtime.steady(), scope);
  if (slept) child->stop(scope_ended(CallScope{}));
}

Result<SecretBytes> judge(const std::string& program, const Child& child, SecretBytes text,
                          std::optional<int> status) {
  if (child.stopped()) return fail(*child.stopped());
  if (text.size() > kMaxOutput)
    return fail(ErrorKind::credentials, program + " printed more than 64 KiB");
  if (!status) return fail(ErrorKind::credentials, program + " could not be waited for");
  if (WIFSIGNALED(*status))
    return fail(ErrorKind::credentials,
                fmt::format("{} was ended by signal {}", program, WTERMSIG(*status)));
  if (WEXITSTATUS(*status) != 0)
    return fail(ErrorKind::credentials,
                fmt::format("{} exited with {}", program, WEXITSTATUS(*status)),
                "run the command by hand: its own messages say why");
  return text;
}

}  // namespace

ResultTask<SecretBytes> run_for_output(Runtime& runtime, std::vector<std::string> words,
                                       std::map<std::string, std::string> environment,
                                       CallScope scope) {
  SSMB_CO_TRY_VOID(check(runtime, scope));
  const std::string program = words.front();
  const auto executor = runtime.executor();
  SSMB_CO_TRY(child, start(executor, std::move(words), environment));
  std::stop_source finished;
  if (scope.deadline != SteadyTime::max()) {
    auto watching = watch(runtime, child, scope.deadline, finished.get_token());
    asio::co_spawn(executor, std::move(watching), asio::detached);
  }
  const std::stop_callback on_stop(scope.stop, [child, executor, scope] {
    asio::post(executor, [child, scope] { child->stop(scope_ended(scope)); });
  });
  SecretBytes text;
  co_await child->read(text);
  std::optional<int> status;
  if (!child->stopped() && text.size() <= kMaxOutput && co_await child->ended())
    status = child->reap();
  finished.request_stop();
  co_return judge(program, *child, std::move(text), status);
}

}  // namespace ssmb::aws
