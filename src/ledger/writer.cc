#include "ledger/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/try.h"
#include "domain/decide.h"
#include "ledger/event_reader.h"
#include "ledger/impact.h"
#include "ledger/same_content.h"
#include "ledger/totals.h"
#include "tally/limits.h"

namespace tally::ledger {
namespace {

constexpr std::uint64_t kProgressEvery = 4'096;
// How long a commit waits for those whose last submissions were written together: less than a sync
// takes, which they would otherwise wait for one after the other.
constexpr std::chrono::microseconds kPatience{100};

}  // namespace

// How far a submission has been decided.
struct Writer::Progress {
  Timestamp now;
  Sequence head_before;
  std::uint64_t appended = 0;
  std::uint64_t duplicates = 0;
  // The draft as it was shown to the last publication, and after how many postings, measures and
  // corrections: a publication that follows without any of these sees the same totals.
  std::optional<store::Overlay> shown;
  std::array<std::uint64_t, 3> shown_after{};
};

Writer::Writer(store::Store& store, store::LogStore& log, Checkpoints& checkpoints,
               domain::Settings settings, Environment environment)
    : store_(store),
      log_(log),
      checkpoints_(checkpoints),
      settings_(std::move(settings)),
      environment_(std::move(environment)),
      turns_(kPatience),
      reader_(settings_.year_start),
      salts_(environment_),
      checkpoint_kept_at_(environment_.now()) {}

Result<Receipt> Writer::submit(LineSource& source, const AppendOptions& options,
                               std::optional<std::size_t> bytes) {
  return take_turn({&source, &options, nullptr, nullptr, bytes && *bytes <= limits::kGroupedBytes,
                    std::nullopt});
}

Result<void> Writer::record(const Own& own) {
  const AppendOptions options;
  auto receipt = take_turn({nullptr, &options, &own, nullptr, false, std::nullopt});
  if (!receipt.ok()) return receipt.take_error();
  return {};
}

Result<void> Writer::run_alone(const std::function<Result<void>()>& task) {
  const AppendOptions options;
  auto receipt = take_turn({nullptr, &options, nullptr, &task, false, std::nullopt});
  if (!receipt.ok()) return receipt.take_error();
  return {};
}

void Writer::submit_all(std::span<Offered> offered) {
  std::vector<Submission> submissions;
  submissions.reserve(offered.size());
  for (const Offered& one : offered) {
    submissions.push_back({one.source, one.options, nullptr, nullptr,
                           one.bytes <= limits::kGroupedBytes, std::nullopt});
  }
  take_turns(submissions);
  for (std::size_t i = 0; i < offered.size(); ++i) {
    offered[i].answer.emplace(std::move(*submissions[i].answer));
  }
}

Result<Receipt> Writer::take_turn(Submission mine) {
  take_turns({&mine, 1});
  return std::move(*mine.answer);
}

void Writer::take_turns(std::span<Submission> mine) {
  turns_.take(mine, [this](Group& group) {
    if (group.first().task != nullptr) {
      perform_task(group.first());
    } else {
      write_group(group);
    }
  });
}

Result<Draft> Writer::new_draft() {
  if (failed_) return Error(*failed_);
  view_ = store_.view();
  TALLY_ASSIGN(const projection::Head head, projection::Head::read(*view_));
  if (!frontier_) {
    TALLY_ASSIGN(frontier_, projection::TreeReader(*view_).frontier(head.size));
    const bool sound = head.size.count == 0 || frontier_->root() == head.root;
    if (!sound) {
      return Error{
          ErrorCode::kDamaged,
          "the hash tree does not give the root that stands in the head; run `tally verify`",
          {},
          0,
          {}};
    }
  }
  return Draft(*view_, head, *frontier_);
}

void Writer::perform_task(Submission& submission) {
  view_.reset();  // what it shows may be of a generation that is about to go
  const Result<void> done = failed_ ? Result<void>(Error(*failed_)) : (*submission.task)();
  submission.answer.emplace(done.ok() ? Result<Receipt>(Receipt()) : Error(done.error()));
}

// What is small is written together with what is small and has come by the time that those before
// it are decided.
void Writer::write_group(Group& group) {
  const auto joins = [&](const Submission& next) {
    return next.small && group.size() < limits::kGroupSubmissions;
  };
  std::optional<Draft> draft;
  std::vector<Submission*> accepted;
  for (Submission* one = &group.first(); one != nullptr;
       one = one->small ? group.next(joins) : nullptr) {
    one->answer.emplace(decide_onto(draft, *one));
    if (one->answer->ok() && !one->options->dry_run) accepted.push_back(one);
  }
  if (!draft || draft->count() == 0) return;
  const Result<void> written = write(*draft);
  if (written.ok()) return;
  for (Submission* one : accepted) {
    if (one->answer->value().appended > 0) one->answer.emplace(Error(written.error()));
  }
}

// Decides one submission, and takes it in among what is written with it; what is refused, or only
// tried, leaves no trace there.
Result<Receipt> Writer::decide_onto(std::optional<Draft>& draft, const Submission& submission) {
  if (!draft) {
    TALLY_ASSIGN(draft, new_draft());
    Result<Receipt> receipt = decide_all(*draft, submission);
    if (!receipt.ok() || submission.options->dry_run) draft.reset();
    return receipt;
  }
  Draft above(&*draft);
  Result<Receipt> receipt = decide_all(above, submission);
  if (receipt.ok() && !submission.options->dry_run) TALLY_TRY(draft->absorb(std::move(above)));
  return receipt;
}

Result<void> Writer::write(Draft& draft) {
  const LogSize expected{draft.head().size.count - draft.count()};
  store::LogBatch appended;
  environment_.random(appended.id);
  appended.blocks = draft.take_blocks();
  appended.erased = draft.erased();
  auto outcome = log_.append(appended, expected, [&](store::Batch& batch) {
    Result<void> put = draft.write_derived(batch);
    // Nothing more is asked of the draft, and a large batch is taken in at less cost where nobody
    // reads what was there before.
    view_.reset();
    return put;
  });
  const bool is_written = outcome.ok() && *outcome == store::AppendOutcome::kAppended;
  if (is_written && !appended.erased.empty()) {
    const auto purged = log_.finish_erasures();
    if (!purged.ok()) outcome = Error(purged.error());
  }
  if (outcome.ok() && is_written) {
    frontier_ = draft.frontier();
    note_head(WrittenHead{draft.head().size, draft.head().root});
    keep_checkpoint();
    return {};
  }
  // What is on disk is not known for sure now.  Nothing more is written by this process.
  Error error = outcome.ok() ? Error{ErrorCode::kIo, "the log did not take the commit", {}, 0, {}}
                             : outcome.take_error();
  error.message += "; close the ledger and open it again before anything else is appended";
  failed_ = error;
  note_head(std::nullopt);
  return error;
}

Result<Receipt> Writer::decide_all(Draft& draft, const Submission& submission) {
  Progress progress;
  progress.now = std::max(environment_.now(), draft.head().recorded_at);
  if (submission.own != nullptr) {
    Event event;
    event.sequence = Sequence{draft.head().size.count};
    event.recorded_at = progress.now;
    std::visit([&](const auto& own) { event.entry.content = own; }, *submission.own);
    TALLY_TRY(record_own(draft, std::move(event)));
    return Receipt{1, 0, Sequence{draft.head().size.count - 1}, draft.frontier().root(), {}};
  }
  progress.head_before = Sequence{draft.head().size.count - 1};
  // Not the root on disk: what is written together with this submission may stand before it.
  const Hash root_before = submission.options->dry_run ? draft.frontier().root() : Hash{};
  EntrySource entries(*submission.source, reader_, settings_.year_start);
  EventRecorder recorder(draft, settings_, encoder_, salts_);
  std::uint64_t read = 0;
  for (;;) {
    Result<ReadEntry*> entry = entries.next();
    if (entry.ok() && *entry == nullptr) break;
    const Result<void> decided =
        entry.ok() ? decide_entry(draft, recorder, *submission.options, **entry, progress)
                   : Result<void>(entry.take_error());
    if (!decided.ok()) {
      // Something may still be found wrong with an event that came before this line.
      TALLY_TRY(recorder.settle());
      return Error(decided.error());
    }
    if (++read % kProgressEvery == 0 && submission.options->progress) {
      submission.options->progress(read);
    }
  }
  TALLY_TRY(recorder.settle());
  Receipt receipt{progress.appended,
                  progress.duplicates,
                  Sequence{draft.head().size.count - 1},
                  draft.frontier().root(),
                  {}};
  if (submission.options->dry_run) {
    receipt.head = progress.head_before;
    receipt.root = root_before;
    TALLY_ASSIGN(receipt.impact, impact_of(draft));
  }
  return receipt;
}

// Decides on one line, and attaches its place to what is wrong with it.
Result<void> Writer::decide_entry(Draft& draft, EventRecorder& recorder,
                                  const AppendOptions& options, ReadEntry& entry,
                                  Progress& progress) {
  Result<std::optional<Event>> event =
      entry.parsed.ok() ? decide_parsed(draft, recorder, options, *entry.parsed, progress)
                        : Result<std::optional<Event>>(entry.parsed.take_error());
  Result<void> done;
  if (!event.ok()) {
    done = event.take_error();
  } else if (*event) {
    done = recorder.add({std::move(**event), entry.file, entry.line});
  }
  if (done.ok()) return {};
  Error error = done.take_error();
  if (error.line == 0) {
    error.file = entry.file;
    error.line = entry.line;
  }
  return error;
}

// The event that an entry makes; nothing for a duplicate.
Result<std::optional<Event>> Writer::decide_parsed(Draft& draft, EventRecorder& recorder,
                                                   const AppendOptions& options,
                                                   codec::ParsedEntry& parsed, Progress& progress) {
  projection::RecordChanges& records = draft.changes().records();
  if (parsed.has_replacement) {
    const auto& correction = std::get<Correction>(parsed.entry.content);
    TALLY_ASSIGN(const auto corrected, records.sequence_of(correction.corrects.id));
    const domain::Record* target = nullptr;
    if (corrected) {
      TALLY_ASSIGN(target, records.find(*corrected));
    }
    // Otherwise there is nothing to read the replacement as, and the rules refuse it below.
    if (target != nullptr && has_body(target->type)) {
      TALLY_TRY(reader_.read_replacement(parsed, target->type));
    }
  }
  const std::string& id = parsed.entry.id;
  TALLY_ASSIGN(const auto existing, records.sequence_of(id));
  if (existing) {
    TALLY_ASSIGN(const bool duplicate, is_duplicate(draft, recorder, parsed, *existing));
    if (duplicate) {
      ++progress.duplicates;
      return std::optional<Event>();
    }
    return Error{
        ErrorCode::kIdTaken,
        fmt::format("\"{}\" is taken by event {}, which says something else; choose another "
                    "id, or correct that entry",
                    id, existing->value),
        {},
        0,
        id};
  }
  if (options.expected_head && *options.expected_head != progress.head_before) {
    return Error{ErrorCode::kConflict,
                 fmt::format("the head was expected at event {}, and is at event {}; look at what "
                             "came in between and submit again",
                             options.expected_head->value, progress.head_before.value),
                 {},
                 0,
                 id};
  }
  Event event;
  event.sequence = Sequence{draft.head().size.count};
  event.recorded_at = progress.now;
  TALLY_TRY(domain::decide(records, settings_, event.sequence, parsed.entry));
  event.entry = std::move(parsed.entry);
  if (auto* publication = std::get_if<Publication>(&event.entry.content)) {
    TALLY_TRY(recorder.settle());
    TALLY_TRY(freeze(draft, *publication, progress));
  }
  ++progress.appended;
  return std::optional(std::move(event));
}

// Puts the root of the year's totals into a publication.
Result<void> Writer::freeze(Draft& draft, Publication& publication, Progress& progress) {
  std::unique_ptr<store::View> view = store_.view();
  TALLY_ASSIGN(const projection::Head stored, projection::Head::read(*view));
  if (publication.as_of->value >= stored.size.count) {
    const projection::Head& head = draft.head();
    const auto events = [&](EntryType type) {
      return head.events_of_type[static_cast<std::size_t>(type)];
    };
    const std::array<std::uint64_t, 3> after = {head.postings, events(EntryType::kMeasure),
                                                events(EntryType::kCorrection)};
    if (!progress.shown || progress.shown_after != after) {
      TALLY_TRY(draft.show_after(progress.shown.emplace()));
      progress.shown_after = after;
    }
    view = progress.shown->over(*view_);
  }
  TALLY_ASSIGN(projection::Reader reader, projection::Reader::open(std::move(view)));
  TALLY_ASSIGN(publication.totals_root, compute_totals_root(reader, settings_.year_start,
                                                            publication.year, *publication.as_of));
  return {};
}

// What a draft would move; what stands in the drafts below it counts as written.
Result<Impact> Writer::impact_of(Draft& draft) {
  TALLY_ASSIGN(const projection::Reader stored, projection::Reader::open(store_.view()));
  TALLY_ASSIGN(const auto published, stored.publications());
  if (published.empty() || draft.count() == 0) return Impact();
  store::Overlay below;
  store::Overlay all;
  TALLY_TRY(draft.show_before(below));
  TALLY_TRY(draft.show_after(all));
  TALLY_ASSIGN(projection::Reader before, projection::Reader::open(below.over(*view_)));
  TALLY_ASSIGN(projection::Reader after, projection::Reader::open(all.over(*view_)));
  EventReader events(log_, before);
  return impact_between(before, after, events, settings_.year_start);
}

Result<bool> Writer::is_duplicate(Draft& draft, EventRecorder& recorder,
                                  const codec::ParsedEntry& parsed, Sequence existing) {
  TALLY_TRY(recorder.settle());
  TALLY_ASSIGN(const auto found, draft.find(existing));
  Event stored;
  if (found) {
    TALLY_ASSIGN(stored, decode_with_details(existing, found->event,
                                             found->details ? &*found->details : nullptr));
  } else {
    TALLY_ASSIGN(projection::Reader reader, projection::Reader::open(store_.view()));
    EventReader events(log_, reader);
    TALLY_ASSIGN(stored, events.read(existing));
  }
  // What this submission erases is there until it is written.
  TALLY_ASSIGN(const domain::Record* record, draft.changes().records().find(existing));
  if (stored.details_digest && record != nullptr && !record->has_details) {
    stored.details_erased = true;
  }
  return same_content(draft.changes().records(), parsed.entry, std::move(stored));
}

Result<void> Writer::open_log(const LedgerOpened& opened) {
  TALLY_ASSIGN(Draft draft, new_draft());
  Event event;
  event.recorded_at = environment_.now();
  event.entry.content = opened;
  TALLY_TRY(record_own(draft, std::move(event)));
  return write(draft);
}

Result<void> Writer::record_own(Draft& draft, Event event) {
  EventRecorder recorder(draft, settings_, encoder_, salts_);
  TALLY_TRY(recorder.add({std::move(event), {}, 0}));
  return recorder.settle();
}

// Where it cannot be kept, the older one stays, and the next commit tries again.
void Writer::keep_checkpoint() {
  const Timestamp now = environment_.now();
  // A clock that was set back says nothing of how long it has been.
  const std::int64_t since_micros = now.micros - checkpoint_kept_at_.micros;
  if (0 <= since_micros && since_micros < limits::kCheckpointEveryMicros) return;
  const auto kept = checkpoints_.keep(frontier_->size(), frontier_->root());
  if (kept.ok()) checkpoint_kept_at_ = now;
}

void Writer::note_head(const std::optional<WrittenHead>& head) {
  const std::lock_guard lock(head_mutex_);
  written_head_ = head;
}

std::optional<Checkpoint> Writer::written_head() {
  const std::lock_guard lock(head_mutex_);
  if (!written_head_) return std::nullopt;
  return Checkpoint{checkpoints_.key().origin, written_head_->size, written_head_->root};
}

}  // namespace tally::ledger
