#include "report/page/html.h"

namespace ssmb::report {
namespace {

// Control characters have no place in HTML, not even as references.
void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += ' '; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          out += "\xef\xbf\xbd";  // U+FFFD
        else
          out += c;
    }
  }
}

std::string open(std::string_view name, Html::Attributes attributes) {
  std::string text = "<" + std::string(name);
  for (const auto& [key, value] : attributes) {
    if (value.empty()) continue;
    text += " " + std::string(key) + "=\"";
    append_escaped(text, value);
    text += '"';
  }
  return text + ">";
}

// What stands on lines of its own, so that the page's text can be read, too.
bool is_block(std::string_view name) {
  for (const std::string_view each :
       {"html", "head",   "body",    "header", "main",  "footer", "section", "h1",    "h2",
        "h3",   "p",      "ol",      "ul",     "li",    "table",  "thead",   "tbody", "tr",
        "div",  "figure", "details", "svg",    "title", "dl",     "nav"})
    if (name == each) return true;
  return false;
}

}  // namespace

Html::Html(std::string_view text) { append_escaped(text_, text); }

Html Html::element(std::string_view name, Attributes attributes, const Html& content) {
  Html html;
  html.text_ = open(name, attributes) + content.text_ + "</" + std::string(name) + ">";
  if (is_block(name)) html.text_ += '\n';
  return html;
}

Html Html::element(std::string_view name, const Html& content) {
  return element(name, {}, content);
}

Html Html::empty(std::string_view name, Attributes attributes) {
  Html html;
  html.text_ = open(name, attributes) + '\n';
  return html;
}

Html Html::style(std::string_view css) {
  Html html;
  html.text_ = "<style>\n" + std::string(css) + "</style>\n";
  return html;
}

}  // namespace ssmb::report
