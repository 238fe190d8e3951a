#pragma once

// A workbook (Office Open XML) that is written from front to back: what was written is on disk, and
// memory does not grow with it.  Every text is a text, whatever it begins with; formulas are ours.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tally/result.h"
#include "tally/time.h"

namespace tally::exports {

enum class CellStyle : std::uint8_t {
  kPlain,  // as a sheet shows what has no style: of what there are millions
  kText,
  kTitle,         // large
  kNote,          // grey
  kLabel,         // of a row
  kHeading,       // of a column of texts
  kHeadingRight,  // of a column of numbers
  kRight,         // a text where a number could stand
  kWrapped,       // a text of several lines
  kCode,          // the same, in a typewriter's letters: what is copied letter by letter
  kExact,         // a figure as a text, marked: it has more digits than a sheet's number
  kMarkedNote,    // a text of several lines, marked as kExact is
  kWarning,       // what a reader must not miss
};
inline constexpr std::size_t kCellStyles = 13;

// One sheet.  Cells of a row come in any order; a row that was ended is past.
class Sheet {
 public:
  static constexpr std::uint64_t kRowLimit = 1'048'576;

  void text(std::uint16_t column, std::string_view text, CellStyle style = CellStyle::kText);
  // With so many fraction digits and thousands separators; `marked` as kExact is.
  void number(std::uint16_t column, double number, int digits, bool marked = false);
  // A count or a sequence: without separators.
  void plain(std::uint16_t column, std::uint64_t number);
  // `computed` stands there for readers that compute nothing.
  void formula(std::uint16_t column, const std::string& formula, double computed, int digits);
  // A row is as high as its wrapped texts ask for.
  void end_row();

  std::string_view name() const { return name_; }
  // Its name as a formula says it.
  std::string quoted_name() const;
  // The row that is written now, counted from 1 as people do.
  std::uint64_t row() const { return row_ + 1; }

  // In letters' widths, from the first column on.  A column is as wide as its longest figure asks
  // for, at least: half a number would be another one.
  void set_widths(const std::vector<double>& widths);
  // The rows above this one, and so many columns, stay in sight; the last of them heads each page.
  void freeze(std::uint16_t columns);
  // Each column can be narrowed to some values, from a heading's row to the row before this one,
  // which nothing was written to yet.
  void filter(std::uint64_t heading_row, std::uint16_t columns);
  // Its rows can be read, filtered and copied, not changed or sorted, until someone lifts that (no
  // password): formulas name them by their places.
  void protect();

 private:
  friend class Workbook;
  struct Parts;
  Sheet(Parts& parts, std::string name);
  void make_room(std::uint16_t column, double letters);

  Parts* parts_;
  std::string name_;
  std::uint64_t row_ = 0;
  std::vector<double> widths_;
  std::size_t lines_ = 1;  // of the row that is written now
};

class Workbook {
 public:
  // Also what it is named in its properties, and when it says it was made: the clock is not asked.
  // What is not in its place yet is written to `scratch`, a folder.
  Workbook(const std::filesystem::path& path, const std::filesystem::path& scratch,
           const std::string& title, Timestamp created);
  ~Workbook();
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  // In the order of their tabs.  It lives as long as the workbook.
  Sheet& add_sheet(const std::string& name);
  // Puts it together; nothing may be written afterwards.  Errors: `no-space`, `io`.
  Result<void> finish();

 private:
  struct Parts;
  // The bytes of rows that scratch files keep, by the part that they go to.
  Result<std::map<std::string, std::uint64_t>> check_scratch() const;

  std::unique_ptr<Parts> parts_;
};

}  // namespace tally::exports
