// Words for how many there are, where things lie and what became of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "snapshot/pointer.h"

namespace ssmb::report {

struct Place {
  std::string bucket;  // of an S3 URL; the directory otherwise
  std::string key;
};
// "s3://bucket/key" -> bucket and key; "/srv/backup/<date>/..." -> the whole text as the key.
Place place_of(std::string_view url);

// "1 Region", "3 Regions".
std::string counted(std::uint64_t count, std::string_view word);

std::string_view outcome_word(const snapshot::PointerReport& report);  // "moved", "kept", ...

}  // namespace ssmb::report
