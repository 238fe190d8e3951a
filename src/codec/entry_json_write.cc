#include "base/json_writer.h"
#include "codec/entry_json.h"

namespace tally::codec {
namespace {

void optional_text(base::JsonWriter& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out.member(name, text);
}

void optional_reference(base::JsonWriter& out, std::string_view name, const Reference& reference) {
  if (reference.present()) out.member(name, reference.id);
}

void write_document(base::JsonWriter& out, const Evidence& item) {
  out.begin_object();
  out.member("sha256", item.sha256.to_string());
  optional_text(out, "title", item.title);  // absent where it was erased
  optional_text(out, "media_type", item.media_type);
  optional_text(out, "uri", item.uri);
  out.end_object();
}

// Writes the members of each body, in the order of its declaration in tally/entry.h.
class BodyWriter {
 public:
  BodyWriter(base::JsonWriter& out, YearStart year_start) : out_(out), year_start_(year_start) {}

  void operator()(const Organisation& body) const {
    out_.member("name", body.name);
    optional_text(out_, "scheme", body.scheme);
    optional_text(out_, "identifier", body.identifier);
  }

  void operator()(const Programme& body) const { out_.member("name", body.name); }

  void operator()(const Contract& body) const {
    out_.member("title", body.title);
    out_.member("buyer", body.buyer.id);
    out_.member("supplier", body.supplier.id);
    optional_reference(out_, "programme", body.programme);
    optional_text(out_, "ocid", body.ocid);
    if (body.amount) out_.member("amount", body.amount->to_string());
    if (body.from) out_.member("from", body.from->to_string());
    if (body.to) out_.member("to", body.to->to_string());
  }

  void operator()(const Measure& body) const {
    out_.member("title", body.title);
    out_.member("unit", body.unit);
    optional_text(out_, "framework", body.framework);
    optional_text(out_, "edition", body.edition);
    out_.member("basis", basis_name(body.basis));
    if (body.basis == Basis::kProxy) {
      out_.member("proxy", body.proxy.to_string());
      out_.member("proxy_source", body.proxy_source);
    }
    optional_reference(out_, "numerator", body.numerator);
    optional_reference(out_, "denominator", body.denominator);
  }

  void operator()(const Commitment& body) const {
    out_.member("organisation", body.organisation.id);
    out_.member("programme", body.programme.id);
    out_.member("measure", body.measure.id);
    optional_reference(out_, "contract", body.contract);
    if (!body.scheduled) {
      for (const ScheduleLine& line : body.schedule) schedule_line(line);  // there is one
      return;
    }
    out_.key("schedule").begin_array();
    for (const ScheduleLine& line : body.schedule) {
      out_.begin_object();
      schedule_line(line);
      out_.end_object();
    }
    out_.end_array();
  }

  void operator()(const Claim& body) const {
    optional_reference(out_, "commitment", body.commitment);
    optional_reference(out_, "organisation", body.organisation);
    optional_reference(out_, "programme", body.programme);
    optional_reference(out_, "measure", body.measure);
    optional_reference(out_, "contract", body.contract);
    out_.member("quantity", body.quantity.to_string());
    out_.member("from", body.from.to_string());
    out_.member("to", body.to.to_string());
    out_.key("evidence");
    write_evidence(out_, body.evidence);
  }

  void operator()(const Verification& body) const {
    out_.member("claim", body.claim.id);
    out_.member("outcome", outcome_name(body.outcome));
    if (body.outcome == Outcome::kPartial) out_.member("quantity", body.quantity.to_string());
    out_.member("method", body.method);
    if (body.evidence.empty()) return;
    out_.key("evidence");
    write_evidence(out_, body.evidence);
  }

  void operator()(const Publication& content) const {
    out_.member("year", year_start_.year_text(content.year));
    out_.member("title", content.title);
    if (content.document) {
      out_.key("document");
      write_document(out_, *content.document);
    }
    if (content.as_of) out_.member("as_of", content.as_of->value);
    optional_reference(out_, "supersedes", content.supersedes);
    out_.key("statements").begin_array();
    for (const Statement& statement : content.statements) {
      out_.begin_object();
      out_.member("label", statement.label);
      out_.member("figure", statement.figure.to_string(year_start_));
      out_.member("stated", statement.stated.to_string());
      out_.member("qualifier", qualifier_name(statement.qualifier));
      out_.member("of", statement_of_name(statement.of));
      out_.end_object();
    }
    out_.end_array();
    if (content.totals_root) out_.member("totals_root", content.totals_root->to_string());
  }

  void operator()(const Erasure& content) const {
    out_.member("erases", content.erases.value);
    out_.member("reason", content.reason);
  }

  void operator()(const LedgerOpened& content) const {
    out_.member("name", content.name);
    out_.member("origin", content.origin);
    out_.member("year_start", content.year_start.to_string());
    out_.member("currency", content.currency);
    out_.member("vkey", content.vkey);
  }

  void operator()(const KeyRotated& content) const {
    out_.member("old_vkey", content.old_vkey);
    out_.member("new_vkey", content.new_vkey);
  }

  void operator()(const LedgerRestored& content) const {
    out_.member("from_size", content.from_size.count);
    out_.member("from_root", content.from_root.to_string());
  }

  void operator()(const Body& body) const { std::visit(*this, body); }

  void operator()(const Correction& content) const {
    out_.member("corrects", content.corrects.id);
    out_.member("reason", content.reason);
    if (!content.replacement) return;
    out_.key("replacement").begin_object();
    std::visit(*this, content.replacement->body);
    optional_text(out_, "note", content.replacement->note);
    out_.end_object();
  }

 private:
  void schedule_line(const ScheduleLine& line) const {
    out_.member("year", year_start_.year_text(line.year));
    out_.member("quantity", line.quantity.to_string());
  }

  base::JsonWriter& out_;
  const YearStart year_start_;
};

}  // namespace

void write_event_members(base::JsonWriter& out, const Event& event, YearStart year_start) {
  out.member("sequence", event.sequence.value);
  out.member("recorded_at", event.recorded_at.to_string());
  write_entry_members(out, event.entry, year_start);
  if (event.details_erased) out.key("details_erased").boolean(true);
}

void write_entry_members(base::JsonWriter& out, const Entry& entry, YearStart year_start) {
  out.member("type", type_name(entry.type()));
  optional_text(out, "id", entry.id);
  optional_text(out, "actor", entry.actor);
  std::visit(BodyWriter(out, year_start), entry.content);
  optional_text(out, "note", entry.note);
}

void write_body_members(base::JsonWriter& out, const Body& body, YearStart year_start) {
  std::visit(BodyWriter(out, year_start), body);
}

void write_evidence(base::JsonWriter& out, const std::vector<Evidence>& evidence) {
  out.begin_array();
  for (const Evidence& item : evidence) write_document(out, item);
  out.end_array();
}

}  // namespace tally::codec
