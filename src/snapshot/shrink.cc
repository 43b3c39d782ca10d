#include "snapshot/writer.h"

namespace ssmb::snapshot {

Shrink judge_shrink(std::optional<std::uint64_t> last_good, std::uint64_t now) {
  if (now == 0) return Shrink::empty;
  // Over 20 % fewer: now < 0.8 * last, in whole numbers and without overflow.
  if (last_good && now < *last_good && *last_good - now > *last_good / 5) return Shrink::shrunk;
  return Shrink::none;
}

}  // namespace ssmb::snapshot
