#include "support/lines.h"

#include <algorithm>

namespace tally::testing {

std::string quoted(std::string_view text) {
  std::string json(text);
  std::replace(json.begin(), json.end(), '\'', '"');
  return json;
}

Line::Line(std::string_view type, std::string_view id) {
  set("type", type).set("id", id).actor("staff-1");
}

Line& Line::set(std::string_view field, std::string_view text) {
  return raw(field, "'" + std::string(text) + "'");
}

Line& Line::raw(std::string_view field, std::string_view json) {
  const auto found = std::find_if(fields_.begin(), fields_.end(),
                                  [&](const auto& one) { return one.first == field; });
  if (found != fields_.end()) {
    found->second = quoted(json);
  } else {
    fields_.emplace_back(field, quoted(json));
  }
  return *this;
}

Line& Line::drop(std::string_view field) {
  std::erase_if(fields_, [&](const auto& one) { return one.first == field; });
  return *this;
}

Line& Line::against(std::string_view commitment) {
  return drop("organisation").drop("programme").drop("measure").set("commitment", commitment);
}

Line& Line::replacement(const Line& body) {
  Line own = body;
  own.drop("type").drop("id").drop("actor");
  return raw("replacement", own.json());
}

std::string Line::json() const {
  std::string text = "{";
  for (const auto& [name, json] : fields_) {
    if (text.size() > 1) text += ",";
    text += "\"" + name + "\":" + json;
  }
  return text + "}";
}

Line organisation(std::string_view id) { return Line("organisation", id).set("name", "Kindred"); }

Line programme(std::string_view id) { return Line("programme", id).set("name", "Skills"); }

Line contract(std::string_view id) {
  return Line("contract", id).set("title", "Works").set("buyer", "org-1").set("supplier", "org-2");
}

Line measure(std::string_view id) {
  return Line("measure", id).set("title", "Jobs").set("unit", "job").set("basis", "count");
}

Line proxy_measure(std::string_view id) {
  return measure(id).set("basis", "proxy").set("proxy", "500").set("proxy_source", "A study");
}

Line ratio(std::string_view id, std::string_view numerator, std::string_view denominator) {
  return measure(id)
      .set("unit", "%")
      .set("basis", "ratio")
      .set("numerator", numerator)
      .set("denominator", denominator);
}

Line commitment(std::string_view id) {
  return Line("commitment", id)
      .set("organisation", "org-2")
      .set("programme", "prog-1")
      .set("measure", "m-count")
      .set("year", "2022-23")
      .set("quantity", "100");
}

Line claim(std::string_view id) {
  return Line("claim", id)
      .set("organisation", "org-2")
      .set("programme", "prog-1")
      .set("measure", "m-count")
      .set("quantity", "40")
      .set("from", "2022-04-01")
      .set("to", "2023-03-31")
      .raw("evidence", "[]");
}

std::string many_claims(std::string_view name, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text += claim(std::string(name) + "-" + std::to_string(i)).set("quantity", "1").json() + "\n";
  }
  return text;
}

Line verification(std::string_view id, std::string_view claim) {
  return Line("verification", id)
      .actor("staff-2")
      .set("claim", claim)
      .set("outcome", "accepted")
      .set("method", "desk-review");
}

Line correction(std::string_view id, std::string_view corrects) {
  return Line("correction", id)
      .actor("staff-3")
      .set("corrects", corrects)
      .set("reason", "It was typed wrongly");
}

Line publication(std::string_view id) {
  return Line("publication", id)
      .set("year", "2022-23")
      .set("title", "Annual report")
      .raw("statements", "[{'label':'40 jobs','figure':'2022-23:m-count:claimed','stated':'40'}]");
}

Line erasure(std::string_view id, std::uint64_t erases) {
  return Line("erasure", id)
      .actor("staff-3")
      .raw("erases", std::to_string(erases))
      .set("reason", "It names a person");
}

std::vector<std::string> base_lines() {
  return {organisation("org-1"),
          organisation("org-2"),
          organisation("org-3"),
          programme("prog-1"),
          programme("prog-2"),
          contract("con-1").set("programme", "prog-1"),
          contract("con-2"),
          measure("m-count"),
          measure("m-count-2"),
          proxy_measure("m-proxy"),
          measure("m-kind").set("basis", "in-kind").set("unit", "GBP"),
          measure("m-cash").set("basis", "cash").set("unit", "GBP"),
          ratio("m-ratio", "m-count", "m-count-2"),
          commitment("com-1"),
          claim("claim-1").against("com-1")};
}

}  // namespace tally::testing
