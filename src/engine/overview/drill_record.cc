#include "engine/overview/drill_record.h"

#include <algorithm>

#include "snapshot/json_reader.h"
#include "snapshot/pointer.h"

namespace ssmb::engine::overview {
namespace {

using snapshot::JsonReader;
using InStore = Drilled::InStore;

// Whatever stands there, it is to be shown: a century is more than any drill takes.
Duration seconds(JsonReader& reader, std::string_view key) {
  constexpr std::uint64_t kCentury = std::uint64_t{100} * 366 * 86'400;
  return std::chrono::seconds(std::min(reader.number(key), kCentury));
}

InStore in_store_of(JsonReader& reader) {
  const auto has = [&reader](std::string_view key) {
    const boost::json::value* value = reader.optional(key);
    return value != nullptr && value->is_object();
  };
  if (has("notTried")) return InStore::not_tried;
  if (!has("inStore")) return InStore::not_asked;
  return reader.object("inStore").flag("proven") ? InStore::proven : InStore::not_proven;
}

Drilled read(JsonReader& reader, std::string from, const ExpectedDrill& expected) {
  Drilled drilled{.from = std::move(from)};
  if (reader.text("region") != expected.region.str()) reader.complain("region", "is another one");
  drilled.at = reader.time("drilledAt");
  if (drilled.at > expected.now + snapshot::kAhead) reader.complain("drilledAt", "is yet to come");
  drilled.snapshot = reader.text("snapshot");
  drilled.proven = reader.flag("proven");
  drilled.parameters = reader.number("parameterCount");
  drilled.not_proven = reader.number("notProvenCount");
  drilled.unreadable = reader.number("unreadableCount");
  drilled.shrunken = reader.flag("shrunken");
  drilled.rpo = seconds(reader, "rpoSeconds");
  drilled.rto = seconds(reader, "rtoSeconds");
  drilled.bounded_by = reader.text("rtoBoundedBy");
  drilled.in_store = in_store_of(reader);
  return drilled;
}

}  // namespace

Result<Drilled> read_record(const boost::json::value& record, std::string from,
                            const ExpectedDrill& expected) {
  snapshot::Complaint complaint;
  JsonReader reader(record, from, complaint);
  if (reader.number("format") != 1) reader.complain("format", "is not 1");
  if (reader.text("environment") != expected.env.str())
    reader.complain("environment", "is another one");
  Drilled drilled = read(reader, std::move(from), expected);
  if (complaint.first()) return fail(ErrorKind::corrupt, *complaint.first());
  return drilled;
}

Result<Drilled> read_drilled(const boost::json::value& region, std::string from,
                             const ExpectedDrill& expected) {
  snapshot::Complaint complaint;
  JsonReader reader(region, from, complaint);
  Drilled drilled = read(reader, std::move(from), expected);
  if (complaint.first()) return fail(ErrorKind::corrupt, *complaint.first());
  return drilled;
}

}  // namespace ssmb::engine::overview
