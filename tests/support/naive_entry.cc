// How the naive ledger's entries are written as JSON.

#include "support/naive_ledger.h"

namespace tally::testing {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

// The same number in one of the ways that it may be written.
std::string number_json(std::int64_t millionths, Random* chance) {
  std::string text = naive_decimal(millionths, 6);
  if (chance == nullptr) return in_quotes(text);
  const bool fraction = text.find('.') != std::string::npos;
  if (!fraction && chance->one_in(4)) text += ".0";
  if (chance->one_in(3)) return text;
  if (chance->one_in(4)) text = "00" + text;
  return in_quotes(text);
}

std::string year_json(int year, Random* chance) {
  std::string text = naive_year(year);
  if (chance != nullptr && chance->one_in(3)) text[4] = '/';
  return in_quotes(text);
}

std::string object(Members members, Random* chance) {
  for (std::size_t i = members.size(); chance != nullptr && i > 1; --i) {
    std::swap(members[i - 1], members[chance->below(i)]);
  }
  std::string text = "{";
  for (const auto& [name, json] : members) {
    if (text.size() > 1) text += ",";
    if (chance != nullptr && chance->one_in(10)) text += " ";
    text += in_quotes(name) + ":" + json;
  }
  return text + "}";
}

std::string sequence_json(std::uint64_t sequence, Random* chance) {
  const std::string text = std::to_string(sequence);
  return chance != nullptr && chance->one_in(3) ? in_quotes(text) : text;
}

std::string statements_json(const std::vector<NaiveStatement>& statements, Random* chance) {
  std::string list;
  for (const NaiveStatement& one : statements) {
    const std::string point = one.as_of ? "@" + std::to_string(*one.as_of) : "";
    Members members = {
        {"label", in_quotes("L")},
        {"figure", in_quotes(one.figure_before + one.measure + one.figure_after + point)},
        {"stated", in_quotes(naive_decimal(one.stated, 6))}};
    if (chance != nullptr && chance->one_in(2)) members.emplace_back("of", in_quotes("quantity"));
    list += (list.empty() ? "" : ",") + object(std::move(members), chance);
  }
  return "[" + list + "]";
}

Members body_members(const NaiveEntry& entry, Random* chance) {
  Members members;
  for (const auto& [field, id] : entry.references) members.emplace_back(field, in_quotes(id));
  for (const auto& [field, text] : entry.texts) members.emplace_back(field, in_quotes(text));
  if (entry.proxy) members.emplace_back("proxy", number_json(*entry.proxy, chance));
  if (entry.quantity) members.emplace_back("quantity", number_json(*entry.quantity, chance));
  if (entry.scheduled) {
    std::string lines;
    for (const auto& [year, quantity] : entry.schedule) {
      lines += (lines.empty() ? "" : ",") + object({{"year", year_json(year, chance)},
                                                    {"quantity", number_json(quantity, chance)}},
                                                   chance);
    }
    members.emplace_back("schedule", "[" + lines + "]");
  } else if (entry.type == "publication") {
    members.emplace_back("year", year_json(entry.schedule[0].first, chance));
    members.emplace_back("statements", statements_json(entry.statements, chance));
    if (entry.point) members.emplace_back("as_of", sequence_json(*entry.point, chance));
  } else if (entry.type == "erasure") {
    members.emplace_back("erases", sequence_json(*entry.point, chance));
  } else if (!entry.schedule.empty()) {
    members.emplace_back("year", year_json(entry.schedule[0].first, chance));
    members.emplace_back("quantity", number_json(entry.schedule[0].second, chance));
  }
  if (entry.type == "claim") members.emplace_back("evidence", "[]");
  return members;
}

}  // namespace

std::string NaiveEntry::text(const std::string& field) const {
  for (const auto& [name, value] : texts) {
    if (name == field) return value;
  }
  return "";
}

std::string NaiveEntry::reference(const std::string& field) const {
  for (const auto& [name, value] : references) {
    if (name == field) return value;
  }
  return "";
}

std::string NaiveEntry::json(Random* chance) const {
  Members members = body_members(*this, chance);
  members.insert(members.begin(),
                 {{"type", in_quotes(type)}, {"id", in_quotes(id)}, {"actor", in_quotes(actor)}});
  if (replacement) {
    members.emplace_back("replacement", object(body_members(*replacement, chance), chance));
  }
  return object(std::move(members), chance);
}

}  // namespace tally::testing
