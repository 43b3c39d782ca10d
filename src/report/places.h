// Words for where things lie and what became of them, shared by summaries, progress and results.
#pragma once

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

std::string_view outcome_word(const snapshot::PointerReport& report);  // "moved", "kept", ...

}  // namespace ssmb::report
