#include "export/sheet_entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json_writer.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/text_rules.h"
#include "domain/identifier.h"

namespace tally::exports {
namespace {

constexpr std::string_view kEvidence = "evidence.";

// A heading in one line, its words one space apart, so that it can be typed.
std::string plain_heading(std::string_view cell) {
  return fmt::format("{}", fmt::join(words_of(cell_content(cell)), " "));
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t feed = text.find('\n');
    lines.push_back(cell_content(text.substr(0, feed)));
    if (feed == std::string_view::npos) return lines;
    text.remove_prefix(feed + 1);
  }
}

// The field that a refusal without a field's name is about.
std::string_view field_of_code(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIdTaken: return "id";
    case ErrorCode::kBadQuantity: return "quantity";
    case ErrorCode::kStraddlesYear: return "to";
    case ErrorCode::kAlreadyVerified: return "claim";
    case ErrorCode::kSameActor: return "actor";
    case ErrorCode::kInUse:
    case ErrorCode::kNotCorrectable: return "corrects";
    case ErrorCode::kVoid: return "erases";
    default: return {};
  }
}

}  // namespace

SheetEntries::SheetEntries(LineSource& lines, const SheetMapping& mapping, std::string currency)
    : reader_(lines),
      mapping_(mapping),
      rules_{mapping.dates, mapping.decimal_comma, std::move(currency)} {
  for (const SheetField& field : sheet_fields(mapping_.type)) {
    sources_.push_back({&field, std::nullopt, {}});
  }
}

Error SheetEntries::at_heading(std::string message) const {
  return {ErrorCode::kBadEntry, std::move(message), {}, heading_line_, {}};
}

SheetEntries::Source* SheetEntries::source_named(std::string_view field) {
  const SheetField* found = find_sheet_field(mapping_.type, field);
  const auto at = std::find_if(sources_.begin(), sources_.end(),
                               [&](const Source& source) { return source.field == found; });
  return at == sources_.end() ? nullptr : &*at;
}

SheetPlace SheetEntries::place(const Source& source) const {
  return {source.column ? headings_[*source.column] : std::string(),
          std::string(source.field->name)};
}

// ---- Headings ----

Result<void> SheetEntries::open() {
  do {
    TALLY_ASSIGN(const bool there, reader_.next(row_));
    if (!there) return at_heading("the sheet is empty; its first row names the columns");
  } while (row_.is_blank());
  heading_line_ = row_.line;
  TALLY_TRY(assign(row_));
  TALLY_TRY(assign_constants());
  return check_required();
}

Result<const SheetField*> SheetEntries::field_named(std::string_view name) const {
  if (const SheetField* field = find_sheet_field(mapping_.type, name)) return field;
  std::vector<std::string_view> names;
  for (const SheetField& field : sheet_fields(mapping_.type)) names.push_back(field.name);
  return Error{ErrorCode::kUsage,
               fmt::format("\"{}\" is not a field that a sheet of type `{}` gives; these are: {}",
                           base::shown(name), type_name(mapping_.type), fmt::join(names, ", ")),
               {},
               0,
               {}};
}

Result<void> SheetEntries::assign_column(std::size_t column, const SheetField& field) {
  Source& source = *source_named(field.name);
  if (source.column) {
    return at_heading(fmt::format("the columns \"{}\" and \"{}\" both give `{}`; which one?",
                                  headings_[*source.column], headings_[column], field.name));
  }
  source.column = column;
  return {};
}

Result<void> SheetEntries::assign(const SheetRow& heading) {
  for (const std::string& cell : heading.cells) {
    if (!codec::is_utf8(cell)) {
      return at_heading("the headings are not UTF-8; save the sheet as \"CSV UTF-8\"");
    }
    headings_.push_back(plain_heading(cell));
  }
  std::vector<bool> is_mapped(headings_.size(), false);
  for (const auto& [name, field_name] : mapping_.columns) {
    TALLY_ASSIGN(const SheetField* const field, field_named(field_name));
    const std::string wanted = plain_heading(name);
    const auto at = std::find(headings_.begin(), headings_.end(), wanted);
    if (at == headings_.end()) {
      return at_heading(fmt::format("there is no column \"{}\"; there are: {}", base::shown(wanted),
                                    fmt::join(headings_, ", ")));
    }
    if (std::count(at, headings_.end(), wanted) > 1) {
      return at_heading(fmt::format("two columns have the heading \"{}\"", base::shown(wanted)));
    }
    const auto column = static_cast<std::size_t>(at - headings_.begin());
    is_mapped[column] = true;
    TALLY_TRY(assign_column(column, *field));
  }
  const std::vector<Source> by_mapping = sources_;
  for (std::size_t column = 0; column < headings_.size(); ++column) {
    if (is_mapped[column] || headings_[column].empty()) continue;
    const SheetField* field = find_sheet_field(mapping_.type, headings_[column]);
    const bool is_given = std::any_of(
        by_mapping.begin(), by_mapping.end(),
        [&](const Source& source) { return source.field == field && source.column.has_value(); });
    if (field == nullptr || is_given) {
      unread_.push_back(headings_[column]);
    } else {
      TALLY_TRY(assign_column(column, *field));
    }
  }
  return {};
}

Result<void> SheetEntries::assign_constants() {
  for (const auto& [name, constant] : mapping_.constants) {
    TALLY_ASSIGN(const SheetField* const field, field_named(name));
    source_named(field->name)->constant = cell_content(constant);
  }
  return {};
}

Result<void> SheetEntries::check_required() const {
  std::vector<std::string_view> missing;
  for (const Source& source : sources_) {
    const std::string_view name = source.field->name;
    const bool is_made = name == "id" && !mapping_.id_prefix.empty();
    if (!source.field->required || source.column || !source.constant.empty() || is_made) continue;
    missing.push_back(name);
  }
  if (missing.empty()) return {};
  std::string message = fmt::format("no column gives `{}`; map one with --map COLUMN=FIELD",
                                    fmt::join(missing, "`, `"));
  const bool lacks_id = missing.front() == "id";
  if (!lacks_id || missing.size() > 1) {
    message += ", or give one value for all rows with --set FIELD=VALUE";
  }
  if (lacks_id) message += "; --id-prefix P makes ids P-2, P-3 … of the rows' numbers";
  message += fmt::format("; the columns are: {}", fmt::join(headings_, ", "));
  return at_heading(std::move(message));
}

// ---- Rows ----

Error SheetEntries::in_cell(const Source& source, Error error) {
  faulty_ = place(source);
  faulty_line_ = row_.line;
  error.line = row_.line;
  error.entry = entry_;
  return error;
}

Result<std::string> SheetEntries::value_of(const Source& source, const SheetRow& row) {
  std::string_view content = source.column ? cell_content(row.cells[*source.column]) : "";
  if (content.empty()) content = source.constant;
  if (content.empty()) return std::string();
  Result<std::string> value = cell_value(source.field->kind, content, rules_);
  if (!value.ok()) return in_cell(source, value.take_error());
  return value;
}

Result<std::optional<InputLine>> SheetEntries::next() {
  faulty_.reset();
  while (true) {
    TALLY_ASSIGN(const bool there, reader_.next(row_));
    if (!there) return std::optional<InputLine>();
    if (row_.is_blank() || passed_over_.contains(row_.line)) continue;
    entry_.clear();
    if (row_.cells.size() != headings_.size()) {
      return Error{ErrorCode::kBadEntry,
                   fmt::format("the row has {} cells, and the headings are {}; is a quote missing?",
                               row_.cells.size(), headings_.size()),
                   {},
                   row_.line,
                   {}};
    }
    TALLY_TRY(write_entry(row_));
    InputLine line;
    line.text = json_;
    line.number = row_.line;
    return std::optional<InputLine>(line);
  }
}

Result<void> SheetEntries::write_entry(const SheetRow& row) {
  json_.clear();
  base::JsonWriter out(json_);
  out.begin_object().member("type", type_name(mapping_.type));
  bool has_evidence = false;
  for (const Source& source : sources_) {
    const std::string_view name = source.field->name;
    if (name.starts_with(kEvidence)) {
      if (has_evidence) continue;
      has_evidence = true;
      std::string evidence;
      TALLY_TRY(write_evidence(row, evidence));
      out.key("evidence").raw(evidence);
      continue;
    }
    TALLY_ASSIGN(std::string value, value_of(source, row));
    if (name == "id") {
      if (value.empty() && !mapping_.id_prefix.empty()) {
        value = fmt::format("{}-{}", mapping_.id_prefix, row.number);
      }
      if (domain::is_identifier(value)) entry_ = value;
    }
    if (!value.empty()) out.member(name, value);
  }
  out.end_object();
  return {};
}

Result<void> SheetEntries::write_evidence(const SheetRow& row, std::string& json) {
  base::JsonWriter out(json);
  out.begin_array();
  const Source& digests_from = *source_named("evidence.sha256");
  TALLY_ASSIGN(const std::string digests_text, value_of(digests_from, row));
  const std::vector<std::string_view> digests = words_of(digests_text);
  std::vector<std::pair<std::string_view, std::vector<std::string>>> members;
  for (const std::string_view name : {"evidence.title", "evidence.media_type", "evidence.uri"}) {
    const Source& source = *source_named(name);
    TALLY_ASSIGN(const std::string text, value_of(source, row));
    // A constant describes the documents that there are.
    if (text.empty() || (digests.empty() && text == source.constant)) continue;
    const std::vector<std::string_view> lines = lines_of(text);
    if (digests.empty() || (lines.size() > 1 && lines.size() != digests.size())) {
      return in_cell(source, {ErrorCode::kBadEntry,
                              fmt::format("it has {} lines, and `evidence.sha256` {} digests; give "
                                          "one for all, or one for each",
                                          lines.size(), digests.size()),
                              {},
                              0,
                              {}});
    }
    members.emplace_back(name.substr(kEvidence.size()),
                         std::vector<std::string>(lines.begin(), lines.end()));
  }
  for (std::size_t i = 0; i < digests.size(); ++i) {
    out.begin_object().member("sha256", digests[i]);
    if (members.empty() || members.front().first != "title") {
      constexpr std::size_t kShownDigits = 12;
      out.member("title", fmt::format("Document {}…", digests[i].substr(0, kShownDigits)));
    }
    for (const auto& [name, lines] : members) out.member(name, lines[lines.size() > 1 ? i : 0]);
    out.end_object();
  }
  out.end_array();
  return {};
}

// ---- Refusals ----

std::optional<SheetPlace> SheetEntries::place_of(const Error& error) const {
  if (faulty_ && faulty_line_ == error.line) return faulty_;
  const auto source_of = [&](std::string_view name) -> const Source* {
    const SheetField* field = find_sheet_field(mapping_.type, name);
    for (const Source& source : sources_) {
      if (field != nullptr && source.field == field) return &source;
    }
    return nullptr;
  };
  // The library names fields in backticks; the first that is one of this sheet's is what is wrong,
  // and what is wrong within `evidence` is named after it.
  const Source* found = nullptr;
  const std::string_view message = error.message;
  for (std::size_t open = message.find('`'); open != std::string_view::npos;) {
    const std::size_t close = message.find('`', open + 1);
    if (close == std::string_view::npos) break;
    const std::string_view word = message.substr(open + 1, close - open - 1);
    const bool in_evidence = found != nullptr && found->field->name.starts_with(kEvidence);
    const Source* named =
        source_of(in_evidence ? std::string(kEvidence).append(word) : std::string(word));
    if (named != nullptr) found = named;
    if (found != nullptr && !found->field->name.starts_with(kEvidence)) break;
    if (in_evidence) break;
    open = message.find('`', close + 1);
  }
  if (found == nullptr) found = source_of(field_of_code(error.code));
  if (found == nullptr) return std::nullopt;
  return place(*found);
}

}  // namespace tally::exports
