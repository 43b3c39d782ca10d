#include <algorithm>

#include "base/json.h"
#include "snapshot/index.h"
#include "targets.h"

namespace ssmb::fuzz {
namespace {

using snapshot::IndexBlock;
using snapshot::IndexEntry;

// As the manifest's table would have it: hash and first name fit.
IndexBlock block_for(std::string_view bytes) {
  IndexBlock block{
      .first = ParameterName("x"), .offset = 0, .length = bytes.size(), .sha256 = sha256(bytes)};
  const auto line = parse_json(bytes.substr(0, bytes.find('\n')), 1);
  const auto* fields = line ? line->if_array() : nullptr;
  if (fields != nullptr && !fields->empty() && fields->front().is_string())
    block.first = ParameterName(std::string(fields->front().get_string()));
  return block;
}

}  // namespace

std::string index_block(std::string_view input) {
  const auto entries = decode_block(block_for(input), input);
  if (!entries) return {};
  if (std::ranges::adjacent_find(*entries, std::ranges::greater_equal(), &IndexEntry::name) !=
      entries->end())
    return "names out of order, or twice";
  snapshot::IndexEncoder encoder({entries->begin(), entries->end()}, input.size() * 10 + 1);
  const auto text = encoder.next();
  if (!text || encoder.next()) return "written again, it is not one block";
  const auto again = decode_block(encoder.blocks().front(), text->view());
  if (!again) return "what was written from it cannot be read: " + to_line(again.error());
  return *again == *entries ? std::string() : "written and read again, it differs";
}

}  // namespace ssmb::fuzz
