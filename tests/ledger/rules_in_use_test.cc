// What is in use stays as it is (spec "Entries: Correction").

#include "support/catch.h"
#include "support/lines.h"
#include "support/rule_table.h"

namespace tally::testing {
namespace {

// One entry that holds another in use: `user` names `used`.
struct Holding {
  Line used;
  Line user;
};

std::vector<Holding> holdings() {
  return {
      {organisation("t$"), contract("u$").set("buyer", "t$")},
      {organisation("t$"), contract("u$").set("supplier", "t$")},
      {organisation("t$"), commitment("u$").set("organisation", "t$")},
      {organisation("t$"), claim("u$").set("organisation", "t$")},
      {programme("t$"), contract("u$").set("programme", "t$")},
      {programme("t$"), commitment("u$").set("programme", "t$")},
      {programme("t$"), claim("u$").set("programme", "t$")},
      {contract("t$"), commitment("u$").set("contract", "t$")},
      {contract("t$"), claim("u$").set("contract", "t$")},
      {measure("t$"), commitment("u$").set("measure", "t$")},
      {measure("t$"), claim("u$").set("measure", "t$")},
      {measure("t$"), ratio("u$", "t$", "m-count")},
      {measure("t$"), ratio("u$", "m-count", "t$")},
      {measure("t$"), ratio("u$", "t$", "t$")},
      {commitment("t$"), claim("u$").against("t$")},
  };
}

// The same entry without its mention of `t$`.
Line elsewhere(const Line& user) {
  const std::string text = user.json();
  if (text.find("\"type\":\"contract\"") != std::string::npos) return contract("");
  if (text.find("\"type\":\"commitment\"") != std::string::npos) return commitment("");
  return claim("");
}

}  // namespace

TEST_CASE("What something in force refers to cannot be withdrawn") {
  std::vector<Rule> rules;
  for (const auto& [used, user] : holdings()) {
    const Line withdraw = correction("e$", "t$");
    rules.push_back({"what nothing names can go", {used}, withdraw, "accepted"});
    rules.push_back({"what is named stays", {used, user}, withdraw, "in-use"});
    rules.push_back({"it may be replaced by the same",
                     {used, user},
                     correction("e$", "t$").replacement(used),
                     "accepted"});
    rules.push_back({"withdrawing the user sets it free",
                     {used, user, correction("w$", "u$")},
                     withdraw,
                     "accepted"});
    rules.push_back({"reinstating the user takes it up again",
                     {used, user, correction("w$", "u$"), correction("r$", "u$").replacement(user)},
                     withdraw,
                     "in-use"});
    rules.push_back({"a user is not reinstated without it",
                     {used, user, correction("w$", "u$"), correction("g$", "t$")},
                     correction("e$", "u$").replacement(user),
                     "withdrawn"});
    if (user.json().find("\"ratio\"") != std::string::npos) continue;
    rules.push_back({"a user that turns elsewhere sets it free",
                     {used, user, correction("w$", "u$").replacement(elsewhere(user))},
                     withdraw,
                     "accepted"});
    rules.push_back({"a user that turns to it takes it up",
                     {used, user, correction("w$", "u$").replacement(elsewhere(user)),
                      correction("r$", "u$").replacement(user)},
                     withdraw,
                     "in-use"});
    rules.push_back({"one user is enough",
                     {used, user, Line(user).set("id", "u2$"), correction("w$", "u$")},
                     withdraw,
                     "in-use"});
  }
  check_rules(rules);
}

TEST_CASE("What a claim rests on through its commitment stays as long as the commitment does") {
  const std::vector<std::string> given = {organisation("o$"),
                                          commitment("k$").set("organisation", "o$"),
                                          claim("l$").against("k$"), correction("w$", "l$")};
  std::vector<std::string> released = given;
  released.push_back(correction("g$", "k$"));
  check_rules({
      {"the organisation is the commitment's", given, correction("e$", "o$"), "in-use"},
      {"and free once that is withdrawn", released, correction("e$", "o$"), "accepted"},
      {"a claim is held by no verification",
       {claim("l$"), verification("v$", "l$")},
       correction("e$", "l$"),
       "accepted"},
  });
}

TEST_CASE("A measure in use keeps its unit and basis, and a ratio its measures for good") {
  const std::vector<std::string> used = {measure("m$"), claim("l$").set("measure", "m$")};
  const std::vector<std::string> freed = {measure("m$"), claim("l$").set("measure", "m$"),
                                          correction("w$", "l$")};
  const std::vector<std::string> priced = {proxy_measure("m$"),
                                           commitment("k$").set("measure", "m$")};
  const std::vector<std::string> share = {measure("n$"), ratio("m$", "n$", "m-count")};
  const auto becomes = [](const Line& body) { return correction("e$", "m$").replacement(body); };
  const Line hours = measure("").set("unit", "hour");
  const Line money = measure("").set("basis", "cash").set("unit", "GBP");
  check_rules({
      {"an unused measure may change its unit", {measure("m$")}, becomes(hours), "accepted"},
      {"an unused measure may change its basis", {measure("m$")}, becomes(money), "accepted"},
      {"a used one keeps its unit", used, becomes(hours), "in-use"},
      {"a used one keeps its basis", used, becomes(proxy_measure("")), "in-use"},
      {"a used one does not become a ratio", used, becomes(ratio("", "m-count", "m-count-2")),
       "in-use"},
      {"a used one may change its title", used, becomes(measure("").set("title", "Other")),
       "accepted"},
      {"a used one may change its framework", used, becomes(measure("").set("framework", "TOMs")),
       "accepted"},
      {"no longer used, it may change its unit", freed, becomes(hours), "accepted"},
      {"no longer used, it may change its basis", freed, becomes(money), "accepted"},
      {"a used proxy may change its worth", priced, becomes(proxy_measure("").set("proxy", "600")),
       "accepted"},
      {"a used proxy keeps its unit", priced, becomes(proxy_measure("").set("unit", "hour")),
       "in-use"},
      {"a used proxy does not become a count", priced, becomes(measure("")), "in-use"},
      {"a part of a ratio keeps its unit",
       {measure("m$"), ratio("r$", "m$", "m-count")},
       becomes(hours),
       "in-use"},
      {"a part of a ratio stays a count",
       {measure("m$"), ratio("r$", "m-count", "m$")},
       becomes(proxy_measure("")),
       "in-use"},
      {"a ratio may change its title", share, becomes(ratio("", "n$", "m-count").set("title", "T")),
       "accepted"},
      {"a ratio may change its unit", share, becomes(ratio("", "n$", "m-count").set("unit", "pc")),
       "accepted"},
      {"a ratio keeps its numerator", share, becomes(ratio("", "m-count-2", "m-count")), "in-use"},
      {"a ratio keeps its denominator", share, becomes(ratio("", "n$", "m-count-2")), "in-use"},
      {"a ratio is not turned over", share, becomes(ratio("", "m-count", "n$")), "in-use"},
      {"a ratio stays a ratio", share, becomes(measure("").set("unit", "%")), "in-use"},
      {"also once it was withdrawn",
       {measure("n$"), ratio("m$", "n$", "m-count"), correction("w$", "m$")},
       becomes(ratio("", "m-count-2", "m-count")),
       "in-use"},
      {"a withdrawn ratio is reinstated as it was",
       {measure("n$"), ratio("m$", "n$", "m-count"), correction("w$", "m$")},
       becomes(ratio("", "n$", "m-count")),
       "accepted"},
      {"an unused measure may become a ratio",
       {measure("m$")},
       becomes(ratio("", "m-count", "m-count-2")),
       "accepted"},
  });
}

TEST_CASE("A commitment with claims in force keeps what and whose it is, and changes how much") {
  const std::vector<std::string> claimed = {commitment("k$").set("contract", "con-1"),
                                            claim("l$").against("k$")};
  const std::vector<std::string> freed = {commitment("k$").set("contract", "con-1"),
                                          claim("l$").against("k$"), correction("w$", "l$")};
  const Line same = commitment("").set("contract", "con-1");
  const auto becomes = [](const Line& body) { return correction("e$", "k$").replacement(body); };
  const auto with = [&](std::string_view field, std::string_view id) {
    return becomes(Line(same).set(field, id));
  };
  const Line scheduled =
      Line(same)
          .drop("year")
          .drop("quantity")
          .raw("schedule", "[{'year':'2023-24','quantity':1},{'year':'2022-23','quantity':2}]");
  check_rules({
      {"it keeps its organisation", claimed, with("organisation", "org-3"), "in-use"},
      {"it keeps its programme", claimed, with("programme", "prog-2"), "in-use"},
      {"it keeps its measure", claimed, with("measure", "m-count-2"), "in-use"},
      {"it keeps its contract", claimed, with("contract", "con-2"), "in-use"},
      {"it does not lose its contract", claimed, becomes(commitment("")), "in-use"},
      {"it does not gain a contract",
       {commitment("k$"), claim("l$").against("k$")},
       with("contract", "con-1"),
       "in-use"},
      {"it may change its quantity", claimed, with("quantity", "7"), "accepted"},
      {"it may change its year", claimed, with("year", "2030-31"), "accepted"},
      {"it may become a schedule", claimed, becomes(scheduled), "accepted"},
      {"it is not withdrawn", claimed, correction("e$", "k$"), "in-use"},
      {"without claims in force it may change its organisation", freed,
       with("organisation", "org-3"), "accepted"},
      {"without claims in force it may change its measure", freed, with("measure", "m-proxy"),
       "accepted"},
      {"without claims in force it may lose its contract", freed, becomes(commitment("")),
       "accepted"},
      {"a claim that turns elsewhere leaves it free",
       {commitment("k$"), claim("l$").against("k$"), correction("w$", "l$").replacement(claim(""))},
       with("measure", "m-count-2"),
       "accepted"},
      {"a claim reinstated on it is counted as it now is",
       {commitment("k$"), claim("l$").against("k$"), correction("w$", "l$"),
        correction("c$", "k$").replacement(commitment("").set("measure", "m-proxy"))},
       correction("e$", "l$").replacement(claim("").against("k$")),
       "accepted"},
  });
}

}  // namespace tally::testing
