#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/try.h"
#include "export/figure_json.h"
#include "export/ledger_json.h"
#include "service/answers.h"
#include "service/parameters.h"

namespace tally::service {
namespace {

constexpr std::uint64_t kEventsByDefault = 1'000;
constexpr std::uint64_t kMostEvents = 10'000;
// A page ends before it grows beyond this, whatever was asked for.
constexpr std::size_t kPageBytes = 1 << 20;

// One page of events.
struct Page {
  std::string text;
  std::optional<Sequence> last;  // the event that stands last in it
  bool has_more = false;
};

struct PageQuery {
  EventQuery events;
  std::string type;
  bool is_lines = false;
};

Result<PageQuery> read_page_query(const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"after", "limit", "type"}));
  PageQuery query;
  TALLY_ASSIGN(const auto after, parameters.number("after"));
  if (after) query.events.after = Sequence{*after};
  TALLY_ASSIGN(const auto limit, parameters.limit(kMostEvents));
  query.events.limit = limit.value_or(kEventsByDefault);
  TALLY_ASSIGN(const auto type, parameters.one("type"));
  if (type) {
    query.type = *type;
    query.events.type = type_from_name(*type);
    if (!query.events.type) {
      return Error{ErrorCode::kUsage, "`type` is not a type of entry", {}, 0, {}};
    }
  }
  query.is_lines = preferred(request.fields.accept, {kJsonLines, kJson}) == kJsonLines;
  return query;
}

Result<Page> read_page(const Ledger& ledger, const PageQuery& query) {
  Page page;
  const YearStart year_start = ledger.identity().year_start;
  EventQuery asked = query.events;
  ++asked.limit;  // one more tells whether there is more
  std::uint64_t count = 0;
  TALLY_TRY(ledger.for_each_event(asked, [&](const Event& event) {
    if (count == query.events.limit || page.text.size() > kPageBytes) {
      page.has_more = true;
      return false;
    }
    if (!query.is_lines && count > 0) page.text += ',';
    page.text += to_json(event, year_start);
    if (query.is_lines) page.text += '\n';
    page.last = event.sequence;
    ++count;
    return true;
  }));
  return page;
}

// The entry that a path names: `id:…` is an id whatever it looks like, digits alone a sequence.
Result<Sequence> sequence_named(const Ledger& ledger, const std::string& text) {
  constexpr std::string_view kIdMark = "id:";
  if (text.starts_with(kIdMark)) return ledger.sequence_of(text.substr(kIdMark.size()));
  if (!is_sequence(text)) return ledger.sequence_of(text);
  const auto sequence = ledger.resolve_as_of(text);
  if (sequence.ok()) return *sequence;
  Error error = sequence.error();
  if (error.code == ErrorCode::kBadEntry) error.code = ErrorCode::kUnknownReference;
  return error;
}

}  // namespace

Reply answer_entry(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  const Ledger& ledger = *site.ledger();
  TALLY_ASSIGN(const Sequence head, ledger.head());
  Result<Sequence> sequence = sequence_named(ledger, request.captured[0]);
  if (!sequence.ok()) return missing_is_404(sequence.take_error());
  TALLY_ASSIGN(const EntryHistory found, history(ledger, *sequence));
  std::string text;
  base::JsonWriter out(text);
  exports::write_history(out, found, ledger.identity().year_start);
  Answer answer = text_answer(std::string(kJson), text + "\n");
  date_answer_with_details(head.value, request, answer, head);
  return answer;
}

Reply answer_events(Site& site, const Request& request) {
  if (auto problem = unacceptable(request, {kJsonLines, kJson})) return std::move(*problem);
  TALLY_ASSIGN(const PageQuery query, read_page_query(request));
  const Ledger& ledger = *site.ledger();
  TALLY_ASSIGN(const Sequence head, ledger.head());
  TALLY_ASSIGN(Page page, read_page(ledger, query));
  Answer answer;
  if (query.is_lines) {
    answer = text_answer(std::string(kJsonLines), std::move(page.text));
  } else {
    answer = text_answer(std::string(kJson),
                         fmt::format("{{\"as_of\":{},\"events\":[{}]}}\n", head.value, page.text));
  }
  if (page.has_more) {
    answer.fields.emplace_back(
        "Link", fmt::format("</api/v1/events?after={}&limit={}{}>; rel=\"next\"", page.last->value,
                            query.events.limit, query.type.empty() ? "" : "&type=" + query.type));
  }
  date_answer_with_details(head.value, request, answer, head);
  return answer;
}

Reply answer_status(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  TALLY_ASSIGN(const LedgerStatus found, status(*site.ledger()));
  std::string text;
  base::JsonWriter out(text);
  exports::write_status(out, found);
  Answer answer = text_answer(std::string(kJson), text + "\n");
  // What the ledger takes on disk changes of itself: the tag is of the text.
  answer.as_of = found.head;
  answer.keeping = Keeping::kAsk;
  answer.tag =
      fmt::format("\"{}-{}\"", found.head.value, token_hash(text).to_string().substr(0, 20));
  return answer;
}

}  // namespace tally::service
