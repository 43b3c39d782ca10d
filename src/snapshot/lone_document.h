// A document in a file of its own, as someone copied it out of a repository: of format 1, or old,
// with or without a Region in its name.
#pragma once

#include <filesystem>
#include <memory>

#include "snapshot/reader.h"

namespace ssmb::snapshot {

struct LoneDocument {
  std::unique_ptr<Repository> repository;  // the file's directory
  // Its `document` is the file's name; `id` is what the document says of itself: an old one names
  // no Region, then its first record's ARN does (empty: neither does), and one without a time has
  // the file's.
  Entry entry;
};

// Reads up to the first record. usage: not a file that can be read so; corrupt: no document.
// `runtime` outlives the result.
ResultTask<LoneDocument> open_lone_document(Runtime& runtime, std::filesystem::path path,
                                            CallScope scope);

}  // namespace ssmb::snapshot
