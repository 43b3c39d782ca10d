// The command line of ssm-sandbox.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ssmb::sandbox {

struct ProgramOptions {
  std::string listen = "127.0.0.1:0";
  std::string auth = "open";  // or a file of accounts
  std::string tls;            // a directory for ca.pem; empty: cleartext
  std::string quota = "off";  // or "aws", or a file of quotas
  std::string faults;         // a file of faults; empty: none
  bool strict_transport = false;
  std::uint64_t seed = 1;
};

struct ParsedOptions {
  ProgramOptions options;
  std::optional<int> exit_code;  // set when help was printed, or the arguments are wrong
};
// Prints help to standard output, complaints to standard error.
ParsedOptions parse_options(int argc, const char* const* argv);

}  // namespace ssmb::sandbox
