#include "ledger/writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "codec/details.h"
#include "domain/decide.h"
#include "ledger/event_reader.h"
#include "ledger/same_content.h"
#include "merkle/sha256.h"
#include "tally/limits.h"

namespace tally::ledger {
namespace {

// From this many events on, sorted files taken in whole beat a write batch.
constexpr std::uint64_t kLargeCommit = 16'384;
constexpr std::size_t kSaltsAtOnce = 256;
constexpr std::uint64_t kProgressEvery = 4'096;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

// How far a submission has been decided.
struct Writer::Progress {
  Timestamp now;
  Sequence head_before;
  std::uint64_t appended = 0;
  std::uint64_t duplicates = 0;
};

Writer::Writer(store::Store& store, store::LogStore& log, domain::Settings settings,
               Environment environment)
    : store_(store),
      log_(log),
      settings_(std::move(settings)),
      environment_(std::move(environment)),
      reader_(settings_.year_start) {}

Result<Receipt> Writer::submit(LineSource& source, const AppendOptions& options,
                               std::optional<std::size_t> bytes) {
  Submission mine{&source, &options, bytes && *bytes <= limits::kGroupedBytes, std::nullopt};
  std::unique_lock lock(mutex_);
  queue_.push_back(&mine);
  changed_.wait(lock, [&] { return mine.answer || (!writing_ && queue_.front() == &mine); });
  if (!mine.answer) {
    const std::vector<Submission*> group = next_group();
    writing_ = true;
    lock.unlock();
    write_group(group);
    lock.lock();
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(group.size()));
    writing_ = false;
    changed_.notify_all();
  }
  return std::move(*mine.answer);
}

std::vector<Writer::Submission*> Writer::next_group() {
  std::vector<Submission*> group = {queue_.front()};
  if (!group.front()->small) return group;
  for (std::size_t i = 1; i < queue_.size() && group.size() < limits::kGroupSubmissions; ++i) {
    if (!queue_[i]->small) break;
    group.push_back(queue_[i]);
  }
  return group;
}

Result<Draft> Writer::new_draft() {
  if (failed_) return Error(*failed_);
  view_ = store_.view();
  TALLY_ASSIGN(const projection::Head head, projection::Head::read(*view_));
  if (!frontier_) {
    TALLY_ASSIGN(frontier_, projection::read_frontier(*view_, head.size));
    const bool sound = head.size.count == 0 || frontier_->root() == head.root;
    if (!sound) {
      return Error{ErrorCode::kDamaged,
                   "the hash tree does not give the root that stands in the head; run `tally verify`",
                   {}, 0, {}};
    }
  }
  return Draft(*view_, head, *frontier_);
}

void Writer::write_group(const std::vector<Submission*>& group) {
  auto answer_all = [&](const Error& error) {
    for (Submission* submission : group) submission->answer.emplace(Error(error));
  };
  Result<Draft> draft = new_draft();
  if (!draft.ok()) return answer_all(draft.error());
  if (group.size() == 1) {
    group[0]->answer.emplace(decide_all(*draft, *group[0]));
    if (!group[0]->answer->ok() || group[0]->options->dry_run) return;
  } else {
    for (Submission* submission : group) {
      Draft above(&*draft);
      submission->answer.emplace(decide_all(above, *submission));
      if (submission->answer->ok() && !submission->options->dry_run) draft->absorb(std::move(above));
    }
  }
  if (draft->count() == 0) return;
  const Result<void> written = write(std::move(*draft));
  if (written.ok()) return;
  for (Submission* submission : group) {
    if (submission->answer->ok() && submission->answer->value().appended > 0) {
      submission->answer.emplace(Error(written.error()));
    }
  }
}

Result<void> Writer::write(Draft&& draft) {
  const LogSize expected{draft.head().size.count - draft.count()};
  const merkle::Frontier frontier = draft.frontier();
  TALLY_ASSIGN(std::unique_ptr<store::Batch> batch, store_.begin(draft.count() > kLargeCommit));
  store::LogBatch appended;
  environment_.random(appended.id);
  TALLY_ASSIGN(appended.blocks, std::move(draft).finish(*batch));
  auto outcome = log_.append(appended, expected, batch);
  if (outcome.ok() && *outcome == store::AppendOutcome::kAppended) {
    frontier_ = frontier;
    return {};
  }
  // What is on disk is not known for sure now.  Nothing more is written by this process.
  Error error = outcome.ok() ? Error{ErrorCode::kIo, "the log did not take the commit", {}, 0, {}}
                             : outcome.take_error();
  error.message += "; close the ledger and open it again before anything else is appended";
  failed_ = error;
  return error;
}

Result<Receipt> Writer::decide_all(Draft& draft, const Submission& submission) {
  Progress progress;
  progress.now = std::max(environment_.now(), draft.head().recorded_at);
  progress.head_before = Sequence{draft.head().size.count - 1};
  std::uint64_t bytes = 0;
  std::uint64_t read = 0;
  for (;;) {
    TALLY_ASSIGN(const std::optional<InputLine> line, submission.source->next());
    if (!line) break;
    bytes += line->text.size() + 1;
    auto place = [&](Error error) {
      error.file = line->file;
      error.line = line->number;
      return error;
    };
    if (bytes > limits::kSubmissionBytes) {
      return place({ErrorCode::kTooLarge,
                    fmt::format("a submission holds at most {} bytes; append the rest as another",
                                limits::kSubmissionBytes), {}, 0, {}});
    }
    if (is_blank(line->text)) continue;
    auto decided = decide_line(draft, *submission.options, line->text, progress);
    if (!decided.ok()) return place(decided.take_error());
    if (++read % kProgressEvery == 0 && submission.options->progress) {
      submission.options->progress(read);
    }
  }
  Receipt receipt{progress.appended, progress.duplicates, Sequence{draft.head().size.count - 1},
                  draft.frontier().root()};
  if (submission.options->dry_run) {
    receipt.head = progress.head_before;
    receipt.root = frontier_->root();
  }
  return receipt;
}

Result<void> Writer::decide_line(Draft& draft, const AppendOptions& options, std::string_view line,
                                 Progress& progress) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  TALLY_ASSIGN(codec::ParsedEntry parsed, reader_.read(line));
  projection::Changes& changes = draft.changes();
  if (parsed.has_replacement) {
    const auto& correction = std::get<Correction>(parsed.entry.content);
    TALLY_ASSIGN(const auto corrected, changes.sequence_of(correction.corrects.id));
    const domain::Record* target = nullptr;
    if (corrected) {
      TALLY_ASSIGN(target, changes.find(*corrected));
    }
    // Otherwise there is nothing to read the replacement as, and the rules refuse it below.
    if (target != nullptr && target->type != EntryType::kCorrection) {
      TALLY_TRY(reader_.read_replacement(parsed, target->type));
    }
  }
  const std::string& id = parsed.entry.id;
  TALLY_ASSIGN(const auto existing, changes.sequence_of(id));
  if (existing) {
    TALLY_ASSIGN(const bool duplicate, is_duplicate(draft, parsed, *existing));
    if (duplicate) {
      ++progress.duplicates;
      return {};
    }
    return Error{ErrorCode::kIdTaken,
                 fmt::format("\"{}\" is taken by event {}, which says something else; choose another "
                             "id, or correct that entry", id, existing->value), {}, 0, id};
  }
  if (options.expected_head && *options.expected_head != progress.head_before) {
    return Error{ErrorCode::kConflict,
                 fmt::format("the head was expected at event {}, and is at event {}; look at what "
                             "came in between and submit again", options.expected_head->value,
                             progress.head_before.value), {}, 0, id};
  }
  TALLY_TRY(domain::decide(changes, settings_, parsed.entry));
  Event event;
  event.sequence = Sequence{draft.head().size.count};
  event.recorded_at = progress.now;
  event.entry = std::move(parsed.entry);
  ++progress.appended;
  return record(draft, std::move(event));
}

Result<void> Writer::record(Draft& draft, Event event) {
  const std::string details = codec::encode_details(event.entry);
  std::string_view salt;
  if (!details.empty()) {
    salt = next_salt();
    event.details_digest = merkle::sha256({salt, details});
  }
  const std::string_view bytes = encoder_.encode(event);
  if (bytes.size() > limits::kEventBytes) {
    return Error{ErrorCode::kTooLarge,
                 fmt::format("the entry makes an event of {} bytes; an event has at most {}",
                             bytes.size(), limits::kEventBytes), {}, 0, event.entry.id};
  }
  TALLY_TRY(draft.changes().apply(settings_, event));
  draft.add(bytes);
  if (!details.empty()) draft.add_details(salt, details);
  return {};
}

Result<bool> Writer::is_duplicate(Draft& draft, const codec::ParsedEntry& parsed,
                                  Sequence existing) {
  TALLY_ASSIGN(const auto found, draft.find(existing));
  if (found) {
    TALLY_ASSIGN(Event stored, decode_with_details(existing, found->event,
                                                   found->details ? &*found->details : nullptr));
    return same_content(draft.changes(), parsed.entry, std::move(stored));
  }
  TALLY_ASSIGN(projection::Reader reader, projection::Reader::open(store_.view()));
  EventReader events(log_, reader);
  TALLY_ASSIGN(Event stored, events.read(existing));
  return same_content(draft.changes(), parsed.entry, std::move(stored));
}

std::string_view Writer::next_salt() {
  if (salts_used_ == salts_.size()) {
    salts_.resize(kSaltsAtOnce * store::kSaltBytes);
    environment_.random({reinterpret_cast<std::uint8_t*>(salts_.data()), salts_.size()});
    salts_used_ = 0;
  }
  const std::string_view salt(salts_.data() + salts_used_, store::kSaltBytes);
  salts_used_ += store::kSaltBytes;
  return salt;
}

Result<void> Writer::open_log(const LedgerOpened& opened) {
  TALLY_ASSIGN(Draft draft, new_draft());
  Event event;
  event.recorded_at = environment_.now();
  event.entry.content = opened;
  TALLY_TRY(record(draft, std::move(event)));
  return write(std::move(draft));
}

}  // namespace tally::ledger
