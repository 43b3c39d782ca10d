// Why a backup that is there is not whole, by its entry in region_summaries.json: what a notice
// says of pointers that did not move and of copies that were not made. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ssmb::notify {

struct Shortfall {
  enum class Cause {
    unread,   // parameters, or the service did not answer something: a pointer is kept for it
    shrunk,   // empty, or far fewer than in the last good one: a pointer is kept for it
    pointer,  // it was due and could not be moved
    copy,     // this snapshot is not in a copy
    earlier,  // an earlier one is not
    pointer_of_copy,
  } cause = Cause::unread;
  std::string subject;  // a pointer ("latest-x.txt", "<repository>/latest-x.txt"), or a copy
  std::string target;   // what the pointer goes on naming; empty: nothing, or it is a copy
  std::string why;
};

// In the entry's order: its pointers, then copy after copy. Empty for an entry of the pipeline
// before.
std::vector<Shortfall> shortfalls_in(const boost::json::object& entry);

// Members of an entry, as they may be in one that anybody has written: empty, 0, false where they
// are missing or of another type.
std::string text_of(const boost::json::object& entry, std::string_view name);
std::uint64_t number_of(const boost::json::object& entry, std::string_view name);
bool is_true(const boost::json::object& entry, std::string_view name);
bool is_false(const boost::json::object& entry, std::string_view name);

}  // namespace ssmb::notify
