#pragma once

// Serves one ledger over HTTP: a JSON API, the public log, a live feed and metrics (spec "The
// service").
//
//   tally::ServiceOptions options;
//   options.listen = "127.0.0.1:8455";
//   auto served = tally::serve("ledger", options);   // until SIGTERM or SIGINT
//
// What was answered as appended is on disk; what had not been when the signal came gets an answer
// too.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "tally/result.h"

namespace tally {

// What nobody may go beyond, so that no client costs more than its share.
struct ServiceLimits {
  std::uint64_t body_bytes = 32 << 20;     // of a request
  std::uint64_t header_bytes = 16 << 10;   // of a request, its first line included
  std::uint64_t memory_bytes = 512 << 20;  // of all bodies and long answers under way together
  std::uint64_t stream_bytes = 64 << 10;   // that wait to be sent to one reader of the live feed
  std::uint32_t connections = 4'096;       // at once
  std::uint32_t connections_per_address = 512;
  std::uint32_t queued_submissions = 4'096;
  std::uint32_t streams = 2'048;     // readers of the live feed
  std::uint32_t failed_tokens = 20;  // a minute, of one address
  std::uint32_t header_timeout_ms = 10'000;
  std::uint32_t body_timeout_ms = 120'000;
  std::uint32_t idle_timeout_ms = 75'000;   // between two requests
  std::uint32_t write_timeout_ms = 30'000;  // until a reader takes what waits for it
  std::uint32_t heartbeat_ms = 15'000;      // of the live feed
  std::uint32_t stop_timeout_ms = 15'000;   // for what is under way when asked to end
};

struct ServiceOptions {
  // ADDRESS:PORT (port 0: any free one) or unix:PATH.  Passed over where systemd hands sockets.
  std::string listen = "127.0.0.1:8455";
  std::string tls_certificate;  // PEM files; both or neither
  std::string tls_key;
  bool public_read = false;   // totals, traces, publications and the public log need no token
  bool behind_proxy = false;  // the last address of X-Forwarded-For is the client's
  bool log_json = false;
  bool rebuild = false;  // derived state that cannot be used is built anew, while /readyz says so
  // The service verifies the ledger itself, once it is open and then as often; 0: never.  A check
  // holds what is derived in memory, about half a gigabyte for each million events.
  std::uint32_t verify_every_hours = 0;
  std::uint32_t threads = 0;  // that read the disk; 0: as many as the machine has cores
  ServiceLimits limits;
  // Told where it listens, once it does: `http://127.0.0.1:8455`.
  std::function<void(const std::string& where)> listening;
};

// Ends after SIGTERM or SIGINT.  Errors: those of opening the ledger for writing; `usage` for an
// address that cannot be listened at, one beyond this machine without TLS, or TLS files that are no
// good.
Result<void> serve(const std::filesystem::path& folder, const ServiceOptions& options);

}  // namespace tally
