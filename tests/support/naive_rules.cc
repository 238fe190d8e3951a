// The rules of the naive ledger, and what entries do to it.

#include <algorithm>

#include "support/naive_ledger.h"

namespace tally::testing {
namespace {

constexpr std::int64_t kLimit = 9'000'000'000'000'000'000;

// What a field of an entry of a type refers to.
std::string expected_type(const std::string& field) {
  if (field == "buyer" || field == "supplier") return "organisation";
  if (field == "numerator" || field == "denominator") return "measure";
  if (field == "supersedes") return "publication";
  return field;
}

int year_of(const std::string& date) {
  return std::stoi(date.substr(0, 4)) - (date.substr(5) < "04-01" ? 1 : 0);
}

}  // namespace

const NaiveEntry& NaiveLedger::dimensions_of(const NaiveEntry& body) const {
  const std::string commitment = body.reference("commitment");
  return commitment.empty() ? body : thing(commitment).says;
}

NaiveLedger::Balances NaiveLedger::contributions(const Thing& thing) const {
  Balances all;
  if (thing.standing != "in-force") return all;
  const NaiveEntry& says = thing.says;
  const auto account = [&](int year, Stage stage) {
    const NaiveEntry& of = dimensions_of(says);
    return NaiveAccount{year,
                        of.reference("measure"),
                        of.reference("programme"),
                        of.reference("organisation"),
                        of.reference("contract"),
                        stage};
  };
  if (says.type == "commitment") {
    for (const auto& [year, quantity] : says.schedule) {
      all[account(year, Stage::kCommitted)] += quantity;
    }
  } else if (says.type == "claim") {
    const int year = year_of(says.text("from"));
    all[account(year, Stage::kClaimed)] = *says.quantity;
    if (!thing.verification.empty()) {
      const NaiveEntry& verification = things_.at(thing.verification).says;
      const std::string outcome = verification.text("outcome");
      const std::int64_t accepted = outcome == "accepted"  ? *says.quantity
                                    : outcome == "partial" ? *verification.quantity
                                                           : 0;
      all[account(year, Stage::kVerified)] = accepted;
      all[account(year, Stage::kRejected)] = *says.quantity - accepted;
    }
  }
  return all;
}

std::string NaiveLedger::judge(const NaiveEntry& entry) const {
  if (const NaiveEntry* before = find(entry.id)) {
    return says_the_same(*before, entry) ? "duplicate" : "id-taken";
  }
  std::string answer;
  if (entry.type == "correction") {
    answer = judge_correction(entry);
  } else if (entry.type == "publication") {
    answer = judge_publication(entry);
  } else if (entry.type == "erasure") {
    answer = judge_erasure(entry);
  } else {
    answer = judge_references(entry);
    if (answer.empty()) answer = judge_rules(entry, entry.actor, "");
  }
  if (!answer.empty()) return answer;
  return overflows(entry) ? "overflow" : "accepted";
}

// Tries the entry on a ledger that holds no more than what bears on it.
bool NaiveLedger::overflows(const NaiveEntry& entry) const {
  NaiveLedger small;
  std::vector<std::string> needed = {entry.text("corrects"), entry.reference("claim")};
  if (entry.replacement) needed.push_back(entry.replacement->reference("commitment"));
  needed.push_back(entry.reference("commitment"));
  for (std::size_t i = 0; i < needed.size(); ++i) {
    const auto found = things_.find(needed[i]);
    if (found == things_.end() || small.things_.contains(needed[i])) continue;
    small.things_.insert(*found);
    needed.push_back(found->second.says.reference("commitment"));
    needed.push_back(found->second.says.reference("claim"));
    needed.push_back(found->second.verification);
  }
  small.change(entry);
  return std::any_of(small.sums_.begin(), small.sums_.end(), [&](const auto& change) {
    const auto held = sums_.find(change.first);
    return change.second + (held == sums_.end() ? Wide{0} : held->second) > kLimit;
  });
}

std::string NaiveLedger::judge_references(const NaiveEntry& body) const {
  for (const auto& [field, id] : body.references) {
    if (find(id) == nullptr) return "unknown-reference";
    const auto found = things_.find(id);
    if (found == things_.end()) return "wrong-type";  // a correction
    const Thing& named = found->second;
    if (named.says.type != expected_type(field)) return "wrong-type";
    if (named.says.type == "measure") {
      const bool ratio = named.says.text("basis") == "ratio";
      const bool count = named.says.text("basis") == "count";
      if (body.type == "measure" ? !count : ratio) return "wrong-type";
    }
    if (named.standing == "withdrawn") return "withdrawn";
  }
  return "";
}

std::string NaiveLedger::judge_rules(const NaiveEntry& body, const std::string& actor,
                                     const std::string& self) const {
  if (body.type == "measure") {
    const std::string basis = body.text("basis");
    if ((basis == "in-kind" || basis == "cash") && body.text("unit") != "GBP") return "bad-entry";
    for (const auto& [field, id] : body.references) {
      if (id == self) return "wrong-type";
    }
  }
  if (body.type == "claim" && year_of(body.text("from")) != year_of(body.text("to"))) {
    return "straddles-year";
  }
  return body.type == "verification" ? judge_verification(body, actor, self) : "";
}

std::string NaiveLedger::judge_verification(const NaiveEntry& body, const std::string& actor,
                                            const std::string& self) const {
  const Thing& claim = thing(body.reference("claim"));
  if (body.text("outcome") == "partial" && *body.quantity >= *claim.says.quantity) {
    return "bad-quantity";
  }
  if (!claim.verification.empty() && claim.verification != self) return "already-verified";
  return claim.actors.contains(actor) ? "same-actor" : "";
}

bool NaiveLedger::in_use(const std::string& id) const {
  return std::any_of(things_.begin(), things_.end(), [&](const auto& one) {
    const auto& references = one.second.says.references;
    return one.second.standing == "in-force" &&
           std::any_of(references.begin(), references.end(),
                       [&](const auto& reference) { return reference.second == id; });
  });
}

std::string NaiveLedger::judge_correction(const NaiveEntry& entry) const {
  const std::string corrected = entry.text("corrects");
  if (find(corrected) == nullptr) return "unknown-reference";
  const auto found = things_.find(corrected);
  if (found == things_.end()) return "not-correctable";
  const Thing& target = found->second;
  const bool stays = target.says.type == "publication" || target.says.type == "erasure";
  if (stays) return "not-correctable";
  if (target.standing == "void") return "void";
  if (entry.replacement) return judge_replacement(entry, target);
  if (target.standing == "withdrawn") return "withdrawn";
  const bool may_be_held = target.says.type != "claim" && target.says.type != "verification";
  return may_be_held && in_use(corrected) ? "in-use" : "";
}

std::string NaiveLedger::judge_replacement(const NaiveEntry& entry, const Thing& target) const {
  const NaiveEntry& body = *entry.replacement;
  const std::string corrected = entry.text("corrects");
  if (const std::string answer = judge_references(body); !answer.empty()) return answer;
  if (body.type == "measure") {
    const bool ratio = target.says.text("basis") == "ratio";
    const bool same_basis = target.says.text("basis") == body.text("basis");
    if (ratio && (!same_basis || target.says.references != body.references)) return "in-use";
    const bool same_unit = target.says.text("unit") == body.text("unit");
    if (!ratio && in_use(corrected) && !(same_basis && same_unit)) return "in-use";
  }
  if (body.type == "commitment" && in_use(corrected) && body.references != target.says.references) {
    return "in-use";
  }
  if (body.type == "verification") {
    if (body.reference("claim") != target.says.reference("claim")) return "bad-entry";
    const std::string answer = judge_verification(body, target.says.actor, corrected);
    if (!answer.empty()) return answer;
  }
  return judge_rules(body, entry.actor, corrected);
}

std::vector<NaivePosting> NaiveLedger::change(const NaiveEntry& entry) {
  const std::uint64_t sequence = entries_.size() + 1;
  const bool corrects = entry.type == "correction";
  const std::string subject = corrects ? entry.text("corrects") : entry.id;
  const NaiveEntry before = things_.contains(subject) ? things_[subject].says : entry;
  // Whose contributions change: a verification moves its claim's.
  const std::string moved = before.type == "verification" ? before.reference("claim") : subject;
  Balances net;
  if (things_.contains(moved)) {
    for (const auto& [account, held] : contributions(things_[moved])) net[account] -= held;
  }

  Thing& thing = things_[subject];
  thing.events.push_back(sequence);
  if (!corrects) {
    thing.says = entry;
    thing.sequence = sequence;
  } else if (entry.replacement) {
    thing.says = *entry.replacement;
    thing.says.id = before.id;
    thing.says.actor = before.actor;
  }
  thing.standing = corrects && !entry.replacement ? "withdrawn" : "in-force";
  if (thing.says.type == "claim") {
    thing.actors.insert(entry.actor);
    if (!thing.verification.empty()) things_[thing.verification].standing = "void";
    thing.verification.clear();
  }
  if (thing.says.type == "verification") {
    things_[moved].verification = thing.standing == "in-force" ? subject : "";
  }
  if (thing.says.type == "measure") {
    measures_[subject].push_back({sequence, thing.standing == "in-force", thing.says});
  }

  for (const auto& [account, held] : contributions(things_[moved])) net[account] += held;
  std::vector<NaivePosting> postings;
  for (const auto& [account, delta] : net) {
    if (delta == 0) continue;
    postings.push_back({sequence, account, delta});
    NaiveAccount total;
    total.year = account.year;
    total.measure = account.measure;
    total.stage = account.stage;
    sums_[account] += delta;
    sums_[total] += delta;
  }
  return postings;
}

void NaiveLedger::accept(const NaiveEntry& entry, std::int64_t recorded_at) {
  const std::vector<NaivePosting> postings = change(entry);
  postings_.insert(postings_.end(), postings.begin(), postings.end());
  entries_.push_back(entry);
  if (entry.type == "publication") {
    if (!entry.point) entries_.back().point = head() - 1;
    publications_.push_back({entry.id, entry.schedule[0].first, head(), *entries_.back().point,
                             entry.reference("supersedes")});
  }
  if (entry.type == "erasure") erased_.insert(*entry.point);
  recorded_at_.push_back(recorded_at);
  sequences_[entry.id] = entries_.size();
  ids_[entry.type].push_back(entry.id);
}

// Compares what is stored of an event with an entry that has its id.
bool NaiveLedger::says_the_same(const NaiveEntry& before, const NaiveEntry& entry) const {
  const std::uint64_t sequence = sequence_of(before.id);
  NaiveEntry ours = before;
  NaiveEntry theirs = entry;
  if (theirs.type == "publication" && !theirs.point) theirs.point = sequence - 1;
  for (NaiveEntry* one : {&ours, &theirs}) {
    if (!is_erased(sequence)) continue;
    const auto is_note = [](const auto& text) { return text.first == "note"; };
    std::erase_if(one->texts, is_note);
    if (!one->replacement) continue;
    one->replacement = std::make_shared<NaiveEntry>(*one->replacement);
    std::erase_if(one->replacement->texts, is_note);
  }
  return ours.json() == theirs.json();
}

std::string NaiveLedger::judge_publication(const NaiveEntry& entry) const {
  if (const std::string answer = judge_references(entry); !answer.empty()) return answer;
  for (const NaiveStatement& statement : entry.statements) {
    const NaiveEntry* measure = find(statement.measure);
    if (measure == nullptr) return "unknown-reference";
    if (measure->type != "measure") return "wrong-type";
  }
  for (const NaivePublication& one : publications_) {
    const bool superseded = one.id == entry.reference("supersedes");
    if (superseded && one.year != entry.schedule[0].first) return "bad-year";
  }
  if (entry.point && *entry.point > head()) return "bad-entry";
  for (const NaiveStatement& statement : entry.statements) {
    if (statement.as_of && *statement.as_of > head()) return "bad-entry";
  }
  return "";
}

std::string NaiveLedger::judge_erasure(const NaiveEntry& entry) const {
  if (*entry.point > head()) return "unknown-reference";
  return has_details(*entry.point) && !is_erased(*entry.point) ? "" : "void";
}

bool NaiveLedger::has_details(std::uint64_t sequence) const {
  if (sequence == 0) return false;
  const NaiveEntry& entry = entries_[sequence - 1];
  return !entry.text("note").empty() ||
         (entry.replacement && !entry.replacement->text("note").empty());
}

NaiveLedger NaiveLedger::refolded() const {
  NaiveLedger fresh;
  for (std::size_t i = 0; i < entries_.size(); ++i) fresh.accept(entries_[i], recorded_at_[i]);
  return fresh;
}

}  // namespace tally::testing
