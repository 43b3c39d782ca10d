#include "snapshot/json_lists.h"

#include <algorithm>

#include "base/text.h"

namespace ssmb::snapshot {
namespace {

// Walks over JSON text, well-formed or not.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  bool ended() const { return at_ >= text_.size(); }
  std::size_t at() const { return at_; }
  // How many objects and lists are open behind what was passed.
  int depth() const { return depth_; }

  // The next token's first character; what lies in a string is passed with it.
  char next() {
    const char c = text_[at_++];
    if (c == '"') pass_string();
    if (c == '{' || c == '[') ++depth_;
    if (c == '}' || c == ']') --depth_;
    return c;
  }

 private:
  void pass_string() {
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

// From behind the list's bracket to its end, which stays.
void cut_items(std::string_view text, Walk& walk, std::vector<std::string_view>& items) {
  const int inside = walk.depth();
  std::size_t begin = walk.at();
  const auto take = [&](std::size_t end) {
    items.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  };
  while (!walk.ended()) {
    const std::size_t at = walk.at();
    const char c = walk.next();
    if (c == ',' && walk.depth() == inside) take(at);
    if (walk.depth() >= inside) continue;
    // An empty list has no item; behind a comma there must be one.
    if (!items.empty() || !trim(text.substr(begin, at - begin)).empty()) take(at);
    return;
  }
  take(text.size());
}

}  // namespace

CutLists cut_lists(std::string_view text, const std::vector<std::string_view>& names) {
  CutLists cut;
  Walk walk(text);
  std::size_t kept = 0;   // how much of the text is in `rest` or cut
  std::string_view last;  // the last string at the object's own depth
  bool behind_colon = false;
  while (!walk.ended()) {
    const std::size_t at = walk.at();
    const char c = walk.next();
    const bool own = walk.depth() == 1;
    if (c == '[' && walk.depth() == 2 && behind_colon &&
        std::ranges::find(names, last) != names.end() && !cut.items.contains(last)) {
      cut.rest.append(text.substr(kept, walk.at() - kept));
      cut_items(text, walk, cut.items[last]);
      kept = walk.ended() && walk.depth() >= 2 ? walk.at() : walk.at() - 1;
    } else if (own && c == '"' && walk.at() - at >= 2) {
      last = text.substr(at + 1, walk.at() - at - 2);
    }
    if (own && c == ':')
      behind_colon = true;
    else if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
      behind_colon = false;
  }
  cut.rest.append(text.substr(kept));
  return cut;
}

}  // namespace ssmb::snapshot
