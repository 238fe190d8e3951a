#include "entry_text.h"

#include <fmt/format.h>

#include <variant>

#include "tally/decimal.h"
#include "text.h"

namespace tally::tool {
namespace {

// Words for each body, as a summary has them.
class Summary {
 public:
  explicit Summary(YearStart year_start) : year_start_(year_start) {}

  std::string operator()(const LedgerOpened& opened) const { return opened.name; }
  std::string operator()(const Body& body) const { return std::visit(*this, body); }
  std::string operator()(const KeyRotated& rotated) const {
    return fmt::format("signed with {} from here on", rotated.new_vkey);
  }
  std::string operator()(const LedgerRestored& restored) const {
    return fmt::format("restored from a copy; a checkpoint of {} had been issued",
                       counted(restored.from_size.count, "event"));
  }
  std::string operator()(const Publication& publication) const {
    return fmt::format("{}: {} of {} as of event {}", publication.title,
                       counted(publication.statements.size(), "statement"),
                       year_start_.year_text(publication.year),
                       with_thousands(publication.as_of.value_or(Sequence{}).value));
  }
  std::string operator()(const Erasure& erasure) const {
    return fmt::format("erases the details of event {}: {}", with_thousands(erasure.erases.value),
                       erasure.reason);
  }
  std::string operator()(const Organisation& body) const { return body.name; }
  std::string operator()(const Programme& body) const { return body.name; }
  std::string operator()(const Contract& body) const {
    return fmt::format("{} ({} buys of {})", body.title, body.buyer.id, body.supplier.id);
  }
  std::string operator()(const Measure& body) const {
    return fmt::format("{} ({}, {})", body.title, body.unit, basis_name(body.basis));
  }
  std::string operator()(const Commitment& body) const {
    std::string lines;
    for (const ScheduleLine& line : body.schedule) {
      lines += fmt::format("{}{} in {}", lines.empty() ? "" : ", ", quantity_text(line.quantity),
                           year_start_.year_text(line.year));
    }
    return fmt::format("{} of {} by {}", lines, body.measure.id, body.organisation.id);
  }
  std::string operator()(const Claim& body) const {
    const std::string quantity = quantity_text(body.quantity);
    if (body.commitment.present()) return fmt::format("{} of {}", quantity, body.commitment.id);
    return fmt::format("{} of {} for {}", quantity, body.measure.id, body.organisation.id);
  }
  std::string operator()(const Verification& body) const {
    if (body.outcome == Outcome::kPartial) {
      return fmt::format("partial {}: {} accepted", body.claim.id, quantity_text(body.quantity));
    }
    return fmt::format("{} {}", outcome_name(body.outcome), body.claim.id);
  }
  std::string operator()(const Correction& correction) const {
    if (!correction.replacement) {
      return fmt::format("withdraws {}: {}", correction.corrects.id, correction.reason);
    }
    return fmt::format("{} now says {}: {}", correction.corrects.id,
                       std::visit(*this, correction.replacement->body), correction.reason);
  }

 private:
  YearStart year_start_;
};

// The fields of each body, in the order of its declaration in tally/entry.h.
class FactList {
 public:
  FactList(Facts& facts, YearStart year_start) : facts_(facts), year_start_(year_start) {}

  void operator()(const LedgerOpened& opened) const {
    text("name", opened.name);
    text("origin", opened.origin);
    text("year_start", opened.year_start.to_string());
    text("currency", opened.currency);
    text("vkey", opened.vkey);
  }
  void operator()(const KeyRotated& rotated) const {
    text("old_vkey", rotated.old_vkey);
    text("new_vkey", rotated.new_vkey);
  }
  void operator()(const LedgerRestored& restored) const {
    text("from_size", with_thousands(restored.from_size.count));
    text("from_root", restored.from_root.to_string());
  }
  void operator()(const Publication& publication) const {
    text("year", year_start_.year_text(publication.year));
    text("title", publication.title);
    if (publication.document) text("document", evidence_text(*publication.document));
    if (publication.as_of) text("as of", "event " + with_thousands(publication.as_of->value));
    text("supersedes", publication.supersedes.id);
    if (publication.totals_root) text("totals root", publication.totals_root->to_string());
    for (const Statement& statement : publication.statements) {
      text("states", statement_text(statement, year_start_));
    }
  }
  void operator()(const Erasure& erasure) const {
    text("erases", "the details of event " + with_thousands(erasure.erases.value));
    text("reason", erasure.reason);
  }
  void operator()(const Body& body) const { std::visit(*this, body); }
  void operator()(const Organisation& body) const {
    text("name", body.name);
    text("scheme", body.scheme);
    text("identifier", body.identifier);
  }
  void operator()(const Programme& body) const { text("name", body.name); }
  void operator()(const Contract& body) const {
    text("title", body.title);
    text("buyer", body.buyer.id);
    text("supplier", body.supplier.id);
    text("programme", body.programme.id);
    text("ocid", body.ocid);
    if (body.amount) text("amount", quantity_text(*body.amount));
    if (body.from) text("from", body.from->to_string());
    if (body.to) text("to", body.to->to_string());
  }
  void operator()(const Measure& body) const {
    text("title", body.title);
    text("unit", body.unit);
    text("framework", body.framework);
    text("edition", body.edition);
    text("basis", basis_name(body.basis));
    if (body.basis == Basis::kProxy) text("proxy", quantity_text(body.proxy));
    text("proxy_source", body.proxy_source);
    text("numerator", body.numerator.id);
    text("denominator", body.denominator.id);
  }
  void operator()(const Commitment& body) const {
    text("organisation", body.organisation.id);
    text("programme", body.programme.id);
    text("measure", body.measure.id);
    text("contract", body.contract.id);
    for (const ScheduleLine& line : body.schedule) {
      text(year_start_.year_text(line.year), quantity_text(line.quantity));
    }
  }
  void operator()(const Claim& body) const {
    text("commitment", body.commitment.id);
    text("organisation", body.organisation.id);
    text("programme", body.programme.id);
    text("measure", body.measure.id);
    text("contract", body.contract.id);
    text("quantity", quantity_text(body.quantity));
    text("from", body.from.to_string());
    text("to", body.to.to_string());
    documents(body.evidence);
  }
  void operator()(const Verification& body) const {
    text("claim", body.claim.id);
    text("outcome", outcome_name(body.outcome));
    if (body.outcome == Outcome::kPartial) text("quantity", quantity_text(body.quantity));
    text("method", body.method);
    documents(body.evidence);
  }
  void operator()(const Correction& correction) const {
    text("corrects", correction.corrects.id);
    text("reason", correction.reason);
    if (!correction.replacement) return;
    text("replacement", "what it says from then on:");
    (*this)(correction.replacement->body);
    text("note", correction.replacement->note);
  }

 private:
  void text(std::string_view name, std::string_view value) const {
    if (!value.empty()) facts_.add(name, value);
  }
  void documents(const std::vector<Evidence>& evidence) const {
    for (const Evidence& document : evidence) text("evidence", evidence_text(document));
  }

  Facts& facts_;
  YearStart year_start_;
};

}  // namespace

std::string summary_of(const Entry& entry, YearStart year_start) {
  return std::visit(Summary(year_start), entry.content);
}

Facts facts_of(const Entry& entry, YearStart year_start) {
  Facts facts;
  if (!entry.actor.empty()) facts.add("actor", entry.actor);
  std::visit(FactList(facts, year_start), entry.content);
  if (!entry.note.empty()) facts.add("note", entry.note);
  return facts;
}

std::string evidence_text(const Evidence& evidence) {
  std::string text = evidence.title.empty() ? "(title erased)" : evidence.title;
  text += fmt::format(" (sha256 {})", short_digest(evidence.sha256));
  if (!evidence.uri.empty()) text += " at " + evidence.uri;
  return text;
}

std::string statement_text(const Statement& statement, YearStart year_start) {
  return fmt::format("{}: {} of {}{}", statement.label, stated_text(statement),
                     statement.of == StatementOf::kValue ? "the value of " : "",
                     statement.figure.to_string(year_start));
}

std::string stated_text(const Statement& statement) {
  std::string stated = quantity_text(statement.stated);
  switch (statement.qualifier) {
    case Qualifier::kExact: break;
    case Qualifier::kAtLeast: return "at least " + stated;
    case Qualifier::kMoreThan: return "more than " + stated;
    case Qualifier::kAbout: return "about " + stated;
  }
  return stated;
}

std::string quantity_text(Quantity quantity) { return Decimal(quantity).to_display(); }

}  // namespace tally::tool
