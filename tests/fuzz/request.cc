// Fuzzes what answers requests, from the bytes of a connection on but without sockets.  Of any
// bytes must hold:
// - They are read as requests in the same way, whether they come at once or one by one.
// - Each request gets one answer: of a route, or a problem that is whole, and says no path.
// - The ledger is never other than it was: nobody here has a token.

#include <unistd.h>

#include <filesystem>

#include "base/check.h"
#include "codec/json_syntax.h"
#include "service/request_reader.h"
#include "service/routes.h"

namespace tally::fuzz {
namespace {

using service::Answer;
using service::Request;
using service::RequestReader;

constexpr int kOtherVersion = 505;  // the one that blames the client and not the service

// Where the ledger is; an answer may say that back to whoever says it, in whatever escapes.
constexpr std::string_view kPlace = "tally-fuzz-";
bool may_say_place(std::string_view bytes) {
  return bytes.find(kPlace) != std::string_view::npos || bytes.find('%') != std::string_view::npos;
}

// A ledger of one event that is read in public.
service::Site& site() {
  static service::Site* const made = [] {
    const auto folder =
        std::filesystem::temp_directory_path() / (std::string(kPlace) + std::to_string(::getpid()));
    std::filesystem::remove_all(folder);
    LedgerOptions options;
    options.name = "Example Council";
    auto ledger = Ledger::init(folder, options);
    TALLY_CHECK(ledger.ok());
    ServiceOptions chosen;
    chosen.public_read = true;
    auto* const built = new service::Site(folder, chosen);
    built->clear_spool();
    built->open(std::move(*ledger));
    return built;
  }();
  return *made;
}

std::string text_of(const Answer& answer) {
  if (answer.spool) {
    auto read = answer.spool->read(0, answer.spool->size());
    TALLY_CHECK(read.ok());
    return std::move(*read);
  }
  return answer.text ? *answer.text : std::string();
}

void check_answer(Answer answer, std::string_view bytes) {
  TALLY_CHECK((answer.status >= 200 && answer.status < 500) || answer.status == kOtherVersion);
  const std::string text = text_of(answer);
  TALLY_CHECK(text.size() == answer.size());
  if (answer.content_type.find("json") != std::string::npos && !text.empty() &&
      answer.content_type != service::kJsonLines) {
    TALLY_CHECK(!codec::find_json_fault(text));
  }
  if (answer.status >= 400 && !may_say_place(bytes)) {
    TALLY_CHECK(text.find(kPlace) == std::string::npos);
  }
}

void answer(Request& request, std::string_view bytes) {
  request.id = "1";
  const auto found = service::find_route(request);
  if (const auto* problem = std::get_if<service::Problem>(&found)) {
    return check_answer(service::problem_answer(*problem, request.id), bytes);
  }
  const service::Route& route = *std::get<const service::Route*>(found);
  if (const auto problem = service::check_permission(site(), route, request.caller)) {
    return check_answer(service::problem_answer(*problem, request.id), bytes);
  }
  if (route.answer == nullptr || route.work == service::Work::kLong) return;
  check_answer(service::answer_request(site(), route, request), bytes);
}

// The requests that some bytes hold, told apart by their heads and bodies; fed in steps.
std::vector<std::string> read_all(std::string_view bytes, std::size_t step, bool answers) {
  ServiceLimits limits;
  limits.header_bytes = 4'096;
  limits.body_bytes = 4'096;
  std::vector<std::string> seen;
  std::string held;
  auto reader = std::make_unique<RequestReader>(limits);
  for (std::size_t at = 0; at < bytes.size() || !held.empty();) {
    std::string_view rest = held;
    const RequestReader::Step got = reader->read(rest);
    held.erase(0, held.size() - rest.size());
    if (got == RequestReader::Step::kBad) {
      if (answers) check_answer(service::problem_answer(reader->problem(), "1"), bytes);
      seen.push_back(reader->problem().code);
      return seen;
    }
    if (got == RequestReader::Step::kDone) {
      Request& request = reader->request();
      seen.push_back(request.method_text + " " + request.target.text + "\n" + request.body);
      if (answers) answer(request, bytes);
      reader = std::make_unique<RequestReader>(limits);
      continue;
    }
    if (got == RequestReader::Step::kHead) continue;
    if (at >= bytes.size()) return seen;
    held += bytes.substr(at, step);
    at += step;
  }
  return seen;
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto whole = tally::fuzz::read_all(text, size, true);
  const auto pieces = tally::fuzz::read_all(text, 1, false);
  TALLY_CHECK(whole == pieces);
  return 0;
}
