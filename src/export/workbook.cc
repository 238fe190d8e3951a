// The one file that knows libxlsxwriter.

#include "export/workbook.h"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <map>

#include "audit/zip_walk.h"
#include "base/check.h"
#include "base/try.h"

namespace tally::exports {
namespace {

constexpr int kFractionDigits = 12;         // of a Decimal
constexpr std::size_t kTextLimit = 32'000;  // bytes; a cell takes 32,767 characters
constexpr double kLineHeight = 15;          // points
constexpr double kHighestRow = 409;
constexpr std::uint64_t kZip64From = 3ULL << 30;

constexpr lxw_color_t kMarked = 0xFFE9B8;
constexpr lxw_color_t kHeadingFill = 0xDCE6EE;
constexpr lxw_color_t kGrey = 0x666666;
constexpr lxw_color_t kRed = 0x9C1C1C;

// What XML cannot hold is replaced, and what a reader would take for the escape of a character
// (`_x0041_` is "A") is escaped itself.
std::string cell_text(std::string_view text) {
  std::string cell;
  cell.reserve(text.size());
  for (std::size_t i = 0; i < text.size() && cell.size() < kTextLimit; ++i) {
    const std::string_view rest = text.substr(i);
    const bool is_noncharacter =
        rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
    if (is_noncharacter || rest.front() == '\0') {
      cell += "\xEF\xBF\xBD";
      i += is_noncharacter ? 2 : 0;
      continue;
    }
    const bool is_escape =
        rest.size() >= 7 && rest.starts_with("_x") && rest[6] == '_' &&
        rest.substr(2, 4).find_first_not_of("0123456789ABCDEFabcdef") == std::string_view::npos;
    if (is_escape) cell += "_x005F";
    cell.push_back(rest.front());
  }
  if (cell.size() >= kTextLimit) {
    // Not within a character.
    while ((static_cast<unsigned char>(cell.back()) & 0xC0U) == 0x80U) cell.pop_back();
    cell.pop_back();
    cell += "…";
  }
  return cell;
}

// Not so far that it touches the text of the next column.
void align_right(lxw_format* format) {
  format_set_align(format, LXW_ALIGN_RIGHT);
  format_set_indent(format, 1);
}

bool is_wrapped(CellStyle style) {
  return style == CellStyle::kWrapped || style == CellStyle::kCode ||
         style == CellStyle::kMarkedNote;
}

// How many lines a text takes in a column of so many letters; rather one too many.
std::size_t lines_of(std::string_view text, double width) {
  const auto letters = std::max<std::size_t>(static_cast<std::size_t>(width), 1);
  std::size_t lines = 0;
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += std::max<std::size_t>((end + letters - 1) / letters, 1);
    if (end == text.size()) return lines;
    text.remove_prefix(end + 1);
  }
}

// How many letters a number takes, with its separators.
double letters_of(double number, int digits) {
  const double magnitude = std::abs(number);
  const double whole = magnitude < 1 ? 1 : std::floor(std::log10(magnitude)) + 1;
  return whole + std::floor((whole - 1) / 3) + (number < 0 ? 1 : 0) +
         (digits > 0 ? std::max(digits, 2) + 1 : 0);
}

lxw_format* make_format(lxw_workbook* workbook, CellStyle style) {
  lxw_format* const format = workbook_add_format(workbook);
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  switch (style) {
    case CellStyle::kPlain:
    case CellStyle::kText: break;
    case CellStyle::kTitle:
      format_set_bold(format);
      format_set_font_size(format, 14);
      break;
    case CellStyle::kNote: format_set_font_color(format, kGrey); break;
    case CellStyle::kLabel: format_set_bold(format); break;
    case CellStyle::kHeading:
    case CellStyle::kHeadingRight:
      format_set_bold(format);
      format_set_bg_color(format, kHeadingFill);
      format_set_bottom(format, LXW_BORDER_THIN);
      format_set_text_wrap(format);
      if (style == CellStyle::kHeadingRight) align_right(format);
      break;
    case CellStyle::kRight: align_right(format); break;
    case CellStyle::kWrapped: format_set_text_wrap(format); break;
    case CellStyle::kCode:
      format_set_text_wrap(format);
      format_set_font_name(format, "Courier New");
      break;
    case CellStyle::kExact:
      align_right(format);
      format_set_bg_color(format, kMarked);
      format_set_num_format(format, "@");
      break;
    case CellStyle::kMarkedNote:
      format_set_text_wrap(format);
      format_set_bg_color(format, kMarked);
      break;
    case CellStyle::kWarning:
      format_set_bold(format);
      format_set_font_color(format, kRed);
      break;
  }
  return format;
}

// `#,##0`, `#,##0.00`, `#,##0.000`, …
lxw_format* make_number_format(lxw_workbook* workbook, int digits, bool marked) {
  lxw_format* const format = workbook_add_format(workbook);
  std::string pattern = "#,##0";
  if (digits > 0) pattern += "." + std::string(static_cast<std::size_t>(std::max(digits, 2)), '0');
  format_set_num_format(format, pattern.c_str());
  align_right(format);
  format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
  if (marked) format_set_bg_color(format, kMarked);
  return format;
}

Error failed(const std::filesystem::path& path, std::string_view why, int error = 0) {
  return {error == ENOSPC || error == EDQUOT ? ErrorCode::kNoSpace : ErrorCode::kIo,
          fmt::format("writing {}: {}", path.string(), why),
          {},
          0,
          {}};
}

// The library does not look whether its scratch files took what it gave them, and packs what they
// hold: on a full disk, half a workbook.  So it is read again: each part ends as XML does, and each
// sheet has as many bytes as its rows had, at least.
Result<void> check_whole(const std::filesystem::path& path,
                         const std::map<std::string, std::uint64_t>& kept) {
  struct Part {
    std::uint64_t bytes = 0;
    std::string first;
    std::string last;
  };
  constexpr std::size_t kEndBytes = 64;
  std::map<std::string, Part, std::less<>> parts;
  const auto read = audit::walk_zip(path, [&](std::string_view name, std::string_view piece) {
    Part& part = parts[std::string(name)];
    if (part.bytes == 0) part.first = piece.substr(0, 4 * kEndBytes);
    part.bytes += piece.size();
    part.last.append(piece.substr(piece.size() - std::min(piece.size(), kEndBytes)));
    if (part.last.size() > kEndBytes) part.last.erase(0, part.last.size() - kEndBytes);
  });
  if (!read.ok()) return failed(path, read.error().message);
  auto is_whole = [](const Part& part) {
    const std::size_t root = part.first.find("?>\n<");
    if (root == std::string::npos) return false;
    const std::string name =
        part.first.substr(root + 4, part.first.find_first_of(" >", root + 4) - root - 4);
    return part.last.ends_with("</" + name + ">") || part.last.ends_with("</" + name + ">\n");
  };
  for (const auto& [name, bytes] : kept) {
    const auto found = parts.find(name);
    if (found == parts.end() || found->second.bytes <= bytes) {
      return failed(path, "it was cut short; is the disk full?", ENOSPC);
    }
  }
  for (const auto& [name, part] : parts) {
    if (!is_whole(part)) return failed(path, "it was cut short; is the disk full?", ENOSPC);
  }
  return {};
}

}  // namespace

// What a sheet has of the library.
struct Sheet::Parts {
  lxw_workbook* workbook = nullptr;
  lxw_worksheet* worksheet = nullptr;
  lxw_error* error = nullptr;  // the workbook's first
  std::array<lxw_format*, kCellStyles> styles{};
  lxw_format* plain = nullptr;
  std::array<std::array<lxw_format*, kFractionDigits + 1>, 2> numbers{};

  lxw_row_t row(const Sheet& sheet) const {
    TALLY_CHECK(sheet.row_ < kRowLimit);
    return static_cast<lxw_row_t>(sheet.row_);
  }
  lxw_format* number_format(int digits, bool marked) const {
    return numbers[marked ? 1 : 0][static_cast<std::size_t>(digits)];
  }
  void note(lxw_error found) const {
    if (*error == LXW_NO_ERROR) *error = found;
  }
};

struct Workbook::Parts {
  lxw_workbook* workbook = nullptr;
  std::string scratch;
  std::filesystem::path path;
  lxw_error error = LXW_NO_ERROR;
  Sheet::Parts shared;
  std::vector<std::unique_ptr<Sheet::Parts>> parts;
  std::vector<std::unique_ptr<Sheet>> sheets;
};

Sheet::Sheet(Parts& parts, std::string name) : parts_(&parts), name_(std::move(name)) {}

std::string Sheet::quoted_name() const {
  const bool is_plain = std::all_of(name_.begin(), name_.end(), [](char c) {
    return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
  });
  return is_plain ? name_ : "'" + name_ + "'";
}

void Sheet::text(std::uint16_t column, std::string_view text, CellStyle style) {
  const std::string cell = cell_text(text);
  lxw_format* const format = parts_->styles[static_cast<std::size_t>(style)];
  if (is_wrapped(style)) {
    TALLY_CHECK(column < widths_.size());
    lines_ = std::max(lines_, lines_of(cell, widths_[column]));
  }
  if (style == CellStyle::kExact) make_room(column, static_cast<double>(cell.size()));
  parts_->note(worksheet_write_string(parts_->worksheet, parts_->row(*this), column, cell.c_str(),
                                      style == CellStyle::kPlain ? nullptr : format));
}

void Sheet::number(std::uint16_t column, double number, int digits, bool marked) {
  make_room(column, letters_of(number, digits));
  parts_->note(worksheet_write_number(parts_->worksheet, parts_->row(*this), column, number,
                                      parts_->number_format(digits, marked)));
}

void Sheet::plain(std::uint16_t column, std::uint64_t number) {
  parts_->note(worksheet_write_number(parts_->worksheet, parts_->row(*this), column,
                                      static_cast<double>(number), parts_->plain));
}

void Sheet::formula(std::uint16_t column, const std::string& formula, double computed, int digits) {
  make_room(column, letters_of(computed, digits));
  parts_->note(worksheet_write_formula_num(parts_->worksheet, parts_->row(*this), column,
                                           ("=" + formula).c_str(),
                                           parts_->number_format(digits, false), computed));
}

void Sheet::end_row() {
  if (lines_ > 1) {
    const double height = std::min(kLineHeight * static_cast<double>(lines_), kHighestRow);
    parts_->note(worksheet_set_row(parts_->worksheet, parts_->row(*this), height, nullptr));
  }
  lines_ = 1;
  ++row_;
}

void Sheet::make_room(std::uint16_t column, double letters) {
  constexpr double kIndent = 4;
  TALLY_CHECK(column < widths_.size());
  widths_[column] = std::max(widths_[column], letters + kIndent);
}

void Sheet::set_widths(const std::vector<double>& widths) { widths_ = widths; }

void Sheet::freeze(std::uint16_t columns) {
  const lxw_row_t row = parts_->row(*this);
  worksheet_freeze_panes(parts_->worksheet, row, columns);
  if (row > 0) parts_->note(worksheet_repeat_rows(parts_->worksheet, row - 1, row - 1));
}

void Sheet::filter(std::uint64_t heading_row, std::uint16_t columns) {
  const auto last = static_cast<lxw_row_t>(std::max(row_, heading_row) - 1);
  parts_->note(worksheet_autofilter(parts_->worksheet, static_cast<lxw_row_t>(heading_row - 1), 0,
                                    last, static_cast<lxw_col_t>(columns - 1)));
}

void Sheet::protect() {
  lxw_protection allowed;
  std::memset(&allowed, 0, sizeof allowed);
  allowed.autofilter = LXW_TRUE;
  allowed.format_cells = LXW_TRUE;
  allowed.format_columns = LXW_TRUE;
  allowed.format_rows = LXW_TRUE;
  worksheet_protect(parts_->worksheet, nullptr, &allowed);
}

Workbook::Workbook(const std::filesystem::path& path, const std::filesystem::path& scratch,
                   const std::string& title, Timestamp created)
    : parts_(std::make_unique<Parts>()) {
  parts_->scratch = scratch.string();
  parts_->path = path;
  lxw_workbook_options options;
  std::memset(&options, 0, sizeof options);
  options.constant_memory = LXW_TRUE;
  options.tmpdir = parts_->scratch.data();
  parts_->workbook = workbook_new_opt(path.c_str(), &options);
  TALLY_CHECK(parts_->workbook != nullptr);
  std::string name = cell_text(title);
  lxw_doc_properties properties;
  std::memset(&properties, 0, sizeof properties);
  properties.title = name.data();
  // 0 would be now.
  properties.created = static_cast<time_t>(std::max<std::int64_t>(created.micros / 1'000'000, 1));
  workbook_set_properties(parts_->workbook, &properties);
  Sheet::Parts& shared = parts_->shared;
  shared.workbook = parts_->workbook;
  shared.error = &parts_->error;
  for (std::size_t i = 0; i < kCellStyles; ++i) {
    shared.styles[i] = make_format(parts_->workbook, static_cast<CellStyle>(i));
  }
  shared.plain = workbook_add_format(parts_->workbook);
  format_set_align(shared.plain, LXW_ALIGN_VERTICAL_TOP);
  align_right(shared.plain);
  for (int digits = 0; digits <= kFractionDigits; ++digits) {
    for (const std::size_t marked : {0U, 1U}) {
      shared.numbers[marked][static_cast<std::size_t>(digits)] =
          make_number_format(parts_->workbook, digits, marked == 1);
    }
  }
}

Workbook::~Workbook() {
  if (parts_->workbook != nullptr) lxw_workbook_free(parts_->workbook);
}

Sheet& Workbook::add_sheet(const std::string& name) {
  auto parts = std::make_unique<Sheet::Parts>(parts_->shared);
  parts->worksheet = workbook_add_worksheet(parts_->workbook, name.c_str());
  TALLY_CHECK(parts->worksheet != nullptr);
  worksheet_set_landscape(parts->worksheet);
  worksheet_set_paper(parts->worksheet, 9);  // A4
  worksheet_fit_to_pages(parts->worksheet, 1, 0);
  parts_->sheets.emplace_back(new Sheet(*parts, name));
  parts_->parts.push_back(std::move(parts));
  return *parts_->sheets.back();
}

Result<void> Workbook::finish() {
  for (std::size_t i = 0; i < parts_->sheets.size(); ++i) {
    lxw_col_t column = 0;
    for (const double width : parts_->sheets[i]->widths_) {
      parts_->shared.note(
          worksheet_set_column(parts_->parts[i]->worksheet, column, column, width, nullptr));
      ++column;
    }
  }
  TALLY_ASSIGN(const auto kept, check_scratch());
  std::uint64_t all = 0;
  for (const auto& [part, bytes] : kept) all += bytes;
  if (all >= kZip64From) parts_->workbook->options.use_zip64 = LXW_TRUE;
  if (parts_->error != LXW_NO_ERROR) return failed(parts_->path, lxw_strerror(parts_->error));
  errno = 0;
  const lxw_error closed = workbook_close(std::exchange(parts_->workbook, nullptr));
  if (closed != LXW_NO_ERROR) return failed(parts_->path, lxw_strerror(closed), errno);
  return check_whole(parts_->path, kept);
}

Result<std::map<std::string, std::uint64_t>> Workbook::check_scratch() const {
  std::map<std::string, std::uint64_t> kept;
  for (const auto& part : parts_->parts) {
    std::FILE* const scratch = part->worksheet->optimize_tmpfile;
    errno = 0;
    if (std::fflush(scratch) != 0 || std::ferror(scratch) != 0) {
      return failed(parts_->path, "there is no room for its sheets", errno);
    }
    kept[fmt::format("xl/worksheets/sheet{}.xml", kept.size() + 1)] =
        static_cast<std::uint64_t>(std::max(std::ftell(scratch), 0L));
  }
  return kept;
}

}  // namespace tally::exports
