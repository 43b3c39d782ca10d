// libFuzzer's way into one target, SSMB_FUZZ_TARGET.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "base/planted.h"
#include "targets.h"

#ifdef SSMB_PLANTED
// The defect that the fuzzer must find.
bool ssmb::planted(Defect defect) { return defect == Defect::escape_lost_between_chunks; }
#endif

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libFuzzer's signature.
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string wrong = ssmb::fuzz::SSMB_FUZZ_TARGET(input);
  if (wrong.empty()) return 0;
  fmt::print(stderr, "wrong: {}\n", wrong);
  std::abort();
}
