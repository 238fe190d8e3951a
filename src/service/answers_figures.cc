#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "base/shown.h"
#include "base/try.h"
#include "export/figure_json.h"
#include "export/ledger_json.h"
#include "export/totals_json.h"
#include "service/answers.h"
#include "service/parameters.h"
#include "tally/bundle.h"

namespace tally::service {
namespace {

// Of a page of a trace.
constexpr std::uint64_t kPostingsByDefault = 1'000;
constexpr std::uint64_t kMostPostings = 10'000;
// Of the lines of a bridge.
constexpr std::uint64_t kMostLines = 10'000;
// Of a curve.
constexpr std::uint64_t kPointsByDefault = 200;
constexpr std::uint64_t kMostPoints = 1'000;

Result<std::vector<Dimension>> read_dimensions(const Parameters& parameters) {
  std::vector<Dimension> dimensions;
  for (const std::string& value : parameters.all("by")) {
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::string_view name = rest.substr(0, end);
      const auto dimension = dimension_from_name(name);
      if (!dimension) {
        return Error{ErrorCode::kUsage,
                     fmt::format("`by` takes programme, organisation and contract, not \"{}\"",
                                 base::shown(name)),
                     {},
                     0,
                     {}};
      }
      if (std::find(dimensions.begin(), dimensions.end(), *dimension) != dimensions.end()) {
        return Error{ErrorCode::kUsage, fmt::format("`by` names {} twice", name), {}, 0, {}};
      }
      dimensions.push_back(*dimension);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return dimensions;
}

// The figure that a path names, with its point: its own, `as_of`, or the head.
struct AskedFigure {
  FigureReference reference;
  bool is_pinned = false;
};

Result<AskedFigure> read_figure(const Ledger& ledger, const Request& request) {
  const Parameters parameters(request.target);
  AskedFigure asked;
  TALLY_ASSIGN(asked.reference,
               FigureReference::parse(request.captured[0], ledger.identity().year_start));
  TALLY_ASSIGN(const auto as_of, parameters.one("as_of"));
  if (as_of && asked.reference.as_of) {
    return Error{
        ErrorCode::kUsage, "the figure names its point already: leave `as_of` out", {}, 0, {}};
  }
  asked.is_pinned = asked.reference.as_of || (as_of && is_sequence(*as_of));
  if (as_of) {
    TALLY_ASSIGN(asked.reference.as_of, ledger.resolve_as_of(*as_of));
  }
  if (!asked.reference.as_of) {
    TALLY_ASSIGN(asked.reference.as_of, ledger.head());
  }
  return asked;
}

// The page of a trace that is asked for; nothing for the whole.
Result<std::optional<TracePage>> read_trace_page(const Parameters& parameters) {
  TALLY_ASSIGN(const auto after, parameters.number("after"));
  TALLY_ASSIGN(const auto limit, parameters.limit(kMostPostings));
  if (!after && !limit) return std::optional<TracePage>();
  TracePage page;
  page.limit = limit.value_or(kPostingsByDefault);
  if (after) page.after = Sequence{*after};
  return std::optional(page);
}

template <typename Write>
Answer json_answer(const Write& write) {
  std::string text;
  base::JsonWriter out(text);
  write(out);
  return text_answer(std::string(kJson), text + "\n");
}

}  // namespace

Reply answer_totals(Site& site, const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect(
      {"year", "measure", "programme", "organisation", "contract", "by", "as_of", "root"}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  const Ledger& ledger = *site.ledger();
  TALLY_ASSIGN(AskedTotals asked, read_filters(ledger, parameters));
  TALLY_ASSIGN(asked.query.by, read_dimensions(parameters));
  TALLY_ASSIGN(asked.query.with_roots, parameters.flag("root"));
  TALLY_ASSIGN(const Totals found, totals(ledger, asked.query));
  Answer answer = json_answer([&](base::JsonWriter& out) {
    out.begin_object();
    exports::write_totals_members(out, found, asked.query, ledger.identity().year_start);
    out.end_object();
  });
  date_answer(request, answer, found.as_of, asked.is_pinned);
  return answer;
}

Reply answer_trace(Site& site, const Request& request) {
  const std::uint64_t head = site.head.load();
  const Ledger& ledger = *site.ledger();
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"as_of", "after", "limit"}));
  TALLY_ASSIGN(const auto page, read_trace_page(parameters));
  TALLY_ASSIGN(const AskedFigure asked, read_figure(ledger, request));
  const bool sees_details = request.caller.has_token;
  auto spool = std::make_shared<Spool>(site.spool_folder());
  const auto details = sees_details ? DetailsIn::kIncluded : DetailsIn::kLeftOut;
  const auto take = [&](std::string_view piece) { return spool->write(piece); };
  Result<void> traced = page ? trace_json(ledger, asked.reference, *page, take, details)
                             : trace_json(ledger, asked.reference, take, details);
  if (!traced.ok()) return missing_is_404(traced.take_error());
  TALLY_TRY(spool->write("\n"));
  Answer answer;
  answer.content_type = kJson;
  if (spool->is_in_memory()) {
    answer.text = std::make_shared<const std::string>(spool->take_text());
  } else {
    answer.spool = std::move(spool);
  }
  if (sees_details) {
    date_answer_with_details(head, request, answer, *asked.reference.as_of);
  } else {
    date_answer(request, answer, *asked.reference.as_of, asked.is_pinned);
  }
  return answer;
}

Reply answer_bundle(Site& site, const Request& request) {
  const std::uint64_t head = site.head.load();
  const Ledger& ledger = *site.ledger();
  if (auto problem = unacceptable(request, {"application/zip"})) return std::move(*problem);
  TALLY_TRY(Parameters(request.target).expect({"as_of"}));
  TALLY_ASSIGN(const AskedFigure asked, read_figure(ledger, request));
  Result<std::string> zip = write_bundle(ledger, asked.reference);
  if (!zip.ok()) return missing_is_404(zip.take_error());
  Answer answer = text_answer("application/zip", std::move(*zip));
  answer.fields.emplace_back("Content-Disposition", "attachment; filename=\"bundle.zip\"");
  date_answer_with_details(head, request, answer, *asked.reference.as_of);
  return answer;
}

Reply answer_bridge(Site& site, const Request& request) {
  const Ledger& ledger = *site.ledger();
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"from", "to", "limit"}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  TALLY_ASSIGN(const FigureReference figure,
               FigureReference::parse(request.captured[0], ledger.identity().year_start));
  TALLY_ASSIGN(const auto from, parameters.one("from"));
  TALLY_ASSIGN(const auto to, parameters.one("to"));
  if (!from) {
    return Problem::bad_request("`from` is missing: a sequence, a time or a publication's id");
  }
  BridgeQuery query;
  TALLY_ASSIGN(query.from, ledger.resolve_point(*from));
  if (to) {
    TALLY_ASSIGN(query.to, ledger.resolve_point(*to));
  }
  TALLY_ASSIGN(const auto limit, parameters.limit(kMostLines));
  if (limit) query.most_lines = *limit;
  Result<Bridge> found = bridge(ledger, figure, query);
  if (!found.ok()) return missing_is_404(found.take_error());
  Answer answer = json_answer([&](base::JsonWriter& out) {
    exports::write_bridge(out, *found, ledger.identity().year_start,
                          limit ? exports::Lines::kMost : exports::Lines::kAll);
  });
  date_answer(request, answer, found->closing.as_of, is_sequence(*from) && to && is_sequence(*to));
  return answer;
}

Reply answer_balances(Site& site, const Request& request) {
  const Ledger& ledger = *site.ledger();
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"as_of", "points"}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  TALLY_ASSIGN(const auto points, parameters.number("points"));
  if (points && (*points < 2 || *points > kMostPoints)) {
    return Problem::bad_request(fmt::format("`points` is 2 to {}, not {}", kMostPoints, *points));
  }
  TALLY_ASSIGN(const AskedFigure asked, read_figure(ledger, request));
  Result<BalanceCurve> curve =
      balance_curve(ledger, asked.reference, points.value_or(kPointsByDefault));
  if (!curve.ok()) return missing_is_404(curve.take_error());
  Answer answer = json_answer([&](base::JsonWriter& out) {
    exports::write_curve(out, *curve, ledger.identity().year_start);
  });
  date_answer(request, answer, *asked.reference.as_of, asked.is_pinned);
  return answer;
}

Reply answer_measures(Site& site, const Request& request) {
  const Ledger& ledger = *site.ledger();
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"as_of"}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  TALLY_ASSIGN(const Sequence head, ledger.head());
  TALLY_ASSIGN(const AskedPoint asked, read_point(ledger, parameters));
  const Sequence point = asked.as_of.value_or(head);
  TALLY_ASSIGN(const auto all, measures(ledger, point));
  Answer answer =
      json_answer([&](base::JsonWriter& out) { exports::write_measures(out, point, all); });
  date_answer(request, answer, point, asked.is_pinned);
  return answer;
}

Reply answer_publications(Site& site, const Request& request) {
  const Ledger& ledger = *site.ledger();
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"year"}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  std::vector<Year> years;
  for (const std::string& text : parameters.all("year")) {
    TALLY_ASSIGN(years.emplace_back(), ledger.identity().year_start.parse_year(text));
  }
  TALLY_ASSIGN(const Publications found, publications(ledger, years));
  Answer answer = json_answer([&](base::JsonWriter& out) {
    exports::write_publications(out, found, ledger.identity().year_start);
  });
  date_answer(request, answer, found.as_of, false);
  return answer;
}

Reply answer_reconciliation(Site& site, const Request& request) {
  const Ledger& ledger = *site.ledger();
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({}));
  if (auto problem = unacceptable(request, {kJson})) return std::move(*problem);
  TALLY_ASSIGN(const Sequence head, ledger.head());
  Result<Reconciliation> found = reconcile(ledger, request.captured[0]);
  if (!found.ok()) return missing_is_404(found.take_error());
  Answer answer = json_answer([&](base::JsonWriter& out) {
    exports::write_reconciliation(out, *found, ledger.identity().year_start);
  });
  // What would explain a difference is looked for as of the head.
  date_answer(request, answer, head, false);
  answer.as_of = found->as_of;
  return answer;
}

}  // namespace tally::service
