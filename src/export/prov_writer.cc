#include "export/prov_writer.h"

#include <fmt/format.h>

namespace tally::exports {

void ProvWriter::write_prefixes(
    const std::vector<std::pair<std::string_view, std::string>>& namespaces) {
  begin_section("prefix");
  for (const auto& [prefix, uri] : namespaces) out_.member(prefix, uri);
}

void ProvWriter::begin_section(std::string_view name) {
  if (in_section_) out_.end_object();
  text_ += "\n";
  out_.key(name).begin_object();
  in_section_ = true;
}

ProvWriter& ProvWriter::begin(std::string_view id) {
  text_ += "\n";
  out_.key(id).begin_object();
  return *this;
}

ProvWriter& ProvWriter::begin_relation() { return begin(fmt::format("_:{}", ++relations_)); }

ProvWriter& ProvWriter::text(std::string_view name, std::string_view value) {
  out_.member(name, value);
  return *this;
}

ProvWriter& ProvWriter::truth(std::string_view name, bool value) {
  out_.key(name).boolean(value);
  return *this;
}

ProvWriter& ProvWriter::number(std::string_view name, std::uint64_t value) {
  return typed(name, fmt::format_int(value).c_str(), "xsd:nonNegativeInteger");
}

ProvWriter& ProvWriter::typed(std::string_view name, std::string_view value,
                              std::string_view type) {
  out_.key(name).begin_object().member("$", value).member("type", type).end_object();
  return *this;
}

void ProvWriter::end() {
  out_.end_object();
  file_.write(text_);
  file_.count_row();
  text_.clear();
}

void ProvWriter::finish() {
  if (in_section_) out_.end_object();
  out_.end_object();
  file_.write(text_ + "\n");
  text_.clear();
}

}  // namespace tally::exports
