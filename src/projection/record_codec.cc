#include "projection/record_codec.h"

#include "base/bytes.h"
#include "projection/damage.h"
#include "projection/quantity_codec.h"

namespace tally::projection {
namespace {

using base::ByteReader;

// Stands in the byte of the standing.
constexpr int kHasDetails = 4;

void put_sequence(std::string& out, Sequence sequence) { base::put_varint(out, sequence.value); }
void put_year(std::string& out, Year year) { base::put_signed_varint(out, year.begins); }
void put_dimensions(std::string& out, const domain::Dimensions& of) {
  put_sequence(out, of.measure);
  put_sequence(out, of.programme);
  put_sequence(out, of.organisation);
  put_sequence(out, of.contract);
}

struct TermsWriter {
  std::string& out;
  void operator()(std::monostate) const {}
  void operator()(const domain::ContractTerms& terms) const {
    put_sequence(out, terms.buyer);
    put_sequence(out, terms.supplier);
    put_sequence(out, terms.programme);
  }
  void operator()(const domain::MeasureTerms& terms) const {
    out.push_back(static_cast<char>(terms.basis));
    base::put_text(out, terms.unit);
    put_quantity(out, terms.proxy);
    put_sequence(out, terms.numerator);
    put_sequence(out, terms.denominator);
  }
  void operator()(const domain::CommitmentTerms& terms) const {
    put_dimensions(out, terms.dimensions);
    base::put_varint(out, terms.schedule.size());
    for (const ScheduleLine& line : terms.schedule) {
      put_year(out, line.year);
      put_quantity(out, line.quantity);
    }
  }
  void operator()(const domain::ClaimTerms& terms) const {
    put_sequence(out, terms.commitment);
    put_dimensions(out, terms.dimensions);
    put_year(out, terms.year);
    put_quantity(out, terms.quantity);
    put_sequence(out, terms.verification);
    put_quantity(out, terms.accepted);
    base::put_text(out, terms.actors.text());
  }
  void operator()(const domain::VerificationTerms& terms) const {
    put_sequence(out, terms.claim);
    base::put_text(out, terms.actor);
  }
  void operator()(const domain::CorrectionTerms& terms) const { put_sequence(out, terms.corrects); }
  void operator()(const domain::PublicationTerms& terms) const {
    put_year(out, terms.year);
    put_sequence(out, terms.as_of);
    put_sequence(out, terms.supersedes);
  }
  void operator()(const domain::ErasureTerms& terms) const { put_sequence(out, terms.erases); }
};

Sequence read_sequence(ByteReader& in) { return Sequence{in.varint()}; }
Quantity sound_quantity(ByteReader& in, bool& sound) {
  const auto quantity = read_quantity(in);
  sound = sound && quantity.has_value();
  return quantity.value_or(Quantity{});
}
Year read_year(ByteReader& in) { return Year{static_cast<std::int16_t>(in.signed_varint())}; }
domain::Dimensions read_dimensions(ByteReader& in) {
  domain::Dimensions of;
  of.measure = read_sequence(in);
  of.programme = read_sequence(in);
  of.organisation = read_sequence(in);
  of.contract = read_sequence(in);
  return of;
}

domain::CommitmentTerms read_commitment(ByteReader& in, bool& sound) {
  domain::CommitmentTerms terms;
  terms.dimensions = read_dimensions(in);
  const std::uint64_t lines = in.varint();
  for (std::uint64_t i = 0; i < lines && in.ok(); ++i) {
    const Year year = read_year(in);
    terms.schedule.push_back({year, sound_quantity(in, sound)});
  }
  return terms;
}

domain::ClaimTerms read_claim(ByteReader& in, bool& sound) {
  domain::ClaimTerms terms;
  terms.commitment = read_sequence(in);
  terms.dimensions = read_dimensions(in);
  terms.year = read_year(in);
  terms.quantity = sound_quantity(in, sound);
  terms.verification = read_sequence(in);
  terms.accepted = sound_quantity(in, sound);
  terms.actors = domain::ActorSet::from_text(in.text());
  return terms;
}

void read_terms(ByteReader& in, domain::Record& record, bool& sound) {
  switch (record.type) {
    case EntryType::kOrganisation:
    case EntryType::kProgramme: return;
    case EntryType::kContract: {
      domain::ContractTerms terms;
      terms.buyer = read_sequence(in);
      terms.supplier = read_sequence(in);
      terms.programme = read_sequence(in);
      record.terms = terms;
      return;
    }
    case EntryType::kMeasure: {
      domain::MeasureTerms terms;
      terms.basis = static_cast<Basis>(in.byte());
      sound = sound && terms.basis >= Basis::kCount && terms.basis <= Basis::kRatio;
      terms.unit = in.text();
      terms.proxy = sound_quantity(in, sound);
      terms.numerator = read_sequence(in);
      terms.denominator = read_sequence(in);
      record.terms = std::move(terms);
      return;
    }
    case EntryType::kCommitment: record.terms = read_commitment(in, sound); return;
    case EntryType::kClaim: record.terms = read_claim(in, sound); return;
    case EntryType::kVerification: {
      domain::VerificationTerms terms;
      terms.claim = read_sequence(in);
      terms.actor = in.text();
      record.terms = std::move(terms);
      return;
    }
    case EntryType::kCorrection: record.terms = domain::CorrectionTerms{read_sequence(in)}; return;
    case EntryType::kPublication: {
      domain::PublicationTerms terms;
      terms.year = read_year(in);
      terms.as_of = read_sequence(in);
      terms.supersedes = read_sequence(in);
      record.terms = terms;
      return;
    }
    case EntryType::kErasure: record.terms = domain::ErasureTerms{read_sequence(in)}; return;
    case EntryType::kLedgerOpened:
    case EntryType::kKeyRotated:
    case EntryType::kLedgerRestored: break;
  }
  sound = false;
}

}  // namespace

std::string encode_record(const domain::Record& record) {
  constexpr std::size_t kUsualBytes = 96;
  std::string out;
  out.reserve(kUsualBytes);
  out.push_back(static_cast<char>(record.type));
  const int details = record.has_details ? kHasDetails : 0;
  out.push_back(static_cast<char>(static_cast<int>(record.standing) | details));
  put_sequence(out, record.version);
  base::put_varint(out, record.users);
  base::put_text(out, record.id);
  std::visit(TermsWriter{out}, record.terms);
  return out;
}

Result<domain::Record> decode_record(std::string_view bytes) {
  ByteReader in(bytes);
  domain::Record record;
  bool sound = true;
  record.type = static_cast<EntryType>(in.byte());
  const int standing = in.byte();
  record.has_details = (standing & kHasDetails) != 0;
  record.standing = static_cast<domain::Standing>(standing & ~kHasDetails);
  sound = record.standing <= domain::Standing::kVoid;
  record.version = read_sequence(in);
  record.users = in.varint();
  record.id = in.text();
  if (in.ok()) read_terms(in, record, sound);
  if (!sound || !in.ok() || !in.at_end()) return damaged("a record of the ledger is unreadable");
  return record;
}

}  // namespace tally::projection
