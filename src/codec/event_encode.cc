#include <optional>
#include <vector>

#include "base/check.h"
#include "codec/event_codec.h"
#include "codec/event_format.h"

namespace tally::codec {
namespace {

using Text = flatbuffers::Offset<flatbuffers::String>;
using EvidenceList = flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::Evidence>>>;

fb::Digest digest_of(const Hash& hash) { return fb::Digest(flatbuffers::make_span(hash.bytes)); }

}  // namespace

struct EventEncoder::State {
  flatbuffers::FlatBufferBuilder out{1024};
  std::vector<flatbuffers::Offset<fb::Evidence>> items;
  std::vector<fb::ScheduleLine> lines;

  Text text(const std::string& value) { return out.CreateString(value.data(), value.size()); }
  Text optional_text(const std::string& value) { return value.empty() ? Text() : text(value); }
  flatbuffers::Offset<fb::Evidence> document(const Evidence& item);
  EvidenceList evidence(const std::vector<Evidence>& list);
  flatbuffers::Offset<fb::Statement> statement(const Statement& value);

  flatbuffers::Offset<void> body(const LedgerOpened& content);
  flatbuffers::Offset<void> body(const Organisation& content);
  flatbuffers::Offset<void> body(const Programme& content);
  flatbuffers::Offset<void> body(const Contract& content);
  flatbuffers::Offset<void> body(const Measure& content);
  flatbuffers::Offset<void> body(const Commitment& content);
  flatbuffers::Offset<void> body(const Claim& content);
  flatbuffers::Offset<void> body(const Verification& content);
  flatbuffers::Offset<void> body(const Correction& content);
  flatbuffers::Offset<void> body(const KeyRotated& content);
  flatbuffers::Offset<void> body(const Publication& content);
  flatbuffers::Offset<void> body(const Erasure& content);
  flatbuffers::Offset<void> body(const LedgerRestored& content);
  flatbuffers::Offset<void> body(const Body& content) {
    return std::visit([this](const auto& one) { return body(one); }, content);
  }
};

flatbuffers::Offset<fb::Evidence> EventEncoder::State::document(const Evidence& item) {
  const Text media_type = optional_text(item.media_type);
  const fb::Digest digest = digest_of(item.sha256);
  return fb::CreateEvidence(out, &digest, media_type);
}

EvidenceList EventEncoder::State::evidence(const std::vector<Evidence>& list) {
  if (list.empty()) return {};
  items.clear();
  for (const Evidence& item : list) items.push_back(document(item));
  return out.CreateVector(items);
}

flatbuffers::Offset<void> EventEncoder::State::body(const LedgerOpened& content) {
  const Text name = text(content.name);
  const Text origin = text(content.origin);
  const Text currency = text(content.currency);
  const Text vkey = text(content.vkey);
  const fb::YearStart start(content.year_start.month, content.year_start.day);
  return fb::CreateLedgerOpened(out, name, origin, &start, currency, vkey).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Organisation& content) {
  const Text name = text(content.name);
  const Text scheme = optional_text(content.scheme);
  const Text identifier = optional_text(content.identifier);
  return fb::CreateOrganisation(out, name, scheme, identifier).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Programme& content) {
  return fb::CreateProgramme(out, text(content.name)).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Contract& content) {
  const Text title = text(content.title);
  const Text ocid = optional_text(content.ocid);
  const fb::ContractFixed fixed(
      content.buyer.sequence.value, content.supplier.sequence.value,
      content.programme.sequence.value, content.amount ? content.amount->millionths() : kNoAmount,
      content.from ? content.from->days : kNoDate, content.to ? content.to->days : kNoDate);
  return fb::CreateContract(out, &fixed, title, ocid).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Measure& content) {
  const Text title = text(content.title);
  const Text unit = text(content.unit);
  const Text framework = optional_text(content.framework);
  const Text edition = optional_text(content.edition);
  const Text proxy_source = optional_text(content.proxy_source);
  const fb::MeasureFixed fixed(content.numerator.sequence.value, content.denominator.sequence.value,
                               content.proxy.millionths(), static_cast<fb::Basis>(content.basis));
  return fb::CreateMeasure(out, &fixed, title, unit, framework, edition, proxy_source).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Commitment& content) {
  TALLY_CHECK(!content.schedule.empty());
  flatbuffers::Offset<flatbuffers::Vector<const fb::ScheduleLine*>> schedule;
  if (content.scheduled) {
    lines.clear();
    for (const ScheduleLine& line : content.schedule) {
      lines.emplace_back(line.quantity.millionths(), line.year.begins);
    }
    schedule = out.CreateVectorOfStructs(lines);
  }
  const ScheduleLine single = content.scheduled ? ScheduleLine{} : content.schedule.front();
  const fb::CommitmentFixed fixed(content.organisation.sequence.value,
                                  content.programme.sequence.value, content.measure.sequence.value,
                                  content.contract.sequence.value, single.quantity.millionths(),
                                  single.year.begins);
  return fb::CreateCommitment(out, &fixed, schedule).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Claim& content) {
  const EvidenceList list = evidence(content.evidence);
  const bool promised = content.commitment.sequence.value != 0;
  const auto unless_promised = [&](const Reference& reference) {
    return promised ? 0 : reference.sequence.value;
  };
  const fb::ClaimFixed fixed(content.commitment.sequence.value,
                             unless_promised(content.organisation),
                             unless_promised(content.programme), unless_promised(content.measure),
                             unless_promised(content.contract), content.quantity.millionths(),
                             content.from.days, content.to.days);
  return fb::CreateClaim(out, &fixed, list).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Verification& content) {
  const Text method = text(content.method);
  const EvidenceList list = evidence(content.evidence);
  const fb::VerificationFixed fixed(content.claim.sequence.value, content.quantity.millionths(),
                                    static_cast<fb::Outcome>(content.outcome));
  return fb::CreateVerification(out, &fixed, method, list).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Correction& content) {
  const Text reason = text(content.reason);
  fb::Body type = fb::Body::NONE;
  flatbuffers::Offset<void> replacement;
  if (content.replacement) {
    type = static_cast<fb::Body>(type_of(content.replacement->body));
    replacement = body(content.replacement->body);
  }
  const fb::CorrectionFixed fixed(content.corrects.sequence.value);
  return fb::CreateCorrection(out, &fixed, reason, type, replacement).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const KeyRotated& content) {
  const Text old_vkey = text(content.old_vkey);
  return fb::CreateKeyRotated(out, old_vkey, text(content.new_vkey)).Union();
}

flatbuffers::Offset<fb::Statement> EventEncoder::State::statement(const Statement& value) {
  const FigureReference& figure = value.figure;
  const Text label = text(value.label);
  const Text measure = text(figure.measure);
  const Text programme = optional_text(figure.programme.value_or(""));
  const Text organisation = optional_text(figure.organisation.value_or(""));
  const Text contract = optional_text(figure.contract.value_or(""));
  const fb::StatementFixed fixed(
      value.stated.millionths(), figure.as_of ? figure.as_of->value : kNoPoint, figure.year.begins,
      static_cast<fb::Stage>(figure.stage), static_cast<fb::Qualifier>(value.qualifier),
      static_cast<fb::StatementOf>(value.of));
  return fb::CreateStatement(out, &fixed, label, measure, programme, organisation, contract);
}

flatbuffers::Offset<void> EventEncoder::State::body(const Publication& content) {
  TALLY_CHECK(content.as_of && content.totals_root);
  const Text title = text(content.title);
  flatbuffers::Offset<fb::Evidence> published;
  if (content.document) published = document(*content.document);
  flatbuffers::Offset<flatbuffers::Vector<flatbuffers::Offset<fb::Statement>>> statements;
  if (!content.statements.empty()) {
    std::vector<flatbuffers::Offset<fb::Statement>> all;
    for (const Statement& one : content.statements) all.push_back(statement(one));
    statements = out.CreateVector(all);
  }
  const fb::PublicationFixed fixed(content.supersedes.sequence.value, content.as_of->value,
                                   content.year.begins);
  const fb::Digest root = digest_of(*content.totals_root);
  return fb::CreatePublication(out, &fixed, title, &root, published, statements).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const Erasure& content) {
  const Text reason = text(content.reason);
  const fb::ErasureFixed fixed(content.erases.value);
  return fb::CreateErasure(out, &fixed, reason).Union();
}

flatbuffers::Offset<void> EventEncoder::State::body(const LedgerRestored& content) {
  const fb::LedgerRestoredFixed fixed(content.from_size.count, digest_of(content.from_root));
  return fb::CreateLedgerRestored(out, &fixed).Union();
}

EventEncoder::EventEncoder() : state_(std::make_unique<State>()) {}
EventEncoder::~EventEncoder() = default;

std::string_view EventEncoder::encode(const Event& event) {
  State& state = *state_;
  state.out.Clear();
  const Entry& entry = event.entry;
  const flatbuffers::Offset<void> body =
      std::visit([&](const auto& content) { return state.body(content); }, entry.content);
  const Text actor = state.optional_text(entry.actor);
  const Text id = state.optional_text(entry.id);
  const fb::Header header(event.sequence.value, event.recorded_at.micros);
  std::optional<fb::Digest> digest;
  if (event.details_digest) digest = digest_of(*event.details_digest);
  fb::FinishEventBuffer(state.out,
                        fb::CreateEvent(state.out, &header, id, actor, digest ? &*digest : nullptr,
                                        static_cast<fb::Body>(entry.type()), body));
  return {reinterpret_cast<const char*>(state.out.GetBufferPointer()), state.out.GetSize()};
}

}  // namespace tally::codec
