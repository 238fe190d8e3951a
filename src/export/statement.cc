// The statement of a year: one page of HTML that needs nothing beside it, for a screen and for A4.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "audit/defined_measures.h"
#include "base/try.h"
#include "export/about.h"
#include "export/formats.h"
#include "export/html.h"
#include "export/statement_style.h"
#include "ledger/restatement.h"
#include "tally/publication.h"
#include "tally/reconcile.h"

namespace tally::exports {
namespace {

constexpr const char* kNone = "–";

std::string display(const std::optional<Decimal>& number) {
  return number ? number->to_display() : kNone;
}

class Page {
 public:
  Page(Subject& subject, Year year) : subject_(subject), year_(year) {}

  Result<std::string> build() {
    begin();
    TALLY_ASSIGN(std::vector<DefinedMeasure> measures,
                 audit::defined_measures(subject_.reading, subject_.as_of));
    for (DefinedMeasure& one : measures) titles_[one.id] = std::move(one.measure.title);
    add_totals();
    add_delivery();
    TALLY_TRY(add_publications());
    add_checks();
    out_ += "</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  template <typename... Arguments>
  void add(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Arguments>(arguments)...);
  }
  std::string year_text() const { return subject_.year_start().year_text(year_); }

  void begin() {
    const std::string name = html(subject_.identity().name);
    add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}: social value {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
        name, year_text(), kStatementStyle);
    add("<header>\n<h1>Social value in {}</h1>\n<p>{}</p>\n"
        "<p class=\"soft\">As of event {}, recorded {}</p>\n",
        year_text(), name, Decimal(units(subject_.as_of.value)).to_display(),
        time_text(subject_.recorded_at) + " UTC");
    const auto& rows = subject_.totals.rows;
    if (!rows.empty() && rows.front().restated) {
      add("<p class=\"restated\">Restated: the year is no longer as it was last published.</p>\n");
    }
    add("</header>\n");
  }

  // On a narrow screen the table is scrolled within itself, by keyboard too.
  void begin_table(std::string_view label) {
    add("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n<table>\n",
        html(label));
  }

  static Quantity units(std::uint64_t count) {
    return Quantity::from_millionths(static_cast<std::int64_t>(count) * Quantity::kScale)
        .value_or(Quantity{});
  }

  void add_totals() {
    add("<h2>Totals</h2>\n");
    if (subject_.totals.rows.empty()) {
      add("<p>Nothing has been recorded of this year.</p>\n");
      return;
    }
    begin_table("Totals");
    add("<thead><tr><th scope=\"col\">Measure</th><th scope=\"col\">Unit</th>");
    for (const Stage stage : kStages) {
      if (subject_.wants(stage)) {
        add("<th scope=\"col\" class=\"n\">{}</th>", stage_name(stage));
      }
    }
    add("<th scope=\"col\" class=\"n\">Verified value ({})</th></tr></thead>\n<tbody>\n",
        html(subject_.identity().currency));
    for (const TotalsRow& row : subject_.totals.rows) {
      add("<tr><td>{}</td><td>{}</td>", html(titles_[row.measure]), html(row.unit));
      for (const Stage stage : kStages) {
        if (!subject_.wants(stage)) continue;
        add("<td class=\"n\">{}</td>", display(row.quantities[static_cast<std::size_t>(stage)]));
      }
      add("<td class=\"n\">{}</td></tr>\n",
          display(row.values[static_cast<std::size_t>(Stage::kVerified)]));
    }
    add("</tbody>\n</table>\n</div>\n<p class=\"soft\">Quantities of different measures are not "
        "added up, "
        "nor "
        "is money of different kinds. A dash is no value.</p>\n");
  }

  // How much of what was claimed has been verified.
  void add_delivery() {
    std::string rows;
    for (const TotalsRow& row : subject_.totals.rows) {
      const auto& claimed = row.quantities[static_cast<std::size_t>(Stage::kClaimed)];
      const auto& verified = row.quantities[static_cast<std::size_t>(Stage::kVerified)];
      if (row.basis == Basis::kRatio || !claimed || !verified || *claimed <= Decimal()) continue;
      const auto share = Decimal::percentage(quantity(*verified), quantity(*claimed));
      if (!share) continue;
      rows += fmt::format(
          "<tr><td>{}</td><td class=\"n\">{} of {}</td><td class=\"n\">{} %</td>"
          "<td><svg class=\"bar\" aria-hidden=\"true\"><rect width=\"{}%\" height=\"100%\"/></svg>"
          "</td></tr>\n",
          html(titles_[row.measure]), verified->to_display(), claimed->to_display(),
          share->to_display(), share->to_string());
    }
    if (rows.empty()) return;
    add("<h2>Verified against claimed</h2>\n");
    begin_table("Verified against claimed");
    add("<thead><tr>"
        "<th scope=\"col\">Measure</th><th scope=\"col\" class=\"n\">Verified</th>"
        "<th scope=\"col\" class=\"n\">Share</th><td></td></tr></thead>\n"
        "<tbody>\n{}</tbody>\n</table>\n</div>\n",
        rows);
  }

  // A total is a sum of balances, so it has no more than six decimals.
  static Quantity quantity(Decimal number) {
    const Int128 millionths = number.units() / (Decimal::kScale / Quantity::kScale);
    return Quantity::from_millionths(static_cast<std::int64_t>(millionths)).value_or(Quantity{});
  }

  Result<void> add_publications() {
    add("<h2>What was published</h2>\n");
    TALLY_ASSIGN(const Publications found, publications(subject_.ledger, {year_}));
    bool any = false;
    for (const PublicationState& state : found.all) {
      if (state.event.sequence > subject_.as_of) continue;
      TALLY_TRY(add_publication(state));
      any = true;
    }
    if (!any) add("<p>Nothing has been published of this year.</p>\n");
    return {};
  }

  Result<void> add_publication(const PublicationState& state) {
    const Publication& publication = state.publication();
    TALLY_ASSIGN(const bool restated, ledger::year_differs(subject_.reading.reader, year_,
                                                           *publication.as_of, subject_.as_of));
    add("<p><strong>{}</strong> ({}), as of event {}: {}{}</p>\n", html(publication.title),
        html(state.event.entry.id), Decimal(units(publication.as_of->value)).to_display(),
        restated ? "<span class=\"restated\">restated since</span>"
                 : "<span class=\"agrees\">the year stands as it was published</span>",
        state.superseded_by.empty() ? std::string()
                                    : ", superseded by " + html(state.superseded_by));
    if (publication.statements.empty()) return {};
    TALLY_ASSIGN(const Reconciliation all, reconcile(subject_.ledger, state.event.entry.id));
    begin_table(publication.title);
    add("<thead><tr><th scope=\"col\">Statement</th>"
        "<th scope=\"col\" class=\"n\">Stated</th><th scope=\"col\" class=\"n\">Ledger</th>"
        "<th scope=\"col\">Result</th></tr></thead>\n<tbody>\n");
    for (const ReconciledStatement& one : all.statements) {
      add("<tr><td>{}", html(one.statement.label));
      for (const std::string& label : one.contradicts) {
        add("<br><span class=\"soft\">contradicts: {}</span>", html(label));
      }
      add("</td><td class=\"n\">{}{}</td><td class=\"n\">{}</td><td class=\"{}\">{}</td></tr>\n",
          qualifier_text(one.statement.qualifier), Decimal(one.statement.stated).to_display(),
          display(one.ledger), result_name(one.result), result_name(one.result));
    }
    add("</tbody>\n</table>\n</div>\n");
    return {};
  }

  static std::string qualifier_text(Qualifier qualifier) {
    if (qualifier == Qualifier::kExact) return {};
    std::string text(qualifier_name(qualifier));
    std::replace(text.begin(), text.end(), '-', ' ');
    return text + " ";
  }

  void add_checks() {
    add("<h2>How to check this</h2>\n<dl>\n");
    const auto fact = [&](std::string_view name, const std::string& text) {
      add("<dt>{}</dt><dd>{}</dd>\n", name, html(text));
    };
    fact("Ledger", subject_.identity().name);
    fact("Log", subject_.identity().origin);
    fact("Verifier key", subject_.vkey);
    fact("As of",
         fmt::format("event {} ({} events)", subject_.as_of.value, subject_.head.size.count));
    for (const auto& [year, root] : subject_.totals.roots) {
      if (year == year_) fact("Totals root", root.to_string());
    }
    add("</dl>\n<p>The log's checkpoint as of then, signed:</p>\n<pre>{}</pre>\n",
        html(subject_.checkpoint));
    add("<p>{}</p>\n<pre>{}</pre>\n",
        "Whoever has an export of the whole log can recompute every total, without the ledger; "
        "whoever "
        "has the ledger can show what stands behind each:",
        html(
            fmt::format("tally check-log LOG --vkey \"{}\"\ntally trace DIR {}:MEASURE:verified@{}",
                        subject_.vkey, year_text(), subject_.as_of.value)));
  }

  Subject& subject_;
  const Year year_;
  std::map<std::string, std::string> titles_;  // of the measures
  std::string out_;
};

}  // namespace

Result<void> write_statement(Subject& subject, Staging& staging, const LogProgress&) {
  const std::vector<Year>& years = subject.query.totals.years;
  if (years.size() != 1) {
    return Error{ErrorCode::kUsage, "a statement is of one year: name it (--year)", {}, 0, {}};
  }
  TALLY_ASSIGN(const std::string page, Page(subject, years.front()).build());
  return staging.add("statement.html", page);
}

}  // namespace tally::exports
