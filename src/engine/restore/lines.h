// Lines of text that most holders have none of: then they take the room of a pointer.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ssmb::engine::restore {

class Lines {
 public:
  using value_type = std::string;
  using const_iterator = std::vector<std::string>::const_iterator;

  Lines() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a list of lines is what it is made of
  Lines(std::vector<std::string> lines) {
    if (!lines.empty()) lines_ = std::make_unique<std::vector<std::string>>(std::move(lines));
  }
  Lines(std::initializer_list<std::string> lines) : Lines(std::vector<std::string>(lines)) {}
  Lines(const Lines& other) : Lines(other.list()) {}
  Lines(Lines&&) noexcept = default;
  Lines& operator=(Lines other) noexcept {
    lines_ = std::move(other.lines_);
    return *this;
  }
  ~Lines() = default;

  const std::vector<std::string>& list() const {
    static const std::vector<std::string> kNone;
    return lines_ ? *lines_ : kNone;
  }
  bool empty() const { return list().empty(); }
  std::size_t size() const { return list().size(); }
  const_iterator begin() const { return list().begin(); }
  const_iterator end() const { return list().end(); }
  const std::string& operator[](std::size_t index) const { return list()[index]; }
  void push_back(std::string line) {
    if (!lines_) lines_ = std::make_unique<std::vector<std::string>>();
    lines_->push_back(std::move(line));
  }
  void clear() { lines_.reset(); }
  bool operator==(const Lines& other) const { return list() == other.list(); }

 private:
  std::unique_ptr<std::vector<std::string>> lines_;
};

}  // namespace ssmb::engine::restore
