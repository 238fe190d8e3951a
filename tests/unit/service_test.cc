// What the service is made of, without sockets.  Over sockets: tests/service.

#include <filesystem>

#include "codec/json_array.h"
#include "service/failed_attempts.h"
#include "service/message.h"
#include "service/reading_gate.h"
#include "service/routes.h"
#include "service/site.h"
#include "service/target.h"
#include "support/catch.h"
#include "support/test_ledger.h"

namespace tally::service {
namespace {

TEST_CASE("A target is a path and its parameters, or nothing") {
  struct Row {
    std::string_view raw;
    std::vector<std::string> segments;
    std::vector<std::pair<std::string, std::string>> parameters;
  };
  const std::vector<Row> rows = {
      {"/", {}, {}},
      {"/a/b", {"a", "b"}, {}},
      {"/a%20b", {"a b"}, {}},
      {"/caf%C3%A9", {"caf\xC3\xA9"}, {}},
      {"/a?", {"a"}, {}},
      {"/a?x", {"a"}, {{"x", ""}}},
      {"/a?x=1&x=2", {"a"}, {{"x", "1"}, {"x", "2"}}},
      {"/a?x=a+b", {"a"}, {{"x", "a+b"}}},
      {"/a?x=%2F..%2F", {"a"}, {{"x", "/../"}}},
      {"/a?x=1=2", {"a"}, {{"x", "1=2"}}},
      {"http://host/a", {"a"}, {}},
      {"https://host:8455/a?x=/", {"a"}, {{"x", "/"}}},
  };
  for (const Row& row : rows) {
    INFO(row.raw);
    const auto target = parse_target(row.raw);
    REQUIRE(target.has_value());
    CHECK(target->segments == row.segments);
    CHECK(target->parameters == row.parameters);
  }
  for (const std::string_view raw :
       {"",       "a",       "*",           "//",          "/a//b", "/a/",   "/.",
        "/a/..",  "/%2e%2e", "/a%2fb",      "/%",          "/%4",   "/%zz",  "/%00",
        "/%0a",   "/%7f",    "/%ff",        "/a b",        "/a#b",  "/\x01", "/a\\b",
        "/a?x=%", "/a?=1",   "http://host", "ftp://host/a"}) {
    INFO(raw);
    CHECK(!parse_target(raw).has_value());
  }
}

TEST_CASE("A client gets the representation that it likes best, or none") {
  struct Row {
    std::string_view accept;
    std::optional<std::string_view> chosen;
  };
  const std::vector<Row> rows = {
      {"", kJsonLines},
      {"*/*", kJsonLines},
      {"application/*", kJsonLines},
      {"application/json", kJson},
      {"Application/JSON; charset=utf-8", kJson},
      {"application/json, */*;q=0.5", kJson},
      {"*/*, application/x-ndjson;q=0.1", kJson},
      {"application/json;q=0.5, application/x-ndjson;q=0.6", kJsonLines},
      {"text/html, application/json;q=0.001", kJson},
      {"application/json;q=0", std::nullopt},
      {"text/html", std::nullopt},
      {"text/*", std::nullopt},
      {"json", std::nullopt},
      {"application/json;q=high", kJson},
  };
  for (const Row& row : rows) {
    INFO(row.accept);
    CHECK(preferred(row.accept, {kJsonLines, kJson}) == row.chosen);
  }
}

TEST_CASE("A list of entries is taken apart into its elements") {
  struct Row {
    std::string_view json;
    std::vector<std::string_view> elements;
  };
  const std::vector<Row> rows = {
      {"[]", {}},
      {" [ ] ", {}},
      {"[1]", {"1"}},
      {"[ {\"a\":[1,2]} , \"],[\" ]", {"{\"a\":[1,2]}", "\"],[\""}},
      {"[\"\\\"\",\"\\\\\",\"x\"]", {"\"\\\"\"", "\"\\\\\"", "\"x\""}},
      {"[\n{\n},\n[\n]\n]\n", {"{\n}", "[\n]"}},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const auto split = codec::split_json_array(row.json);
    REQUIRE(split.ok());
    CHECK(*split == row.elements);
  }
  for (const std::string_view json : {"", "{}", "[", "[1,]", "[1] 2", "[\"\xff\"]", "null"}) {
    INFO(json);
    CHECK(!codec::split_json_array(json).ok());
  }
}

TEST_CASE("An address has so many tokens that are no good a minute, and others have theirs") {
  FailedAttempts attempts(2);
  CHECK(attempts.note("a", 100));
  CHECK(attempts.note("a", 101));
  CHECK(!attempts.note("a", 102));
  CHECK(attempts.note("b", 102));
  CHECK(attempts.note("a", 161));
  for (int i = 0; i < 20'000; ++i) CHECK(attempts.note("x" + std::to_string(i), 170));
}

TEST_CASE("An erasure waits for long readings, and not for ever") {
  ReadingGate gate;
  {
    const ReadingGate::Pass reading(gate);
    CHECK(!gate.close(std::chrono::milliseconds(1)));
    const ReadingGate::Pass another(gate);  // nobody is held up by what gave up
  }
  CHECK(gate.close(std::chrono::milliseconds(1)));
  gate.open();
  const ReadingGate::Pass after(gate);
}

// The answer to a GET without a token.
Answer ask(Site& site, std::string_view target) {
  Request request;
  request.target = *parse_target(target);
  const auto found = find_route(request);
  REQUIRE(std::holds_alternative<const Route*>(found));
  return answer_request(site, *std::get<const Route*>(found), request);
}

TEST_CASE("The service lives and is not ready while derived state is built anew") {
  testing::TestLedger ledger;
  Site site(ledger.path(), ServiceOptions());
  CHECK(site.ledger() == nullptr);
  CHECK(ask(site, "/livez").status == 200);
  CHECK(ask(site, "/readyz").status == 503);
  ledger.close();
  auto opened = Ledger::open(ledger.path(), Ledger::Access::kWrite);
  REQUIRE(opened.ok());
  site.open(std::move(*opened));
  CHECK(ask(site, "/readyz").status == 200);
  site.write_failed = true;
  CHECK(ask(site, "/readyz").status == 503);
}

}  // namespace
}  // namespace tally::service
