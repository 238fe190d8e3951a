// Fuzzes what decodes events.  Of any bytes that are accepted must hold:
// - Encoded again, the event decodes to the same one, and its bytes stay as they are from then on.
//   (Their details stand beside them; how others lay out the same FlatBuffer may differ.)
// - Its JSON can be written, and is JSON.
// - It is of an entry that the reader of entries takes, and reads as the same one, or one that the
//   ledger itself writes.
//
// Seeds: tests/golden/event_*.hex as bytes (`xxd -r -p`).

#include "base/check.h"
#include "base/json_writer.h"
#include "codec/entry_json.h"
#include "codec/event_codec.h"
#include "codec/json_syntax.h"
#include "domain/references.h"
#include "tally/ledger.h"

namespace tally::fuzz {
namespace {

void check_encoding(const Event& event, codec::EventEncoder& encoder) {
  const std::string bytes(encoder.encode(event));
  const auto again = codec::decode_event(bytes);
  TALLY_CHECK(again.ok());
  TALLY_CHECK(again->sequence == event.sequence && again->recorded_at == event.recorded_at);
  TALLY_CHECK(again->details_digest == event.details_digest && again->entry == event.entry);
  TALLY_CHECK(encoder.encode(*again) == bytes);  // references are compared by sequence here
}

// What an entry with these contents would have said: names for references, titles for documents,
// and nothing that the ledger adds.
Entry as_submitted(Entry entry) {
  domain::for_each_reference(entry, [](Reference& reference) {
    if (reference.present()) reference.id = "id-" + std::to_string(reference.sequence.value);
    return true;
  });
  const auto give_titles = [](auto& one) {
    if constexpr (requires { one.evidence; }) {
      for (Evidence& item : one.evidence) item.title = "A title";
    }
  };
  if (auto* const publication = std::get_if<Publication>(&entry.content)) {
    if (publication->document) publication->document->title = "A title";
    publication->totals_root.reset();
  }
  if (auto* const body = std::get_if<Body>(&entry.content)) std::visit(give_titles, *body);
  auto* const correction = std::get_if<Correction>(&entry.content);
  if (correction == nullptr || !correction->replacement) return entry;
  std::visit(give_titles, correction->replacement->body);
  return entry;
}

void check_reading(const Entry& entry) {
  std::string json;
  base::JsonWriter out(json);
  out.begin_object();
  codec::write_entry_members(out, entry, YearStart{});
  out.end_object();
  codec::EntryReader reader{YearStart{}};
  auto parsed = reader.read(json);
  TALLY_CHECK(parsed.ok());
  const auto* const correction = std::get_if<Correction>(&entry.content);
  if (parsed->has_replacement) {
    TALLY_CHECK(correction != nullptr && correction->replacement);
    const EntryType type = type_of(correction->replacement->body);
    TALLY_CHECK(reader.read_replacement(*parsed, type).ok());
  }
  TALLY_CHECK(parsed->entry == entry);
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tally;
  const auto event = codec::decode_event({reinterpret_cast<const char*>(bytes), size});
  if (!event.ok()) return 0;
  codec::EventEncoder encoder;
  fuzz::check_encoding(*event, encoder);
  TALLY_CHECK(!codec::find_json_fault(to_json(*event, YearStart{})));
  if (!is_of_ledger(event->entry.type())) fuzz::check_reading(fuzz::as_submitted(event->entry));
  return 0;
}
