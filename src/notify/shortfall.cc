#include "notify/shortfall.h"

#include <fmt/format.h>

namespace ssmb::notify {
namespace {

namespace json = boost::json;

using Cause = Shortfall::Cause;

std::vector<json::object> objects_in(const json::object& entry, std::string_view name) {
  std::vector<json::object> out;
  const json::value* list = entry.if_contains(name);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& item : list->get_array()) {
    if (item.is_object()) out.push_back(item.get_object());
  }
  return out;
}

// Does the snapshot itself lack something? Only then is a pointer kept that is to be told of:
// otherwise it names a newer one.
bool lacks(const json::object& entry) {
  return number_of(entry, "failedCount") != 0 || !text_of(entry, "incompleteBecause").empty();
}

struct Causes {
  Cause kept;
  Cause failed;
};

void add_pointers(const json::object& of, Causes causes, std::string_view place,
                  std::vector<Shortfall>& out) {
  for (const json::object& pointer : objects_in(of, "pointers")) {
    const std::string outcome = text_of(pointer, "outcome");
    if (outcome != "kept" && outcome != "failed") continue;
    std::string subject = text_of(pointer, "pointer");
    if (!place.empty()) subject = fmt::format("{}/{}", place, subject);
    out.push_back({.cause = outcome == "failed" ? causes.failed : causes.kept,
                   .subject = std::move(subject),
                   .target = text_of(pointer, "target"),
                   .why = text_of(pointer, "why")});
  }
}

std::string error_of(const json::object& copy) {
  const json::value* error = copy.if_contains("error");
  return error != nullptr && error->is_object() ? text_of(error->get_object(), "what")
                                                : std::string();
}

void add_copy(const json::object& copy, Cause kept, std::vector<Shortfall>& out) {
  const std::string status = text_of(copy, "status");
  if (status != "failed" && status != "incomplete") return;
  const std::string repository = text_of(copy, "repository");
  std::string why = error_of(copy);
  if (status == "failed" || !why.empty())
    out.push_back({.cause = status == "failed" ? Cause::copy : Cause::earlier,
                   .subject = repository,
                   .target = {},
                   .why = std::move(why)});
  if (status == "incomplete")
    add_pointers(copy, {.kept = kept, .failed = Cause::pointer_of_copy}, repository, out);
}

// A pointer that is kept and of which nothing is to be told.
bool is_as_it_should_be(const Shortfall& shortfall, const json::object& entry) {
  const bool held = shortfall.cause == Cause::shrunk || shortfall.cause == Cause::unread;
  return held && !lacks(entry) && text_of(entry, "shrink").empty();
}

}  // namespace

std::vector<Shortfall> shortfalls_in(const json::object& entry) {
  const Cause kept = lacks(entry) ? Cause::unread : Cause::shrunk;
  std::vector<Shortfall> out;
  add_pointers(entry, {.kept = kept, .failed = Cause::pointer}, "", out);
  std::erase_if(out, [&](const Shortfall& each) { return is_as_it_should_be(each, entry); });
  for (const json::object& copy : objects_in(entry, "copies")) add_copy(copy, kept, out);
  return out;
}

std::string text_of(const json::object& entry, std::string_view name) {
  const json::value* value = entry.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::uint64_t number_of(const json::object& entry, std::string_view name) {
  const json::value* value = entry.if_contains(name);
  if (value == nullptr) return 0;
  boost::system::error_code bad;
  const auto number = value->to_number<std::uint64_t>(bad);
  return bad ? 0 : number;
}

bool is_true(const json::object& entry, std::string_view name) {
  const json::value* value = entry.if_contains(name);
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool is_false(const json::object& entry, std::string_view name) {
  const json::value* value = entry.if_contains(name);
  return value != nullptr && value->is_bool() && !value->get_bool();
}

}  // namespace ssmb::notify
