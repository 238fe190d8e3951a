// `tally serve`: the ledger over HTTP.

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/try.h"
#include "demo_ledger.h"
#include "table.h"
#include "tally/service.h"
#include "verbs.h"

namespace tally::tool {
namespace {

struct ServeArguments {
  std::string folder;
  bool demo = false;
  ServiceOptions options;
  // Of limits: what is typed, and where it goes.
  std::vector<std::pair<std::optional<std::uint64_t>, std::uint64_t*>> wide;
  std::vector<std::pair<std::optional<std::uint64_t>, std::uint32_t*>> narrow;
};

// What a newcomer needs to know, once it listens.
void print_demo(const DemoLedger& demo, const std::string& where, Console& console) {
  console.out.write(
      fmt::format("\nA demonstration: the bundled sample of 2022-23, and made-up figures of "
                  "2023-24, in a ledger\n"
                  "that is thrown away at the end. Open it in a browser:\n\n  {}/\n\n"
                  "Whoever opens it may read totals, figures and publications. Signed in, one sees "
                  "and does more:\n\n",
                  console.style.bold(where)));
  Table table({{"role"}, {"actor"}, {"token"}}, 2);
  for (const DemoLedger::Login& login : demo.logins()) {
    table.add_row({login.role, login.actor, login.token});
  }
  table.print(console);
  console.out.write("\nCtrl-C ends it.\n");
}

// A ledger of the moment, for this machine alone: anybody here may read it, and its tokens stand on
// a screen.
Result<ExitStatus> serve_demo(ServeArguments& arguments, Console& console) {
  ServiceOptions& options = arguments.options;
  if (!arguments.folder.empty()) {
    return usage("--demo makes a ledger of its own: leave DIR out, or leave out --demo");
  }
  if (!options.tls_certificate.empty() || !options.tls_key.empty() || options.behind_proxy) {
    return usage(
        "--demo is for this machine alone: it takes no --tls-cert, --tls-key, --behind-proxy");
  }
  options.public_read = true;
  DemoLedger demo;
  TALLY_TRY(demo.make());
  options.listening = [&](const std::string& where) {
    console.out.write(fmt::format("Listening at {}\n", where));
    print_demo(demo, where, console);
    console.out.flush();
  };
  TALLY_TRY(serve(demo.folder(), options));
  return ExitStatus::kDone;
}

Result<ExitStatus> run_serve(ServeArguments& arguments, Console& console) {
  for (const auto& [typed, limit] : arguments.wide) {
    if (typed) *limit = *typed;
  }
  for (const auto& [typed, limit] : arguments.narrow) {
    if (!typed) continue;
    if (*typed > UINT32_MAX) return usage(fmt::format("{} is too large for a limit", *typed));
    *limit = static_cast<std::uint32_t>(*typed);
  }
  if (arguments.demo) return serve_demo(arguments, console);
  if (arguments.folder.empty()) {
    return usage("DIR is required, but for --demo; `tally serve --help` explains");
  }
  arguments.options.listening = [&](const std::string& where) {
    console.out.write(fmt::format("Listening at {}\n", where));
    console.out.flush();
  };
  TALLY_TRY(serve(arguments.folder, arguments.options));
  return ExitStatus::kDone;
}

void add_limits(CLI::App& verb, ServeArguments& arguments) {
  ServiceLimits& limits = arguments.options.limits;
  const std::vector<std::tuple<const char*, std::uint64_t*, const char*>> wide = {
      {"--max-body", &limits.body_bytes, "bytes of a request's body"},
      {"--max-header", &limits.header_bytes, "bytes of a request's header"},
      {"--max-memory", &limits.memory_bytes, "bytes of all bodies and long answers together"},
      {"--stream-buffer", &limits.stream_bytes, "bytes that wait for a reader of the live feed"},
  };
  const std::vector<std::tuple<const char*, std::uint32_t*, const char*>> narrow = {
      {"--max-connections", &limits.connections, "connections at once"},
      {"--max-connections-per-address", &limits.connections_per_address, "of one address"},
      {"--max-queued", &limits.queued_submissions, "submissions that wait"},
      {"--max-streams", &limits.streams, "readers of the live feed"},
      {"--max-failed-tokens", &limits.failed_tokens,
       "tokens that are no good, a minute and address"},
      {"--header-timeout", &limits.header_timeout_ms, "milliseconds for a request's header"},
      {"--body-timeout", &limits.body_timeout_ms, "milliseconds for its body"},
      {"--idle-timeout", &limits.idle_timeout_ms, "milliseconds between two requests"},
      {"--write-timeout", &limits.write_timeout_ms, "milliseconds until what waits is taken"},
      {"--heartbeat", &limits.heartbeat_ms, "milliseconds between two of the live feed"},
      {"--stop-timeout", &limits.stop_timeout_ms, "milliseconds for what is under way in the end"},
      {"--verify-every", &arguments.options.verify_every_hours,
       "hours between two checks of the whole ledger, the first at the start; 0: none"},
      {"--threads", &arguments.options.threads, "threads that read the disk; 0: one a core"},
  };
  arguments.wide.reserve(wide.size());
  for (const auto& [name, limit, what] : wide) {
    arguments.wide.emplace_back(std::nullopt, limit);
    add_number(verb, name, arguments.wide.back().first, fmt::format("{}, else {}", what, *limit));
  }
  arguments.narrow.reserve(narrow.size());
  for (const auto& [name, limit, what] : narrow) {
    arguments.narrow.emplace_back(std::nullopt, limit);
    add_number(verb, name, arguments.narrow.back().first, fmt::format("{}, else {}", what, *limit));
  }
}

}  // namespace

void add_serve(CommandLine& line) {
  const auto arguments = std::make_shared<ServeArguments>();
  ServiceOptions& options = arguments->options;
  CLI::App& verb = line.add_verb(
      "serve", "Serves the ledger over HTTP, until SIGTERM or SIGINT.", arguments->folder,
      {"tally serve --demo", "tally serve demo-ledger --public-read",
       "tally serve demo-ledger --listen unix:/run/tally.sock --log-json"});
  verb.get_option("DIR")->required(false);
  verb.add_flag("--demo", arguments->demo,
                "instead of DIR: serve a throw-away ledger of bundled and made-up figures, to "
                "look around in");
  add_text(verb, "--listen", options.listen, "ADDRESS:PORT|unix:PATH",
           "where; else 127.0.0.1:8455. Passed over where systemd hands sockets");
  add_text(verb, "--tls-cert", options.tls_certificate, "FILE", "certificates, as PEM");
  add_text(verb, "--tls-key", options.tls_key, "FILE", "their key, as PEM");
  verb.add_flag("--public-read", options.public_read,
                "totals, traces, publications and the public log need no token");
  verb.add_flag("--behind-proxy", options.behind_proxy,
                "a proxy does TLS, and says in X-Forwarded-For whose request it is");
  verb.add_flag("--log-json", options.log_json, "a line of JSON a request, else of text");
  verb.add_flag("--rebuild", options.rebuild,
                "where derived state cannot be used, build it anew; /readyz says so meanwhile");
  add_limits(verb, *arguments);
  line.on_run(verb, [arguments](Console& console) { return run_serve(*arguments, console); });
}

}  // namespace tally::tool
