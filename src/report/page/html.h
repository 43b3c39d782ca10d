// HTML that is escaped by its type: a text comes in as text and nothing else.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ssmb::report {

class Html {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

  Html() = default;
  // NOLINTBEGIN(google-explicit-constructor): a text is the simplest piece of a page
  Html(std::string_view text);
  Html(const char* text) : Html(std::string_view(text)) {}
  Html(const std::string& text) : Html(std::string_view(text)) {}
  // NOLINTEND(google-explicit-constructor)

  // An attribute without a value is left out.
  static Html element(std::string_view name, Attributes attributes, const Html& content);
  static Html element(std::string_view name, const Html& content);
  static Html empty(std::string_view name, Attributes attributes);  // <meta ...>
  // A style sheet of ours.
  static Html style(std::string_view css);

  Html& operator+=(const Html& more) {
    text_ += more.text_;
    return *this;
  }
  friend Html operator+(Html a, const Html& b) { return a += b; }

  const std::string& str() const { return text_; }
  bool is_empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace ssmb::report
