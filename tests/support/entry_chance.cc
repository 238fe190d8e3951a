#include "support/entry_chance.h"

#include <algorithm>
#include <cstdio>

namespace tally::testing {
namespace {

constexpr std::int64_t kUnit = 1'000'000;

std::string date(int year, int month, int day) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, day);
  return text;
}

}  // namespace

std::string EntryChance::fresh_id() { return "e" + std::to_string(++made_); }

std::int64_t EntryChance::quantity() {
  if (random_.one_in(40)) return random_.between(4'000'000'000'000, 9'000'000'000'000) * kUnit;
  if (random_.one_in(10)) return 0;
  if (random_.one_in(3)) return random_.between(1, 100'000'000);
  return random_.between(1, 200) * kUnit;
}

std::string EntryChance::some(const std::string& type, const NaiveLedger& ledger) {
  if (random_.one_in(150)) return "nobody";
  static const std::vector<std::string> kTypes = {
      "organisation", "programme",    "contract",   "measure",     "commitment",
      "claim",        "verification", "correction", "publication", "erasure"};
  const std::vector<std::string> ids =
      ledger.ids_of(random_.one_in(150) ? random_.pick(kTypes) : type);
  if (ids.empty()) return "nobody";
  // Of claims and the like rather a recent one: older ones have mostly had their day.
  const std::size_t recent = std::min<std::size_t>(ids.size(), 40);
  const bool few = type == "organisation" || type == "programme" || type == "measure";
  if (few || random_.one_in(4)) return random_.pick(ids);
  return ids[ids.size() - 1 - random_.below(recent)];
}

NaiveEntry EntryChance::measure_of(const std::string& basis, const NaiveLedger& ledger) {
  NaiveEntry entry;
  entry.type = "measure";
  const bool money = basis == "in-kind" || basis == "cash";
  const std::string unit = money && !random_.one_in(20) ? "GBP" : basis == "ratio" ? "%" : "job";
  entry.texts = {
      {"title", "T" + std::to_string(random_.below(100))}, {"unit", unit}, {"basis", basis}};
  if (basis == "proxy") {
    entry.proxy = random_.between(0, 2'000'000'000);
    entry.texts.emplace_back("proxy_source", "A study");
  }
  if (basis == "ratio") {
    entry.references = {{"numerator", some("measure", ledger)},
                        {"denominator", some("measure", ledger)}};
  }
  return entry;
}

NaiveEntry EntryChance::body(const std::string& type, const NaiveLedger& ledger) {
  NaiveEntry entry;
  entry.type = type;
  const auto refer = [&](const std::string& field, const std::string& to) {
    entry.references.emplace_back(field, some(to, ledger));
  };
  const auto dimensions = [&] {
    refer("organisation", "organisation");
    refer("programme", "programme");
    refer("measure", "measure");
    if (random_.one_in(2)) refer("contract", "contract");
  };
  if (type == "organisation" || type == "programme") {
    entry.texts = {{"name", "N" + std::to_string(random_.below(100))}};
  } else if (type == "contract") {
    entry.texts = {{"title", "T" + std::to_string(random_.below(100))}};
    refer("buyer", "organisation");
    refer("supplier", "organisation");
    if (random_.one_in(2)) refer("programme", "programme");
  } else if (type == "measure") {
    static const std::vector<std::string> kBases = {"count", "proxy", "in-kind", "cash", "ratio"};
    return measure_of(random_.pick(kBases), ledger);
  } else if (type == "commitment") {
    dimensions();
    entry.scheduled = random_.one_in(2);
    const int first = static_cast<int>(random_.between(2020, 2022));
    for (int year = first; year < first + (entry.scheduled ? random_.between(1, 3) : 1); ++year) {
      entry.schedule.emplace_back(year, quantity());
    }
  } else if (type == "claim") {
    if (random_.one_in(2)) {
      refer("commitment", "commitment");
    } else {
      dimensions();
    }
    entry.quantity = quantity();
    const int from = static_cast<int>(random_.between(4, 11));
    const int year = static_cast<int>(random_.between(2020, 2023));
    const bool straddles = random_.one_in(60);
    entry.texts = {{"from", date(year, from, 1)},
                   {"to", straddles ? date(year + 1, 4, 1)
                                    : date(year, static_cast<int>(random_.between(from, 12)), 28)}};
  } else if (type == "verification") {
    static const std::vector<std::string> kOutcomes = {"accepted", "accepted", "partial",
                                                       "rejected"};
    const std::string outcome = random_.pick(kOutcomes);
    refer("claim", "claim");
    entry.texts = {{"outcome", outcome}, {"method", "desk-review"}};
    if (outcome == "partial") entry.quantity = random_.between(1, 60 * kUnit);
  }
  note(entry);
  return entry;
}

// Gives an entry a note, or none.
void EntryChance::note(NaiveEntry& entry) {
  std::erase_if(entry.texts, [](const auto& text) { return text.first == "note"; });
  if (random_.one_in(5)) entry.texts.emplace_back("note", "n" + std::to_string(random_.below(9)));
}

NaiveEntry EntryChance::publication(const NaiveLedger& ledger) {
  NaiveEntry entry;
  entry.type = "publication";
  entry.texts = {{"title", "Report"}};
  const int year = static_cast<int>(random_.between(2019, 2024));
  entry.schedule = {{year, 0}};
  if (random_.one_in(3)) {
    // Mostly of the same year.
    std::string other = some("publication", ledger);
    const NaivePublication* last = ledger.latest(year, ledger.head());
    if (last != nullptr && !random_.one_in(10)) other = last->id;
    entry.references = {{"supersedes", other}};
  }
  const auto point = [&] { return random_.below(ledger.head() + (random_.one_in(30) ? 3 : 1)); };
  if (random_.one_in(2)) entry.point = point();
  for (std::uint64_t i = random_.below(3); i > 0; --i) {
    NaiveStatement& statement = entry.statements.emplace_back();
    statement.figure_before = naive_year(static_cast<int>(random_.between(2020, 2023))) + ":";
    statement.measure = some("measure", ledger);
    statement.figure_after =
        ":" +
        std::string(stage_name(random_.pick(std::vector<Stage>(kStages.begin(), kStages.end()))));
    if (random_.one_in(2)) statement.figure_after += ":programme=" + some("programme", ledger);
    if (random_.one_in(4)) statement.figure_after += ":contract=-";
    if (random_.one_in(4)) statement.as_of = point();
    statement.stated = random_.between(-200, 200) * kUnit / 4;
  }
  note(entry);
  return entry;
}

NaiveEntry EntryChance::erasure(const NaiveLedger& ledger) {
  NaiveEntry entry;
  entry.type = "erasure";
  entry.texts = {{"reason", "R"}};
  entry.point = random_.below(ledger.head() + 2);
  const std::vector<std::string>& erasures = ledger.ids_of("erasure");
  if (!erasures.empty() && random_.one_in(8)) {
    entry.point = ledger.find(random_.pick(erasures))->point;
    return entry;
  }
  // Mostly of what can be erased.
  for (int tries = random_.one_in(10) ? 0 : 20; tries > 0; --tries) {
    if (ledger.has_details(std::min(*entry.point, ledger.head())) &&
        !ledger.is_erased(*entry.point)) {
      break;
    }
    entry.point = random_.below(ledger.head() + 1);
  }
  note(entry);
  return entry;
}

NaiveEntry EntryChance::correction(const NaiveLedger& ledger) {
  static const std::vector<std::string> kTargets = {
      "organisation", "programme", "contract",     "measure",      "measure",
      "commitment",   "claim",     "commitment",   "claim",        "claim",
      "claim",        "claim",     "verification", "verification", "verification"};
  const std::string type = random_.pick(kTargets);
  NaiveEntry entry;
  entry.type = "correction";
  entry.texts = {{"corrects", some(type, ledger)}, {"reason", "R"}};
  const NaiveEntry* target = ledger.find(entry.text("corrects"));
  note(entry);
  const bool has_body = target != nullptr && target->type != "correction" &&
                        target->type != "publication" && target->type != "erasure";
  if (!has_body || random_.one_in(3)) return entry;
  NaiveEntry replacement = target->type == "measure" && !random_.one_in(4)
                               ? measure_of(target->text("basis"), ledger)
                               : body(target->type, ledger);
  // What may not change mostly stays.
  const bool keeps = target->type == "verification" || target->type == "commitment" ||
                     (target->text("basis") == "ratio" && replacement.text("basis") == "ratio");
  if (keeps && !random_.one_in(4)) replacement.references = target->references;
  entry.replacement = std::make_shared<NaiveEntry>(std::move(replacement));
  return entry;
}

std::vector<NaiveEntry> EntryChance::beginning() {
  std::vector<NaiveEntry> entries;
  NaiveLedger so_far;
  const auto add = [&](NaiveEntry entry) {
    entry.id = fresh_id();
    entry.actor = "a1";
    if (so_far.judge(entry) != "accepted") return false;
    so_far.accept(entry, 0);
    entries.push_back(std::move(entry));
    return true;
  };
  const auto add_some = [&](const std::string& type, int count) {
    for (int i = 0; i < count; i += add(body(type, so_far)) ? 1 : 0) {
    }
  };
  add_some("organisation", 6);
  add_some("programme", 3);
  add_some("contract", 5);
  for (const std::string basis :
       {"count", "count", "count", "proxy", "in-kind", "cash", "ratio", "ratio"}) {
    while (!add(measure_of(basis, so_far))) {
    }
  }
  return entries;
}

NaiveEntry EntryChance::any(const NaiveLedger& ledger) {
  if (random_.one_in(60)) {
    NaiveEntry again = random_.pick(ledger.entries());
    const std::vector<std::string>& erasures = ledger.ids_of("erasure");
    if (!erasures.empty() && random_.one_in(3)) {
      again = ledger.entries()[*ledger.find(random_.pick(erasures))->point - 1];
    }
    if (random_.one_in(3)) again.actor = "a9";
    if (again.type == "publication" && random_.one_in(2)) again.point.reset();
    if (random_.one_in(4)) note(again);
    return again;
  }
  static const std::vector<std::string> kTypes = {
      "organisation", "programme",  "contract",     "measure",      "commitment",   "commitment",
      "commitment",   "claim",      "claim",        "claim",        "claim",        "claim",
      "claim",        "claim",      "verification", "verification", "verification", "verification",
      "correction",   "correction", "correction",   "correction"};
  std::string type = random_.pick(kTypes);
  const bool reference =
      type == "organisation" || type == "programme" || type == "contract" || type == "measure";
  if (reference && !random_.one_in(8)) type = "claim";
  // A publication in a submission costs as much as all that came before it there.
  if (random_.one_in(15 + ledger.head() / 20)) {
    type = random_.one_in(2) ? "publication" : "erasure";
  }
  NaiveEntry entry = type == "correction"    ? correction(ledger)
                     : type == "publication" ? publication(ledger)
                     : type == "erasure"     ? erasure(ledger)
                                             : body(type, ledger);
  entry.id = random_.one_in(200) ? some("claim", ledger) : fresh_id();
  entry.actor = "a" + std::to_string(random_.between(1, 6));
  return entry;
}

NaiveEntry EntryChance::accepted(const NaiveLedger& ledger) {
  for (;;) {
    NaiveEntry entry = any(ledger);
    if (ledger.judge(entry) == "accepted") return entry;
  }
}

}  // namespace tally::testing
