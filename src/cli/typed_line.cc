#include "cli/typed_line.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "base/try.h"

namespace ssmb::cli {
namespace {

constexpr Duration kPause = std::chrono::milliseconds{50};
constexpr std::size_t kLongest = 200;

std::unexpected<Error> unread(const std::string& why) {
  return fail(ErrorKind::local_io, "nothing could be read from the terminal: " + why,
              "type a line and end it with Enter");
}

bool is_ready(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) > 0;
}

}  // namespace

ResultTask<std::string> read_typed_line(Runtime& runtime, int descriptor, CallScope scope) {
  std::string line;
  while (true) {
    while (!is_ready(descriptor)) SSMB_CO_TRY_VOID(co_await runtime.sleep(kPause, scope));
    std::array<char, kLongest> buffer{};
    const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) co_return unread(std::generic_category().message(errno));
    if (got == 0) co_return unread("it has ended");
    line.append(buffer.data(), static_cast<std::size_t>(got));
    if (const auto end = line.find('\n'); end != std::string::npos) co_return line.substr(0, end);
    if (line.size() > kLongest) co_return unread("the line is too long");
  }
}

}  // namespace ssmb::cli
