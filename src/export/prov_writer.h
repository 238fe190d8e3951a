#pragma once

// Writes a PROV-JSON document (https://www.w3.org/submissions/prov-json/): a section for each kind
// of record, one record a line, so that no more than one is held.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "export/staging.h"

namespace tally::exports {

class ProvWriter {
 public:
  explicit ProvWriter(OutFile& file) : file_(file), out_(text_) { out_.begin_object(); }

  // The namespaces, first of all.
  void write_prefixes(const std::vector<std::pair<std::string_view, std::string>>& namespaces);
  // Begins a section, `entity` say, and ends the one before it.
  void begin_section(std::string_view name);
  // Begins a record with an id of its own, or a relation, whose id means nothing outside.
  ProvWriter& begin(std::string_view id);
  ProvWriter& begin_relation();
  // Its members: text, a qualified name where a record is named, a qualified name as a value, a
  // value of an XML Schema type.
  ProvWriter& text(std::string_view name, std::string_view value);
  ProvWriter& name(std::string_view name, std::string_view id) { return text(name, id); }
  ProvWriter& kind(std::string_view type) {
    return typed("prov:type", type, "prov:QUALIFIED_NAME");
  }
  ProvWriter& role(std::string_view role) {
    return typed("prov:role", role, "prov:QUALIFIED_NAME");
  }
  ProvWriter& truth(std::string_view name, bool value);
  ProvWriter& number(std::string_view name, std::uint64_t value);
  ProvWriter& typed(std::string_view name, std::string_view value, std::string_view type);
  void end();
  // Ends the document.
  void finish();

 private:
  OutFile& file_;
  std::string text_;
  base::JsonWriter out_;
  std::uint64_t relations_ = 0;
  bool in_section_ = false;
};

}  // namespace tally::exports
