#include "snapshot/manifest.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <map>

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

json::object own_members(const Unreadable& unreadable) {
  return {{"name", unreadable.name.view()},
          {"accepted", unreadable.accepted == Unreadable::Accepted::yes}};
}

json::object own_members(const Lacking& lacking) {
  return {{"name", lacking.name.view()},
          {"accepted", lacking.accepted == Unreadable::Accepted::yes},
          {"part", to_string(lacking.part)}};
}

void add_error(const Error& error, json::object& object) {
  object["kind"] = to_string(error.kind);
  object["what"] = error.what;
  if (!error.next.empty()) object["next"] = error.next;
  if (error.fault) object["fault"] = to_json(*error.fault);
}

json::object to_json(const Fence& fence) {
  json::object object{{"asked", true}, {"reached", fence.reached}, {"rounds", fence.rounds}};
  if (!fence.because.empty()) object["because"] = fence.because;
  return object;
}

json::object to_json(const aws::ssm::ServiceSetting& setting) {
  return {{"id", setting.id}, {"value", setting.value}, {"status", setting.status}};
}

json::object to_json(const RegionFacts::Unknown& setting) {
  return {{"id", setting.id}, {"why", setting.why}};
}

json::object to_json(const aws::ssm::ResourcePolicy& policy) {
  return {{"id", policy.id}, {"hash", policy.hash}, {"policy", policy.text}};
}

json::object to_json(const TypeCount& each) { return {{"type", each.type}, {"count", each.count}}; }

json::value to_json(const ParameterName& name) { return json::value(json::string(name.view())); }

json::object to_json(const Share& share);

template <class T>
json::array to_json(const std::vector<T>& list) {
  json::array array;
  array.reserve(list.size());
  for (const T& item : list) array.push_back(to_json(item));
  return array;
}

json::object to_json(const Share& share) {
  return {{"name", share.name.view()}, {"policies", to_json(share.policies)}};
}

json::object to_json(const Shares& shares) {
  json::object object{{"advanced", shares.advanced}, {"known", shares.known}};
  if (!shares.why.empty()) object["why"] = shares.why;
  object["list"] = to_json(shares.list);
  return object;
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

namespace {

// Member by member: a tree of all would be many times as large as the text.
class Encoder {
 public:
  void add(std::string_view key, const json::value& value) {
    begin(key);
    append_json(value, text_);
  }
  template <class T>
  void add_told(std::string_view key, const std::vector<T>& list);
  SecretBytes end() && {
    text_.append("}\n");
    return std::move(text_);
  }

 private:
  void begin(std::string_view key) {
    text_.append(text_.empty() ? "{" : ",");
    append_json(json::value(json::string(key)), text_);
    text_.append(":");
  }

  SecretBytes text_;
};

// An error that many share is told of the first, and the others refer to that.
template <class T>
void Encoder::add_told(std::string_view key, const std::vector<T>& list) {
  std::map<const void*, std::size_t> first;
  begin(key);
  text_.append("[");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const T& each = list[i];
    json::object object = own_members(each);
    const auto [known, is_new] = first.emplace(each.error.identity(), i);
    if (is_new) {
      add_error(each.why(), object);
    } else {
      object["like"] = known->second;
      if (const std::string& id = each.error.request_id(); !id.empty()) object["request_id"] = id;
    }
    if (i != 0) text_.append(",");
    append_json(json::value(std::move(object)), text_);
  }
  text_.append("]");
}

}  // namespace

SecretBytes encode_manifest(const Manifest& m) {
  Encoder encoder;
  encoder.add("format", kFormat);
  encoder.add("environment", json::string(m.id.environment.view()));
  encoder.add("region", json::string(m.id.region.view()));
  encoder.add("timestamp", json::string(to_timestamp(m.id.time)));
  encoder.add("account", json::string(m.account.view()));
  encoder.add("run_id", json::string(m.run_id.view()));
  encoder.add("tool_version", json::string(m.tool_version));
  encoder.add("start", json::string(to_iso8601(m.start)));
  encoder.add("end", json::string(to_iso8601(m.end)));
  encoder.add("scope", m.scope.to_json());
  encoder.add("depth", json::string(to_string(m.depth)));
  encoder.add("tags", json::string(to_string(m.tags)));
  encoder.add("complete", m.completeness == Completeness::complete);
  if (m.fence) encoder.add("fence", to_json(*m.fence));
  if (!m.incomplete_because.empty())
    encoder.add("incomplete_because", json::string(m.incomplete_because));
  encoder.add("listed", m.listed);
  encoder.add("parameter_count", m.parameter_count);
  if (m.types) encoder.add("types", to_json(*m.types));
  encoder.add_told("unreadable", m.unreadable);
  if (!m.lacking.empty()) encoder.add_told("lacking", m.lacking);
  encoder.add("vanished", to_json(m.vanished));
  encoder.add("document", to_json(m.document));
  encoder.add("index", to_json(m.index));
  encoder.add("blocks", to_json(m.blocks));
  encoder.add("service_settings", to_json(m.facts.settings));
  if (!m.facts.unknown_settings.empty())
    encoder.add("unknown_settings", to_json(m.facts.unknown_settings));
  if (m.facts.shares) encoder.add("shares", to_json(*m.facts.shares));
  if (m.parent)
    encoder.add("parent", {{"key", m.parent->key.view()}, {"sha256", to_hex(m.parent->sha256)}});
  if (!m.parent_problem.empty()) encoder.add("parent_problem", json::string(m.parent_problem));
  if (!m.limiter.empty()) encoder.add("limiter", m.limiter);
  return std::move(encoder).end();
}

}  // namespace ssmb::snapshot
