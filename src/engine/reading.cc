#include "engine/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/planted.h"
#include "base/text.h"
#include "base/try.h"
#include "engine/past.h"
#include "parameter/fields.h"

namespace ssmb::engine {
namespace {

using aws::ssm::Client;
using aws::ssm::Metadata;
using aws::ssm::Value;
using snapshot::Depth;
using snapshot::Unreadable;

constexpr int kRounds = 3;

Parameter merge(Metadata metadata, Value value) {
  return assemble({.metadata = std::move(metadata), .value = std::move(value)});
}

bool has_code(const Error& error, std::string_view code) {
  return error.fault && error.fault->code == code;
}
bool is_gone(const Error& error) { return has_code(error, "ParameterNotFound"); }

// Is it the parameter's KMS key that stands in the way?
bool is_about_the_key(const ServiceFault& fault) {
  return fault.code == "InvalidKeyId" || fault.code.starts_with("KMS.") ||
         fault.message.contains("kms:") || fault.message.contains("customer master key");
}

// KMS's words seldom name the key: whoever is to grant something wants to know on which.
Error naming_key(Error error, const KmsKeyId& key_id) {
  if (key_id.empty() || !error.fault || !is_about_the_key(*error.fault)) return error;
  if (!error.next.empty() && !error.fault->message.contains(key_id.view()))
    error.next += fmt::format(" (the key: {})", printable(key_id.view(), 200));
  return error;
}

// One parameter's failure: what becomes of it. nullopt: it is the Region's.
std::optional<Found> settle(const ParameterName& name, const Error& error) {
  // Not by the kind alone: a KMS key may be missing, too.
  if (is_gone(error)) return Vanished{name};
  if (planted(Defect::denied_is_vanished) && error.kind == ErrorKind::denied) return Vanished{name};
  if (costs_one_parameter(error.kind))
    return Unreadable{.name = name, .error = snapshot::KeptError(error)};
  return std::nullopt;
}

// What an error of one parameter's call makes of it; the error itself where it is the Region's.
Result<Found> settled(const ParameterName& name, Error error) {
  if (auto found = settle(name, error)) return std::move(*found);
  return fail(std::move(error));
}

// A parameter on its way to a record: what agrees so far, or a value that no metadata fits yet.
struct Settling {
  ParameterName name;
  std::optional<Parameter> whole;
  std::optional<Value> value;
};

// Does the history's newest version speak of the same state? Then the parameter is whole.
bool settles(const Metadata& newest, Settling& settling) {
  if (settling.value && agree(newest, *settling.value)) {
    Metadata metadata = newest;
    metadata.name = settling.name;
    settling.whole = merge(std::move(metadata), std::move(*settling.value));
    settling.value.reset();
  }
  return settling.whole && settling.whole->version == newest.version &&
         settling.whole->last_modified_date == newest.last_modified_date;
}

// Reads history and value by turns until both speak of one state. An error is the parameter's or
// the Region's.
ResultTask<Past> settle_with_past(Client& ssm, Settling& settling, Depth depth, CallScope scope) {
  for (int round = 0; round < kRounds; ++round) {
    SSMB_CO_TRY(past, co_await read_past(ssm, settling.name, depth, scope));
    if (settles(past.newest, settling)) co_return std::move(past);
    settling.whole.reset();
    SSMB_CO_TRY(value, co_await ssm.get_parameter(settling.name.str(), scope));
    settling.value = std::move(value);
    if (settles(past.newest, settling)) co_return std::move(past);
  }
  co_return fail(ErrorKind::conflict, settling.name.str() + " kept changing while it was read",
                 "run again when nothing writes it");
}

void add_past(Parameter& parameter, Past past) {
  parameter.labels = std::move(past.labels);
  parameter.labelled_versions = std::move(past.labelled_versions);
  parameter.history = std::move(past.history);
}

ResultTask<Found> match(Client& ssm, Metadata metadata, Value value, CallScope scope) {
  if (agree(metadata, value) || planted(Defect::race_not_read_again))
    co_return Read{merge(std::move(metadata), std::move(value))};
  Settling settling{.name = metadata.name, .whole = {}, .value = std::move(value)};
  auto past = co_await settle_with_past(ssm, settling, Depth::current, scope);
  if (!past) co_return settled(settling.name, std::move(past).error());
  co_return Read{std::move(*settling.whole)};
}

ResultTask<Found> read_single(Client& ssm, Metadata metadata, CallScope scope) {
  auto value = co_await ssm.get_parameter(metadata.name.str(), scope);
  if (value) co_return co_await match(ssm, std::move(metadata), std::move(*value), scope);
  co_return settled(metadata.name, naming_key(std::move(value).error(), metadata.key_id));
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
  if (!answer && planted(Defect::batch_lost)) co_return std::vector<Found>{};
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
  out.reserve(batch.size());
  for (Metadata& metadata : batch) {
    const auto value = values.find(metadata.name.str());
    if (value == values.end()) {
      SSMB_CO_TRY(found, co_await read_single(ssm, std::move(metadata), scope));
      out.push_back(std::move(found));
    } else if (agree(metadata, value->second)) {  // nearly always: without a coroutine for it
      out.emplace_back(Read{merge(std::move(metadata), std::move(value->second))});
    } else {
      SSMB_CO_TRY(found, co_await match(ssm, std::move(metadata), std::move(value->second), scope));
      out.push_back(std::move(found));
    }
  }
  co_return out;
}

ResultTask<Found> read_depth(Client ssm, Read read, Depth depth, CallScope scope) {
  if (depth == Depth::current) co_return std::move(read);
  Settling settling{.name = read.parameter.name, .whole = std::move(read.parameter), .value = {}};
  const auto costs_history = [&settling](const Result<Past>& past) {
    return !past && settling.whole && costs_one_parameter(past.error().kind) &&
           !is_gone(past.error());
  };
  auto past = co_await settle_with_past(ssm, settling, depth, scope);
  if (costs_history(past)) {
    const KmsKeyId& key = settling.whole->key_id;
    read.no_history = naming_key(past.error(), key).within("its history could not be read");
    // An old version's key may be gone; its labels need none.
    if (depth == Depth::history)
      past = co_await settle_with_past(ssm, settling, Depth::labels, scope);
  }
  if (!past && !costs_history(past)) co_return settled(settling.name, std::move(past).error());
  read.parameter = std::move(*settling.whole);
  if (past) add_past(read.parameter, std::move(*past));
  co_return std::move(read);
}

ResultTask<Found> read_alone(Client ssm, ParameterName name, Depth depth, CallScope scope) {
  Settling settling{.name = std::move(name), .whole = {}, .value = {}};
  const Depth least = depth == Depth::current ? Depth::labels : depth;
  auto past = co_await settle_with_past(ssm, settling, least, scope);
  if (!past) co_return settled(settling.name, std::move(past).error());
  Read read{.parameter = std::move(*settling.whole)};
  add_past(read.parameter, std::move(*past));
  co_return std::move(read);
}

ResultTask<Found> read_tags(Client ssm, Read read, CallScope scope) {
  auto tags = co_await ssm.list_tags(read.parameter.name, scope);
  if (tags) {
    read.parameter.tags = std::move(*tags);
    std::ranges::sort(read.parameter.tags);
    co_return std::move(read);
  }
  Error why = std::move(tags).error();
  if (!costs_one_parameter(why.kind)) co_return fail(std::move(why));
  if (has_code(why, "InvalidResourceId")) {
    // What a parameter that is gone answers: is it?
    auto again = co_await ssm.get_parameter(read.parameter.name.str(), scope);
    if (!again && is_gone(again.error())) co_return Vanished{read.parameter.name};
  }
  read.no_tags = std::move(why).within("its tags could not be read");
  co_return std::move(read);
}

}  // namespace ssmb::engine
