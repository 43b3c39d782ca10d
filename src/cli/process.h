// What main() does to its own process, mostly for the sake of secrets. Linux.
#pragma once

#include <map>
#include <string>

namespace ssmb::cli {

// Values pass through this memory: neither a core file nor another process of the user reads it.
void forbid_dumps();

// The environment, once: secret keys and tokens are wiped where the kernel put them (at the top of
// the stack, and in /proc/<pid>/environ), so that from here on only the result holds them.
std::map<std::string, std::string> take_environment();

// A standard stream that is closed leaves its number to the next file that is opened, and what is
// printed would go into a document. After this it goes nowhere, and writing it fails.
void occupy_standard_streams();

}  // namespace ssmb::cli
