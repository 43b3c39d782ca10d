#include "engine/overview/drill_record.h"

#include "snapshot/json_reader.h"

namespace ssmb::engine::overview {
namespace {

Duration seconds(snapshot::JsonReader& reader, std::string_view key) {
  return std::chrono::seconds(reader.number(key));
}

}  // namespace

Result<Drilled> read_drilled(const boost::json::value& region, std::string from) {
  snapshot::Complaint complaint;
  snapshot::JsonReader reader(region, from, complaint);
  Drilled drilled{.from = std::move(from)};
  drilled.at = reader.time("drilledAt");
  drilled.snapshot = reader.text("snapshot");
  drilled.proven = reader.flag("proven");
  drilled.parameters = reader.number("parameterCount");
  drilled.not_proven = reader.number("notProvenCount");
  drilled.rpo = seconds(reader, "rpoSeconds");
  drilled.rto = seconds(reader, "rtoSeconds");
  drilled.bounded_by = reader.text("rtoBoundedBy");
  const boost::json::value* in_store = reader.optional("inStore");
  drilled.in_store = in_store != nullptr && in_store->is_object();
  if (complaint.first()) return fail(ErrorKind::corrupt, *complaint.first(), "");
  return drilled;
}

}  // namespace ssmb::engine::overview
