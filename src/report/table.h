// A table for people: columns as wide as their widest cell, numbers to the right, and what is too
// long for a column on a line of its own below the row.
#pragma once

#include <string>
#include <vector>

namespace ssmb::report {

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
    enum class Place { beside, below } place = Place::beside;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as columns; a missing one is empty. Control characters are shown escaped.
  void add(std::vector<std::string> cells);
  bool empty() const { return rows_.empty(); }
  // Title line and rows, two spaces between columns and before what stands below, no trailing
  // spaces.
  std::string render() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ssmb::report
