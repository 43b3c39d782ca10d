#include "base/secret.h"

#include <openssl/crypto.h>

namespace ssmb {

void wipe(void* memory, std::size_t size) noexcept {
  if (memory != nullptr && size != 0) OPENSSL_cleanse(memory, size);
}

}  // namespace ssmb
