// tally-workload writes a made-up but realistic submission as JSON Lines, for benchmarks, load
// tests and demonstrations: valid line by line in a freshly opened ledger with default settings.
//
// The output is a pure function of the number of entries and the seed, on any machine and compiler:
// no floating point, no distribution of the standard library, no hash order, and never two random
// draws among the arguments of one call, since their order would be the compiler's choice.
#include <fmt/compile.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Text = std::string_view;
using Micros = std::int64_t;  // A quantity or an amount of money, in millionths of its unit.
using U32 = std::uint32_t;
using U64 = std::uint64_t;

constexpr U64 kEntriesMax = 100'000'000;  // So no year's total of a measure nears its limit.
constexpr U64 kSplitMinBytes = 4096;      // Longer than any line.
constexpr U32 kFirstYear = 2020, kNone = 0xffff'ffff;
constexpr Micros kUnit = 1'000'000, kTenth = kUnit / 10, kQuarter = kUnit / 4, kPenny = kUnit / 100;

// What a measure counts, whatever its framework.
struct Activity {
  Text title, unit, basis;
  U32 units_max = 1;    // A year's commitment is rarely above this many units.
  Micros step = kUnit;  // Quantities are told in these steps.
  Micros proxy = 0;     // The money value of a unit.
};

// Each framework has a measure for each activity but the last, sv-01 to sv-57 in all, and then
// comes the ratio of each: sv-58 to sv-60. A small workload has only the first few measures.
constexpr Activity kActivities[] = {
    {"Local people in full-time jobs", "FTE", "count", 60, kTenth},
    {"Volunteering in the community", "hour", "proxy", 2'400, kQuarter, 16'930'000},
    {"Goods given to community groups", "GBP", "in-kind", 40'000, kPenny},
    {"Spend with local suppliers", "GBP", "cash", 900'000, kPenny},
    {"Weeks of apprenticeship", "week", "proxy", 900, kUnit, 251'790'000},
    {"Work placements of a week or more", "placement", "count", 90},
    {"Contracts above £20,000", "contract", "count", 60},
    {"Contracts with social value", "contract", "count", 40},
    {"Carbon emissions saved", "tCO2e", "proxy", 800, kUnit / 1000, 244'630'000},
    {"Rooms lent to charities, at cost", "GBP", "in-kind", 25'000, kPenny},
    {"Paid into community funds", "GBP", "cash", 60'000, kPenny},
    {"Care leavers into work", "person", "proxy", 12, kUnit, 15'382'900'000},
    {"Laptops and phones given", "device", "count", 400},
    {"Car miles saved", "mile", "proxy", 90'000, kTenth, 43'215},
    {"Expert advice to charities", "hour", "proxy", 300, kQuarter, 101'860'000},
    {"Energy saved", "MWh", "count", 3'000, 1},
    {"Spend with small businesses", "GBP", "cash", 500'000, kPenny},
    {"Trees planted", "tree", "count", 5'000},
    {"Equipment given to schools", "GBP", "in-kind", 30'000, kPenny},
    {"Share of contracts with social value", "%", "ratio"}};
constexpr U32 kPlainCount = std::size(kActivities) - 1, kPromisedCount = 3 * kPlainCount;
constexpr Text kFrameworks[][2] = {
    {"National TOMs", "2019"}, {"National TOMs", "2022"}, {"City Region Framework", "2021"}};
constexpr Text kYears[] = {"2020-21", "2021-22", "2022-23", "2023-24", "2024-25"};
constexpr U32 kMonthDays[] = {30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31};  // From April.
constexpr Text kPlaces[] = {"Northgate", "Harbourside", "Môr Glas", "Old Quay", "St Bride's"};
constexpr Text kTrades[] = {"Highways", "Care", "Catering", "Training", "Energy", "Housing"};
constexpr Text kForms[] = {"Ltd", "CIC", "plc", "LLP", "and Daughters Ltd", "Community Trust"};
constexpr Text kMethods[] = {"desk-review", "site-visit", "payroll-sample", "invoice-sample"};
constexpr Text kDocuments[][3] = {{"Payroll extract", "text/csv", "csv"},
                                  {"Signed timesheets", "application/pdf", "pdf"},
                                  {"Photographs taken on site", "image/jpeg", "jpg"}};
// Notes and reasons go into JSON as they stand here, escapes included.
constexpr Text kNotes[] = {"Taken from the supplier's return; agreed at the quarterly review",
                           R"(The supplier calls this \"added value\" and counts it by the month)",
                           R"(Two sites report together;\nworth about £10 a head, they say)"};
constexpr Text kReasons[] = {"Typing error found at review", "Recorded from an outdated return"};

// Where lines go: standard output, or a file that goes on in further files, each at most
// split_bytes long. After a call that returns false, errno says why.
class Output {
 public:
  Output(std::string path, U64 split_bytes) : path_(std::move(path)), split_bytes_(split_bytes) {}

  bool write(Text line) {
    bytes_ += line.size();
    if (file_ == nullptr || (bytes_ > split_bytes_ && path_ != "-")) {
      if (!close() || !open()) return false;
      bytes_ = line.size();
    }
    return std::fwrite(line.data(), 1, line.size(), file_) == line.size();
  }

  bool close() {
    if (file_ == nullptr) return true;
    if (std::fclose(std::exchange(file_, nullptr)) != 0) return false;
    if (path_ != "-") fmt::print(stderr, "{}\n", name_);
    return true;
  }

 private:
  bool open() {
    const std::filesystem::path path = path_;
    name_ = (path.parent_path() / path.stem()).string();
    if (++files_ > 1) name_ += fmt::format("-{}", files_);
    name_ += path.extension().string();
    file_ = path_ == "-" ? stdout : std::fopen(name_.c_str(), "wb");
    return file_ != nullptr && std::setvbuf(file_, nullptr, _IOFBF, std::size_t{1} << 20) == 0;
  }

  const std::string path_;
  const U64 split_bytes_;
  std::string name_;
  std::FILE* file_ = nullptr;
  U64 bytes_ = 0, files_ = 0;
};

// Who delivers what, and under which contract, if any (else kNone). Numbers count from 0.
struct Subject {
  U32 organisation, programme, contract, measure;
};

struct Commitment {
  Subject subject;
  Micros quantity;  // Of a year, roughly: the years of a schedule vary about it.
  U32 first_year = 0, year_count = 1;
  bool claimed = false, withdrawn = false;
};

struct Claim {  // The verification is the one in force.
  Subject subject;
  Micros quantity = 0;
  U32 commitment = kNone, verification = kNone;
  U32 year = 0;
  bool withdrawn = false, pending = false;
};

// Appends to the line: a macro, since a format is compiled where it stands.
#define TALLY_PUT(format, ...) \
  fmt::format_to(fmt::appender(line_), FMT_COMPILE(format) __VA_OPT__(, ) __VA_ARGS__)

// Writes the entries. It keeps of each only what later ones need in order to be valid.
class Workload {
 public:
  Workload(U64 entries, U64 seed, Output& output)
      : entries_(entries), random_state_(seed), output_(output) {}

  bool run() {
    for (; written_ < entries_; ++written_) {
      line_.clear();
      replacing_ = false;
      if (!write_reference()) write_activity();
      TALLY_PUT("{}\n", replacing_ ? "}}" : "}");
      if (!output_.write({line_.data(), line_.size()})) return false;
    }
    return output_.close();
  }

 private:
  // SplitMix64, which is defined on 64-bit integers alone.
  U64 draw() {
    U64 z = random_state_ += 0x9e37'79b9'7f4a'7c15;
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return z ^ (z >> 31);
  }

  // A number from 0 to bound - 1; 0 where the bound is 0.
  U32 below(U64 bound) { return static_cast<U32>(((draw() >> 32) * bound) >> 32); }
  bool chance(U32 per_cent) { return below(100) < per_cent; }

  // Staff who verify never record, so nobody verifies a claim of their own.
  U32 draw_recorder() { return 1000 + below(300); }
  U32 draw_reviewer() { return 1300 + below(100); }
  const auto& pick(const auto& choices) { return choices[below(std::size(choices))]; }

  // Starts an entry. Its other fields and the brace that closes it follow.
  void begin(Text type, Text id, U64 number, int pad, U32 by) {
    TALLY_PUT(R"({{"type":"{}","id":"{}-{:0{}}","actor":"s-{}",)", type, id, number + 1, pad, by);
  }

  // How many of a kind of reference entry should stand by now. They come before anything else,
  // fewer in a small workload; beyond a million entries further ones come evenly over the rest.
  U64 due(U64 full, U64 least) const {
    const U64 base = std::max(least, full * std::min<U64>(entries_, 10'000) / 10'000);
    const U64 total = std::max(base, full * entries_ / 1'000'000);
    return base + (total - base) * written_ / entries_;
  }

  // Writes the reference entry that is due, if one is.
  bool write_reference() {
    const Text place = pick(kPlaces), trade = pick(kTrades);
    if (organisations_ < due(200, 2)) {
      begin("organisation", "org", organisations_++, 5, draw_recorder());
      TALLY_PUT(R"("name":"{} {} {}")", place, trade, pick(kForms));
      TALLY_PUT(R"(,"scheme":"GB-COH","identifier":"99{:06}")", organisations_);
    } else if (programmes_ < due(40, 1)) {
      begin("programme", "prog", programmes_++, 3, draw_recorder());
      TALLY_PUT(R"("name":"{} for {}, phase {}")", trade, place, programmes_);
    } else if (measures_ < std::min<U64>(due(600, 4), 60)) {
      begin("measure", "sv", measures_, 2, draw_recorder());
      put_measure(measures_++, 100, 2022);
    } else if (contracts_.size() < due(2'000, 2)) {
      write_contract(trade);
    } else {
      return false;
    }
    return true;
  }

  // What a measure that is not a ratio counts.
  static const Activity& activity(U32 measure) { return kActivities[measure % kPlainCount]; }

  void put_measure(U32 measure, U32 proxy_per_cent, U32 price_year) {
    const bool ratio = measure >= kPromisedCount;
    const Activity& of = ratio ? kActivities[kPlainCount] : activity(measure);
    const U32 row = ratio ? (measure - kPromisedCount) * kPlainCount : measure;
    const auto& [framework, edition] = kFrameworks[row / kPlainCount];
    TALLY_PUT(R"("title":"{}","unit":"{}","basis":"{}","framework":"{}","edition":"{}")", of.title,
              of.unit, of.basis, framework, edition);
    const Micros proxy = of.proxy * proxy_per_cent / 100;
    if (ratio) TALLY_PUT(R"(,"numerator":"sv-{:02}","denominator":"sv-{:02}")", row + 8, row + 7);
    if (proxy == 0) return;
    TALLY_PUT(R"(,"proxy":"{}.{:06}","proxy_source":"Illustrative, in prices of {}")",
              proxy / kUnit, proxy % kUnit, price_year);
  }

  void write_contract(Text trade) {
    const U32 number = static_cast<U32>(contracts_.size()), start = below(measures_);
    const U32 buyer = below(std::min(organisations_, 5U));
    const U32 supplier = (buyer + 1 + below(organisations_ - 1)) % organisations_;
    const U32 programme = below(programmes_), year = kFirstYear + below(4);
    contracts_.push_back({supplier, programme, number, start});
    begin("contract", "con", number, 6, draw_recorder());
    TALLY_PUT(R"("title":"{} services, lot {}","buyer":"org-{:05}","supplier":"org-{:05}",)", trade,
              number + 1, buyer + 1, supplier + 1);
    TALLY_PUT(R"("programme":"prog-{:03}","amount":"{}",)", programme + 1, below(4'000'000));
    if (chance(60)) TALLY_PUT(R"("ocid":"ocds-000000-{:06}",)", number + 1);
    TALLY_PUT(R"("from":"{}-04-01","to":"{}-03-31")", year, year + 2);
  }

  // One of the 3 to 8 measures that a contract is held to, now and then delivered outside of it.
  Subject draw_subject() {
    const U32 one = below(contracts_.size()), other = below(contracts_.size());
    Subject subject = contracts_[std::min(one, other)];  // So some contracts are busier.
    subject.measure += below(3 + subject.contract % 6);
    subject.measure %= std::min(measures_, kPromisedCount);
    if (chance(8)) subject.contract = kNone;
    return subject;
  }

  // Many small, few large: the range is halved up to four times before a number is drawn from it.
  Micros draw_quantity(const Activity& of) {
    const Micros whole = 1 + below(std::max(of.units_max >> below(5), 1U));
    return whole * kUnit + below(static_cast<U64>(kUnit / of.step)) * of.step;
  }

  // A share of a quantity, between low and high per cent, in the measure's steps and at least one.
  Micros draw_share(Micros quantity, U32 low, U32 high, const Activity& of) {
    const Micros share = quantity * (low + below(high - low + 1)) / 100;
    return std::max<Micros>(share / of.step, 1) * of.step;
  }

  // Writes it as a JSON string, or now and then as a number.
  void put_quantity(Micros value) {
    const Text quote = chance(90) ? "\"" : "";
    TALLY_PUT(R"(,"quantity":{}{})", quote, value / kUnit);
    if (value % kUnit != 0) TALLY_PUT(".{:06}", value % kUnit);
    while (value % kUnit != 0 && line_[line_.size() - 1] == '0') line_.resize(line_.size() - 1);
    TALLY_PUT("{}", quote);
  }

  void put_subject(const Subject& of) {
    TALLY_PUT(R"("organisation":"org-{:05}","programme":"prog-{:03}","measure":"sv-{:02}")",
              of.organisation + 1, of.programme + 1, of.measure + 1);
    if (of.contract != kNone) TALLY_PUT(R"(,"contract":"con-{:06}")", of.contract + 1);
  }

  // A month or part of one, a quarter, or a whole reporting year, whose months count from April.
  void put_period(U32 year) {
    const U32 kind = below(10), months = kind < 6 ? 1 : kind < 9 ? 3 : 12;
    const U32 from = below(12) / months * months, to = from + months - 1;
    TALLY_PUT(R"(,"from":"{}-{:02}-{:02}","to":"{}-{:02}-{:02}")", kFirstYear + year + from / 9,
              (from + 3) % 12 + 1, kind == 0 ? 1 + below(28) : 1, kFirstYear + year + to / 9,
              (to + 3) % 12 + 1, kMonthDays[to]);
  }

  void put_evidence(U32 count, U32 year) {
    TALLY_PUT(R"(,"evidence":[)");
    for (U32 item = 1; item <= count; ++item) {
      const auto& [title, media_type, extension] = pick(kDocuments);
      const U64 a = draw(), b = draw(), c = draw(), d = draw();
      TALLY_PUT(R"({{"sha256":"{:016x}{:016x}{:016x}{:016x}","title":"{} for {}, part {}")", a, b,
                c, d, title, kYears[year], item);
      if (chance(50)) TALLY_PUT(R"(,"media_type":"{}")", media_type);
      if (chance(40)) TALLY_PUT(R"(,"uri":"https://files.example.gov.uk/{:x}.{}")", a, extension);
      TALLY_PUT("}}{}", item < count ? "," : "");
    }
    TALLY_PUT("]");
  }

  void write_activity() {
    const U32 roll = below(100);
    if (roll < 25) return write_commitment();
    if (roll < 27 && write_correction()) return;
    if (roll < 55 && write_verification()) return;
    write_claim();
  }

  void write_commitment() {
    const Subject subject = draw_subject();
    Commitment commitment{subject, draw_quantity(activity(subject.measure))};
    commitment.first_year = below(5);
    if (chance(75)) commitment.year_count = 1 + below(5 - commitment.first_year);
    begin("commitment", "cmt", commitments_.size(), 7, draw_recorder());
    put_commitment(commitment);
    commitments_.push_back(commitment);
  }

  void put_commitment(const Commitment& of) {
    put_subject(of.subject);
    Text before = of.year_count > 1 ? R"(,"schedule":[{)" : ",";
    for (U32 k = 0; k < of.year_count; ++k) {
      TALLY_PUT(R"({}"year":"{}")", before, kYears[of.first_year + k]);
      put_quantity(draw_share(of.quantity, 80, 120, activity(of.subject.measure)));
      before = "},{";
    }
    if (of.year_count > 1) TALLY_PUT("}}]");
    if (chance(35)) TALLY_PUT(R"(,"note":"{}")", pick(kNotes));
  }

  void write_claim() {
    const U32 number = static_cast<U32>(claims_.size());
    const U32 promise = chance(15) ? kNone : below(commitments_.size());
    const Subject subject = draw_subject();
    Claim claim{subject, draw_quantity(activity(subject.measure)), kNone, kNone, below(5)};
    if (promise < commitments_.size() && !commitments_[promise].withdrawn) {
      Commitment& of = commitments_[promise];
      of.claimed = true;
      const Micros quantity = draw_share(of.quantity, 10, 110, activity(of.subject.measure));
      claim = {of.subject, quantity, promise, kNone, of.first_year + claim.year % of.year_count};
    }
    begin("claim", "claim", number, 7, draw_recorder());
    put_claim(claim);
    claims_.push_back(claim);
    await_verification(number);
  }

  void put_claim(const Claim& claim) {
    if (claim.commitment == kNone) put_subject(claim.subject);
    if (claim.commitment != kNone) TALLY_PUT(R"("commitment":"cmt-{:07}")", claim.commitment + 1);
    put_quantity(claim.quantity);
    put_period(claim.year);
    const U32 roll = below(100);
    put_evidence(roll < 15 ? 0 : roll < 65 ? 1 : roll < 90 ? 2 : 3, claim.year);
    if (chance(25)) TALLY_PUT(R"(,"note":"{}")", pick(kNotes));
  }

  void await_verification(U32 number) {
    claims_[number].verification = kNone;
    if (!std::exchange(claims_[number].pending, true)) pending_.push_back(number);
  }

  // Verifies one of the latest claims that wait for it; not if that was withdrawn meanwhile.
  bool write_verification() {
    if (pending_.empty()) return false;
    const U64 back = below(std::min<U64>(pending_.size(), 50'000));
    const U32 number = std::exchange(pending_[pending_.size() - 1 - back], pending_.back());
    pending_.pop_back();
    Claim& claim = claims_[number];
    claim.pending = false;
    if (claim.withdrawn) return false;
    claim.verification = static_cast<U32>(verified_claims_.size());
    verified_claims_.push_back(number);
    begin("verification", "ver", claim.verification, 7, draw_reviewer());
    put_verification(number);
    return true;
  }

  void put_verification(U32 number) {
    const Claim& claim = claims_[number];
    const U32 roll = below(100);
    const Micros part = draw_share(claim.quantity, 20, 95, activity(claim.subject.measure));
    const bool partial = roll >= 80 && roll < 94 && part < claim.quantity;
    const Text outcome = partial ? "partial" : roll < 94 ? "accepted" : "rejected";
    TALLY_PUT(R"("claim":"claim-{:07}","outcome":"{}","method":"{}")", number + 1, outcome,
              pick(kMethods));
    if (partial) put_quantity(part);
    if (chance(40)) put_evidence(1, claim.year);
    if (chance(roll < 80 ? 20 : 90)) TALLY_PUT(R"(,"note":"{}")", pick(kNotes));
  }

  // Answers whether it wrote one: what is drawn may not be open to the correction drawn.
  bool write_correction() {
    const U32 kind = below(100);
    if (commitments_.empty() || verified_claims_.empty()) return false;
    const bool done = kind < 55   ? correct_claim(kind < 15, kind >= 49)
                      : kind < 75 ? correct_commitment(kind < 65)
                      : kind < 93 ? correct_verification(kind < 81)
                                  : correct_proxy();
    return done || correct_claim(false, false);
  }

  // Starts a correction. What is not withdrawn has a replacement, whose fields follow.
  void begin_correction(Text prefix, U32 number, int width, bool withdraw, U32 actor) {
    begin("correction", "cor", corrections_++, 7, actor);
    TALLY_PUT(R"("corrects":"{}-{:0{}}","reason":"{}"{})", prefix, number + 1, width,
              pick(kReasons), withdraw ? "" : R"(,"replacement":{)");
    replacing_ = !withdraw;
  }

  // Withdraws, revises or reinstates a claim; any of them voids the verification in force.
  bool correct_claim(bool withdraw, bool reinstate) {
    const U32 number = reinstate ? std::exchange(last_withdrawn_, kNone) : below(claims_.size());
    if (number == kNone || claims_[number].withdrawn != reinstate) return false;
    Claim& claim = claims_[number];
    begin_correction("claim", number, 7, withdraw, draw_recorder());
    claim.withdrawn = withdraw;
    claim.verification = kNone;
    if (withdraw) last_withdrawn_ = number;
    if (withdraw) return true;
    claim.quantity = draw_share(claim.quantity, 50, 130, activity(claim.subject.measure));
    put_claim(claim);
    await_verification(number);
    return true;
  }

  // Changes the quantities of a commitment, or withdraws one that was never claimed against.
  bool correct_commitment(bool withdraw) {
    const U32 number = below(commitments_.size());
    Commitment& of = commitments_[number];
    if (of.withdrawn || (withdraw && of.claimed)) return false;
    begin_correction("cmt", number, 7, withdraw, draw_recorder());
    of.withdrawn = withdraw;
    if (withdraw) return true;
    of.quantity = draw_share(of.quantity, 60, 140, activity(of.subject.measure));
    put_commitment(of);
    return true;
  }

  // Withdraws a verification in force, or puts another in its place.
  bool correct_verification(bool withdraw) {
    const U32 number = below(verified_claims_.size());
    const U32 claim = verified_claims_[number];
    if (claims_[claim].verification != number) return false;
    begin_correction("ver", number, 7, withdraw, draw_reviewer());
    withdraw ? await_verification(claim) : put_verification(claim);
    return true;
  }

  bool correct_proxy() {
    const U32 measure = below(std::min(measures_, kPromisedCount));
    if (activity(measure).basis != "proxy") return false;
    begin_correction("sv", measure, 2, false, draw_recorder());
    put_measure(measure, 95 + below(16), 2024);
    return true;
  }

  const U64 entries_;
  U64 random_state_, written_ = 0;
  Output& output_;
  fmt::memory_buffer line_;
  bool replacing_ = false;  // Whether the line ends within a replacement.
  U32 organisations_ = 0, programmes_ = 0, measures_ = 0, corrections_ = 0, last_withdrawn_ = kNone;
  std::vector<Subject> contracts_;  // Each with the first of its measures.
  std::vector<Commitment> commitments_;
  std::vector<Claim> claims_;
  std::vector<U32> verified_claims_, pending_;  // Claims; the first by verification.
};

}  // namespace

int main(int argc, char** argv) {
  U64 entries = 0, seed = 1, split_bytes = U64{800} << 20;
  std::string out = "-";
  CLI::App app("Writes a made-up submission for a freshly opened ledger, as JSON Lines.");
  app.add_option("--entries", entries, "How many entries to write")
      ->required()
      ->check(CLI::Range(U64{1}, kEntriesMax));
  app.add_option("--seed", seed, "The same seed and number give the same bytes; 1 when left out")
      ->check(CLI::Range(std::int64_t{0}, INT64_MAX));
  app.add_option("--out", out, "FILE, or - for standard output, as when left out");
  app.add_option("--split", split_bytes, "Go on in FILE-2, FILE-3 … before a file gets longer")
      ->check(CLI::Range(kSplitMinBytes, U64{1} << 30));
  app.footer("Example:\n  tally-workload --entries 100000 --seed 7 --out workload.jsonl");
  try {
    app.parse(argc, argv);
    if (out == "-" && app.count("--split") > 0) throw CLI::RequiresError("--split", "--out FILE");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  Output output(out, split_bytes);
  if (Workload(entries, seed, output).run()) return 0;
  std::perror(("tally-workload: cannot write " + out).c_str());
  return 1;
}
