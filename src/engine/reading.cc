#include "engine/reading.h"

#include <algorithm>
#include <map>

#include "base/try.h"
#include "parameter/fields.h"

namespace ssmb::engine {
namespace {

using aws::ssm::Client;
using aws::ssm::Metadata;
using aws::ssm::Value;
using snapshot::Unreadable;

constexpr int kRounds = 3;

Parameter merge(Metadata metadata, Value value) {
  return assemble({.metadata = std::move(metadata), .value = std::move(value)});
}

bool has_code(const Error& error, std::string_view code) {
  return error.fault && error.fault->code == code;
}
bool is_gone(const Error& error) { return has_code(error, "ParameterNotFound"); }

// One parameter's failure: what becomes of it. nullopt: it is the Region's.
std::optional<Found> settle(const ParameterName& name, const Error& error) {
  // Not by the kind alone: a KMS key may be missing, too.
  if (is_gone(error)) return Vanished{name};
  if (costs_one_parameter(error.kind)) return Unreadable{.name = name, .error = error};
  return std::nullopt;
}

// Metadata of the newest version. Entries come oldest first, so all pages are read.
ResultTask<Metadata> newest_metadata(Client& ssm, ParameterName name, CallScope scope) {
  std::optional<Metadata> newest;
  std::string token;
  do {
    SSMB_CO_TRY(page, co_await ssm.get_parameter_history(name, token, scope));
    for (auto& entry : page.entries) {
      if (!newest || entry.metadata.version >= newest->version) newest = std::move(entry.metadata);
    }
    token = std::move(page.next_token);
  } while (!token.empty());
  if (!newest) co_return fail(ErrorKind::corrupt, "the history of " + name.str() + " is empty");
  newest->name = name;
  co_return std::move(*newest);
}

// What an error of one parameter's call makes of it; the error itself where it is the Region's.
Result<Found> settled(const ParameterName& name, Error error) {
  if (auto found = settle(name, error)) return std::move(*found);
  return fail(std::move(error));
}

ResultTask<Found> read_changed(Client& ssm, ParameterName name, Value value, CallScope scope) {
  for (int round = 0; round < kRounds; ++round) {
    auto newest = co_await newest_metadata(ssm, name, scope);
    if (!newest) co_return settled(name, std::move(newest).error());
    if (agree(*newest, value)) co_return merge(std::move(*newest), std::move(value));
    auto again = co_await ssm.get_parameter(name.str(), scope);
    if (!again) co_return settled(name, std::move(again).error());
    value = std::move(*again);
    if (agree(*newest, value)) co_return merge(std::move(*newest), std::move(value));
  }
  Error error{.kind = ErrorKind::conflict,
              .what = name.str() + " kept changing while it was read",
              .fault = std::nullopt,
              .next = "run again when nothing writes it"};
  co_return snapshot::Unreadable{.name = std::move(name), .error = std::move(error)};
}

ResultTask<Found> match(Client& ssm, Metadata metadata, Value value, CallScope scope) {
  if (agree(metadata, value)) co_return merge(std::move(metadata), std::move(value));
  co_return co_await read_changed(ssm, metadata.name, std::move(value), scope);
}

ResultTask<Found> read_single(Client& ssm, Metadata metadata, CallScope scope) {
  auto value = co_await ssm.get_parameter(metadata.name.str(), scope);
  if (value) co_return co_await match(ssm, std::move(metadata), std::move(*value), scope);
  co_return settled(metadata.name, std::move(value).error());
}

}  // namespace

bool costs_one_parameter(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::denied:
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::corrupt:
    case ErrorKind::transient: return true;
    default: return false;
  }
}

ResultTask<std::vector<Found>> read_batch(Client ssm, std::vector<Metadata> batch,
                                          CallScope scope) {
  std::vector<std::string> names;
  names.reserve(batch.size());
  for (const Metadata& metadata : batch) names.push_back(metadata.name.str());
  auto answer = co_await ssm.get_parameters(std::move(names), scope);
  if (!answer && !costs_one_parameter(answer.error().kind))
    co_return fail(std::move(answer).error());
  // The service answers in its own order. What it left out is asked for singly: it is gone or
  // denied, and one that spoils the batch must not take the others along.
  std::map<std::string, Value> values;
  if (answer) {
    for (Value& value : answer->parameters) {
      std::string name = value.name.str();
      values.insert_or_assign(std::move(name), std::move(value));
    }
  }
  std::vector<Found> out;
  for (Metadata& metadata : batch) {
    const auto value = values.find(metadata.name.str());
    if (value == values.end()) {
      SSMB_CO_TRY(found, co_await read_single(ssm, std::move(metadata), scope));
      out.push_back(std::move(found));
    } else {
      SSMB_CO_TRY(found, co_await match(ssm, std::move(metadata), std::move(value->second), scope));
      out.push_back(std::move(found));
    }
  }
  co_return out;
}

ResultTask<Found> read_tags(Client ssm, Parameter parameter, CallScope scope) {
  auto tags = co_await ssm.list_tags(parameter.name, scope);
  if (tags) {
    parameter.tags = std::move(*tags);
    std::ranges::sort(parameter.tags);
    co_return std::move(parameter);
  }
  Error why = std::move(tags).error();
  if (!costs_one_parameter(why.kind)) co_return fail(std::move(why));
  if (has_code(why, "InvalidResourceId")) {
    // What a parameter that is gone answers: is it?
    auto again = co_await ssm.get_parameter(parameter.name.str(), scope);
    if (!again && is_gone(again.error())) co_return Vanished{parameter.name};
  }
  co_return Untagged{.parameter = std::move(parameter),
                     .why = std::move(why).within("its tags could not be read")};
}

}  // namespace ssmb::engine
