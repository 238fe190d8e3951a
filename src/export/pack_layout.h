#pragma once

// What a pack is made of, for who writes it and who checks it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tally/pack.h"

namespace tally::exports::pack {

// The parts that every pack begins with, in their order.
inline constexpr std::string_view kSums = "SHA256SUMS";
inline constexpr std::string_view kReadme = "README.txt";
inline constexpr std::string_view kDescription = "pack.json";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kVkey = "log.vkey";
inline constexpr std::array<std::string_view, 5> kFirstParts = {kSums, kReadme, kDescription,
                                                                kCheckpoint, kVkey};

inline constexpr std::string_view kTotals = "csv/totals.csv";
inline constexpr std::string_view kAccounts = "csv/accounts.csv";
inline constexpr std::string_view kProv = "prov.json";
inline constexpr std::string_view kPublications = "publications/";
inline constexpr std::string_view kBundles = "bundles/";

// What pack.json begins with, before the members of every export.
inline constexpr std::uint64_t kVersion = 1;

// The proof that a publication stands in the log.
struct PublicationProof {
  std::string file;
  std::string entry;
};

// The bundle of a figure.
struct Bundle {
  std::string file;
  std::string figure;
  std::vector<PackedStatement> statements;  // that it stands behind
};

std::string statement_part(std::string_view year);
// The name of the proof that comes `number`th, from 1.
std::string publication_part(std::size_t number, std::string_view entry);
// The name of the bundle that comes `number`th, from 1: one that tells the figure where it can.
std::string bundle_part(std::size_t number, std::string_view figure);

// What pack.json says.
struct Description {
  std::string ledger;
  std::string origin;
  std::string vkey;
  std::string currency;
  std::string year_start;
  std::uint64_t as_of = 0;
  std::string recorded_at;
  std::uint64_t size = 0;
  Hash log_root;
  std::vector<std::pair<std::string, Hash>> totals_roots;  // by year
  std::string checkpoint;
  std::vector<std::pair<std::string, std::vector<std::string>>> query;
  std::vector<std::string> years;
  std::vector<PublicationProof> publications;
  std::vector<Bundle> bundles;
  std::vector<PackLeftOut> left_out;

  // Reads what the writer of packs writes, and nothing else; `refused` with the place.
  static Result<Description> parse(std::string_view json);
  // What was asked for of one kind; empty where all was.
  std::vector<std::string> asked(std::string_view kind) const;
  // Whether accounts of its years were left out.
  bool is_filtered() const;
  bool lacks(std::string_view file) const;
};

// All parts of such a pack, in their order.
std::vector<std::string> parts_of(const Description& description);

}  // namespace tally::exports::pack
