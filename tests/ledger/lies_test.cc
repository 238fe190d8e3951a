// A keeper who lies about what was published or erased, over a sound tree and with a good
// signature, is found out by whoever folds the events.

#include "audit/bundle_parts.h"
#include "audit/zip_file.h"
#include "support/catch.h"
#include "support/events.h"
#include "support/forged_log.h"
#include "support/lines.h"
#include "support/lying_ledger.h"
#include "support/naive_ledger.h"
#include "tally/bundle.h"
#include "tally/integrity.h"
#include "tally/static_log.h"
#include "tally/verify.h"

namespace tally::testing {
namespace {

// The message of what is refused; `accepted` otherwise.
template <typename T>
std::string refusal(const Result<T>& report) {
  if (report.ok()) return "accepted";
  CHECK(report.error().code == ErrorCode::kRefused);
  return report.error().message;
}

std::string refusal_of(const ForgedLog& log) {
  TempFolder folder;
  log.write(folder / "log");
  return refusal(check_static_log(folder / "log", log.key()));
}

std::string refusal_of(TestLedger& ledger) {
  TempFolder folder;
  REQUIRE(write_static_log(*ledger, folder / "log").ok());
  return refusal(check_static_log(folder / "log", verifier_key(*ledger)));
}

std::string refusal_of_bundle(TestLedger& ledger, std::string_view figure) {
  const auto zip = write_bundle(*ledger, *FigureReference::parse(figure, YearStart{}));
  INFO((zip.ok() ? std::string() : zip.error().message));
  REQUIRE(zip.ok());
  return refusal(check_bundle(*zip, verifier_key(*ledger)));
}

// What `verify` says: `sound`, or where the fault is and at which event.
std::string verdict(TestLedger& ledger) {
  const auto report = verify(*ledger);
  REQUIRE(report.ok());
  if (report->ok()) return "sound";
  CAPTURE(report->fault->message);
  REQUIRE(report->fault->sequence);
  return report->fault->where + " " + std::to_string(report->fault->sequence->value);
}

Publication published(std::int16_t year, std::uint64_t as_of, const Hash& root) {
  auto content = std::get<Publication>(publication_of(9, "ann", 0, root).entry.content);
  content.year = Year{year};
  content.as_of = Sequence{as_of};
  return content;
}

Hash root_of(const std::vector<std::string>& leaves) { return naive_tree(leaves); }

// What delivery(1, 5) and delivery(2, 7) claim.
const std::string kFive = "2022-23\tid-4\tid-3\tid-1\t\tclaimed\t5\t";
const std::string kSeven = "2022-23\tid-4\tid-3\tid-2\t\tclaimed\t7\t";

void publish(Event& event, const std::function<void(Publication&)>& change) {
  change(std::get<Publication>(event.entry.content));
}

}  // namespace

TEST_CASE("A signer who lies about a totals root is found out, wherever it stands") {
  const Hash empty = root_of({});
  // Events 7 and 9 are claims; of the years 2021 and 2023 there is nothing.
  const std::vector<Publication> honest = {published(2022, 7, root_of({kFive})),
                                           published(2022, 6, empty),
                                           published(2022, 0, empty),
                                           published(2021, 7, empty),
                                           published(2022, 9, root_of({kFive, kSeven})),
                                           published(2023, 9, empty)};
  const auto log_of = [](const std::vector<Publication>& all) {
    ForgedLog log;
    log.add("ann", delivery(1, 5));
    log.add("ann", Programme{"Another"});
    log.add("ann", delivery(2, 7));
    for (const Publication& one : all) log.add("bob", one);
    return log;
  };
  CHECK(refusal_of(log_of(honest)) == "accepted");
  for (std::size_t i = 0; i < honest.size(); ++i) {
    for (const Hash& lie : {Hash{}, root_of({kSeven}), root_of({kFive, kFive})}) {
      std::vector<Publication> lying = honest;
      lying[i].totals_root = lie;
      const std::string found = refusal_of(log_of(lying));
      CAPTURE(i, found);
      const std::string event = "the publication of event " + std::to_string(10 + i);
      CHECK(found.find(event) != std::string::npos);
      CHECK(found.find(lie.to_string()) != std::string::npos);
      CHECK(found.find(honest[i].totals_root->to_string()) != std::string::npos);
    }
    // A root that is right of another point, or another year.
    std::vector<Publication> lying = honest;
    lying[i].as_of = Sequence{lying[i].as_of == Sequence{9} ? 7U : 9U};
    const bool same = lying[i].year != Year{2022};
    CHECK((refusal_of(log_of(lying)) == "accepted") == same);
  }
}

TEST_CASE("A signer who publishes or erases against the rules is found out by them") {
  struct Row {
    const char* says;  // part of the message
    void (*lie)(ForgedLog&);
  };
  for (const Row& row : {
           Row{"bad-year",
               [](ForgedLog& log) {
                 log.add("ann", published(2022, 6, root_of({})));
                 Publication later = published(2021, 6, root_of({}));
                 later.supersedes = to(7);
                 log.add("ann", later);
               }},
           Row{"wrong-type",
               [](ForgedLog& log) {
                 Publication one = published(2022, 6, root_of({}));
                 one.supersedes = to(4);
                 log.add("ann", one);
               }},
           Row{"unknown-reference",
               [](ForgedLog& log) {
                 Publication one = published(2022, 6, root_of({}));
                 one.statements = {{"L",
                                    {Year{2022}, "nothing", Stage::kClaimed, {}, {}, {}, {}},
                                    {},
                                    Qualifier::kExact,
                                    StatementOf::kQuantity}};
                 log.add("ann", one);
               }},
           Row{"yet to come",
               [](ForgedLog& log) { log.add("ann", published(2022, 7, root_of({}))); }},
           Row{"not-correctable",
               [](ForgedLog& log) {
                 log.add("ann", published(2022, 6, root_of({})));
                 log.add("ann", Correction{to(7), "withdrawn", std::nullopt});
               }},
           Row{"void",
               [](ForgedLog& log) {
                 log.add("ann", Erasure{Sequence{3}, "r"});
               }},
           Row{"void",
               [](ForgedLog& log) {
                 log.add("ann", Erasure{Sequence{0}, "r"});
               }},
           Row{"yet to come",
               [](ForgedLog& log) {
                 log.add("ann", Erasure{Sequence{7}, "r"});
               }},
           Row{"accepted",
               [](ForgedLog& log) {
                 log.events()[3].details_digest = Hash{};
                 log.add("ann", Erasure{Sequence{3}, "r"});
               }},
           Row{"void",
               [](ForgedLog& log) {
                 log.events()[3].details_digest = Hash{};
                 log.add("ann", Erasure{Sequence{3}, "r"});
                 log.add("ann", Erasure{Sequence{3}, "r"});
               }},
           Row{"not-correctable",
               [](ForgedLog& log) {
                 log.events()[3].details_digest = Hash{};
                 log.add("ann", Erasure{Sequence{3}, "r"});
                 log.add("ann", Correction{to(7), "withdrawn", std::nullopt});
               }},
       }) {
    ForgedLog log;
    row.lie(log);
    const std::string found = refusal_of(log);
    CAPTURE(row.says, found);
    CHECK(found.find(row.says) != std::string::npos);
  }
}

TEST_CASE(
    "A keeper who changes a totals root and signs anew is found out by verify and check-log") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{publication("p-1").set("year", "2021-22"),  // 16
                                         publication("p-2"), claim("l-1"),           // 17, 18
                                         publication("p-3"),                         // 19
                                         publication("p-4").set("year", "2023-24")});
  lie(ledger, Sequence{18}, [](Event&) {});
  CHECK(verdict(ledger) == "sound");
  CHECK(refusal_of(ledger) == "accepted");
  ledger.close();
  for (const std::uint64_t event : {16U, 17U, 19U, 20U}) {
    CAPTURE(event);
    TestLedger lying(ledger.path());
    lie(lying, Sequence{event}, [](Event& one) {
      publish(one, [](Publication& told) { told.totals_root->bytes[5] ^= 1; });
    });
    CHECK(verdict(lying) == "publication " + std::to_string(event));
    CHECK(refusal_of(lying).find("the publication of event " + std::to_string(event)) !=
          std::string::npos);
  }
}

TEST_CASE("A bundle whose publication lies is refused where the lie can be seen") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{claim("l-1"), publication("p-1")});  // 16, 17
  const std::string figure = "2022-23:m-count:claimed";
  CHECK(refusal_of_bundle(ledger, figure) == "accepted");
  ledger.close();
  const auto lying = [&](const std::function<void(Publication&)>& change,
                         const std::vector<std::string>& later = {}) {
    TestLedger copy(ledger.path());
    if (!later.empty()) copy.append(later);
    lie(copy, Sequence{17}, [&](Event& one) { publish(one, change); });
    return refusal_of_bundle(copy, figure);
  };
  const auto change_root = [](Publication& told) { told.totals_root->bytes[5] ^= 1; };
  CHECK(lying([](Publication&) {}) == "accepted");
  CHECK(lying(change_root).find("totals.tsv has the root") != std::string::npos);
  CHECK(lying([](Publication& told) { told.year = Year{2021}; }).find("it published 2021-22") !=
        std::string::npos);
  CHECK(lying([](Publication& told) { told.as_of = Sequence{17}; }).find("yet to come") !=
        std::string::npos);
  CHECK(lying([](Publication& told) { told.title = ""; }).find("`title`") != std::string::npos);
  // Where anything came in between, the year may have been restated, and the totals say that they
  // are not what was published.
  CHECK(lying(change_root, {programme("later")}) == "accepted");
  CHECK(lying([](Publication& told) { told.as_of = Sequence{15}; }) == "accepted");
}

TEST_CASE("A bundle says whether its year's totals are those that were last published") {
  TestLedger ledger;
  ledger.append(base_lines());
  const auto published = [&] {
    const auto zip =
        write_bundle(*ledger, *FigureReference::parse("2022-23:m-count:claimed", YearStart{}));
    REQUIRE(zip.ok());
    const auto report = check_bundle(*zip, verifier_key(*ledger));
    INFO((report.ok() ? std::string() : report.error().message));
    REQUIRE(report.ok());
    return report->publication;
  };
  CHECK_FALSE(published().has_value());
  ledger.append(
      std::vector<std::string>{publication("p-1"), publication("p-2").set("year", "2021-22")});
  REQUIRE(published().has_value());
  CHECK(published()->entry == "p-1");
  CHECK(published()->sequence == Sequence{16});
  CHECK(published()->as_of == Sequence{15});
  CHECK(published()->agrees);
  ledger.append(claim("l-1").set("measure", "m-kind").json());
  CHECK_FALSE(published()->agrees);
  ledger.append(publication("p-3").set("note", "n").json());
  CHECK(published()->entry == "p-3");
  CHECK(published()->agrees);
}

TEST_CASE("A bundle has one publication, and its details while they are there") {
  TestLedger ledger;
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{
      publication("p-1").raw("document", "{'sha256':'" + std::string(64, 'a') + "','title':'T'}"),
      publication("p-2").set("note", "n")});
  const auto bundle_of = [&](std::string_view figure) {
    const auto zip = write_bundle(*ledger, *FigureReference::parse(figure, YearStart{}));
    REQUIRE(zip.ok());
    return *zip;
  };
  const auto parts_of = [](const std::string& zip) {
    std::vector<audit::ZipPart> parts;
    const auto file = audit::ZipFile::open(zip);
    REQUIRE(file.ok());
    for (const audit::ZipFile::Part& part : file->parts()) {
      parts.push_back({std::string(part.name), *audit::ZipFile::unpack(part)});
    }
    return parts;
  };
  const VerifierKey key = verifier_key(*ledger);
  const std::string figure = "2022-23:m-count:claimed";
  CHECK(check_bundle(bundle_of(figure), key)->erased == 0);
  // The other publication, with a good proof.
  std::vector<audit::ZipPart> parts = parts_of(bundle_of(figure));
  const std::string checkpoint = *tally::checkpoint(*ledger);
  const auto proof = prove_event(*ledger, Sequence{16});
  REQUIRE(proof.ok());
  EventProof bare = *proof;
  REQUIRE(bare.extra.has_value());
  parts.push_back({audit::bundle::event_part(Sequence{16}), *bare.extra});
  bare.extra.reset();
  parts.push_back({audit::bundle::proof_part(Sequence{16}), bare.to_string()});
  CHECK(refusal(check_bundle(*audit::write_zip(parts), key)).find("another publication") !=
        std::string::npos);
  ledger.append(erasure("e-1", 17).json());
  const auto report = check_bundle(bundle_of(figure), key);
  INFO((report.ok() ? std::string() : report.error().message));
  REQUIRE(report.ok());
  CHECK(report->erased == 1);
  CHECK(report->publication->entry == "p-2");
}

}  // namespace tally::testing
