#include "audit/bundle_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "audit/bundle_parts.h"
#include "base/check.h"
#include "base/decimal_digits.h"
#include "base/shown.h"
#include "base/try.h"
#include "codec/details.h"
#include "codec/event_codec.h"
#include "domain/references.h"
#include "ledger/event_reader.h"
#include "ledger/refold.h"
#include "merkle/refused.h"
#include "merkle/sha256.h"
#include "tally/proof.h"

namespace tally::audit::bundle {
namespace {

using merkle::refused;

// The number between a part's beginning and its ending; nothing where it is not such a part.
std::optional<Sequence> number_in(std::string_view name, std::string_view beginning,
                                  std::string_view ending) {
  if (!name.starts_with(beginning) || !name.ends_with(ending)) return std::nullopt;
  name.remove_prefix(beginning.size());
  if (name.size() < ending.size()) return std::nullopt;
  name.remove_suffix(ending.size());
  const auto number = base::canonical_number(name);
  if (!number) return std::nullopt;
  return Sequence{*number};
}

}  // namespace

Result<Contents> Contents::list(const ZipFile& zip) {
  Contents contents;
  std::vector<Sequence> proofs;
  for (const ZipFile::Part& part : zip.parts()) {
    if (part.name == kFigure || part.name == kCheckpoint || part.name == kVkey ||
        part.name == kTotals || part.name == kReadme) {
      continue;
    }
    if (const auto event = number_in(part.name, kEvents, kEventEnding)) {
      contents.events.push_back(*event);
    } else if (const auto proof = number_in(part.name, kEvents, kProofEnding)) {
      proofs.push_back(*proof);
    } else if (const auto details = number_in(part.name, kDetails, kDetailsEnding)) {
      contents.details.push_back(*details);
    } else {
      return refused(fmt::format("\"{}\" is no part of a bundle", base::shown(part.name)));
    }
  }
  std::sort(contents.events.begin(), contents.events.end());
  std::sort(contents.details.begin(), contents.details.end());
  std::sort(proofs.begin(), proofs.end());
  if (proofs != contents.events) return refused("not every event in the bundle has its proof");
  if (!std::includes(contents.events.begin(), contents.events.end(), contents.details.begin(),
                     contents.details.end())) {
    return refused("the bundle has details of an event that it does not have");
  }
  if (contents.events.empty() || contents.events.front().value != 0) {
    return refused("the bundle does not have event 0, which opened the ledger");
  }
  return contents;
}

namespace {

// Takes the events one by one.
class Folding {
 public:
  Folding(const ZipFile& zip, const Contents& contents, const Checkpoint& checkpoint,
          std::string_view note)
      : contents_(contents),
        checkpoint_(checkpoint),
        note_(note),
        parts_(index_of(zip)),
        publication_(find_publication()),
        numbers_(all_but(contents.events, publication_), Sequence{checkpoint.size.count - 1}),
        block_(Sequence{0}) {}

  Result<void> take(Sequence original) {
    auto taken = original == publication_ ? prove_publication() : take_one(original);
    if (taken.ok()) return {};
    if (taken.error().code == ErrorCode::kIo) return taken;
    return refused(fmt::format("{}: {}", event_part(original), taken.error().message));
  }

  // Everything that came of them, into a log that is empty.
  Result<void> write(store::LogStore& log) {
    close_block();
    batch_.id.fill(1);  // any but that of a log without batches
    TALLY_ASSIGN(const store::AppendOutcome outcome,
                 log.append(batch_, LogSize{0},
                            [&](store::Batch& batch) { return refold_.changes().write(batch); }));
    TALLY_CHECK(outcome == store::AppendOutcome::kAppended);
    return {};
  }

  const LedgerOpened& identity() const { return refold_.identity(); }
  const ledger::Numbering& numbers() const { return numbers_; }
  std::optional<Event>& published() { return published_; }

 private:
  using Index = std::unordered_map<std::string_view, const ZipFile::Part*>;
  static Index index_of(const ZipFile& zip) {
    Index index;
    for (const ZipFile::Part& part : zip.parts()) index.emplace(part.name, &part);
    return index;
  }
  Result<std::string> unpacked(const std::string& name) const {
    return ZipFile::unpack(*parts_.at(name));
  }

  // The first publication among the events; what cannot be read is told when its turn comes.
  std::optional<Sequence> find_publication() const {
    for (const Sequence original : contents_.events) {
      const auto bytes = unpacked(event_part(original));
      if (!bytes.ok()) continue;
      const auto event = codec::decode_event(*bytes);
      if (event.ok() && event->entry.type() == EntryType::kPublication) return original;
    }
    return std::nullopt;
  }

  static std::vector<Sequence> all_but(std::vector<Sequence> events,
                                       const std::optional<Sequence>& one) {
    if (one) std::erase(events, *one);
    return events;
  }

  Result<void> prove_publication() {
    TALLY_ASSIGN(const std::string bytes, unpacked(event_part(*publication_)));
    TALLY_ASSIGN(published_, proven(*publication_, bytes));
    TALLY_ASSIGN(const auto details, details_of(*publication_, *published_));
    if (!details) return {};
    published_->details_erased = false;
    return codec::merge_details(details->text, published_->entry);
  }

  // An event that stands in the log.
  Result<Event> proven(Sequence original, std::string_view bytes) const {
    TALLY_TRY(check_proof(original, bytes));
    TALLY_ASSIGN(Event event, codec::decode_event(bytes));
    if (event.sequence != original) {
      return refused(fmt::format("it says that it is event {}", event.sequence.value));
    }
    event.details_erased = event.details_digest.has_value();  // until they are found
    return event;
  }

  Result<void> take_one(Sequence original) {
    TALLY_ASSIGN(const std::string bytes, unpacked(event_part(original)));
    TALLY_ASSIGN(Event event, proven(original, bytes));
    if (event.entry.type() == EntryType::kPublication) {
      return refused(
          fmt::format("the bundle has another publication, event {}", publication_->value));
    }
    TALLY_TRY(numbers_.renumber(event));
    TALLY_TRY(name_references(event));
    TALLY_TRY(refold_.add(event));
    if (!block_.has_room(1) || block_.block().events.size() > kBlockBytes) close_block();
    block_.add_event(bytes);
    TALLY_ASSIGN(const auto details, details_of(original, event));
    if (details) block_.add_details(details->salt, details->text);
    return {};
  }

  Result<void> check_proof(Sequence original, std::string_view bytes) const {
    TALLY_ASSIGN(const std::string text, unpacked(proof_part(original)));
    TALLY_ASSIGN(EventProof proof, EventProof::parse(text));
    if (proof.extra) return refused("its proof has extra data; the event stands beside it");
    if (proof.index != original) {
      return refused(fmt::format("its proof is of event {}", proof.index.value));
    }
    if (proof.checkpoint != note_) return refused("its proof ends in another checkpoint");
    return check_inclusion(
        {original, checkpoint_.size, leaf_hash(bytes), checkpoint_.root, std::move(proof.hashes)});
  }

  // What is said of an event names what it refers to.
  Result<void> name_references(Event& event) {
    Result<void> outcome;
    domain::for_each_reference(event.entry, [&](Reference& reference) {
      auto record = refold_.changes().records().find(reference.sequence);
      if (!record.ok()) outcome = record.take_error();
      if (outcome.ok() && *record != nullptr) reference.id = (*record)->id;
      return outcome.ok();
    });
    return outcome;
  }

  // What the bundle has of an event's details, held against their digest.
  Result<std::optional<Details>> details_of(Sequence original, const Event& event) const {
    if (!std::binary_search(contents_.details.begin(), contents_.details.end(), original)) {
      return std::optional<Details>();
    }
    const std::string name = details_part(original);
    TALLY_ASSIGN(const std::string text, unpacked(name));
    auto details = read_details(text);
    if (!details.ok()) return refused(fmt::format("{} {}", name, details.error().message));
    if (!event.details_digest ||
        merkle::sha256({details->salt, details->text}) != *event.details_digest) {
      return refused(fmt::format("{} is not what the event has the digest of", name));
    }
    return std::optional(std::move(*details));
  }

  void close_block() {
    const Sequence next{block_.block().first.value + block_.block().count};
    if (block_.block().count > 0) batch_.blocks.push_back(std::move(block_).take());
    block_ = store::BlockBuilder(next);
  }

  static constexpr std::size_t kBlockBytes = 256 * 1024;

  const Contents& contents_;
  const Checkpoint& checkpoint_;
  std::string_view note_;
  const Index parts_;
  const std::optional<Sequence> publication_;
  const ledger::Numbering numbers_;
  ledger::Refold refold_;
  std::optional<Event> published_;
  store::LogBatch batch_;
  store::BlockBuilder block_;
};

}  // namespace

Result<FoldedEvents> FoldedEvents::fold(const ZipFile& zip, const Contents& contents,
                                        const Checkpoint& checkpoint, std::string_view note) {
  Folding folding(zip, contents, checkpoint, note);
  for (const Sequence event : contents.events) TALLY_TRY(folding.take(event));
  FoldedEvents folded;
  folded.identity_ = folding.identity();
  folded.numbers_ = folding.numbers();
  folded.publication_ = std::move(folding.published());
  folded.store_ = std::make_unique<store::MemoryStore>();
  folded.log_ = store::make_store_log(*folded.store_);
  TALLY_TRY(folding.write(*folded.log_));
  return folded;
}

Result<std::unique_ptr<Reading>> FoldedEvents::reading() const {
  TALLY_ASSIGN(projection::Reader reader, projection::Reader::open(store_->view()));
  return std::make_unique<Reading>(*log_, std::move(reader), numbers_);
}

}  // namespace tally::audit::bundle
