#pragma once

// Aligned columns for people.

#include <cstddef>
#include <string>
#include <vector>

#include "output.h"

namespace tally::tool {

enum class Align : std::uint8_t { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kLeft;
  std::size_t least_width = 0;
};

// Rows under a heading.  Cells are made harmless; a column is as wide as its widest cell.
class Table {
 public:
  explicit Table(std::vector<Column> columns, std::size_t indent = 0);

  void add_row(std::vector<std::string> cells);
  // A line of its own under the row that was added last, indented to its second column.
  void add_note(std::string_view note);

  std::size_t waiting() const { return rows_.size(); }
  // Writes the rows added since the last call, the first time under the heading.  Widths only grow
  // from one call to the next.
  void print(Console& console);

 private:
  struct Row {
    std::vector<std::string> cells;
    std::vector<std::string> notes;
  };
  std::string line_of(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::size_t indent_;
  std::vector<std::size_t> widths_;
  std::vector<Row> rows_;
  bool headed_ = false;
};

// A name and what it is, a line each, the names in one column.
class Facts {
 public:
  void add(std::string_view name, std::string_view text);
  bool empty() const { return facts_.empty(); }
  void print(Console& console) const;

 private:
  struct Fact {
    std::string name;
    std::string text;
  };
  std::vector<Fact> facts_;
};

}  // namespace tally::tool
