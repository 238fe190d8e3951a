#include "audit/statement_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "audit/trace_walk.h"
#include "base/shown.h"
#include "base/try.h"
#include "domain/statement.h"
#include "ledger/measures.h"
#include "ledger/totals.h"

namespace tally::audit {
namespace {

using ledger::FigureNumbers;
using ledger::numbers_of;

// Past so many postings behind a figure, its single events are not gone through.
constexpr std::uint64_t kPostings = 200'000;
// So many of one kind are named; the rest is counted.
constexpr std::size_t kNamed = 3;

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kNamed) text += fmt::format(" and {} more", names.size() - kNamed);
  return text;
}

// The claim whose quantities an event moved; nothing for a commitment.
Result<std::optional<Sequence>> claim_behind(const projection::Reader& reader, Sequence event) {
  for (Sequence at = event;;) {
    TALLY_ASSIGN(const auto record, reader.record(at));
    if (!record) return std::optional<Sequence>();
    if (record->type == EntryType::kClaim) return std::optional(at);
    if (const auto* terms = std::get_if<domain::VerificationTerms>(&record->terms)) {
      return std::optional(terms->claim);
    }
    const auto* terms = std::get_if<domain::CorrectionTerms>(&record->terms);
    if (terms == nullptr) return std::optional<Sequence>();
    at = terms->corrects;
  }
}

class Hints {
 public:
  Hints(Reading& reading, YearStart year_start, const Statement& statement)
      : reading_(reading),
        year_start_(year_start),
        statement_(statement),
        head_(reading.reader.last()) {}

  Result<std::vector<std::string>> collect(const FigureNumbers& found) {
    say_why_unsupported(found);
    now_ = statement_.figure;
    now_.as_of = head_;
    TALLY_ASSIGN(current_, numbers_of(reading_.reader, now_));
    if (!current_.resolved) return std::move(sentences_);
    say_what_it_is_now(found);
    TALLY_TRY(say_other_stages());
    TALLY_TRY(say_other_years());
    TALLY_TRY(say_parts_and_whole());
    TALLY_TRY(say_earlier_publications());
    say_other_kind();
    if (current_.supported && !is_ratio(*current_.resolved)) {
      TALLY_TRY(say_single_events());
      TALLY_TRY(say_pending());
    }
    return std::move(sentences_);
  }

 private:
  template <typename... Arguments>
  void say(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    sentences_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
  }
  std::string name(const FigureReference& reference) const {
    return reference.to_string(year_start_);
  }
  bool explains(const std::optional<Decimal>& number) const {
    return number && domain::explains(statement_, *number);
  }
  std::string_view kind() const {
    return statement_.of == StatementOf::kValue ? "value" : "quantity";
  }

  void say_why_unsupported(const FigureNumbers& found) {
    if (found.number(statement_.of)) return;
    if (!found.resolved) {
      say("Something that the figure names was not in the ledger as of event {}.",
          statement_.figure.as_of->value);
    } else if (!found.supported) {
      say("{}", is_ratio(*found.resolved)
                    ? "No event has posted to the measure that it is a share of."
                    : "No event has posted to it.");
    } else if (statement_.of == StatementOf::kValue) {
      say("A measure of basis {} has no money value.",
          basis_name(found.resolved->defined.measure.terms.basis));
    } else {
      say("It is a share of 0.");
    }
  }

  void say_what_it_is_now(const FigureNumbers& found) {
    const auto number = current_.number(statement_.of);
    if (!number || number == found.number(statement_.of)) return;
    say("It has been restated since: {} is {}{}.", name(now_), number->to_display(),
        domain::agrees(statement_, *number) ? ", which agrees" : "");
  }

  // Whether another figure is what was stated; then the sentence may say so.
  Result<std::optional<Decimal>> explaining(const FigureReference& other) const {
    TALLY_ASSIGN(const FigureNumbers numbers, numbers_of(reading_.reader, other));
    const auto number = numbers.number(statement_.of);
    return explains(number) ? number : std::nullopt;
  }

  Result<void> say_other_stages() {
    for (const Stage stage : kStages) {
      if (stage == now_.stage) continue;
      FigureReference other = now_;
      other.stage = stage;
      TALLY_ASSIGN(const auto number, explaining(other));
      if (!number) continue;
      say("It is the {} {}, not the {} one: {} is {}.", stage_name(stage), kind(),
          stage_name(now_.stage), name(other), number->to_display());
    }
    return {};
  }

  Result<void> say_other_years() {
    TotalsQuery query;
    query.measures = {now_.measure};
    TALLY_ASSIGN(const Totals totals, ledger::compute_totals(reading_.reader, year_start_, query));
    for (const TotalsRow& row : totals.rows) {
      if (row.year == now_.year) continue;
      FigureReference other = now_;
      other.year = row.year;
      TALLY_ASSIGN(const auto number, explaining(other));
      if (!number) continue;
      say("It is that of another year: {} is {}.", name(other), number->to_display());
    }
    return {};
  }

  // One programme's or organisation's share, or the sum of all.
  Result<void> say_parts_and_whole() {
    if (now_.programme || now_.organisation || now_.contract) {
      FigureReference whole = now_;
      whole.programme = whole.organisation = whole.contract = std::nullopt;
      TALLY_ASSIGN(const auto number, explaining(whole));
      if (number) say("It is the whole year's: {} is {}.", name(whole), number->to_display());
      return {};
    }
    for (const Dimension dimension : {Dimension::kProgramme, Dimension::kOrganisation}) {
      TotalsQuery query;
      query.years = {now_.year};
      query.measures = {now_.measure};
      query.by = {dimension};
      TALLY_ASSIGN(const Totals totals,
                   ledger::compute_totals(reading_.reader, year_start_, query));
      if (totals.rows.size() < 2) continue;
      for (const TotalsRow& row : totals.rows) {
        const StageNumbers& numbers =
            statement_.of == StatementOf::kValue ? row.values : row.quantities;
        const auto& number = numbers[static_cast<std::size_t>(now_.stage)];
        if (!explains(number) || !row.dimensions[0]) continue;
        FigureReference part = now_;
        (dimension == Dimension::kProgramme ? part.programme : part.organisation) =
            row.dimensions[0];
        say("It is that of one {} alone: {} is {}.", dimension_name(dimension), name(part),
            number->to_display());
      }
    }
    return {};
  }

  Result<void> say_earlier_publications() {
    TALLY_ASSIGN(const auto publications, reading_.reader.publications());
    for (const auto& one : publications) {
      if (one.year != now_.year || one.as_of == *statement_.figure.as_of) continue;
      FigureReference then = now_;
      then.as_of = one.as_of;
      TALLY_ASSIGN(const auto number, explaining(then));
      if (!number) continue;
      TALLY_ASSIGN(const std::string id, reading_.reader.id_of(one.publication));
      say("It was so as of the publication {}: {} is {}.", id, name(then), number->to_display());
    }
    return {};
  }

  // The quantity in the place of the value, or the other way round; and what the value is made of.
  void say_other_kind() {
    if (!current_.supported) return;
    const bool of_value = statement_.of == StatementOf::kValue;
    if (explains(of_value ? current_.quantity : current_.value)) {
      say("It is the figure's {}, not its {}.", of_value ? "quantity" : "value", kind());
    }
    const domain::MeasureTerms& terms = current_.resolved->defined.measure.terms;
    if (of_value && terms.basis == Basis::kProxy && current_.value && current_.quantity) {
      say("The value is {} {} at the proxy in force, {}: {}.", current_.quantity->to_display(),
          base::shown(terms.unit), Decimal(terms.proxy).to_display(), current_.value->to_display());
    }
  }

  // What the number would be without some of the postings behind it.
  std::optional<Decimal> without(Quantity delta) const {
    const auto quantity = Quantity::from_millionths(-delta.millionths());
    if (!quantity) return std::nullopt;
    const domain::MeasureTerms& terms = current_.resolved->defined.measure.terms;
    const auto effect = statement_.of == StatementOf::kValue ? ledger::value_of(terms, *quantity)
                                                             : std::optional<Decimal>(*quantity);
    const auto number = current_.number(statement_.of);
    if (!effect || !number) return std::nullopt;
    return number->plus(*effect);
  }

  Result<void> say_single_events() {
    std::map<Sequence, Quantity> by_event;
    TALLY_ASSIGN(const std::vector<TraceLine> lines,
                 trace_lines(reading_.reader, *current_.resolved));
    if (lines.size() > kPostings) return {};
    for (const TraceLine& line : lines) {
      Quantity& sum = by_event[line.sequence];
      sum = sum.plus(line.delta).value_or(sum);
    }
    std::map<Sequence, Quantity> by_claim;
    for (const auto& [event, delta] : by_event) {
      TALLY_TRY(say_correction(event, delta));
      TALLY_ASSIGN(const auto claim, claim_behind(reading_.reader, event));
      if (!claim) continue;
      Quantity& sum = by_claim[*claim];
      sum = sum.plus(delta).value_or(sum);
    }
    for (const auto& [claim, delta] : by_claim) {
      if (!delta.is_zero() && explains(without(delta))) TALLY_TRY(say_claim(claim, by_claim));
    }
    return {};
  }

  Result<void> say_correction(Sequence event, Quantity delta) {
    if (!explains(without(delta))) return {};
    TALLY_ASSIGN(const auto record, reading_.reader.record(event));
    if (!record || record->type != EntryType::kCorrection) return {};
    TALLY_ASSIGN(const Event correction, reading_.events.read_named(event));
    say("Without the correction {} (event {}: {}) it would be {}.", correction.entry.id,
        event.value, base::shown(std::get<Correction>(correction.entry.content).reason),
        without(delta)->to_display());
    return {};
  }

  Result<std::vector<Evidence>> evidence_of(Sequence claim) {
    TALLY_ASSIGN(const auto versions, versions_of(reading_, claim, head_));
    const Entry entry = entry_as_of(versions, head_);
    const Body* body = body_of(entry);
    const auto* content = body == nullptr ? nullptr : std::get_if<Claim>(body);
    return content == nullptr ? std::vector<Evidence>() : content->evidence;
  }

  // A claim without which the number would be so, where its evidence stands behind another as well.
  Result<void> say_claim(Sequence claim, const std::map<Sequence, Quantity>& all) {
    TALLY_ASSIGN(const auto own, evidence_of(claim));
    std::vector<std::string> sharing;
    for (const auto& [other, delta] : all) {
      if (other == claim || delta.is_zero() || sharing.size() > kNamed) continue;
      TALLY_ASSIGN(const auto theirs, evidence_of(other));
      const bool shared = std::any_of(theirs.begin(), theirs.end(), [&](const Evidence& item) {
        return std::any_of(own.begin(), own.end(),
                           [&](const Evidence& mine) { return mine.sha256 == item.sha256; });
      });
      if (!shared) continue;
      TALLY_ASSIGN(sharing.emplace_back(), reading_.reader.id_of(other));
    }
    if (sharing.empty()) return {};
    TALLY_ASSIGN(const std::string id, reading_.reader.id_of(claim));
    say("The same evidence stands behind {} and {}; without {} it would be {}.", id,
        list_of(sharing), id, without(all.at(claim))->to_display());
    return {};
  }

  Result<void> say_pending() {
    if (now_.stage != Stage::kVerified) return {};
    FigureReference pending = now_;
    pending.stage = Stage::kPending;
    TALLY_ASSIGN(const FigureNumbers numbers, numbers_of(reading_.reader, pending));
    const auto number = numbers.number(statement_.of);
    const auto verified = current_.number(statement_.of);
    if (!number || !verified || *number <= Decimal()) return {};
    const Decimal together = verified->plus(*number);
    if (explains(together)) {
      say("It is so with what is still pending: {} is {}, and together that is {}.", name(pending),
          number->to_display(), together.to_display());
    } else if (*verified < Decimal(statement_.stated)) {
      say("Of what was claimed, {} is still pending: {}.", number->to_display(), name(pending));
    }
    return {};
  }

  Reading& reading_;
  const YearStart year_start_;
  const Statement& statement_;
  const Sequence head_;
  FigureReference now_;
  FigureNumbers current_;
  std::vector<std::string> sentences_;
};

}  // namespace

Result<std::vector<std::string>> hints_for(Reading& reading, YearStart year_start,
                                           const Statement& statement, const FigureNumbers& found) {
  return Hints(reading, year_start, statement).collect(found);
}

}  // namespace tally::audit
