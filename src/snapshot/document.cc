#include "snapshot/document.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "base/json.h"

namespace ssmb::snapshot {
namespace {

namespace json = boost::json;

// What is gathered before it is taken, mostly: growing up to it would copy all of it once more.
constexpr std::size_t kRoom = (std::size_t{1} << 20) + (std::size_t{64} << 10);

// ", "key": value", with the spaces that the old pipeline's documents have.
void append_member(std::string_view key, const json::value& value, SecretBytes& into) {
  into.append(into.empty() ? "{\"" : ", \"");
  into.append(key);
  into.append("\": ");
  append_json(value, into);
}

json::value text(std::string_view characters) { return json::value(json::string(characters)); }

json::object to_json(const Unreadable& unreadable) {
  return {{"Name", unreadable.name.view()},
          {"Error", to_line(unreadable.why())},
          {"Accepted", unreadable.accepted == Unreadable::Accepted::yes}};
}

}  // namespace

DocumentEncoder::DocumentEncoder(const DocumentHeader& header) {
  SecretBytes begin;
  append_member("format", kFormat, begin);
  append_member("backup_date", text(to_date(header.id.time)), begin);
  append_member("backup_timestamp", text(to_timestamp(header.id.time)), begin);
  append_member("environment", text(header.id.environment.view()), begin);
  append_member("account", text(header.account.view()), begin);
  append_member("region", text(header.id.region.view()), begin);
  append_member("run_id", text(header.run_id.view()), begin);
  if (header.scope) append_member("scope", header.scope->to_json(), begin);
  begin.append(", \"parameters\": [");
  append(begin.view());
}

void DocumentEncoder::append(std::string_view bytes) {
  if (pending_.empty()) pending_.reserve(kRoom);
  pending_.append(bytes);
  hash_.update(bytes);
  size_ += bytes.size();
}

RecordPlace DocumentEncoder::add(const Parameter& parameter) {
  append(count_++ == 0 ? "\n" : ",\n");
  const std::size_t before = pending_.size();
  append_record(parameter, pending_);
  const std::string_view record = pending_.view().substr(before);
  const RecordPlace place{.offset = size_, .length = record.size(), .sha256 = ssmb::sha256(record)};
  hash_.update(record);
  size_ += record.size();
  return place;
}

void DocumentEncoder::begin_errors() {
  append("\n], \"parameter_count\": " + std::to_string(count_) + ", \"errors\": [");
}

void DocumentEncoder::add_error(const Unreadable& unreadable) {
  SecretBytes line;
  append_json(to_json(unreadable), line);
  append(errors_++ == 0 ? "\n" : ",\n");
  append(line.view());
}

void DocumentEncoder::finish() { append(errors_ == 0 ? "]}\n" : "\n]}\n"); }

SecretBytes DocumentEncoder::take() { return std::exchange(pending_, SecretBytes()); }

}  // namespace ssmb::snapshot
