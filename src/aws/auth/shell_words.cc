#include "aws/auth/shell_words.h"

#include <optional>

namespace ssmb::aws {
namespace {

// Reads a quoted part behind its opening quote; false if it is never closed.
bool read_quoted(std::string_view& rest, char quote, std::string& word) {
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == quote) return true;
    const bool escape =
        c == '\\' && quote == '"' && !rest.empty() && (rest.front() == '"' || rest.front() == '\\');
    word.push_back(escape ? rest.front() : c);
    if (escape) rest.remove_prefix(1);
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> split_shell_words(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
      continue;
    }
    if (!word) word.emplace();
    if (c == '\'' || c == '"') {
      if (!read_quoted(text, c, *word))
        return fail(ErrorKind::credentials, "a quote is not closed in the command");
    } else if (c == '\\') {
      if (text.empty()) return fail(ErrorKind::credentials, "the command ends with a backslash");
      word->push_back(text.front());
      text.remove_prefix(1);
    } else {
      word->push_back(c);
    }
  }
  if (word) words.push_back(std::move(*word));
  if (words.empty()) return fail(ErrorKind::credentials, "the command is empty");
  return words;
}

}  // namespace ssmb::aws
