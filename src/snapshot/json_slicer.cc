#include "snapshot/json_slicer.h"

#include <fmt/format.h>

#include "base/planted.h"

namespace ssmb::snapshot {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

std::unexpected<Error> JsonSlicer::wrong(std::string_view what) const {
  return fail(ErrorKind::corrupt, fmt::format("the document {} (byte {})", what, offset_));
}

void JsonSlicer::begin_slice(Slice::Kind kind, char first) {
  slice_.kind = kind;
  slice_.offset = offset_;
  slice_.bytes.clear();
  depth_ = 0;
  in_string_ = escaped_ = false;
  scalar_ = first != '{' && first != '[' && first != '"';
}

Result<void> JsonSlicer::end_slice(const OnSlice& on_slice) {
  state_ = slice_.kind == Slice::Kind::element ? State::element_comma : State::comma;
  Slice whole{.kind = slice_.kind,
              .key = slice_.key,
              .offset = slice_.offset,
              .bytes = std::exchange(slice_.bytes, SecretBytes())};
  return on_slice(std::move(whole));
}

bool JsonSlicer::scan_value(std::string_view chunk, std::size_t& used) {
  for (used = 0; used < chunk.size();) {
    const char c = chunk[used];
    if (scalar_) {
      if (is_space(c) || c == ',' || c == '}' || c == ']') return true;
      ++used;
      continue;
    }
    ++used;
    if (in_string_) {
      if (escaped_)
        escaped_ = false;
      else if (c == '\\')
        escaped_ = true;
      else if (c == '"')
        in_string_ = false;
      if (in_string_ || depth_ != 0) continue;
      return true;  // the value was this string
    }
    if (c == '"') in_string_ = true;
    if (c == '{' || c == '[') ++depth_;
    if ((c == '}' || c == ']') && --depth_ == 0) return true;
  }
  return false;
}

Result<void> JsonSlicer::begin_value(char c, const OnSlice& on_slice) {
  if (slice_.key == "parameters" && c == '[') {
    begin_slice(Slice::Kind::list, c);
    state_ = State::first_element;
    return on_slice(Slice{
        .kind = Slice::Kind::list, .key = slice_.key, .offset = offset_, .bytes = SecretBytes()});
  }
  if (slice_.key == "parameters") return wrong("has parameters that are no list");
  begin_slice(Slice::Kind::member, c);
  state_ = State::in_value;
  return {};
}

Result<void> JsonSlicer::step(char c, const OnSlice& on_slice) {
  if (is_space(c)) return {};
  switch (state_) {
    case State::begin:
      if (c != '{') return wrong("is no JSON object");
      state_ = State::first_key;
      return {};
    case State::first_key:
    case State::key:
      if (c == '}' && state_ == State::first_key) {
        state_ = State::behind;
        return {};
      }
      if (c != '"') return wrong("has no key where one belongs");
      slice_.key.clear();
      state_ = State::in_key;
      return {};
    case State::colon:
      if (c != ':') return wrong("has no colon behind a key");
      state_ = State::value;
      return {};
    case State::value: return begin_value(c, on_slice);
    case State::comma:
      if (c != ',' && c != '}') return wrong("has no comma behind a member");
      state_ = c == ',' ? State::key : State::behind;
      return {};
    case State::first_element:
    case State::element:
      if (c == ']' && state_ == State::first_element) {
        state_ = State::comma;
        return {};
      }
      if (c != '{') return wrong("has something else than a record among its parameters");
      begin_slice(Slice::Kind::element, c);
      state_ = State::in_element;
      return {};
    case State::element_comma:
      if (c != ',' && c != ']') return wrong("has no comma behind a record");
      state_ = c == ',' ? State::element : State::comma;
      return {};
    case State::behind: return wrong("has bytes behind its end");
    case State::in_key:
    case State::in_value:
    case State::in_element: break;
  }
  return fail(ErrorKind::internal, "a value was taken for what stands between values");
}

Result<void> JsonSlicer::take_key(char c) {
  // The keys that are looked for need no escapes.
  if (c == '\\') return wrong("has a key with an escape");
  if (c == '"')
    state_ = State::colon;
  else
    slice_.key += c;
  if (slice_.key.size() > kMaxKey) return wrong("has a key that is too long");
  return {};
}

Result<void> JsonSlicer::take_value(std::string_view chunk, std::size_t& used,
                                    const OnSlice& on_slice) {
  const bool whole = scan_value(chunk, used);
  if (planted(Defect::escape_lost_between_chunks)) escaped_ = false;
  const std::size_t limit = state_ == State::in_element ? kMaxElement : kMaxMember;
  if (slice_.bytes.size() + used > limit) return wrong("has a member that is too large");
  slice_.bytes.append(chunk.substr(0, used));
  return whole ? end_slice(on_slice) : Result<void>{};
}

Result<void> JsonSlicer::feed(std::string_view chunk, const OnSlice& on_slice) {
  while (!chunk.empty()) {
    std::size_t used = 1;
    Result<void> taken;
    if (state_ == State::in_value || state_ == State::in_element)
      taken = take_value(chunk, used, on_slice);
    else if (state_ == State::in_key)
      taken = take_key(chunk.front());
    else
      taken = step(chunk.front(), on_slice);
    if (!taken) return taken;
    // The first byte of a value is seen twice: it says that one begins, and is part of it.
    if (state_ == State::in_value || state_ == State::in_element)
      used = slice_.bytes.empty() ? 0 : used;
    chunk.remove_prefix(used);
    offset_ += used;
  }
  return {};
}

}  // namespace ssmb::snapshot
