#pragma once

// Visits what a body refers to, in the order of the fields in spec "Entries: Types".

#include "tally/entry.h"

namespace tally::domain {

// What an entry says: its body, or that of its replacement; nullptr where it has neither.
inline const Body* body_said(const Entry& entry) {
  if (const auto* body = std::get_if<Body>(&entry.content)) return body;
  const auto* correction = std::get_if<Correction>(&entry.content);
  if (correction == nullptr || !correction->replacement) return nullptr;
  return &correction->replacement->body;
}

struct ReferenceField {
  const char* name;
  EntryType expects;
};

// Calls `visit(reference, field)` for each reference that is present.  `BodyType` is Body or const
// Body.  A visit that answers false ends the walk.
template <typename BodyType, typename Visit>
void for_each_reference(BodyType& body, Visit visit) {
  bool going = true;
  auto field = [&](auto& reference, const char* name, EntryType expects) {
    if (going && reference.present()) going = visit(reference, ReferenceField{name, expects});
  };
  auto dimensions = [&](auto& of) {
    field(of.organisation, "organisation", EntryType::kOrganisation);
    field(of.programme, "programme", EntryType::kProgramme);
    field(of.measure, "measure", EntryType::kMeasure);
    field(of.contract, "contract", EntryType::kContract);
  };
  if (auto* contract = std::get_if<Contract>(&body)) {
    field(contract->buyer, "buyer", EntryType::kOrganisation);
    field(contract->supplier, "supplier", EntryType::kOrganisation);
    field(contract->programme, "programme", EntryType::kProgramme);
  } else if (auto* measure = std::get_if<Measure>(&body)) {
    field(measure->numerator, "numerator", EntryType::kMeasure);
    field(measure->denominator, "denominator", EntryType::kMeasure);
  } else if (auto* commitment = std::get_if<Commitment>(&body)) {
    dimensions(*commitment);
  } else if (auto* claim = std::get_if<Claim>(&body)) {
    field(claim->commitment, "commitment", EntryType::kCommitment);
    dimensions(*claim);
  } else if (auto* verification = std::get_if<Verification>(&body)) {
    field(verification->claim, "claim", EntryType::kClaim);
  }
}

// Calls `visit(reference)` for everything that an entry refers to: what it corrects or supersedes,
// and what its body or replacement names.  (What a statement's figure names is held by its id
// alone.)  A visit that answers false ends the walk.
template <typename Visit>
void for_each_reference(Entry& entry, Visit visit) {
  auto of_body = [&](Body& body) {
    for_each_reference(
        body, [&](Reference& reference, const ReferenceField&) { return visit(reference); });
  };
  if (auto* body = std::get_if<Body>(&entry.content)) of_body(*body);
  auto* publication = std::get_if<Publication>(&entry.content);
  if (publication != nullptr && publication->supersedes.present()) visit(publication->supersedes);
  auto* correction = std::get_if<Correction>(&entry.content);
  if (correction == nullptr || !visit(correction->corrects)) return;
  if (correction->replacement) of_body(correction->replacement->body);
}

}  // namespace tally::domain
