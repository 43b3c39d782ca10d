#include <fmt/format.h>

#include "base/json.h"
#include "snapshot/json_lists.h"
#include "snapshot/json_reader.h"
#include "snapshot/manifest.h"

namespace ssmb::snapshot {
namespace {

namespace json = boost::json;

ErrorKind parse_kind(JsonReader& reader) {
  const std::string text = reader.text("kind");
  for (auto kind = ErrorKind::usage; kind <= ErrorKind::internal;
       kind = static_cast<ErrorKind>(static_cast<int>(kind) + 1))
    if (text == to_string(kind)) return kind;
  // A later version's: what matters is that there was an error.
  return ErrorKind::internal;
}

ServiceFault read_fault(JsonReader reader) {
  return {
      .operation = reader.text("operation"),
      .region = reader.text("region"),
      .code = reader.text("code"),
      .message = reader.text("message"),
      .request_id = reader.text("request_id"),
      .http_status = static_cast<int>(std::min<std::uint64_t>(reader.number("http_status"), 999))};
}

Error read_error(JsonReader& reader) {
  Error error{.kind = parse_kind(reader),
              .what = reader.text("what"),
              .fault = std::nullopt,
              .next = reader.optional_text("next")};
  if (auto fault = reader.optional_object("fault")) error.fault = read_fault(*fault);
  return error;
}

// A list of parameters, each with an error of its own or that of an earlier one.
template <class T>
class ToldReader {
 public:
  explicit ToldReader(std::vector<T>& list) : list_(list) {}

  void read(JsonReader reader) {
    T told;
    told.name = ParameterName(reader.text("name"));
    told.accepted = reader.flag("accepted") ? Unreadable::Accepted::yes : Unreadable::Accepted::no;
    if (reader.optional("like") == nullptr) {
      told.error = errors_.keep(told.name, read_error(reader));
    } else if (const std::uint64_t like = reader.number("like"); like < list_.size()) {
      told.error = list_[like].error.with_request_id(reader.optional_text("request_id"));
    } else {
      reader.complain("like", "is the number of no earlier one");
    }
    read_part(reader, told);
    list_.push_back(std::move(told));
  }

 private:
  static void read_part(JsonReader& /*reader*/, Unreadable& /*told*/) {}
  static void read_part(JsonReader& reader, Lacking& told);

  std::vector<T>& list_;
  KeptErrors errors_;
};

template <>
void ToldReader<Lacking>::read_part(JsonReader& reader, Lacking& lacking) {
  const std::string part = reader.text("part");
  if (part == to_string(Lacking::Part::history))
    lacking.part = Lacking::Part::history;
  else if (part != to_string(Lacking::Part::tags))
    reader.complain("part", "is no part of a record");
}

template <class T>
void read_told(JsonReader& reader, std::string_view key, const CutLists& cut,
               std::vector<T>& list) {
  ToldReader<T> told(list);
  for (const json::value& item : reader.list(key)) told.read(reader.item(item, key));
  const auto items = cut.items.find(key);
  if (items == cut.items.end()) return;
  list.reserve(items->second.size());
  for (const std::string_view text : items->second) {
    const auto item = parse_json(text);
    if (!item) return reader.complain(key, item.error().what);
    told.read(reader.item(*item, key));
  }
}

ObjectRef read_object(JsonReader reader) {
  return {.key = ObjectKey(reader.text("key")),
          .size = reader.number("size"),
          .sha256 = reader.sha256("sha256")};
}

IndexBlock read_block(JsonReader reader) {
  return {.first = ParameterName(reader.text("first")),
          .offset = reader.number("offset"),
          .length = reader.number("length"),
          .sha256 = reader.sha256("sha256")};
}

TypeCount read_type(JsonReader reader) {
  return {.type = reader.text("type"), .count = reader.number("count")};
}

std::optional<Fence> read_fence(std::optional<JsonReader> reader) {
  if (!reader || !reader->flag("asked")) return std::nullopt;
  return Fence{.reached = reader->flag("reached"),
               .rounds = reader->number("rounds"),
               .because = reader->optional_text("because")};
}

aws::ssm::ServiceSetting read_setting(JsonReader reader) {
  return {.id = reader.text("id"), .value = reader.text("value"), .status = reader.text("status")};
}

RegionFacts::Unknown read_unknown_setting(JsonReader reader) {
  return {.id = reader.text("id"), .why = reader.text("why")};
}

aws::ssm::ResourcePolicy read_policy(JsonReader reader) {
  return {.id = reader.text("id"), .hash = reader.text("hash"), .text = reader.text("policy")};
}

template <class Read>
auto read_list(JsonReader& reader, std::string_view key, Read read) {
  std::vector<decltype(read(reader))> items;
  for (const json::value& item : reader.list(key)) items.push_back(read(reader.item(item, key)));
  return items;
}

Share read_share(JsonReader reader) {
  return {.name = ParameterName(reader.text("name")),
          .policies = read_list(reader, "policies", read_policy)};
}

Shares read_shares(JsonReader reader) {
  return {.advanced = reader.number("advanced"),
          .known = reader.number("known"),
          .list = read_list(reader, "list", read_share),
          .why = reader.optional_text("why")};
}

RegionFacts read_facts(JsonReader& reader) {
  RegionFacts facts;
  facts.settings = read_list(reader, "service_settings", read_setting);
  if (reader.optional("unknown_settings") != nullptr)
    facts.unknown_settings = read_list(reader, "unknown_settings", read_unknown_setting);
  if (auto shares = reader.optional_object("shares")) facts.shares = read_shares(*shares);
  return facts;
}

void read_identity(JsonReader& reader, Manifest& m) {
  m.id.environment = Environment(reader.text("environment"));
  m.id.region = Region(reader.text("region"));
  if (const auto time = parse_timestamp(reader.text("timestamp")))
    m.id.time = *time;
  else
    reader.complain("timestamp", "is not a timestamp");
  if (!check_environment(m.id.environment)) reader.complain("environment", "cannot be one");
  if (!check_region(m.id.region)) reader.complain("region", "cannot be one");
  m.account = AccountId(reader.text("account"));
  m.run_id = RunId(reader.text("run_id"));
  m.tool_version = reader.text("tool_version");
  m.start = reader.time("start");
  m.end = reader.time("end");
}

void read_extent(JsonReader& reader, Manifest& m) {
  const json::value* scope = reader.optional("scope");
  if (auto parsed = Scope::from_json(scope ? *scope : json::value()))
    m.scope = std::move(*parsed);
  else
    reader.complain("scope", "is not a scope");
  m.id.extent = m.scope.is_default() ? SnapshotId::Extent::full : SnapshotId::Extent::partial;
  if (const auto depth = parse_depth(reader.text("depth")))
    m.depth = *depth;
  else
    reader.complain("depth", "is no depth");
  if (const auto tags = parse_tags_mode(reader.text("tags")))
    m.tags = *tags;
  else
    reader.complain("tags", "is no way to read tags");
  m.fence = read_fence(reader.optional_object("fence"));
}

void read_outcome(JsonReader& reader, const CutLists& cut, Manifest& m) {
  m.completeness = reader.flag("complete") ? Completeness::complete : Completeness::incomplete;
  m.incomplete_because = reader.optional_text("incomplete_because");
  m.listed = reader.number("listed");
  m.parameter_count = reader.number("parameter_count");
  if (reader.optional("types") != nullptr) m.types = read_list(reader, "types", read_type);
  read_told(reader, "unreadable", cut, m.unreadable);
  if (reader.optional("lacking") != nullptr) read_told(reader, "lacking", cut, m.lacking);
  for (const json::value& name : reader.list("vanished")) {
    if (name.is_string())
      m.vanished.emplace_back(std::string(name.get_string()));
    else
      reader.complain("vanished", "holds something else than names");
  }
}

// The blocks follow one another without a gap, sorted, to the index's end.
void check_blocks(JsonReader& reader, const Manifest& m) {
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < m.blocks.size(); ++i) {
    const IndexBlock& block = m.blocks[i];
    const bool follows = block.offset == offset && block.length > 0 &&
                         block.length <= m.index.size - offset &&
                         (i == 0 || m.blocks[i - 1].first < block.first);
    if (!follows) return reader.complain("blocks", "do not follow one another");
    offset += block.length;
  }
  if (offset != m.index.size) reader.complain("blocks", "do not fill the index");
}

}  // namespace

Result<Manifest> decode_manifest(std::string_view text) {
  const CutLists cut = cut_lists(text, {"unreadable", "lacking"});
  const auto parsed = parse_json(cut.rest.view());
  if (!parsed) return fail(Error(parsed.error()).within("the manifest"));
  Complaint complaint;
  JsonReader reader(*parsed, "", complaint);
  const std::uint64_t format = reader.number("format");
  if (!complaint.first() && format != kFormat)
    return fail(ErrorKind::corrupt,
                fmt::format("the manifest's format is {}; this version reads {}", format, kFormat),
                "read it with the version that wrote it, or a newer one");
  Manifest m;
  read_identity(reader, m);
  read_extent(reader, m);
  read_outcome(reader, cut, m);
  m.document = read_object(reader.object("document"));
  m.index = read_object(reader.object("index"));
  m.blocks = read_list(reader, "blocks", read_block);
  check_blocks(reader, m);
  m.facts = read_facts(reader);
  if (auto parent = reader.optional_object("parent"))
    m.parent = ParentRef{.key = ObjectKey(parent->text("key")), .sha256 = parent->sha256("sha256")};
  m.parent_problem = reader.optional_text("parent_problem");
  if (const auto* limiter = reader.optional("limiter"); limiter && limiter->is_object())
    m.limiter = limiter->get_object();
  if (complaint.first()) return fail(ErrorKind::corrupt, "the manifest: " + *complaint.first());
  return m;
}

}  // namespace ssmb::snapshot
