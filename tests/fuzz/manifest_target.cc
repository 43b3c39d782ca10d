#include "snapshot/manifest.h"
#include "targets.h"

namespace ssmb::fuzz {

std::string manifest(std::string_view input) {
  auto first = snapshot::decode_manifest(input);
  if (!first) return {};
  // Boost.JSON reads a number of many digits to the last place but one: what the limiter learned
  // may differ there.
  first->limiter.clear();
  const SecretBytes text = snapshot::encode_manifest(*first);
  const auto second = snapshot::decode_manifest(text.view());
  if (!second) return "what was written from it cannot be read: " + to_line(second.error());
  if (*second != *first) return "written and read again, it differs";
  return snapshot::encode_manifest(*second).view() == text.view() ? std::string()
                                                                  : "each writing differs";
}

}  // namespace ssmb::fuzz
