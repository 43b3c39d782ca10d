// The calls that change a parameter, its tags or its labels.

#include <fmt/format.h>

#include "aws/ssm/client.h"
#include "aws/ssm/request.h"
#include "base/try.h"

namespace ssmb::aws::ssm {
namespace {

constexpr std::size_t kMaxNames = 10;
constexpr std::size_t kMaxLabels = 10;
constexpr std::size_t kMaxTags = 50;

struct Nothing {};
Nothing read_nothing(JsonFields&) { return {}; }

Result<void> at_most(std::size_t count, std::size_t limit, std::string_view what) {
  if (count <= limit) return {};
  return fail(ErrorKind::internal, fmt::format("{} at once, {} are the most", what, limit));
}

void add_if_any(boost::json::object& body, std::string_view name, const std::string& text) {
  if (!text.empty()) body.emplace(name, text);
}
void add_if_set(boost::json::object& body, std::string_view name,
                const std::optional<std::string>& text) {
  if (text) body.emplace(name, *text);
}

boost::json::object put_body(const PutRequest& request) {
  boost::json::object body = new_json_object();
  body.emplace("Name", request.name.view());
  body.emplace("Value", request.value.reveal());
  add_if_any(body, "Type", request.type);
  add_if_set(body, "Description", request.description);
  add_if_set(body, "KeyId", request.key_id);
  add_if_set(body, "AllowedPattern", request.allowed_pattern);
  body.emplace("Overwrite", request.mode == PutRequest::Mode::overwrite);
  if (!request.tags.empty()) body.emplace("Tags", json_tags(request.tags));
  add_if_any(body, "Tier", request.tier);
  add_if_set(body, "Policies", request.policies);
  add_if_any(body, "DataType", request.data_type);
  return body;
}

Ask label_ask(Session& session, const Region& region, std::string_view action,
              const ParameterName& name, ParameterVersion version,
              const std::vector<std::string>& labels) {
  Ask ask = new_ask(session, region, action);
  ask.body.emplace("Name", name.view());
  ask.body.emplace("ParameterVersion", version);
  ask.body.emplace("Labels", json_texts(labels));
  return ask;
}

}  // namespace

boost::json::array json_tags(const std::vector<Tag>& tags) {
  boost::json::array all(wiping_storage());
  for (const Tag& tag : tags) {
    boost::json::object one = new_json_object();
    one.emplace("Key", tag.key);
    one.emplace("Value", tag.value);
    all.emplace_back(std::move(one));
  }
  return all;
}

ResultTask<PutResult> Client::put_parameter(PutRequest request, CallScope scope) {
  if (!request.tags.empty() && request.mode == PutRequest::Mode::overwrite) {
    co_return fail(ErrorKind::internal, "ssm:PutParameter takes no tags with an overwrite");
  }
  SSMB_CO_TRY_VOID(at_most(request.tags.size(), kMaxTags, "more tags"));
  Ask ask = new_ask(session_, region_, "PutParameter", Idempotency::unsafe);
  ask.operation.secrets = {request.value.reveal()};
  if (request.contended == PutRequest::Contended::tell)
    ask.operation.transient_codes = {"TooManyUpdates"};
  ask.body = put_body(request);
  auto read = [](JsonFields& in) {
    return PutResult{.version = in.integer("Version", Presence::required), .tier = in.text("Tier")};
  };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

ResultTask<void> Client::add_tags(ParameterName name, std::vector<Tag> tags, CallScope scope) {
  if (tags.empty()) co_return Result<void>();
  SSMB_CO_TRY_VOID(at_most(tags.size(), kMaxTags, "more tags"));
  Ask ask = new_ask(session_, region_, "AddTagsToResource");
  ask.body.emplace("ResourceType", "Parameter");
  ask.body.emplace("ResourceId", name.view());
  ask.body.emplace("Tags", json_tags(tags));
  SSMB_CO_TRY_VOID(co_await send(std::move(ask), read_nothing, std::move(scope)));
  co_return Result<void>();
}

ResultTask<void> Client::remove_tags(ParameterName name, std::vector<std::string> keys,
                                     CallScope scope) {
  if (keys.empty()) co_return Result<void>();
  SSMB_CO_TRY_VOID(at_most(keys.size(), kMaxTags, "more tags"));
  Ask ask = new_ask(session_, region_, "RemoveTagsFromResource");
  ask.body.emplace("ResourceType", "Parameter");
  ask.body.emplace("ResourceId", name.view());
  ask.body.emplace("TagKeys", json_texts(keys));
  SSMB_CO_TRY_VOID(co_await send(std::move(ask), read_nothing, std::move(scope)));
  co_return Result<void>();
}

ResultTask<DeleteResult> Client::delete_parameters(std::vector<ParameterName> names,
                                                   CallScope scope) {
  if (names.empty()) co_return DeleteResult{};
  SSMB_CO_TRY_VOID(at_most(names.size(), kMaxNames, "more names"));
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const ParameterName& name : names) texts.push_back(name.str());
  Ask ask = new_ask(session_, region_, "DeleteParameters");
  ask.body.emplace("Names", json_texts(texts));
  auto read = [](JsonFields& in) {
    return DeleteResult{.deleted = in.texts("DeletedParameters"),
                        .invalid = in.texts("InvalidParameters")};
  };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

ResultTask<LabelResult> Client::label_version(ParameterName name, ParameterVersion version,
                                              std::vector<std::string> labels, CallScope scope) {
  if (labels.empty()) co_return LabelResult{.invalid_labels = {}, .version = version};
  SSMB_CO_TRY_VOID(at_most(labels.size(), kMaxLabels, "more labels"));
  Ask ask = label_ask(session_, region_, "LabelParameterVersion", name, version, labels);
  auto read = [](JsonFields& in) {
    return LabelResult{.invalid_labels = in.texts("InvalidLabels"),
                       .version = in.integer("ParameterVersion")};
  };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

ResultTask<std::vector<std::string>> Client::unlabel_version(ParameterName name,
                                                             ParameterVersion version,
                                                             std::vector<std::string> labels,
                                                             CallScope scope) {
  if (labels.empty()) co_return std::vector<std::string>{};
  SSMB_CO_TRY_VOID(at_most(labels.size(), kMaxLabels, "more labels"));
  Ask ask = label_ask(session_, region_, "UnlabelParameterVersion", name, version, labels);
  auto read = [](JsonFields& in) { return in.texts("InvalidLabels"); };
  co_return co_await send(std::move(ask), read, std::move(scope));
}

}  // namespace ssmb::aws::ssm
