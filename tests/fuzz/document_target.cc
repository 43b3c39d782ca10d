#include <algorithm>
#include <optional>
#include <vector>

#include "parameter/fields.h"
#include "snapshot/document.h"
#include "targets.h"

namespace ssmb::fuzz {
namespace {

using snapshot::DocumentDecoder;
using snapshot::DocumentEncoder;
using snapshot::DocumentRecord;

struct Parsed {
  std::vector<DocumentRecord> records;
  std::optional<DocumentDecoder::Summary> summary;
  std::string error;  // where there is no summary
};

Parsed parse(std::string_view text, std::size_t chunk) {
  Parsed out;
  DocumentDecoder decoder([&out](DocumentRecord record) -> Result<void> {
    out.records.push_back(std::move(record));
    return {};
  });
  Result<void> fed;
  for (; fed && !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    fed = decoder.feed(text.substr(0, chunk));
  auto summary = fed ? decoder.finish() : fail(fed.error());
  if (summary)
    out.summary = std::move(*summary);
  else
    out.error = to_line(summary.error());
  return out;
}

bool same_records(const Parsed& a, const Parsed& b) {
  return std::ranges::equal(a.records, b.records, [](const auto& x, const auto& y) {
    return equal(x.record.parameter, y.record.parameter);
  });
}

std::string check_chunks(std::string_view input, const Parsed& whole) {
  const std::size_t some = 1 + input.size() % 7;
  const Parsed parts = parse(input, some);
  if (parts.error != whole.error)
    return "in chunks: '" + parts.error + "', as a whole: '" + whole.error + "'";
  if (!same_records(parts, whole)) return "in chunks it holds other records";
  if (whole.summary && parts.summary->sha256 != whole.summary->sha256) return "another hash";
  return {};
}

std::string_view check_places(std::string_view input, const Parsed& whole) {
  for (const DocumentRecord& each : whole.records) {
    const auto& place = each.place;
    if (place.offset > input.size() || place.length > input.size() - place.offset)
      return "a record lies outside of its document";
    const std::string_view bytes = input.substr(place.offset, place.length);
    if (sha256(bytes) != place.sha256) return "a record's place has another hash";
    const auto again = decode_record(bytes);
    if (!again || !equal(again->parameter, each.record.parameter))
      return "its place is another record's";
  }
  return {};
}

std::string check_round_trip(const Parsed& whole) {
  DocumentEncoder encoder(whole.summary->header);
  for (const DocumentRecord& each : whole.records) encoder.add(each.record.parameter);
  encoder.begin_errors();
  encoder.finish();
  const SecretBytes text = encoder.take();
  const Parsed again = parse(text.view(), text.size() + 1);
  if (!again.summary) return "what was written from it cannot be read: " + again.error;
  return same_records(again, whole) ? std::string() : "written and read again, it differs";
}

}  // namespace

std::string document(std::string_view input) {
  const Parsed whole = parse(input, input.size() + 1);
  if (auto wrong = check_chunks(input, whole); !wrong.empty()) return wrong;
  if (const auto wrong = check_places(input, whole); !wrong.empty()) return std::string(wrong);
  return whole.summary ? check_round_trip(whole) : std::string();
}

}  // namespace ssmb::fuzz
