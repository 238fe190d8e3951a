// Packs: what is packed is checked from outside and holds, the same bytes every time; whatever is
// changed in one is refused, even where its digests were made again.

#include "tally/pack.h"

#include <algorithm>
#include <functional>

#include "audit/zip_file.h"
#include "merkle/sha256.h"
#include "support/catch.h"
#include "support/events.h"
#include "support/files.h"
#include "support/lines.h"
#include "support/test_ledger.h"
#include "tally/integrity.h"

namespace tally::testing {
namespace {

using Parts = std::vector<audit::ZipPart>;

// Two years, one of them published with two statements of one figure and one of another.
void fill(TestLedger& ledger) {
  ledger.append(base_lines());
  ledger.append(std::vector<std::string>{
      claim("l-1").set("note", "first"), verification("v-1", "l-1"), claim("l-2"),
      verification("v-2", "l-2").set("outcome", "partial").set("quantity", "30"),
      claim("l-3").set("measure", "m-proxy"), verification("v-3", "l-3"), claim("l-4")});
  ledger.append(publication("report")
                    .raw("statements",
                         "[{'label':'Jobs, all','figure':'2022-23:m-count:verified','stated':'1'},"
                         "{'label':'Jobs again','figure':'2022-23:m-count:verified','stated':'2'},"
                         "{'label':'Worth','figure':'2022-23:m-proxy:verified','stated':'3',"
                         "'of':'value'}]")
                    .json());
}

Parts parts_of(const std::string& zip) {
  const auto file = audit::ZipFile::open(zip);
  INFO((file.ok() ? "" : file.error().message));
  REQUIRE(file.ok());
  Parts parts;
  for (const audit::ZipFile::Part& part : file->parts()) {
    const auto content = audit::ZipFile::unpack(part);
    REQUIRE(content.ok());
    parts.push_back({std::string(part.name), *content});
  }
  return parts;
}

audit::ZipPart& part(Parts& parts, std::string_view name) {
  const auto found = std::find_if(parts.begin(), parts.end(),
                                  [&](const auto& one) { return one.name.starts_with(name); });
  REQUIRE(found != parts.end());
  return *found;
}

void replace(Parts& parts, std::string_view name, std::string_view what, std::string_view with) {
  std::string& content = part(parts, name).content;
  const std::size_t at = content.find(what);
  CAPTURE(content, what);
  REQUIRE(at != std::string::npos);
  content.replace(at, what.size(), with);
}

void drop(Parts& parts, std::string_view name) {
  std::erase_if(parts, [&](const auto& one) { return one.name.starts_with(name); });
}

// Makes the list of digests fit what is there.
void sum_up(Parts& parts) {
  std::string sums;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    sums += merkle::sha256({parts[i].content}).to_string() + "  " + parts[i].name + "\n";
  }
  parts.front().content = sums;
}

class PackFolder {
 public:
  std::string write(const Ledger& ledger, const PackQuery& query = {}) {
    const std::filesystem::path path = folder_ / std::to_string(++count_);
    const auto packed = write_pack(ledger, query, path);
    INFO((packed.ok() ? "" : packed.error().message));
    REQUIRE(packed.ok());
    std::string bytes = read_file(path);
    CHECK(packed->file.bytes == bytes.size());
    CHECK(packed->file.sha256 == merkle::sha256({bytes}));
    return bytes;
  }
  Result<PackReport> check(std::string_view zip, const VerifierKey& key) {
    const std::filesystem::path path = folder_ / std::to_string(++count_);
    write_file(path, zip);
    return check_pack(path, key);
  }
  // The message of what is refused; `accepted` otherwise.
  std::string refusal(std::string_view zip, const VerifierKey& key) {
    const auto report = check(zip, key);
    if (report.ok()) return "accepted";
    CHECK(report.error().code == ErrorCode::kRefused);
    return report.error().message;
  }
  std::string refusal(const Parts& parts, const VerifierKey& key) {
    const auto zip = audit::write_zip(parts);
    REQUIRE(zip.ok());
    return refusal(*zip, key);
  }
  bool is_clean() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "")) {
      if (entry.path().filename().string().starts_with('.')) return false;
    }
    return true;
  }

 private:
  TempFolder folder_;
  int count_ = 0;
};

FigureReference reference(const Ledger& ledger, std::string_view text) {
  const auto parsed = FigureReference::parse(text, ledger.identity().year_start);
  REQUIRE(parsed.ok());
  return *parsed;
}

Checkpoint checkpoint_of(const Ledger& ledger) {
  const VerifierKey key = verifier_key(ledger);
  const auto note = checkpoint(ledger);
  REQUIRE(note.ok());
  const auto checked = check_checkpoint(*note, {&key, 1});
  REQUIRE(checked.ok());
  return *checked;
}

std::uint64_t number_at(const std::string& bytes, std::size_t at, int size) {
  std::uint64_t value = 0;
  for (int i = size; i-- > 0;) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

TEST_CASE("A pack shows what the ledger tells, the same bytes every time") {
  TestLedger ledger;
  fill(ledger);
  PackFolder folder;
  const std::string zip = folder.write(*ledger);
  CHECK(folder.write(*ledger) == zip);
  CHECK(folder.is_clean());
  const auto report = folder.check(zip, verifier_key(*ledger));
  INFO((report.ok() ? "" : report.error().message));
  REQUIRE(report.ok());
  TotalsQuery all;
  all.with_roots = true;
  const auto told = totals(*ledger, all);
  REQUIRE(told.ok());
  REQUIRE(report->roots.size() == told->roots.size());
  for (std::size_t i = 0; i < told->roots.size(); ++i) {
    CHECK(report->roots[i].root == told->roots[i].second);
    CHECK(report->roots[i].published_by == (report->roots[i].year == "2022-23" ? "report" : ""));
  }
  CHECK(report->totals == told->rows.size() * kStages.size());
  CHECK(report->publications == 1);
  CHECK(report->checkpoint.size.count == ledger->head()->value + 1);
  REQUIRE(report->bundles.size() == 2);
  CHECK(report->bundles[0].statements.size() == 2);
  for (const PackedBundle& bundle : report->bundles) {
    const auto found = figure(*ledger, reference(*ledger, bundle.figure));
    REQUIRE(found.ok());
    CHECK(bundle.report.figure.quantity == found->quantity);
  }
  // What came later leaves a pack of then as it was, but for the workbook: it tells what would
  // explain a difference as of the head alone.
  PackQuery then;
  then.what.totals.as_of = *ledger->head();
  ledger.append(programme("later").json());
  const Parts before = parts_of(zip);
  const Parts after = parts_of(folder.write(*ledger, then));
  REQUIRE(before.size() == after.size());
  for (std::size_t i = 1; i < before.size(); ++i) {
    INFO(before[i].name);
    CHECK(before[i].name == after[i].name);
    CHECK((before[i].content == after[i].content || before[i].name == "workbook.xlsx"));
  }
}

TEST_CASE("A pack after a rotation of the key is good with either key, if both signed all of it") {
  TestLedger ledger;
  fill(ledger);
  const VerifierKey old = verifier_key(*ledger);
  REQUIRE(rotate_key(*ledger).ok());
  PackFolder folder;
  // The new key alone signs a checkpoint of before now.
  std::string zip = folder.write(*ledger);
  CHECK(folder.refusal(zip, old).ends_with("it is signed by no key that is known"));
  CHECK(folder.refusal(zip, verifier_key(*ledger)) == "accepted");
  PackQuery query;
  query.figures = {reference(*ledger, "2022-23:m-count:verified")};
  zip = folder.write(*ledger, query);
  CHECK(folder.refusal(zip, old) == "accepted");
  CHECK(folder.refusal(zip, verifier_key(*ledger)) == "accepted");
}

TEST_CASE("A pack is of the part that was asked for, with bundles of the figures asked for") {
  TestLedger ledger;
  fill(ledger);
  PackFolder folder;
  PackQuery query;
  query.what.totals.programmes = {"prog-1", "prog-2"};
  query.what.stages = {Stage::kClaimed, Stage::kPending};
  query.figures = {reference(*ledger, "2022-23:m-count:pending@12"),
                   reference(*ledger, "2022-23:m-count:pending"),
                   reference(*ledger, "2022-23:m-count:pending@12")};
  const auto report = folder.check(folder.write(*ledger, query), verifier_key(*ledger));
  INFO((report.ok() ? "" : report.error().message));
  REQUIRE(report.ok());
  CHECK(report->is_filtered);
  CHECK(report->roots.empty());
  CHECK(report->totals > 0);
  REQUIRE(report->bundles.size() == 2);
  CHECK(report->bundles[0].figure == "2022-23:m-count:pending@12");
  REQUIRE(report->left_out.size() == 1);
  CHECK(report->left_out[0].file == "prov.json");

  query.what.totals.as_of = Sequence{11};
  const TempFolder none;
  CHECK(code_of(write_pack(*ledger, query, none / "pack")) == "bad-entry");
  query.figures = {reference(*ledger, "2022-23:unknown:pending")};
  CHECK(code_of(write_pack(*ledger, query, none / "pack")) == "unknown-reference");
  CHECK(std::filesystem::is_empty(none / ""));
}

TEST_CASE("A pack that was changed is refused, though its digests fit") {
  TestLedger ledger;
  fill(ledger);
  PackFolder folder;
  const VerifierKey key = verifier_key(*ledger);
  const Parts good = parts_of(folder.write(*ledger));
  REQUIRE(folder.refusal(good, key) == "accepted");

  struct Tampering {
    std::string message;
    std::function<void(Parts&)> change;
  };
  const auto in = [](std::string name, std::string what, std::string with) {
    return [=](Parts& parts) { replace(parts, name, what, with); };
  };
  const auto append = [](std::string name, std::string text) {
    return [=](Parts& parts) { part(parts, name).content += text; };
  };
  const std::string root_now = checkpoint_of(*ledger).root.to_string();
  const std::string bundle = part(const_cast<Parts&>(good), "bundles/0002").content;
  const Tampering table[] = {
      {"the quantity of m-count verified is",
       in("csv/totals.csv", "m-count,verified,", "m-count,verified,1")},
      {"the value of m-proxy verified is",
       in("csv/totals.csv", "m-proxy,verified,40,", "m-proxy,verified,40,9")},
      {"its accounts have a proxy", in("csv/totals.csv", "job,proxy", "job,count")},
      {"another proxy than the line before",
       in("csv/accounts.csv", ",verified,40,500", ",verified,40,5")},
      {"is not the row of the stage", in("csv/totals.csv", "m-count,claimed", "m-count,verified")},
      {"it does not come after",
       append("csv/totals.csv", "2022-23,m-count,committed,0,,job,count,false\r\n")},
      {"and the accounts give", in("csv/accounts.csv", ",claimed,", ",claimed,1")},
      {"is no organisation", in("csv/accounts.csv", "org-2", "org 2")},
      {"it is cut short", append("csv/accounts.csv", "2022-23")},
      {"it has 9 columns", in("csv/accounts.csv", ",claimed,", ",claimed,,")},
      {"column 7 is \"amount\"", in("csv/accounts.csv", "quantity", "amount")},
      {"gives 2022-23 the totals root", in("csv/accounts.csv", "prog-1,org-2", "prog-1,org-1")},
      {"checkpoint is not the same", append("csv/checkpoint", " ")},
      {"log.vkey is not the same", append("events/log.vkey", " ")},
      {"pack.json says as_of", in("pack.json", "\"as_of\":", "\"as_of\":1")},
      {"not with 64 hex digits", in("pack.json", "\"log_root\":\"", "\"log_root\":\"0")},
      {"pack.json says log_root", in("pack.json", root_now, std::string(64, 'a'))},
      {"pack.json says origin", in("pack.json", "\"origin\":\"", "\"origin\":\"x")},
      {"not with a number", in("pack.json", "\"size\":", "\"size\":0")},
      {"pack.json, byte 0: it goes on", in("pack.json", "format", "Format")},
      {"pack.json, byte", append("pack.json", "\n")},
      {"README.txt is not the one", in("README.txt", "VKEY", "KEY")},
      {"README.txt is not the one", in("pack.json", "Jobs again", "Jobs agape")},
      {"statements/2022-23.html is missing", [](Parts& parts) { drop(parts, "statements/"); }},
      {"prov.json is missing", [](Parts& parts) { drop(parts, "prov.json"); }},
      {"bundles/0001-2022-23_m-count_verified_", [](Parts& parts) { drop(parts, "bundles/0001"); }},
      {"surplus.txt has no place",
       [](Parts& parts) {
         parts.push_back({"surplus.txt", "more"});
       }},
      {"bundles/0001-", [=](Parts& parts) { part(parts, "bundles/0001").content = bundle; }},
      {"bundles/0001-", [](Parts& parts) { part(parts, "bundles/0001").content[99] ^= 1; }},
      {"publications/0001-report.tlog-proof: ", append("publications/", "x")},
      {"publications/0001-report.tlog-proof: ", in("publications/", "c2sp", "C2SP")},
      {"checkpoint", in("checkpoint", "\n\n", "\n1\n\n")},
      {"log.vkey is not a verifier key", append("log.vkey", "\n")},
  };
  for (const Tampering& tampering : table) {
    Parts parts = good;
    tampering.change(parts);
    const std::string before = folder.refusal(parts, key);
    sum_up(parts);
    const std::string message = folder.refusal(parts, key);
    INFO(tampering.message << "\n" << message);
    CHECK(message.find(tampering.message) != std::string::npos);
    CHECK(before != "accepted");
  }
}

TEST_CASE("A pack whose maker changed tables, roots and statements alike is refused") {
  TestLedger ledger;
  fill(ledger);
  PackFolder folder;
  const VerifierKey key = verifier_key(*ledger);
  const Parts good = parts_of(folder.write(*ledger));
  // Its README is made of its description, so both are changed.
  Parts parts = good;
  replace(parts, "pack.json", "Jobs again", "Jobs agape");
  replace(parts, "README.txt", "Jobs again", "Jobs agape");
  sum_up(parts);
  CHECK(folder.refusal(parts, key) ==
        "pack.json leaves out that report states \"Jobs again\" of 2022-23:m-count:verified@" +
            std::to_string(ledger->head()->value - 1));

  // A bundle of the pack's own point proves the lines of its figure; here the tables say otherwise.
  PackQuery query;
  query.figures = {reference(*ledger, "2022-23:m-proxy:rejected")};
  parts = parts_of(folder.write(*ledger, query));
  replace(parts, "csv/accounts.csv", "\r\n2022-23,m-proxy,prog-1,org-2,",
          "\r\n2022-23,m-proxy,prog-1,org-1,");
  sum_up(parts);
  std::string message = folder.refusal(parts, key);
  const std::string gives = "csv/accounts.csv gives 2022-23 the totals root ";
  REQUIRE(message.starts_with(gives));
  const std::string other = message.substr(gives.size(), 64);
  const std::string root = message.substr(message.size() - 64);
  replace(parts, "pack.json", root, other);
  sum_up(parts);
  message = folder.refusal(parts, key);
  CAPTURE(message);
  CHECK(message.starts_with("bundles/0001-"));
  CHECK(message.find("has the totals root " + root) != std::string::npos);
}

TEST_CASE("What is no whole ZIP of plain parts is refused") {
  TestLedger ledger;
  fill(ledger);
  TestLedger other({"Other Council", "other.example", {}, "GBP"});
  other.append(base_lines());
  PackFolder folder;
  const VerifierKey key = verifier_key(*ledger);
  const std::string good = folder.write(*ledger);
  CHECK(folder.refusal(good, verifier_key(*other)) != "accepted");
  CHECK(folder.refusal(good.substr(0, good.size() - 1), key).starts_with("it is no whole ZIP"));
  CHECK(folder.refusal(good.substr(0, good.size() / 2), key).starts_with("it is no whole ZIP"));
  CHECK(folder.refusal("x" + good, key) != "accepted");
  CHECK(folder.refusal(good + "x", key) != "accepted");
  CHECK(folder.refusal("", key) != "accepted");
  std::string commented = good;
  commented[commented.size() - 2] = 1;
  CHECK(folder.refusal(commented + "c", key) == "the ZIP has a comment");
  // A byte between the parts and the directory, which moves with it.
  std::string hiding = good;
  const auto directory = number_at(good, good.size() - 6, 4);
  hiding.insert(directory, 1, 'x');
  for (std::size_t i = 0; i < 4; ++i) {
    hiding[hiding.size() - 6 + i] = static_cast<char>((directory + 1) >> (8 * i));
  }
  CHECK(folder.refusal(hiding, key).find("and its parts and directory") != std::string::npos);

  const Parts parts = parts_of(good);
  struct Naming {
    std::string message;
    std::string name;
  };
  for (const Naming& naming : {Naming{"no plain name", "../README.txt"},
                               {"no plain name", "/a"},
                               {"no plain name", "a//b"},
                               {"no plain name", "folder/"},
                               {"no plain name", "a\\b"},
                               {"README.txt is missing", "other"}}) {
    Parts renamed = parts;
    renamed[1].name = naming.name;
    sum_up(renamed);
    CHECK(folder.refusal(renamed, key).find(naming.message) != std::string::npos);
  }
  // Two parts of one name: what is called so twice reads as one or the other.
  Parts twice = parts;
  twice[1].name = "LOG.vkey";
  const auto zip = audit::write_zip(twice);
  REQUIRE(zip.ok());
  std::string bytes = *zip;
  for (std::size_t at = bytes.find("LOG.vkey"); at != std::string::npos;
       at = bytes.find("LOG.vkey", at)) {
    bytes.replace(at, 8, "log.vkey");
  }
  CHECK(folder.refusal(bytes, key) == "the ZIP has two parts of one name");

  Parts unsorted = parts;
  std::string& sums = unsorted.front().content;
  const std::size_t second = sums.find('\n') + 1;
  std::rotate(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(second),
              sums.begin() + static_cast<std::ptrdiff_t>(sums.find('\n', second) + 1));
  CHECK(folder.refusal(unsorted, key).starts_with("SHA256SUMS, line 1: "));
  Parts longer = parts;
  longer.front().content += std::string(64, '0') + "  more\n";
  CHECK(folder.refusal(longer, key).starts_with("SHA256SUMS goes on after the last part"));
  Parts changed = parts;
  part(changed, "workbook.xlsx").content[100] ^= 1;
  CHECK(folder.refusal(changed, key).starts_with("workbook.xlsx has the SHA-256 "));
  Parts last = parts;
  std::rotate(last.begin(), last.begin() + 1, last.end());
  CHECK(folder.refusal(last, key) == "the first part is not SHA256SUMS");
}

}  // namespace tally::testing
