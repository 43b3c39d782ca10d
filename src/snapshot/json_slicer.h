// Cuts a large JSON object into its members, and the list under "parameters" into its elements,
// so that each can be parsed alone: memory is bounded by the largest of them.
//
// It follows strings and the depth of brackets only; what a slice holds is for its parser to judge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace ssmb::snapshot {

struct Slice {
  enum class Kind {
    member,   // a whole member's value
    list,     // "parameters": its elements follow
    element,  // one of them
  } kind = Kind::member;
  std::string key;           // the member's
  std::uint64_t offset = 0;  // of the first byte in the document
  SecretBytes bytes;         // empty for a list
};

class JsonSlicer {
 public:
  using OnSlice = std::function<Result<void>(Slice)>;

  // Hands on each slice as soon as it is whole. corrupt, with the offset, for what cannot be a JSON
  // object of this kind; an error of `on_slice` is handed on as it is.
  Result<void> feed(std::string_view chunk, const OnSlice& on_slice);
  // Has the object's last brace been seen?
  bool at_end() const { return state_ == State::behind; }

  // No record of SSM's is a tenth of this: a hundred versions of 8 KB each, escaped.
  static constexpr std::size_t kMaxElement = std::size_t{16} << 20;
  static constexpr std::size_t kMaxMember = std::size_t{64} << 20;
  static constexpr std::size_t kMaxKey = 1024;

 private:
  enum class State {
    begin,          // before the object's brace
    first_key,      // a key, or the end of an empty object
    key,            // a key
    in_key,         //
    colon,          //
    value,          // before a member's value
    in_value,       //
    comma,          // behind a member
    first_element,  // an element, or the end of an empty list
    element,        // an element
    in_element,     //
    element_comma,  // behind an element
    behind,         // behind the object
  };
  // Takes bytes of the value under way; true when it is whole. `used` is how many belong to it.
  bool scan_value(std::string_view chunk, std::size_t& used);
  void begin_slice(Slice::Kind kind, char first);
  Result<void> end_slice(const OnSlice& on_slice);
  Result<void> take_key(char c);
  Result<void> take_value(std::string_view chunk, std::size_t& used, const OnSlice& on_slice);
  // One byte between keys and values.
  Result<void> step(char c, const OnSlice& on_slice);
  Result<void> begin_value(char c, const OnSlice& on_slice);
  std::unexpected<Error> wrong(std::string_view what) const;

  State state_ = State::begin;
  Slice slice_;
  std::uint64_t offset_ = 0;  // of the next byte
  std::size_t depth_ = 0;     // inside the value under way
  bool in_string_ = false;
  bool escaped_ = false;
  bool scalar_ = false;  // a number or literal: ends before the byte that cannot belong to it
};

}  // namespace ssmb::snapshot
