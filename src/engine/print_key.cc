#include "engine/print_key.h"

#include <cstdint>
#include <cstring>

namespace ssmb::engine {

PrintKey draw_print_key(Runtime& runtime) {
  SecretBytes bytes;
  for (int i = 0; i < 4; ++i) {
    const std::uint64_t drawn = runtime.random();
    char raw[sizeof drawn];
    std::memcpy(raw, &drawn, sizeof drawn);
    bytes.append({raw, sizeof raw});
    wipe(raw, sizeof raw);
  }
  return PrintKey(std::move(bytes));
}

}  // namespace ssmb::engine
