#include "table.h"

#include <algorithm>
#include <utility>

#include "text.h"

namespace tally::tool {
namespace {

constexpr std::size_t kGap = 2;  // between columns

// The cell filled up to the width.
std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::size_t used = display_width(cell);
  const std::string fill(width > used ? width - used : 0, ' ');
  return align == Align::kRight ? fill + cell : cell + fill;
}

}  // namespace

Table::Table(std::vector<Column> columns, std::size_t indent)
    : columns_(std::move(columns)), indent_(indent) {
  for (const Column& column : columns_) {
    widths_.push_back(std::max(display_width(column.title), column.least_width));
  }
}

void Table::add_row(std::vector<std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = harmless(cells[i]);
    widths_[i] = std::max(widths_[i], display_width(cells[i]));
  }
  rows_.push_back({std::move(cells), {}});
}

void Table::add_note(std::string_view note) { rows_.back().notes.push_back(harmless(note)); }

void Table::print(Console& console) {
  if (!std::exchange(headed_, true)) {
    std::vector<std::string> titles;
    for (const Column& column : columns_) titles.push_back(column.title);
    const std::string heading = line_of(titles);
    console.out.write(console.style.faint(heading) + "\n");
  }
  for (const Row& row : rows_) {
    console.out.write(line_of(row.cells) + "\n");
    for (const std::string& note : row.notes) {
      console.out.write(std::string(indent_ + widths_.front() + kGap, ' ') + note + "\n");
    }
  }
  rows_.clear();
}

std::string Table::line_of(const std::vector<std::string>& cells) const {
  std::string line(indent_, ' ');
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += std::string(kGap, ' ');
    line += padded(cells[i], widths_[i], columns_[i].align);
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

void Facts::add(std::string_view name, std::string_view text) {
  facts_.push_back({std::string(name), harmless(text)});
}

void Facts::print(Console& console) const {
  std::size_t width = 0;
  for (const Fact& fact : facts_) width = std::max(width, display_width(fact.name));
  for (const Fact& fact : facts_) {
    console.out.write("  " + console.style.faint(padded(fact.name, width, Align::kLeft)) + "  " +
                      fact.text + "\n");
  }
}

}  // namespace tally::tool
