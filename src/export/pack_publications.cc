#include "export/pack_publications.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.h"
#include "base/try.h"
#include "codec/event_codec.h"
#include "merkle/refused.h"

namespace tally::exports::pack {

using merkle::refused;

Result<void> ProvenPublications::add(const PublicationProof& said, std::string_view proof,
                                     std::vector<PackedRoot>& roots) {
  auto bad = [&](std::string_view why) { return refused(fmt::format("{}: {}", said.file, why)); };
  const auto parsed = EventProof::parse(proof);
  if (!parsed.ok()) return bad(parsed.error().message);
  if (parsed->checkpoint != checkpoint_) return bad("it does not end in the pack's checkpoint");
  const auto proven = check_event_proof(proof, key_);
  if (!proven.ok()) return bad(proven.error().message);
  const auto event = codec::decode_event(proven->bytes);
  if (!event.ok()) return bad(event.error().message);
  const auto* const publication = std::get_if<Publication>(&event->entry.content);
  if (publication == nullptr || event->entry.id != said.entry) {
    return bad(fmt::format("event {} is not the publication {}", proven->sequence.value,
                           base::shown(said.entry)));
  }
  if (last_ && proven->sequence <= *last_) return bad("it does not come after the one before it");
  last_ = proven->sequence;
  if (!publication->as_of || !publication->totals_root) return bad("it froze nothing");
  for (const Statement& statement : publication->statements) {
    FigureReference figure = statement.figure;
    if (!figure.as_of) figure.as_of = publication->as_of;
    stated_.emplace_back(said.entry, figure.to_string(year_start_), statement.label);
  }
  const std::string year = year_start_.year_text(publication->year);
  for (PackedRoot& root : roots) {
    if (root.year == year && root.root == *publication->totals_root) root.published_by = said.entry;
  }
  return {};
}

Result<void> ProvenPublications::check_statements(const Description& description) const {
  std::vector<Stated> told;
  auto tell = [&](const std::string& figure, const std::vector<PackedStatement>& statements) {
    for (const PackedStatement& one : statements) {
      told.emplace_back(one.publication, figure, one.label);
    }
  };
  for (const Bundle& bundle : description.bundles) tell(bundle.figure, bundle.statements);
  for (const PackLeftOut& one : description.left_out) tell(one.figure, one.statements);
  if (told.empty()) return {};  // the bundles are of other figures
  std::vector<Stated> stated = stated_;
  std::sort(told.begin(), told.end());
  std::sort(stated.begin(), stated.end());
  const auto [ours, theirs] = std::mismatch(told.begin(), told.end(), stated.begin(), stated.end());
  if (ours == told.end() && theirs == stated.end()) return {};
  // Whichever comes first is missing on the other side.
  const bool is_made_up = theirs == stated.end() || (ours != told.end() && *ours < *theirs);
  const auto& [publication, figure, label] = is_made_up ? *ours : *theirs;
  return refused(fmt::format("{} {} that {} states \"{}\" of {}", kDescription,
                             is_made_up ? "says, and the log does not," : "leaves out",
                             base::shown(publication), base::shown(label), base::shown(figure)));
}

}  // namespace tally::exports::pack
