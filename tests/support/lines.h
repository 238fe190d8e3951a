#pragma once

// Entries as lines of JSON, built field by field: each has what its type must have, and a test says
// only what is particular to it.
//
//   claim("l-1").set("quantity", "7").actor("ann")
//   correction("x-1", "l-1").replacement(claim("").set("quantity", "8"))

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tally::testing {

class Line {
 public:
  Line(std::string_view type, std::string_view id);

  Line& actor(std::string_view actor) { return set("actor", actor); }
  // Sets a field to a text, in the place where it stands or at the end.
  Line& set(std::string_view field, std::string_view text);
  // Sets a field to any JSON, written with ' for ".
  Line& raw(std::string_view field, std::string_view json);
  Line& drop(std::string_view field);
  // Names a commitment instead of organisation, programme and measure, for a claim.
  Line& against(std::string_view commitment);
  // Sets `replacement` to the body of another line: all but its type, id and actor.
  Line& replacement(const Line& body);

  std::string json() const;
  operator std::string() const { return json(); }  // NOLINT: a line stands where its text does

 private:
  std::vector<std::pair<std::string, std::string>> fields_;  // names and JSON, in order
};

// What every ledger of a test begins with, beside lines of its own: organisations org-1 to org-3,
// programmes prog-1 and prog-2, contracts con-1 and con-2, measures m-count and m-count-2 (counts),
// m-proxy (500 a unit), m-kind and m-cash (GBP), m-ratio (m-count of m-count-2), a commitment
// com-1 (2022-23, 100 of m-count), and a claim claim-1 against it (40, by staff-1).
std::vector<std::string> base_lines();

// By staff-1, with the references of the base where they need some.
Line organisation(std::string_view id);
Line programme(std::string_view id);
Line contract(std::string_view id);
Line measure(std::string_view id);  // a count, in jobs
Line proxy_measure(std::string_view id);
Line ratio(std::string_view id, std::string_view numerator, std::string_view denominator);
Line commitment(std::string_view id);  // 100 of m-count in 2022-23
Line claim(std::string_view id);       // that nobody had promised: 40 of m-count in 2022-23
// Lines of claims `name-0`, `name-1`, … of 1 each: something to do for what takes a while.
std::string many_claims(std::string_view name, std::size_t count);
// By staff-2, accepted.
Line verification(std::string_view id, std::string_view claim);
// By staff-3.  Withdraws, unless it gets a replacement.
Line correction(std::string_view id, std::string_view corrects);

// Of 2022-23, with one statement: 40 of m-count claimed.
Line publication(std::string_view id);
Line erasure(std::string_view id, std::uint64_t erases);

// JSON written with ' for ".
std::string quoted(std::string_view text);

}  // namespace tally::testing
