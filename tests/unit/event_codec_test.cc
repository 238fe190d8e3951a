#include "codec/event_codec.h"

#include <cstring>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

Reference ref(std::uint64_t sequence) { return Reference{"", Sequence{sequence}}; }
Quantity millionths(std::int64_t count) { return *Quantity::from_millionths(count); }

Hash hash(std::uint8_t first) {
  Hash out;
  for (std::size_t i = 0; i < out.bytes.size(); ++i) {
    out.bytes[i] = static_cast<std::uint8_t>(first + i);
  }
  return out;
}

Evidence evidence(std::uint8_t first, std::string media_type = {}) {
  return Evidence{hash(first), {}, std::move(media_type), {}};
}

Event event_of(decltype(Entry::content) content) {
  Event event;
  event.sequence.value = 1000;
  event.recorded_at.micros = 1'700'000'000'123'456;
  event.entry.id = "entry-1";
  event.entry.actor = "staff-7";
  event.entry.content = std::move(content);
  return event;
}

Contract contract() {
  Contract body{"A contract", ref(1), ref(2), ref(3), "ocds-1", {}, {}, {}};
  body.amount = millionths(12'500'000);
  body.from = Date{-1};
  body.to = Date{0};
  return body;
}

Measure proxy_measure() {
  Measure body{"Jobs", "job", "National TOMs", "2022", Basis::kProxy, millionths(500), "A study",
               {},     {}};
  return body;
}

Claim claim() {
  return Claim{ref(9),      {},          {},
               {},          {},          millionths(77'000'000),
               Date{19083}, Date{19447}, {evidence(0), evidence(100, "text/plain")}};
}

FigureReference figure(std::optional<std::string> contract, std::optional<Sequence> as_of) {
  return {Year{2021}, "jobs", Stage::kPending, "skills", "org", std::move(contract), as_of};
}

Publication publication() {
  Publication content{
      Year{2022}, "Annual report", evidence(50, "text/html"), Sequence{998}, ref(12), {}, hash(90)};
  content.statements = {{"77 jobs",
                         {Year{2022}, "jobs", Stage::kVerified, {}, {}, {}, {}},
                         millionths(77'000'000),
                         Qualifier::kExact,
                         StatementOf::kQuantity},
                        {"Less than none — é", figure("-", Sequence{0}), millionths(-1),
                         Qualifier::kAbout, StatementOf::kValue},
                        {"Of one contract", figure("con", Sequence{999}), millionths(0),
                         Qualifier::kMoreThan, StatementOf::kValue}};
  return content;
}

Publication bare_publication() { return {Year{1899}, "P", {}, Sequence{0}, {}, {}, hash(0)}; }

struct Sample {
  std::string name;
  Event event;
};

// One event of each type, all of its fields given; for some, also what is left out.
std::vector<Sample> samples() {
  Event opened = event_of(LedgerOpened{"A Council", "ledger.example/sv", YearStart{4, 1}, "GBP",
                                       "ledger.example/sv+12345678+AbCd"});
  opened.sequence.value = 0;
  opened.entry.id = opened.entry.actor = "";
  Event rotated =
      event_of(KeyRotated{"ledger.example/sv+12345678+AbCd", "ledger.example/sv+9abcdef0+EfGh"});
  rotated.entry.id = rotated.entry.actor = "";
  Event restored = event_of(LedgerRestored{LogSize{1'000'000}, hash(60)});
  restored.entry.id = restored.entry.actor = "";
  Event detailed = event_of(Body(Programme{"Kindred — é"}));
  detailed.details_digest = hash(200);
  const Commitment single{ref(1), ref(2), ref(3), {}, false, {{Year{2022}, millionths(80)}}};
  const Commitment several{ref(1), ref(2),
                           ref(3), ref(4),
                           true,   {{Year{2022}, millionths(1)}, {Year{1899}, millionths(0)}}};
  const Claim unpromised{{}, ref(1), ref(2), ref(3), ref(4), millionths(0), Date{0}, Date{0}, {}};
  const Verification partial{
      ref(5), Outcome::kPartial, millionths(1), "desk-review", {evidence(7)}};
  return {
      {"ledger_opened", opened},
      {"organisation", event_of(Body(Organisation{"Kindred", "GB-COH", "01234567"}))},
      {"programme", detailed},
      {"contract", event_of(Body(contract()))},
      {"contract_bare", event_of(Body(Contract{"C", ref(1), ref(2), {}, {}, {}, {}, {}}))},
      {"measure", event_of(Body(proxy_measure()))},
      {"measure_ratio",
       event_of(Body(Measure{"Share", "%", "", "", Basis::kRatio, {}, "", ref(4), ref(5)}))},
      {"commitment", event_of(Body(single))},
      {"commitment_scheduled", event_of(Body(several))},
      {"claim", event_of(Body(claim()))},
      {"claim_unpromised", event_of(Body(unpromised))},
      {"verification", event_of(Body(partial))},
      {"correction", event_of(Correction{ref(9), "typed\nwrongly", Replacement{claim(), ""}})},
      {"correction_withdrawing", event_of(Correction{ref(9), "never happened", std::nullopt})},
      {"key_rotated", rotated},
      {"ledger_restored", restored},
      {"publication", event_of(publication())},
      {"publication_bare", event_of(bare_publication())},
      {"erasure", event_of(Erasure{Sequence{999}, "It names\na person"})},
  };
}

// References as they stand in an event: equal by their sequences.
template <typename Visit>
void each_reference(Entry& entry, Visit visit) {
  const auto of_body = [&](Body& body) {
    if (auto* contract_body = std::get_if<Contract>(&body)) {
      visit(contract_body->buyer), visit(contract_body->supplier), visit(contract_body->programme);
    }
    if (auto* measure = std::get_if<Measure>(&body)) {
      visit(measure->numerator), visit(measure->denominator);
    }
    if (auto* promised = std::get_if<Commitment>(&body)) {
      visit(promised->organisation), visit(promised->programme);
      visit(promised->measure), visit(promised->contract);
    }
    if (auto* claimed = std::get_if<Claim>(&body)) {
      visit(claimed->commitment), visit(claimed->organisation), visit(claimed->programme);
      visit(claimed->measure), visit(claimed->contract);
    }
    if (auto* verified = std::get_if<Verification>(&body)) visit(verified->claim);
  };
  if (auto* body = std::get_if<Body>(&entry.content)) of_body(*body);
  if (auto* one = std::get_if<Correction>(&entry.content)) {
    visit(one->corrects);
    if (one->replacement) of_body(one->replacement->body);
  }
  if (auto* one = std::get_if<Publication>(&entry.content)) visit(one->supersedes);
}

// With each sequence as an id, so that comparing entries compares what they refer to.
Entry with_ids(Entry entry) {
  each_reference(entry, [](Reference& reference) {
    if (reference.sequence.value != 0) reference.id = std::to_string(reference.sequence.value);
  });
  return entry;
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
    if (i % 32 == 31 || i + 1 == bytes.size()) out.push_back('\n');
  }
  return out;
}

std::string bytes_of(const Event& event) {
  EventEncoder encoder;
  return std::string(encoder.encode(event));
}

void check_damaged(const Event& event, std::string_view says) {
  const std::string bytes = bytes_of(event);
  const Result<Event> decoded = decode_event(bytes);
  CAPTURE(says);
  REQUIRE_FALSE(decoded.ok());
  CHECK(decoded.error().code == ErrorCode::kDamaged);
  CAPTURE(decoded.error().message);
  CHECK(decoded.error().message.find(says) != std::string::npos);
}

}  // namespace

TEST_CASE("The bytes of an event are those of the released format, and say the same event") {
  EventEncoder encoder;
  for (const Sample& sample : samples()) {
    CAPTURE(sample.name);
    std::ifstream file(std::string(TALLY_GOLDEN_DIR) + "/event_" + sample.name + ".hex");
    const std::string golden{std::istreambuf_iterator<char>(file), {}};
    const std::string bytes(encoder.encode(sample.event));
    CHECK(hex(bytes) == golden);
    const Result<Event> decoded = decode_event(bytes);
    REQUIRE(decoded.ok());
    CHECK(decoded->sequence == sample.event.sequence);
    CHECK(decoded->recorded_at == sample.event.recorded_at);
    CHECK(decoded->details_digest == sample.event.details_digest);
    CHECK(with_ids(decoded->entry) == with_ids(sample.event.entry));
  }
}

TEST_CASE("The same event gives the same bytes, whatever was encoded before it") {
  EventEncoder used;
  for (const Sample& first : samples()) {
    for (const Sample& second : samples()) {
      used.encode(first.event);
      REQUIRE(std::string(used.encode(second.event)) == bytes_of(second.event));
    }
  }
}

TEST_CASE("Ids of what is referred to, notes, titles and uris are not in the bytes") {
  Event event = event_of(Body(claim()));
  const std::string bytes = bytes_of(event);
  event.entry.note = "personal";
  Claim& body = std::get<Claim>(std::get<Body>(event.entry.content));
  body.commitment.id = "somebody";
  body.evidence[0].title = "Letter of a person";
  body.evidence[0].uri = "https://example.org";
  CHECK(bytes_of(event) == bytes);

  Event published = event_of(publication());
  const std::string without = bytes_of(published);
  Publication& content = std::get<Publication>(published.entry.content);
  content.supersedes.id = "older";
  content.document->title = "Letter of a person";
  content.document->uri = "https://example.org";
  CHECK(bytes_of(published) == without);
}

TEST_CASE("Bytes are read wherever they stand in memory") {
  for (const Sample& sample : samples()) {
    const std::string bytes = bytes_of(sample.event);
    const auto room = std::make_unique<char[]>(bytes.size() + 8);
    for (std::size_t offset = 0; offset < 8; ++offset) {
      std::memcpy(room.get() + offset, bytes.data(), bytes.size());
      const Result<Event> decoded = decode_event({room.get() + offset, bytes.size()});
      REQUIRE(decoded.ok());
      CHECK(with_ids(decoded->entry) == with_ids(sample.event.entry));
    }
  }
}

TEST_CASE("What no ledger would have written is damage") {
  const auto changed = [](Event event, auto change) {
    change(event);
    return event;
  };
  const auto claimed = [&](auto change) {
    return changed(event_of(Body(claim())), [&](Event& event) {
      change(std::get<Claim>(std::get<Body>(event.entry.content)));
    });
  };
  check_damaged(changed(event_of(Body(claim())), [](Event& event) { event.entry.id = ""; }),
                "`id`");
  check_damaged(changed(event_of(Body(claim())), [](Event& event) { event.entry.id = "a b"; }),
                "`id`");
  check_damaged(changed(event_of(Body(claim())), [](Event& event) { event.entry.actor = ""; }),
                "`actor`");
  check_damaged(changed(event_of(Body(claim())), [](Event& event) { event.sequence.value = 0; }),
                "does not open the ledger");
  check_damaged(changed(samples()[0].event, [](Event& event) { event.sequence.value = 1; }),
                "is open");
  check_damaged(changed(samples()[0].event, [](Event& event) { event.entry.actor = "a"; }), "`id`");
  check_damaged(
      changed(event_of(Body(claim())), [](Event& event) { event.recorded_at.micros = -1; }),
      "`recorded_at`");
  check_damaged(changed(event_of(Body(claim())),
                        [](Event& event) { event.sequence.value = std::uint64_t{1} << 63; }),
                "`sequence`");
  check_damaged(claimed([](Claim& body) { body.commitment = ref(1000); }), "`commitment`");
  check_damaged(claimed([](Claim& body) { body.commitment = {}; }), "`organisation` is missing");
  check_damaged(claimed([](Claim& body) { body.quantity = millionths(-1); }), "`quantity`");
  check_damaged(claimed([](Claim& body) { body.from.days = -25568; }), "`from`");
  check_damaged(claimed([](Claim& body) { body.to.days = 84006; }), "`to`");
  check_damaged(claimed([](Claim& body) { body.to.days = 0; }), "is later");
  check_damaged(claimed([](Claim& body) { body.evidence.resize(65); }), "");
  check_damaged(claimed([](Claim& body) { body.evidence[0].media_type = "\xff"; }), "not UTF-8");
  check_damaged(claimed([](Claim& body) { body.evidence[0].media_type = std::string(501, 'x'); }),
                "too long");
  CHECK(decode_event(bytes_of(claimed([](Claim& body) { body.commitment = ref(999); }))).ok());
  CHECK(decode_event(bytes_of(claimed([](Claim& body) { body.evidence.resize(64); }))).ok());

  const auto promised = [](std::vector<ScheduleLine> lines, bool scheduled) {
    return event_of(Body(Commitment{ref(1), ref(2), ref(3), {}, scheduled, std::move(lines)}));
  };
  check_damaged(promised({{Year{1898}, {}}}, false), "`year`");
  check_damaged(promised({{Year{2200}, {}}}, false), "`year`");
  check_damaged(promised({{Year{2022}, {}}, {Year{2022}, {}}}, true), "twice");
  check_damaged(promised(std::vector<ScheduleLine>(51, {Year{2022}, {}}), true), "`schedule`");

  check_damaged(event_of(Body(Verification{ref(5), static_cast<Outcome>(9), {}, "m", {}})),
                "`outcome`");
  check_damaged(event_of(Body(Verification{ref(5), Outcome::kPartial, {}, "m", {}})), "`quantity`");
  check_damaged(event_of(Body(Verification{ref(5), Outcome::kAccepted, millionths(1), "m", {}})),
                "`quantity`");
  check_damaged(event_of(Body(Measure{"T", "u", "", "", static_cast<Basis>(0), {}, "", {}, {}})),
                "`basis`");
  check_damaged(event_of(Body(Measure{"T", "u", "", "", Basis::kCount, {}, "", ref(1), {}})),
                "`numerator`");
  check_damaged(event_of(Body(Measure{"T", "u", "", "", Basis::kProxy, {}, "", {}, {}})),
                "`proxy`");
  check_damaged(event_of(Body(Organisation{"N", "S", ""})), "`scheme`");
  check_damaged(event_of(Body(Programme{""})), "`name` is empty");
  check_damaged(event_of(Body(Programme{"a\nb"})), "control");
  check_damaged(event_of(Correction{ref(0), "r", std::nullopt}), "`corrects`");
  check_damaged(event_of(Correction{ref(1000), "r", std::nullopt}), "`corrects`");
}

TEST_CASE("A field that this program does not know is never passed over") {
  std::string bytes = bytes_of(event_of(Body(Programme{"Kindred"})));
  const auto number = [&]<typename Number>(std::size_t at, Number) {
    Number read{};
    std::memcpy(&read, bytes.data() + at, sizeof read);
    return read;
  };
  // Where a table says how many fields it has room for.
  const auto fields_of = [&](std::size_t table) {
    return table - static_cast<std::size_t>(number(table, std::int32_t{}));
  };
  const std::size_t event = number(0, std::uint32_t{});
  const std::size_t body_at = event + number(fields_of(event) + 14, std::uint16_t{});
  const std::size_t body = body_at + number(body_at, std::uint32_t{});
  for (const std::size_t table : {event, body}) {
    std::string more = bytes;
    more[fields_of(table)] = static_cast<char>(more[fields_of(table)] + 2);
    const auto decoded = decode_event(more);
    REQUIRE_FALSE(decoded.ok());
    CHECK(decoded.error().message.find("not known here") != std::string::npos);
  }
}

TEST_CASE("A publication that no ledger would have recorded is damage") {
  const auto published = [](auto change) {
    Publication content = publication();
    change(content);
    return event_of(content);
  };
  const auto stated = [&](auto change) {
    return published([&](Publication& content) { change(content.statements[1]); });
  };
  const auto accepted = [](const Event& event) { return decode_event(bytes_of(event)).ok(); };
  check_damaged(published([](Publication& p) { p.year = Year{1898}; }), "`year`");
  check_damaged(published([](Publication& p) { p.year = Year{2200}; }), "`year`");
  check_damaged(published([](Publication& p) { p.title = ""; }), "`title` is empty");
  check_damaged(published([](Publication& p) { p.title = std::string(501, 'x'); }), "too long");
  check_damaged(published([](Publication& p) { p.title = "a\nb"; }), "control");
  check_damaged(published([](Publication& p) { p.as_of = Sequence{1000}; }), "yet to come");
  check_damaged(published([](Publication& p) { p.as_of = Sequence{UINT64_MAX}; }), "yet to come");
  check_damaged(published([](Publication& p) { p.supersedes = ref(1000); }), "`supersedes`");
  check_damaged(published([](Publication& p) { p.document->media_type = "\xff"; }), "not UTF-8");
  check_damaged(published([](Publication& p) { p.statements.resize(501, p.statements[0]); }),
                "too many");
  CHECK(accepted(published([](Publication& p) { p.as_of = Sequence{999}; })));
  CHECK(accepted(published([](Publication& p) { p.supersedes = ref(999); })));
  CHECK(accepted(published([](Publication& p) { p.statements.resize(500, p.statements[0]); })));
  check_damaged(stated([](Statement& s) { s.label = ""; }), "`label` is empty");
  check_damaged(stated([](Statement& s) { s.label = std::string(501, 'x'); }), "too long");
  check_damaged(stated([](Statement& s) { s.label = "\xc3"; }), "not UTF-8");
  check_damaged(stated([](Statement& s) { s.figure.measure = ""; }), "`measure`");
  check_damaged(stated([](Statement& s) { s.figure.measure = "a:b"; }), "`measure`");
  check_damaged(stated([](Statement& s) { s.figure.programme = "-"; }), "`programme`");
  check_damaged(stated([](Statement& s) { s.figure.organisation = "a b"; }), "`organisation`");
  check_damaged(stated([](Statement& s) { s.figure.contract = "--"; }), "`contract`");
  check_damaged(stated([](Statement& s) { s.figure.year = Year{3000}; }), "`year`");
  check_damaged(stated([](Statement& s) { s.figure.as_of = Sequence{1000}; }), "yet to come");
  check_damaged(stated([](Statement& s) { s.figure.stage = static_cast<Stage>(5); }), "`stage`");
  check_damaged(stated([](Statement& s) { s.qualifier = static_cast<Qualifier>(0); }),
                "`qualifier`");
  check_damaged(stated([](Statement& s) { s.qualifier = static_cast<Qualifier>(5); }),
                "`qualifier`");
  check_damaged(stated([](Statement& s) { s.of = static_cast<StatementOf>(0); }), "`of`");
  check_damaged(stated([](Statement& s) { s.of = static_cast<StatementOf>(3); }), "`of`");
}

TEST_CASE("A stated number beyond the range of quantities is damage") {
  const std::string sound = bytes_of(event_of(publication()));
  const std::int64_t stated = 77'000'000;
  const std::string as_stored(reinterpret_cast<const char*>(&stated), sizeof stated);
  const std::size_t at = sound.find(as_stored);
  REQUIRE(at != std::string::npos);
  REQUIRE(sound.find(as_stored, at + 1) == std::string::npos);
  for (const auto& [value, good] :
       std::vector<std::pair<std::int64_t, bool>>{{9'000'000'000'000'000'000, true},
                                                  {-9'000'000'000'000'000'000, true},
                                                  {9'000'000'000'000'000'001, false},
                                                  {-9'000'000'000'000'000'001, false},
                                                  {INT64_MAX, false},
                                                  {INT64_MIN, false}}) {
    CAPTURE(value);
    std::string changed = sound;
    std::memcpy(changed.data() + at, &value, sizeof value);
    const Result<Event> decoded = decode_event(changed);
    CHECK(decoded.ok() == good);
    if (!decoded.ok()) CHECK(decoded.error().message.find("`stated`") != std::string::npos);
  }
}

TEST_CASE("An erasure that no ledger would have recorded is damage") {
  const auto erasing = [](std::uint64_t erases, std::string reason) {
    return event_of(Erasure{Sequence{erases}, std::move(reason)});
  };
  check_damaged(erasing(1000, "r"), "`erases` is yet to come");
  check_damaged(erasing(UINT64_MAX, "r"), "`erases` is yet to come");
  check_damaged(erasing(5, ""), "`reason` is empty");
  check_damaged(erasing(5, std::string(2001, 'x')), "too long");
  check_damaged(erasing(5, "a\x01"), "control");
  CHECK(decode_event(bytes_of(erasing(999, "two\nlines\tand a tab"))).ok());
  CHECK(decode_event(bytes_of(erasing(0, std::string(2000, 'x')))).ok());
  Event opening = erasing(0, "r");
  opening.sequence.value = 0;
  check_damaged(opening, "does not open the ledger");
}

TEST_CASE("Bytes that are no event are damage, whatever they are") {
  for (const std::string& bytes :
       {std::string(), std::string(1, 'x'), std::string(8, '\0'), std::string(64, '\xff'),
        std::string(limits::kEventBytes, '\0'), std::string(limits::kEventBytes + 1, '\0')}) {
    const Result<Event> decoded = decode_event(bytes);
    REQUIRE_FALSE(decoded.ok());
    CHECK(decoded.error().code == ErrorCode::kDamaged);
  }
  std::string other = bytes_of(event_of(Body(Programme{"P"})));
  other[4] = 'X';  // the file identifier
  CHECK_FALSE(decode_event(other).ok());
}

TEST_CASE("A bit that flips or a tail that is cut off never does harm") {
  for (const Sample& sample : samples()) {
    const std::string bytes = bytes_of(sample.event);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const Result<Event> decoded = decode_event(flipped);
      if (!decoded.ok()) REQUIRE(decoded.error().code == ErrorCode::kDamaged);
    }
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      // A copy of just this size, so that a read past the end is seen.
      const std::vector<char> cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      const Result<Event> decoded = decode_event({cut.data(), cut.size()});
      if (!decoded.ok()) REQUIRE(decoded.error().code == ErrorCode::kDamaged);
    }
  }
}

TEST_CASE("Random changes to the bytes of events never do harm") {
  constexpr std::uint64_t kSeed = 20221104;
  CAPTURE(kSeed);
  std::mt19937_64 random(kSeed);
  std::vector<std::string> all;
  for (const Sample& sample : samples()) all.push_back(bytes_of(sample.event));
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = all[random() % all.size()];
    for (std::uint64_t change = random() % 4 + 1; change > 0; --change) {
      const std::size_t at = random() % (bytes.size() / 4) * 4;
      const auto word = static_cast<std::uint32_t>(random() % 2 == 0 ? random() % 128 : random());
      std::memcpy(bytes.data() + at, &word, sizeof word);
    }
    const Result<Event> decoded = decode_event(bytes);
    if (!decoded.ok()) REQUIRE(decoded.error().code == ErrorCode::kDamaged);
  }
}

}  // namespace tally::codec
