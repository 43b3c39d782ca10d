#include "engine/text_key.h"

#include <cstring>

#include "base/digest.h"

namespace ssmb::engine {

TextKey text_key(std::string_view text) {
  const Sha256Digest digest = sha256(text);
  TextKey key{};
  std::memcpy(&key, digest.data(), sizeof key);
  if (key == TextKey{}) key.low = 1;
  return key;
}

}  // namespace ssmb::engine
