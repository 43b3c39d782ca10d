#include "snapshot/manifest.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "base/encoding.h"
#include "base/json.h"

namespace ssmb::snapshot {
namespace {

namespace json = boost::json;

json::object to_json(const ObjectRef& object) {
  return {{"key", object.key.view()}, {"size", object.size}, {"sha256", to_hex(object.sha256)}};
}

json::object to_json(const IndexBlock& block) {
  return {{"first", block.first.view()},
          {"offset", block.offset},
          {"length", block.length},
          {"sha256", to_hex(block.sha256)}};
}

json::object to_json(const ServiceFault& fault) {
  return {{"operation", fault.operation},
          {"region", fault.region},
          {"code", fault.code},
          {"message", fault.message},
          {"request_id", fault.request_id},
          {"http_status", fault.http_status}};
}

json::object to_json(const ParameterName& name, Unreadable::Accepted accepted, const Error& error) {
  json::object object{{"name", name.view()},
                      {"accepted", accepted == Unreadable::Accepted::yes},
                      {"kind", to_string(error.kind)},
                      {"what", error.what}};
  if (!error.next.empty()) object["next"] = error.next;
  if (error.fault) object["fault"] = to_json(*error.fault);
  return object;
}

json::object to_json(const Unreadable& unreadable) {
  return to_json(unreadable.name, unreadable.accepted, unreadable.error);
}

json::object to_json(const Lacking& lacking) {
  json::object object = to_json(lacking.name, lacking.accepted, lacking.error);
  object["part"] = to_string(lacking.part);
  return object;
}

json::object to_json(const Fence& fence) {
  json::object object{{"asked", true}, {"reached", fence.reached}, {"rounds", fence.rounds}};
  if (!fence.because.empty()) object["because"] = fence.because;
  return object;
}

json::object to_json(const aws::ssm::ServiceSetting& setting) {
  return {{"id", setting.id}, {"value", setting.value}, {"status", setting.status}};
}

json::value to_json(const ParameterName& name) { return json::value(json::string(name.view())); }

template <class T>
json::array to_json(const std::vector<T>& list) {
  json::array array;
  array.reserve(list.size());
  for (const T& item : list) array.push_back(to_json(item));
  return array;
}

}  // namespace

std::string_view to_string(Depth depth) {
  switch (depth) {
    case Depth::current: return "current";
    case Depth::labels: return "labels";
    case Depth::history: return "history";
  }
  return "unknown";
}

std::string_view to_string(Lacking::Part part) {
  return part == Lacking::Part::tags ? "tags" : "history";
}

std::string_view to_string(TagsMode mode) { return mode == TagsMode::bulk ? "bulk" : "strict"; }

Result<Depth> parse_depth(std::string_view text) {
  for (const Depth depth : {Depth::current, Depth::labels, Depth::history})
    if (text == to_string(depth)) return depth;
  return fail(ErrorKind::usage, fmt::format("'{}' is no depth", text),
              "one of current, labels, history");
}

Result<TagsMode> parse_tags_mode(std::string_view text) {
  for (const TagsMode mode : {TagsMode::bulk, TagsMode::strict})
    if (text == to_string(mode)) return mode;
  return fail(ErrorKind::usage, fmt::format("'{}' is no way to read tags", text),
              "one of bulk, strict");
}

SecretBytes encode_manifest(const Manifest& m) {
  json::object object{{"format", kFormat},
                      {"environment", m.id.environment.view()},
                      {"region", m.id.region.view()},
                      {"timestamp", to_timestamp(m.id.time)},
                      {"account", m.account.view()},
                      {"run_id", m.run_id.view()},
                      {"tool_version", m.tool_version},
                      {"start", to_iso8601(m.start)},
                      {"end", to_iso8601(m.end)},
                      {"scope", m.scope.to_json()},
                      {"depth", to_string(m.depth)},
                      {"tags", to_string(m.tags)},
                      {"complete", m.completeness == Completeness::complete}};
  if (m.fence) object["fence"] = to_json(*m.fence);
  if (!m.incomplete_because.empty()) object["incomplete_because"] = m.incomplete_because;
  object["listed"] = m.listed;
  object["parameter_count"] = m.parameter_count;
  object["unreadable"] = to_json(m.unreadable);
  if (!m.lacking.empty()) object["lacking"] = to_json(m.lacking);
  object["vanished"] = to_json(m.vanished);
  object["document"] = to_json(m.document);
  object["index"] = to_json(m.index);
  object["blocks"] = to_json(m.blocks);
  object["service_settings"] = to_json(m.service_settings);
  if (m.parent)
    object["parent"] = {{"key", m.parent->key.view()}, {"sha256", to_hex(m.parent->sha256)}};
  if (!m.parent_problem.empty()) object["parent_problem"] = m.parent_problem;
  if (!m.limiter.empty()) object["limiter"] = m.limiter;
  SecretBytes text;
  append_json(json::value(std::move(object)), text);
  text.push_back('\n');
  return text;
}

}  // namespace ssmb::snapshot
