#include <fmt/format.h>

#include <algorithm>

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

// A page of one type is looked for in so many events at most: a rare type may have none for long.
constexpr std::uint64_t kMostLookedThrough = 50'000;

// One page of events.
struct Page {
  std::string text;
  std::optional<std::uint64_t> next;  // `after` or `before` of the next; nothing after the last
};

struct PageQuery {
  EventQuery events;  // newest first where it is of those before an event
  std::string type;
  bool is_lines = false;

  std::string_view next_name() const { return events.reverse ? "before" : "after"; }
};

Result<PageQuery> read_page_query(const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"after", "before", "limit", "type"}));
  PageQuery query;
  TALLY_ASSIGN(const auto after, parameters.number("after"));
  if (after) query.events.after = Sequence{*after};
  TALLY_ASSIGN(const auto before, parameters.number("before"));
  if (before) query.events.before = Sequence{*before};
  if (before && after) {
    return Error{ErrorCode::kUsage,
                 "a page goes forwards with `after` or backwards with `before`, not both",
                 {},
                 0,
                 {}};
  }
  query.events.reverse = before.has_value();
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

// Bounds what is looked through for a page, and answers where the next one goes on if this one is
// not filled.
std::optional<std::uint64_t> bound(EventQuery& query, Sequence head) {
  if (!query.type) return std::nullopt;
  if (query.reverse) {
    const std::uint64_t end = std::min(query.before->value, head.value + 1);
    if (end <= kMostLookedThrough) return std::nullopt;
    query.after = Sequence{end - kMostLookedThrough - 1};
    return end - kMostLookedThrough;
  }
  const std::uint64_t begin = query.after ? query.after->value : 0;
  if (begin >= head.value || head.value - begin <= kMostLookedThrough) return std::nullopt;
  query.before = Sequence{begin + kMostLookedThrough + 1};
  return begin + kMostLookedThrough;
}

Result<Page> read_page(const Ledger& ledger, const PageQuery& query, Sequence head) {
  Page page;
  const YearStart year_start = ledger.identity().year_start;
  EventQuery asked = query.events;
  ++asked.limit;  // one more tells whether there is more
  page.next = bound(asked, head);
  std::uint64_t count = 0;
  Sequence last;
  TALLY_TRY(ledger.for_each_event(asked, [&](const Event& event) {
    if (count == query.events.limit || page.text.size() > kPageBytes) {
      page.next = last.value;
      return false;
    }
    if (!query.is_lines && count > 0) page.text += ',';
    page.text += to_json(event, year_start);
    if (query.is_lines) page.text += '\n';
    last = event.sequence;
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
  TALLY_TRY(parameters.expect({"as_of", "referring"}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  const Ledger& ledger = *site.ledger();
  TALLY_ASSIGN(const Sequence head, ledger.head());
  HistoryQuery query;
  TALLY_ASSIGN(const AskedPoint point, read_point(ledger, parameters));
  query.as_of = point.as_of;
  TALLY_ASSIGN(const auto referring, parameters.number("referring"));
  if (referring) query.most_referring = *referring;
  Result<Sequence> sequence = sequence_named(ledger, request.captured[0]);
  if (!sequence.ok()) return missing_is_404(sequence.take_error());
  Result<EntryHistory> found = history(ledger, *sequence, query);
  if (!found.ok()) return missing_is_404(found.take_error());
  std::string text;
  base::JsonWriter out(text);
  exports::write_history(out, *found, ledger.identity().year_start,
                         referring ? exports::Lines::kMost : exports::Lines::kAll);
  Answer answer = text_answer(std::string(kJson), text + "\n");
  date_answer_with_details(head.value, request, answer, query.as_of.value_or(head));
  return answer;
}

Reply answer_events(Site& site, const Request& request) {
  if (auto problem = unacceptable(request, {kJsonLines, kJson})) return std::move(*problem);
  TALLY_ASSIGN(const PageQuery query, read_page_query(request));
  const Ledger& ledger = *site.ledger();
  TALLY_ASSIGN(const Sequence head, ledger.head());
  TALLY_ASSIGN(Page page, read_page(ledger, query, head));
  Answer answer;
  if (query.is_lines) {
    answer = text_answer(std::string(kJsonLines), std::move(page.text));
  } else {
    answer = text_answer(
        std::string(kJson),
        fmt::format("{{\"as_of\":{},\"events\":[{}],\"next_{}\":{}}}\n", head.value, page.text,
                    query.next_name(), page.next ? std::to_string(*page.next) : "null"));
  }
  if (page.next) {
    answer.fields.emplace_back(
        "Link", fmt::format("</api/v1/events?{}={}&limit={}{}>; rel=\"next\"", query.next_name(),
                            *page.next, query.events.limit,
                            query.type.empty() ? "" : "&type=" + query.type));
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
