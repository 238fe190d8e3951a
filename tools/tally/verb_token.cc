// `tally token`: who may use the service.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/try.h"
#include "codec/json_values.h"
#include "domain/identifier.h"
#include "service/tokens.h"
#include "store/directory.h"
#include "table.h"
#include "text.h"
#include "verbs.h"

namespace tally::tool {
namespace {

using service::Token;
using service::TokenFile;

struct TokenArguments {
  std::string folder;
  std::string action;
  std::string id;
  std::string actor;
  std::vector<std::string> roles;
  std::string expires;
};

Timestamp now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

// A day means its end; a moment is one.
Result<std::optional<Timestamp>> read_expiry(const std::string& text) {
  if (text.empty()) return std::optional<Timestamp>();
  TALLY_ASSIGN(const Timestamp time, text.find('T') == std::string::npos
                                         ? Timestamp::parse(text + "T23:59:59Z")
                                         : Timestamp::parse(text));
  if (time > now()) return std::optional(time);
  return Error{ErrorCode::kBadDate, fmt::format("--expires {} lies in the past", text), {}, 0, {}};
}

void write_token(base::JsonWriter& out, const Token& token) {
  const auto time = [](const std::optional<Timestamp>& one) {
    return one ? one->to_string() : std::string();
  };
  out.member("id", token.id());
  out.member("actor", token.actor);
  out.key("roles");
  token.roles.write(out);
  out.member("created", token.created.to_string());
  codec::text_or_null(out, "expires", time(token.expires));
  codec::text_or_null(out, "last_used", time(token.last_used));
}

Result<ExitStatus> add(const TokenArguments& arguments, const TokenFile& file, Console& console) {
  if (arguments.actor.empty()) return usage("`tally token add` takes --actor ID");
  if (arguments.roles.empty()) return usage("`tally token add` takes --role ROLE[,ROLE…]");
  if (!domain::is_identifier(arguments.actor)) {
    return Error{ErrorCode::kBadEntry,
                 fmt::format("\"{}\" is no id: letters, digits, `.`, `_` and `-`, at most 128",
                             harmless(arguments.actor)),
                 {},
                 0,
                 {}};
  }
  Token token;
  token.actor = arguments.actor;
  TALLY_ASSIGN(token.roles,
               service::Roles::parse(fmt::format("{}", fmt::join(arguments.roles, ","))));
  TALLY_ASSIGN(token.expires, read_expiry(arguments.expires));
  token.created = now();
  TALLY_ASSIGN(const std::string text, file.add(token));
  token.hash = service::token_hash(text);
  if (console.json) {
    std::string json;
    base::JsonWriter out(json);
    out.begin_object().member("token", text);
    write_token(out, token);
    out.end_object();
    console.out.write(json + "\n");
    return ExitStatus::kDone;
  }
  console.out.write(text + "\n");
  console.note(fmt::format("Token {} of {}, role {}. It is shown this once: only its hash is kept.",
                           token.id(), token.actor, token.roles.to_string()));
  return ExitStatus::kDone;
}

Result<ExitStatus> list(const TokenFile& file, Console& console) {
  TALLY_ASSIGN(const std::vector<Token> tokens, file.read());
  if (console.json) {
    std::string json;
    base::JsonWriter out(json);
    out.begin_object().key("tokens").begin_array();
    for (const Token& token : tokens) {
      out.begin_object();
      write_token(out, token);
      out.end_object();
    }
    out.end_array().end_object();
    console.out.write(json + "\n");
    return ExitStatus::kDone;
  }
  if (tokens.empty()) {
    console.out.write("There are no tokens.\n");
    return ExitStatus::kDone;
  }
  const Timestamp moment = now();
  Table table({{"token"}, {"actor"}, {"role"}, {"created (UTC)"}, {"expires"}, {"last used"}}, 2);
  for (const Token& token : tokens) {
    const bool is_over = token.expires && *token.expires <= moment;
    const std::string expiry = token.expires ? time_text(*token.expires) : "never";
    table.add_row({token.id(), token.actor, token.roles.to_string(), time_text(token.created),
                   is_over ? expiry + " (over)" : expiry,
                   token.last_used ? time_text(*token.last_used) : "–"});
  }
  table.print(console);
  return ExitStatus::kDone;
}

Result<ExitStatus> revoke(const TokenArguments& arguments, const TokenFile& file,
                          Console& console) {
  if (arguments.id.empty()) return usage("`tally token revoke` takes the token's id");
  TALLY_ASSIGN(const Token token, file.revoke(arguments.id));
  if (console.json) {
    std::string json;
    base::JsonWriter out(json);
    out.begin_object();
    write_token(out, token);
    out.end_object();
    console.out.write(json + "\n");
  } else {
    console.out.write(fmt::format("Revoked token {} of {}.\n", token.id(), token.actor));
  }
  return ExitStatus::kDone;
}

Result<ExitStatus> run_token(const TokenArguments& arguments, Console& console) {
  const std::vector<std::string> actions = {"add", "list", "revoke"};
  if (std::find(actions.begin(), actions.end(), arguments.action) == actions.end()) {
    const auto near = nearest(arguments.action, actions);
    return usage(fmt::format("`tally token` takes add, list and revoke, not \"{}\"{}",
                             harmless(arguments.action),
                             near ? fmt::format("; did you mean `{}`?", *near) : ""));
  }
  const bool adds = arguments.action == "add";
  if (!adds && !(arguments.actor + arguments.expires).empty()) {
    return usage("--actor and --expires go with `tally token add`");
  }
  if (!adds && !arguments.roles.empty()) return usage("--role goes with `tally token add`");
  if (arguments.action != "revoke" && !arguments.id.empty()) {
    return usage("a token's id goes with `tally token revoke`");
  }
  TALLY_TRY(store::Directory(arguments.folder).check_format());
  const TokenFile file(arguments.folder);
  if (adds) return add(arguments, file, console);
  return arguments.action == "list" ? list(file, console) : revoke(arguments, file, console);
}

}  // namespace

void add_token(CommandLine& line) {
  const auto arguments = std::make_shared<TokenArguments>();
  CLI::App& verb = line.add_verb(
      "token", "Makes, lists and revokes the tokens that the service asks for.",
      {"tally token add demo-ledger --actor programme-office --role record",
       "tally token add demo-ledger --actor s-7 --role read,verify --expires 2199-12-31",
       "tally token list demo-ledger"});
  verb.add_option("ACTION", arguments->action, "add, list or revoke")->required();
  verb.add_option("DIR", arguments->folder, "the ledger's folder")->required();
  verb.add_option("TOKEN", arguments->id, "of revoke: the token's id, as list shows it");
  add_text(verb, "--actor", arguments->actor, "ID",
           "of add: who records with it; a pseudonym, never a person's name");
  add_texts(verb, "--role", arguments->roles, "ROLE,…",
            "of add: read; record: reference entries, commitments, claims and corrections of one's "
            "own; verify: verifications and corrections of them; admin: anything, and replays")
      ->delimiter(',');
  add_text(verb, "--expires", arguments->expires, "DATE",
           "of add: the last day on which it is good, or a moment in RFC 3339");
  line.on_run(verb, [arguments](Console& console) { return run_token(*arguments, console); });
}

}  // namespace tally::tool
