#pragma once

// A log whose signer lies: any events at all, with a sound tree over them and a good signature.
// What checks a log or a bundle must find such events out by the rules alone.

#include <filesystem>
#include <string>
#include <vector>

#include "audit/zip_file.h"
#include "tally/checkpoint.h"
#include "tally/entry.h"

namespace tally::testing {

class ForgedLog {
 public:
  // Begins as support/events.h has it: event 0 opens the log, 1 and 2 are organisations, 3 is a
  // programme, 4 a measure (a count), 5 a measure of basis proxy, 6 a contract.
  ForgedLog();

  const VerifierKey& key() const { return key_; }
  std::vector<Event>& events() { return events_; }
  // Adds an event behind the others, with the sequence that it gets there.
  void add(std::string actor, Body body);
  void add(std::string actor, Correction correction);
  void add(std::string actor, Publication publication);
  void add(std::string actor, Erasure erasure);

  // The signed checkpoint of all events.
  std::string note() const;
  // As a static log.
  void write(const std::filesystem::path& folder) const;
  // As a bundle with every event in it, in which figure.json is what is given.
  std::string bundle(const std::string& figure_json) const;

 private:
  std::vector<std::string> bytes() const;
  Checkpoint checkpoint() const;

  VerifierKey key_;
  std::vector<Event> events_;
};

}  // namespace tally::testing
