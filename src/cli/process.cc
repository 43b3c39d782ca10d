#include "cli/process.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/secret.h"

namespace ssmb::cli {
namespace {

// The last two are those of the Jenkins job, of whom is told (deploy/jenkins/README.md).
constexpr std::array<std::string_view, 6> kSecrets{
    "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "SSM_BACKUP_SLACK",      "SSM_BACKUP_MAIL"};

bool is_secret(std::string_view name, std::string_view value) {
  // A proxy's URL may name a password.
  return std::ranges::find(kSecrets, name) != kSecrets.end() || value.contains('@');
}

}  // namespace

std::map<std::string, std::string> take_environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = text.substr(equals + 1);
    out.emplace(name, value);
    if (is_secret(name, value)) wipe(*entry + equals + 1, value.size());
  }
  return out;
}

void occupy_standard_streams() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat status{};
    if (::fstat(number, &status) == 0) continue;
    // The wrong way round: neither reading nor writing does anything.
    const int flags = number == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): POSIX
    if (::open("/dev/null", flags) != number) std::_Exit(EXIT_FAILURE);
  }
}

}  // namespace ssmb::cli
