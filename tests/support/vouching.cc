#include "support/vouching.h"

#include "support/catch.h"
#include "support/files.h"
#include "tally/integrity.h"
#include "tally/verify.h"

namespace tally::testing {

Checkpoint checked(const std::string& note, const std::vector<VerifierKey>& keys) {
  const auto checkpoint = check_checkpoint(note, keys);
  INFO(note << (checkpoint.ok() ? "" : checkpoint.error().message));
  REQUIRE(checkpoint.ok());
  return *checkpoint;
}

std::string must_issue(const Ledger& ledger, std::optional<LogSize> size) {
  const auto note = checkpoint(ledger, size);
  INFO((note.ok() ? "" : note.error().message));
  REQUIRE(note.ok());
  return *note;
}

std::uint64_t kept_size(TestLedger& ledger) {
  return checked(read_file(ledger.path() / "checkpoint"), {verifier_key(*ledger)}).size.count;
}

std::string verdict(const Ledger& ledger, std::optional<std::string> against) {
  VerifyOptions options;
  options.threads = 1;
  options.against = std::move(against);
  const auto report = verify(ledger, options);
  if (!report.ok()) return std::string(code_name(report.error().code));
  if (report->ok()) return "sound";
  UNSCOPED_INFO(report->fault->message);
  return report->fault->where;
}

std::string verdict_of(const std::filesystem::path& folder) {
  const auto ledger = Ledger::open(folder, Ledger::Access::kRead);
  return ledger.ok() ? verdict(**ledger) : std::string(code_of(ledger));
}

std::string fault_message(const Ledger& ledger, const std::string& against) {
  VerifyOptions options;
  options.threads = 1;
  options.against = against;
  const auto report = verify(ledger, options);
  REQUIRE(report.ok());
  REQUIRE(report->fault);
  return report->fault->message;
}

}  // namespace tally::testing
