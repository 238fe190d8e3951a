// Bundles: what a figure's bundle shows is the figure, and a bundle that says anything else, or
// holds anything else, is refused.

#include "tally/bundle.h"

#include <algorithm>
#include <functional>

#include "audit/bundle_parts.h"
#include "audit/zip_file.h"
#include "support/catch.h"
#include "support/entry_chance.h"
#include "support/events.h"
#include "support/forged_log.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/integrity.h"
#include "tally/trace.h"

namespace tally::testing {
namespace {

using Parts = std::vector<audit::ZipPart>;

Parts parts_of(const std::string& zip) {
  const auto file = audit::ZipFile::open(zip);
  REQUIRE(file.ok());
  Parts parts;
  for (const audit::ZipFile::Part& part : file->parts()) {
    const auto content = audit::ZipFile::unpack(part);
    REQUIRE(content.ok());
    parts.push_back({std::string(part.name), *content});
  }
  return parts;
}

std::string& content_of(Parts& parts, std::string_view name) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const auto& part) { return part.name == name; });
  REQUIRE(found != parts.end());
  return found->content;
}

void replace(Parts& parts, std::string_view name, std::string_view what, std::string_view with) {
  std::string& content = content_of(parts, name);
  const std::size_t at = content.find(what);
  CAPTURE(content, what);
  REQUIRE(at != std::string::npos);
  content.replace(at, what.size(), with);
}

void drop(Parts& parts, const std::string& name) {
  std::erase_if(parts, [&](const auto& part) { return part.name == name; });
}

std::string must_bundle(const Ledger& ledger, std::string_view figure) {
  const auto reference = FigureReference::parse(figure, ledger.identity().year_start);
  REQUIRE(reference.ok());
  const auto zip = write_bundle(ledger, *reference);
  INFO(figure << (zip.ok() ? "" : ": " + zip.error().message));
  REQUIRE(zip.ok());
  return *zip;
}

// The message of what is refused; `accepted` otherwise.
std::string refusal(const std::string& zip, const VerifierKey& key) {
  const auto report = check_bundle(zip, key);
  if (report.ok()) return "accepted";
  CHECK(report.error().code == ErrorCode::kRefused);
  return report.error().message;
}

std::string refusal(const Parts& parts, const VerifierKey& key) {
  const auto zip = audit::write_zip(parts);
  REQUIRE(zip.ok());
  return refusal(*zip, key);
}

// How many of the events in a bundle have lost their details.
std::uint64_t erased_in(const std::string& zip, const NaiveLedger& naive) {
  const auto file = audit::ZipFile::open(zip);
  REQUIRE(file.ok());
  std::uint64_t count = 0;
  for (std::uint64_t event = 0; event <= naive.head(); ++event) {
    const bool is_in = file->find(audit::bundle::event_part(Sequence{event})) != nullptr;
    if (is_in && naive.is_erased(event)) ++count;
  }
  return count;
}

// A ledger with a claim of each fate: l-1 verified and then corrected, which voids v-1; l-2
// verified in part; l-3 of another measure; l-4 pending.
void fill(TestLedger& ledger) {
  ledger.append(base_lines());
  const std::string evidence =
      "[{'sha256':'" + std::string(64, 'a') + "','title':'Payroll','uri':'https://example.org'}]";
  ledger.append(std::vector<std::string>{
      claim("l-1").raw("evidence", evidence).set("note", "first"), verification("v-1", "l-1"),
      claim("l-2").raw("evidence", evidence),
      verification("v-2", "l-2").set("outcome", "partial").set("quantity", "30"),
      claim("l-3").set("measure", "m-proxy"), verification("v-3", "l-3"), claim("l-4")});
  ledger.append(correction("x-1", "l-1")
                    .replacement(claim("").set("quantity", "9").raw("evidence", evidence))
                    .json());
}

}  // namespace

TEST_CASE("A bundle shows the figure that the ledger tells, whatever the figure") {
  Random random(test_seed());
  INFO("TALLY_TEST_SEED=" << test_seed());
  for (int round = 0; round < 4; ++round) {
    TestLedger ledger;
    NaiveLedger naive;
    EntryChance chance(random);
    std::vector<std::string> lines;
    auto add = [&](const NaiveEntry& entry) {
      naive.accept(entry, 0);
      lines.push_back(entry.json());
    };
    for (const NaiveEntry& entry : chance.beginning()) add(entry);
    for (int i = 0; i < 150; ++i) add(chance.accepted(naive));
    ledger.append(lines);
    if (round % 2 == 1) {
      REQUIRE(rotate_key(*ledger).ok());
      ledger.append(programme("after-the-rotation").json());
    }
    for (int i = 0; i < 25; ++i) {
      FigureReference reference;
      reference.year = Year{static_cast<std::int16_t>(2020 + random.below(4))};
      reference.measure = random.pick(naive.ids_of("measure"));
      reference.stage = kStages[random.below(kStages.size())];
      if (random.one_in(3)) reference.programme = random.pick(naive.ids_of("programme"));
      if (random.one_in(4)) reference.organisation = random.pick(naive.ids_of("organisation"));
      if (random.one_in(4)) reference.contract = "-";
      if (random.one_in(2)) reference.as_of = Sequence{random.below(ledger->head()->value + 1)};
      const auto told = figure(*ledger, reference);
      if (!told.ok()) continue;  // it did not exist yet
      const std::string text = told->reference.to_string(ledger->identity().year_start);
      const std::string zip = must_bundle(*ledger, text);
      const auto report = check_bundle(zip, verifier_key(*ledger));
      INFO(text << (report.ok() ? "" : ": " + report.error().message));
      REQUIRE(report.ok());
      CHECK(report->figure.reference.to_string(ledger->identity().year_start) == text);
      CHECK(report->figure.quantity == told->quantity);
      CHECK(report->figure.value == told->value);
      CHECK(report->identity == ledger->identity());
      CHECK(report->checkpoint.size.count == told->as_of.value + 1);
      CHECK(report->erased == erased_in(zip, naive));
      const NaivePublication* published = naive.latest(reference.year.begins, told->as_of.value);
      REQUIRE(report->publication.has_value() == (published != nullptr));
      if (published == nullptr) continue;
      CHECK(report->publication->entry == published->id);
      CHECK(report->publication->as_of.value == published->as_of);
      CHECK(report->publication->agrees ==
            !naive.differs(published->year, published->as_of, told->as_of.value));
    }
  }
}

TEST_CASE("The same figure makes the same bundle") {
  TestLedger ledger;
  fill(ledger);
  const std::string zip = must_bundle(*ledger, "2022-23:m-count:verified");
  ledger.append(programme("later").json());
  CHECK(must_bundle(*ledger, "2022-23:m-count:verified@" +
                                 std::to_string(ledger->head()->value - 1)) == zip);
}

TEST_CASE("A bundle in which anything is changed is refused, and the first wrong thing is named") {
  TestLedger ledger;
  fill(ledger);
  const VerifierKey key = verifier_key(*ledger);
  const std::string verified = must_bundle(*ledger, "2022-23:m-count:verified");
  const Parts good = parts_of(verified);
  const Parts of_proxy = parts_of(must_bundle(*ledger, "2022-23:m-proxy:verified"));
  REQUIRE(refusal(good, key) == "accepted");
  const std::uint64_t size = ledger->head()->value + 1;
  const std::string of_l3 = std::to_string(ledger->sequence_of("l-3")->value);
  const std::string of_v1 = std::to_string(ledger->sequence_of("v-1")->value);
  const std::string of_l1 = std::to_string(ledger->sequence_of("l-1")->value);
  auto take_from = [&](Parts& parts, const Parts& other, const std::string& name) {
    Parts source = other;
    parts.push_back({name, content_of(source, name)});
  };
  struct Row {
    const char* says;
    std::function<void(Parts&)> change;
  };
  const std::vector<Row> rows = {
      {"postings[0].delta is \"41\", and the events give \"40\"",
       [](Parts& p) { replace(p, "figure.json", R"("delta":"40")", R"("delta":"41")"); }},
      {"quantity is \"70\", and the events give \"30\"",
       [](Parts& p) { replace(p, "figure.json", R"("quantity":"30")", R"("quantity":"70")"); }},
      {"postings[1] goes on with",  // the void verification, revived
       [](Parts& p) {
         std::string& text = content_of(p, "figure.json");
         const std::size_t last = text.rfind(",{\"sequence\"");
         REQUIRE(last != std::string::npos);
         text.replace(last, text.size() - last - 2, "");
       }},
      {"which it refers to, is missing",  // an event of another measure, with its good proof
       [&](Parts& p) {
         take_from(p, of_proxy, "events/" + of_l3 + ".fb");
         take_from(p, of_proxy, "events/" + of_l3 + ".tlog-proof");
       }},
      {"postings[0].measure is \"m-proxy\", and the events give \"m-count\"",
       [](Parts& p) {
         replace(p, "figure.json", R"("measure":"m-count","programme")",
                 R"("measure":"m-proxy","programme")");
       }},
      {"measure.title",
       [](Parts& p) { replace(p, "figure.json", R"("title":")", R"("title":"No )"); }},
      {"postings[0].evidence[0].title",
       [](Parts& p) { replace(p, "figure.json", "Payroll", "Payrolls"); }},
      {"figure.json goes on where it should end",
       [](Parts& p) { content_of(p, "figure.json") += "\n"; }},
      {"does not begin with",
       [](Parts& p) { replace(p, "figure.json", R"("version":1)", R"("version":2)"); }},
      {"as_of",
       [](Parts& p) { replace(p, "figure.json", R"("as_of":)", R"("as_of":9,"as_of":)"); }},
      {"and the checkpoint is as of event",
       [&](Parts& p) {
         replace(p, "figure.json", "@" + std::to_string(size - 1), "@" + std::to_string(size - 2));
       }},
      {"of_v1.fb",
       [&](Parts& p) {
         drop(p, "events/" + of_v1 + ".fb");
         drop(p, "events/" + of_v1 + ".tlog-proof");
       }},
      {"not every event in the bundle has its proof",
       [&](Parts& p) { drop(p, "events/" + of_v1 + ".tlog-proof"); }},
      {"the proof leads to the root",
       [&](Parts& p) { content_of(p, "events/" + of_v1 + ".fb")[40] ^= 1; }},
      {"its proof is of event",
       [&](Parts& p) {
         content_of(p, "events/" + of_v1 + ".tlog-proof") =
             content_of(p, "events/" + of_l1 + ".tlog-proof");
       }},
      {"is not what the event has the digest of",
       [&](Parts& p) { replace(p, "details/" + of_l1 + ".json", "Payroll", "payroll"); }},
      {"has details of an event that it does not have",
       [](Parts& p) {
         p.push_back({"details/9999.json", "{}"});
       }},
      {"it is \"2022-23 m-count",
       [](Parts& p) { replace(p, "totals.tsv", "verified\t30", "verified\t31"); }},
      {"totals.tsv lacks", [](Parts& p) { content_of(p, "totals.tsv").clear(); }},
      {"no canonical decimal", [](Parts& p) { replace(p, "totals.tsv", "\t30\t", "\t30.0\t"); }},
      {"README.txt is not the one", [](Parts& p) { content_of(p, "README.txt") += "!"; }},
      {"log.vkey is not a verifier key", [](Parts& p) { content_of(p, "log.vkey").pop_back(); }},
      {"is no part of a bundle",
       [](Parts& p) {
         p.push_back({"../../etc/passwd", "x"});
       }},
      {"is no part of a bundle",
       [](Parts& p) {
         p.push_back({"events/007.fb", "x"});
       }},
      {"checkpoint is missing", [](Parts& p) { drop(p, "checkpoint"); }},
      {"does not have event 0",
       [](Parts& p) {
         drop(p, "events/0.fb");
         drop(p, "events/0.tlog-proof");
       }},
  };
  for (const Row& row : rows) {
    Parts changed = good;
    row.change(changed);
    const std::string says = refusal(changed, key);
    CAPTURE(row.says, says);
    if (std::string_view(row.says) == "of_v1.fb") {
      CHECK(says != "accepted");  // figure.json then shows what the events do not
    } else if (std::string_view(row.says) == "no canonical decimal") {
      CHECK(says.find("not a canonical decimal") != std::string::npos);
    } else {
      CHECK(says.find(row.says) != std::string::npos);
    }
  }
}

TEST_CASE(
    "A bundle without the details of an event shows the same, and says that they are erased") {
  TestLedger ledger;
  fill(ledger);
  ledger.append(claim("l-5").set("contract", "con-1").set("note", "not part of any trace").json());
  Parts parts = parts_of(must_bundle(*ledger, "2022-23:m-count:claimed:contract=con-1"));
  const auto checked = [&] {
    return check_bundle(*audit::write_zip(parts), verifier_key(*ledger));
  };
  REQUIRE(checked().ok());
  CHECK(checked()->erased == 0);
  drop(parts, "details/" + std::to_string(ledger->sequence_of("l-5")->value) + ".json");
  REQUIRE(checked().ok());
  CHECK(checked()->erased == 1);
}

// Parts as one text.
std::string content_of_all(const std::string& zip) {
  std::string all;
  for (const audit::ZipPart& part : parts_of(zip)) all += part.name + "\n" + part.content + "\n";
  return all;
}

TEST_CASE("No byte of a bundle's file can be changed, but for bits that deflate makes no use of") {
  TestLedger ledger;
  ledger.append(base_lines());
  const VerifierKey key = verifier_key(*ledger);
  const std::string zip = must_bundle(*ledger, "2022-23:m-count:committed");
  REQUIRE(refusal(zip, key) == "accepted");
  const std::string content = content_of_all(zip);
  for (std::size_t at = 0; at < zip.size(); ++at) {
    for (const int change : {1 << (at % 8), 0xff}) {
      std::string changed = zip;
      changed[at] = static_cast<char>(changed[at] ^ change);
      CAPTURE(at, change);
      if (refusal(changed, key) == "accepted") REQUIRE(content_of_all(changed) == content);
    }
  }
  CHECK(refusal(zip.substr(0, zip.size() - 1), key) != "accepted");
  CHECK(refusal(zip + '\0', key) != "accepted");
  CHECK(refusal("x" + zip, key) != "accepted");
  CHECK(refusal(std::string(), key) != "accepted");
}

TEST_CASE("A bundle is checked with the key that signed its checkpoint") {
  TestLedger ledger;
  fill(ledger);
  const VerifierKey old_key = verifier_key(*ledger);
  const std::string before = must_bundle(*ledger, "2022-23:m-count:claimed");
  const auto new_key = rotate_key(*ledger);
  REQUIRE(new_key.ok());
  // The checkpoint that follows the rotation is signed by both.
  const std::string both = must_bundle(*ledger, "2022-23:m-count:claimed");
  ledger.append(programme("later").json());
  const std::string after = must_bundle(*ledger, "2022-23:m-count:claimed");
  CHECK(refusal(before, old_key) == "accepted");
  CHECK(refusal(before, *new_key) != "accepted");
  CHECK(refusal(both, old_key) == "accepted");
  CHECK(refusal(both, *new_key) == "accepted");
  CHECK(refusal(after, old_key) != "accepted");
  CHECK(refusal(after, *new_key) == "accepted");
}

TEST_CASE("A signer who lies in a bundle is found out by the rules") {
  ForgedLog honest;
  honest.add("ann", delivery(1, 5));
  CHECK(refusal(honest.bundle("{}"), honest.key()).find("figure.json does not begin") !=
        std::string::npos);
  ForgedLog log;
  log.add("ann", delivery(1, 5));
  log.add("ann", acceptance(7));
  CHECK(
      refusal(log.bundle("{}"), log.key()).find("events/8.fb: the rules refuse it (same-actor)") !=
      std::string::npos);
}

TEST_CASE("A signer who replaces an entry by one of another type is found out by the rules") {
  ForgedLog honest;
  honest.add("ann", promise(1, 5));
  honest.add("ann", delivery(1, 5));
  honest.add("bob", acceptance(8));
  for (const std::uint64_t corrected : {1, 3, 4, 6, 7, 8, 9}) {
    for (const std::uint64_t other : {1, 3, 4, 6, 7, 8, 9}) {
      ForgedLog log = honest;
      const Body& body = std::get<Body>(honest.events()[other].entry.content);
      log.add("ann", std::get<Correction>(correction_of(10, "cy", corrected, body).entry.content));
      const std::string found = refusal(log.bundle("{}"), log.key());
      CAPTURE(corrected, other, found);
      const bool is_refused = found.find("the rules refuse it (wrong-type)") != std::string::npos;
      CHECK(is_refused == (corrected != other));
    }
  }
}

}  // namespace tally::testing
