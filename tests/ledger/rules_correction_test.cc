// Verifications and corrections (spec "Entries: Types"): who verifies what, what voids a
// verification, what a correction may say.

#include "support/catch.h"
#include "support/lines.h"
#include "support/rule_table.h"

namespace tally::testing {
namespace {

Line partly(std::string_view id, std::string_view claim, std::string_view quantity) {
  return verification(id, claim).set("outcome", "partial").set("quantity", quantity);
}

Line rejecting(std::string_view id, std::string_view claim) {
  return verification(id, claim).set("outcome", "rejected");
}

}  // namespace

TEST_CASE("A partial verification accepts more than nothing and less than was claimed") {
  const std::vector<std::string> forty = {claim("l$")};
  const std::vector<std::string> nothing = {claim("l$").set("quantity", "0")};
  check_rules({
      {"all of it is not a part", forty, partly("e$", "l$", "40"), "bad-quantity"},
      {"all but the last millionth is", forty, partly("e$", "l$", "39.999999"), "accepted"},
      {"more than all is not", forty, partly("e$", "l$", "40.000001"), "bad-quantity"},
      {"a millionth is a part", forty, partly("e$", "l$", "0.000001"), "accepted"},
      {"nothing is not", forty, partly("e$", "l$", "0"), "bad-quantity"},
      {"less than nothing is not", forty, partly("e$", "l$", "-1"), "bad-quantity"},
      {"nothing has no parts", nothing, partly("e$", "l$", "0.000001"), "bad-quantity"},
      {"nothing can be accepted", nothing, verification("e$", "l$"), "accepted"},
      {"nothing can be rejected", nothing, rejecting("e$", "l$"), "accepted"},
      {"an acceptance has no quantity", forty, verification("e$", "l$").set("quantity", "40"),
       "bad-entry"},
      {"a rejection has no quantity", forty, rejecting("e$", "l$").set("quantity", "40"),
       "bad-entry"},
      {"a part has its quantity", forty, verification("e$", "l$").set("outcome", "partial"),
       "bad-entry"},
      {"a part is of the claim as corrected",
       {claim("l$"), correction("c$", "l$").replacement(claim("").set("quantity", "10"))},
       partly("e$", "l$", "10"), "bad-quantity"},
      {"bounds come before who has verified", {claim("l$"), verification("v$", "l$")},
       partly("e$", "l$", "40").actor("staff-1"), "bad-quantity"},
      {"a replaced verification keeps to the bounds", {claim("l$"), verification("v$", "l$")},
       correction("e$", "v$").replacement(partly("", "l$", "40")), "bad-quantity"},
      {"a replaced verification may be a part", {claim("l$"), verification("v$", "l$")},
       correction("e$", "v$").replacement(partly("", "l$", "39")), "accepted"},
      {"a reinstated one is judged by the claim as it stands",
       {claim("l$"), partly("v$", "l$", "20"), correction("w$", "v$"),
        correction("c$", "l$").replacement(claim("").set("quantity", "10"))},
       correction("e$", "v$").replacement(partly("", "l$", "20")), "bad-quantity"},
      {"and may be reinstated within it",
       {claim("l$"), partly("v$", "l$", "20"), correction("w$", "v$"),
        correction("c$", "l$").replacement(claim("").set("quantity", "10"))},
       correction("e$", "v$").actor("staff-4").replacement(partly("", "l$", "5")), "accepted"},
  });
}

TEST_CASE("A claim has one verification in force at most") {
  check_rules({
      {"one is enough", {claim("l$"), verification("v$", "l$")}, verification("e$", "l$"),
       "already-verified"},
      {"a rejection is one", {claim("l$"), rejecting("v$", "l$")}, verification("e$", "l$"),
       "already-verified"},
      {"another one's word is no matter", {claim("l$"), verification("v$", "l$")},
       verification("e$", "l$").actor("staff-9"), "already-verified"},
      {"that it is verified comes before who asks", {claim("l$"), verification("v$", "l$")},
       verification("e$", "l$").actor("staff-1"), "already-verified"},
      {"a withdrawn one leaves room",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$")}, verification("e$", "l$"),
       "accepted"},
      {"a void one leaves room",
       {claim("l$"), verification("v$", "l$"), correction("c$", "l$").replacement(claim(""))},
       verification("e$", "l$"), "accepted"},
      {"a replaced one does not", {claim("l$"), verification("v$", "l$"),
                                   correction("c$", "v$").replacement(rejecting("", "l$"))},
       verification("e$", "l$"), "already-verified"},
      {"one in force may be replaced", {claim("l$"), verification("v$", "l$")},
       correction("e$", "v$").replacement(rejecting("", "l$")), "accepted"},
      {"a withdrawn one is reinstated",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$")},
       correction("e$", "v$").replacement(verification("", "l$")), "accepted"},
      {"but not beside another",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$"), verification("v2$", "l$")},
       correction("e$", "v$").replacement(verification("", "l$")), "already-verified"},
      {"unless that one is withdrawn",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$"), verification("v2$", "l$"),
        correction("w2$", "v2$")},
       correction("e$", "v$").replacement(verification("", "l$")), "accepted"},
      {"a withdrawn claim is not verified", {claim("l$"), correction("w$", "l$")},
       verification("e$", "l$"), "withdrawn"},
      {"a reinstated claim is",
       {claim("l$"), correction("w$", "l$"), correction("r$", "l$").replacement(claim(""))},
       verification("e$", "l$"), "accepted"},
      {"no verification is reinstated on a withdrawn claim",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$"), correction("g$", "l$")},
       correction("e$", "v$").replacement(verification("", "l$")), "withdrawn"},
      {"a replacement names the same claim", {claim("l$"), claim("l2$"), verification("v$", "l$")},
       correction("e$", "v$").replacement(verification("", "l2$")), "bad-entry"},
  });
}

TEST_CASE("Nobody verifies what they recorded or corrected") {
  const auto replaced_by = [](std::string_view actor) {
    return correction("c$", "l$").actor(actor).replacement(claim(""));
  };
  const Line reinstate = correction("e$", "v$").actor("staff-4").replacement(verification("", "l$"));
  check_rules({
      {"not who recorded it", {claim("l$").actor("ann")}, verification("e$", "l$").actor("ann"),
       "same-actor"},
      {"someone else does", {claim("l$").actor("ann")}, verification("e$", "l$").actor("bob"),
       "accepted"},
      {"names differ by case", {claim("l$").actor("ann")}, verification("e$", "l$").actor("Ann"),
       "accepted"},
      {"not who corrected it", {claim("l$"), replaced_by("bob")},
       verification("e$", "l$").actor("bob"), "same-actor"},
      {"nor then who recorded it", {claim("l$").actor("ann"), replaced_by("bob")},
       verification("e$", "l$").actor("ann"), "same-actor"},
      {"not who withdrew it before it was reinstated",
       {claim("l$"), correction("w$", "l$").actor("bob"), replaced_by("cy")},
       verification("e$", "l$").actor("bob"), "same-actor"},
      {"not who reinstated it",
       {claim("l$"), correction("w$", "l$").actor("bob"), replaced_by("cy")},
       verification("e$", "l$").actor("cy"), "same-actor"},
      {"who recorded the commitment may", {commitment("k$").actor("bob"), claim("l$").against("k$")},
       verification("e$", "l$").actor("bob"), "accepted"},
      {"who corrected the commitment may",
       {commitment("k$"), claim("l$").against("k$"),
        correction("c$", "k$").actor("bob").replacement(commitment("").set("quantity", "1"))},
       verification("e$", "l$").actor("bob"), "accepted"},
      {"who recorded the claim does not change its verification",
       {claim("l$").actor("ann"), verification("v$", "l$")},
       correction("e$", "v$").actor("ann").replacement(rejecting("", "l$")), "same-actor"},
      {"nor who corrected the claim",
       {claim("l$"), replaced_by("bob"), verification("v$", "l$")},
       correction("e$", "v$").actor("bob").replacement(rejecting("", "l$")), "same-actor"},
      {"but may take it back", {claim("l$").actor("ann"), verification("v$", "l$")},
       correction("e$", "v$").actor("ann"), "accepted"},
      {"who verified may correct their own verification",
       {claim("l$"), verification("v$", "l$").actor("bob")},
       correction("e$", "v$").actor("bob").replacement(rejecting("", "l$")), "accepted"},
      {"a verification stands only while its own actor stays clear of the claim",
       {claim("l$"), verification("v$", "l$").actor("bob"), correction("w$", "v$"),
        replaced_by("bob")},
       reinstate, "same-actor"},
      {"and does where someone else corrected it",
       {claim("l$"), verification("v$", "l$").actor("bob"), correction("w$", "v$"),
        replaced_by("cy")},
       reinstate, "accepted"},
  });
}

TEST_CASE("Correcting a claim voids the verification in force on it, for good") {
  const Line replaced = correction("c$", "l$").replacement(claim("").set("quantity", "30"));
  const Line again = correction("e$", "v$").actor("staff-4").replacement(verification("", "l$"));
  check_rules({
      {"a void verification is not corrected", {claim("l$"), verification("v$", "l$"), replaced},
       again, "void"},
      {"nor withdrawn", {claim("l$"), verification("v$", "l$"), replaced}, correction("e$", "v$"),
       "void"},
      {"a claim replaced by the same voids it too",
       {claim("l$"), verification("v$", "l$"), correction("c$", "l$").replacement(claim(""))},
       again, "void"},
      {"withdrawing the claim voids it",
       {claim("l$"), verification("v$", "l$"), correction("c$", "l$")}, correction("e$", "v$"),
       "void"},
      {"reinstating the claim does not revive it",
       {claim("l$"), verification("v$", "l$"), correction("w$", "l$"), replaced}, again, "void"},
      {"a rejection is voided as well", {claim("l$"), rejecting("v$", "l$"), replaced}, again,
       "void"},
      {"what was withdrawn before is not void",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$"), replaced}, again,
       "accepted"},
      {"nor may that be withdrawn twice",
       {claim("l$"), verification("v$", "l$"), correction("w$", "v$"), replaced},
       correction("e$", "v$"), "withdrawn"},
      {"the new one is voided in its turn",
       {claim("l$"), verification("v0$", "l$"), replaced, verification("v$", "l$"),
        correction("c2$", "l$").replacement(claim(""))},
       again, "void"},
      {"a correction of the commitment voids nothing",
       {commitment("k$"), claim("l$").against("k$"), verification("v$", "l$"),
        correction("c$", "k$").replacement(commitment("").set("quantity", "1"))},
       again, "accepted"},
  });
}

TEST_CASE("A correction says something new of an entry, or withdraws it once") {
  const Line old = programme("p$");
  const auto becomes = [](const Line& body) { return correction("e$", "p$").replacement(body); };
  const Line l = claim("p$");
  check_rules({
      {"an entry is withdrawn", {old}, correction("e$", "p$"), "accepted"},
      {"but not twice", {old, correction("w$", "p$")}, correction("e$", "p$"), "withdrawn"},
      {"it is reinstated", {old, correction("w$", "p$")}, becomes(old), "accepted"},
      {"and withdrawn again",
       {old, correction("w$", "p$"), correction("r$", "p$").replacement(old)},
       correction("e$", "p$"), "accepted"},
      {"it is replaced any number of times",
       {old, correction("c1$", "p$").replacement(old), correction("c2$", "p$").replacement(old)},
       becomes(programme("").set("name", "Third")), "accepted"},
      {"a correction is not corrected", {old, correction("w$", "p$")}, correction("e$", "w$"),
       "not-correctable"},
      {"nor replaced", {old, correction("w$", "p$")}, correction("e$", "w$").replacement(old),
       "not-correctable"},
      {"a correction has its reason", {old}, correction("e$", "p$").drop("reason"), "bad-entry"},
      {"and a reason that says something", {old}, correction("e$", "p$").set("reason", ""),
       "bad-entry"},
      {"a replacement is no nothing", {old}, correction("e$", "p$").raw("replacement", "null"),
       "bad-entry"},
      {"a replacement has no type", {old}, becomes(Line("x", "y").drop("id").drop("actor")).raw(
          "replacement", "{'type':'programme','name':'N'}"), "bad-entry"},
      {"a replacement has no id", {old},
       correction("e$", "p$").raw("replacement", "{'id':'p$','name':'N'}"), "bad-entry"},
      {"a replacement has no actor", {old},
       correction("e$", "p$").raw("replacement", "{'actor':'a','name':'N'}"), "bad-entry"},
      {"a replacement is whole", {old}, correction("e$", "p$").raw("replacement", "{}"),
       "bad-entry"},
      {"a replacement is of the entry's type", {old}, becomes(measure("")), "bad-entry"},
      {"a replacement has a note", {old}, becomes(programme("").set("note", "n")), "accepted"},
      {"a replaced quantity is one", {l}, becomes(claim("").set("quantity", "many")),
       "bad-quantity"},
      {"a replaced date is one", {l}, becomes(claim("").set("from", "2022-13-01")), "bad-date"},
      {"a replaced year is one", {commitment("p$")}, becomes(commitment("").set("year", "2022")),
       "bad-year"},
      {"a replacement names what there is", {l}, becomes(claim("").set("organisation", "nobody")),
       "unknown-reference"},
      {"a replacement names what is in force", {l, organisation("o$"), correction("w$", "o$")},
       becomes(claim("").set("organisation", "o$")), "withdrawn"},
      {"a claim may come to rest on a commitment", {l}, becomes(claim("").against("com-1")),
       "accepted"},
      {"and leave it", {claim("p$").against("com-1")}, becomes(claim("")), "accepted"},
      {"a claim's references come before its year", {l},
       becomes(claim("").set("to", "2024-01-01").set("measure", "org-1")), "wrong-type"},
      {"a contract may change its parties", {contract("p$")},
       becomes(contract("").set("buyer", "org-3").set("programme", "prog-2")), "accepted"},
  });
}

}  // namespace tally::testing
