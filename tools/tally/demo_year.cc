#include "demo_year.h"

#include <fmt/format.h>

#include <cstddef>
#include <iterator>
#include <string_view>

#include "merkle/sha256.h"

namespace tally::tool {
namespace {

using Text = std::string_view;

// What one organisation delivers of one measure: what it promised for each of two years (empty:
// nothing), what it claimed in five quarters (empty: nothing), and what became of the first four
// claims: a accepted, p in part, r rejected, - not verified yet.
struct Delivery {
  Text measure, organisation, programme, contract;
  Text promised[2];
  Text claimed[5];
  Text outcomes;
  Text part = {};  // of a claim that was verified in part
};

constexpr Text kFibre = "con-full-fibre-phase-2";
constexpr Text kStation = "con-headbolt-lane-fit-out";

constexpr Delivery kDeliveries[] = {
    {"jobs",
     "org-kindred",
     "prog-kindred",
     "",
     {"90", "100"},
     {"20", "24", "18", "26", "21"},
     "aaaa"},
    {"jobs",
     "org-lcr-connect-jv",
     "prog-lcr-connect",
     kFibre,
     {"30", "20"},
     {"6", "9", "4", "8", "5"},
     "aapa",
     "3"},
    {"jobs",
     "org-headbolt-contractors",
     "prog-headbolt-lane",
     kStation,
     {"12", ""},
     {"4", "4", "2", "0", ""},
     "aara"},
    {"apprenticeships",
     "org-lcr-connect-jv",
     "prog-lcr-connect",
     kFibre,
     {"12", "14"},
     {"3", "2", "4", "2", "3"},
     "aaap",
     "1"},
    {"apprenticeships",
     "org-fe-colleges",
     "prog-adult-education-budget",
     "",
     {"40", "40"},
     {"8", "11", "9", "12", ""},
     "aa-a"},
    {"work-experience",
     "org-kindred",
     "prog-kindred",
     "",
     {"20", "24"},
     {"5", "4", "6", "3", ""},
     "aaar"},
    {"in-kind",
     "org-lcrca",
     "prog-employee-volunteering",
     "",
     {"240000", "250000"},
     {"61250.5", "58400", "60125.25", "57300", ""},
     "aaaa"},
    {"in-kind",
     "org-fe-colleges",
     "prog-adult-education-budget",
     "",
     {"900000", "900000"},
     {"210000", "245000.75", "220500", "198250", ""},
     "apaa",
     "231400"},
    {"investment",
     "org-lcrca",
     "prog-kindred",
     "",
     {"1200000", "1000000"},
     {"400000", "250000", "300000", "250000", ""},
     "aaaa"},
    {"extra-funding",
     "org-kindred",
     "prog-kindred",
     "",
     {"5000000", "5500000"},
     {"1250000", "2100000", "900000", "1600000", ""},
     "aaa-"},
    {"devices",
     "org-lcrca",
     "prog-device-donations",
     "",
     {"250", "250"},
     {"40", "75", "60", "55", ""},
     "aara"},
    {"volunteering",
     "org-fe-colleges",
     "prog-adult-education-budget",
     "",
     {"15000", "15500"},
     {"3600.5", "3925.25", "3410", "4125.75", ""},
     "aaaa"},
    {"equality-training",
     "org-lcrca",
     "prog-race-equality-training",
     "",
     {"5000", "4000"},
     {"1200", "900", "1500", "700", ""},
     "aap-",
     "1340"},
    {"it-qualifications",
     "org-lcrca",
     "prog-households-into-work",
     "",
     {"200", "220"},
     {"41", "52", "38", "60", "47"},
     "aaaa"},
    {"contracts-over-20k",
     "org-lcrca",
     "prog-procurement",
     "",
     {"", ""},
     {"31", "28", "36", "29", ""},
     "aaaa"},
    {"contracts-with-social-value",
     "org-lcrca",
     "prog-procurement",
     "",
     {"", ""},
     {"19", "20", "27", "24", ""},
     "aaaa"},
};

constexpr Text kPeriods[5] = {
    R"("from":"2023-04-01","to":"2023-06-30")", R"("from":"2023-07-01","to":"2023-09-30")",
    R"("from":"2023-10-01","to":"2023-12-31")", R"("from":"2024-01-01","to":"2024-03-31")",
    R"("from":"2024-04-01","to":"2024-06-30")"};

// What each claim of a delivery is called: its number, from 1, and its quarter.
std::string suffix(std::size_t delivery, int quarter) {
  return quarter == 5 ? fmt::format("2425-{:02}-q1", delivery + 1)
                      : fmt::format("2324-{:02}-q{}", delivery + 1, quarter);
}

// A document that there is not: its digest is that of its name.
std::string evidence(Text title, const std::string& name) {
  return fmt::format(R"([{{"sha256":"{}","title":"{}","media_type":"application/pdf",)"
                     R"("uri":"https://evidence.example/{}.pdf"}}])",
                     merkle::sha256({name}).to_string(), title, name);
}

std::string subject(const Delivery& of) {
  std::string text = fmt::format(R"("organisation":"{}","programme":"{}","measure":"{}")",
                                 of.organisation, of.programme, of.measure);
  if (!of.contract.empty()) text += fmt::format(R"(,"contract":"{}")", of.contract);
  return text;
}

bool is_promised(const Delivery& of) { return !of.promised[0].empty(); }

}  // namespace

std::string demo_promises() {
  std::string lines = fmt::format(
      R"({{"type":"contract","id":"{}","actor":"programme-office","title":"Full fibre network, phase 2: )"
      R"(design, supply, installation and twelve years of maintenance of ducts, cable and cabinets along )"
      R"(the region's main roads, with community benefits held to yearly","buyer":"org-lcrca",)"
      R"("supplier":"org-lcr-connect-jv","programme":"prog-lcr-connect","amount":"14250000",)"
      R"("from":"2023-04-01","to":"2025-03-31"}})"
      "\n"
      R"({{"type":"contract","id":"{}","actor":"programme-office","title":"Headbolt Lane station, fit-out",)"
      R"("buyer":"org-lcrca","supplier":"org-headbolt-contractors","programme":"prog-headbolt-lane",)"
      R"("amount":"3900000","from":"2023-04-01","to":"2024-03-31"}})"
      "\n",
      kFibre, kStation);
  for (std::size_t i = 0; i < std::size(kDeliveries); ++i) {
    const Delivery& of = kDeliveries[i];
    if (!is_promised(of)) continue;
    const auto year = [&](Text name, Text quantity) {
      return fmt::format(R"({{"year":"{}","quantity":"{}"}})", name, quantity);
    };
    std::string schedule = year("2023-24", of.promised[0]);
    if (!of.promised[1].empty()) schedule += "," + year("2024-25", of.promised[1]);
    lines += fmt::format(
        R"({{"type":"commitment","id":"commitment-{:02}","actor":"programme-office",{},"schedule":[{}]}})"
        "\n",
        i + 1, subject(of), schedule);
  }
  return lines;
}

std::string demo_claims(int quarter) {
  std::string lines;
  for (std::size_t i = 0; i < std::size(kDeliveries); ++i) {
    const Delivery& of = kDeliveries[i];
    const Text quantity = of.claimed[quarter - 1];
    if (quantity.empty()) continue;
    const std::string name = suffix(i, quarter);
    const std::string what =
        is_promised(of) ? fmt::format(R"("commitment":"commitment-{:02}")", i + 1) : subject(of);
    lines += fmt::format(
        R"({{"type":"claim","id":"claim-{}","actor":"programme-office",{},"quantity":"{}",{},)"
        R"("evidence":{},"note":"Made up for the demonstration"}})"
        "\n",
        name, what, quantity, kPeriods[quarter - 1],
        evidence("Quarterly return", "return-" + name));
  }
  return lines;
}

std::string demo_verifications(int quarter) {
  constexpr Text kMethods[] = {"desk-review", "site-visit", "payroll-sample"};
  std::string lines;
  for (std::size_t i = 0; i < std::size(kDeliveries); ++i) {
    const Delivery& of = kDeliveries[i];
    const char outcome = of.outcomes[static_cast<std::size_t>(quarter) - 1];
    if (outcome == '-') continue;
    const std::string name = suffix(i, quarter);
    std::string said = R"("outcome":"accepted")";
    if (outcome == 'r') said = R"("outcome":"rejected","note":"The return does not bear it out")";
    if (outcome == 'p') {
      said = fmt::format(
          R"("outcome":"partial","quantity":"{}","note":"The rest could not be seen")", of.part);
    }
    lines += fmt::format(
        R"({{"type":"verification","id":"verify-{}","actor":"social-value-team","claim":"claim-{}",)"
        R"("method":"{}",{},"evidence":{}}})"
        "\n",
        name, name, kMethods[(i + static_cast<std::size_t>(quarter)) % std::size(kMethods)], said,
        evidence("Record of the check", "check-" + name));
  }
  return lines;
}

std::string demo_publication() {
  struct Statement {
    Text label, measure, stated, more;
  };
  constexpr Statement kStatements[] = {
      {"At least 120 full-time jobs", "jobs", "120", R"(,"qualifier":"at-least")"},
      {"41 apprenticeships", "apprenticeships", "41", ""},
      {"About 50 apprenticeships, says the foreword", "apprenticeships", "50",
       R"(,"qualifier":"about")"},
      {"1.1 million pounds in kind", "in-kind", "1100000", R"(,"qualifier":"about")"},
      {"1.2 million pounds invested", "investment", "1200000", ""},
      {"230 laptops and phones", "devices", "230", ""},
      {"More than 15,000 hours of volunteering", "volunteering", "15000",
       R"(,"qualifier":"more-than")"},
      {"Race equality training worth 1.3 million pounds", "equality-training", "1300000",
       R"(,"qualifier":"about","of":"value")"},
      {"73% of contracts deliver social value", "social-value-share", "73",
       R"(,"qualifier":"about")"},
  };
  std::string statements;
  for (const Statement& one : kStatements) {
    statements +=
        fmt::format(R"({}{{"label":"{}","figure":"2023-24:{}:verified","stated":"{}"{}}})",
                    statements.empty() ? "" : ",", one.label, one.measure, one.stated, one.more);
  }
  return fmt::format(
      R"({{"type":"publication","id":"annual-report-2023-24","actor":"programme-office",)"
      R"("year":"2023-24","title":"Social Value Annual Report, 2023-24: made up","statements":[{}]}})"
      "\n",
      statements);
}

}  // namespace tally::tool
