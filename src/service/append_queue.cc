#include "service/append_queue.h"

#include <algorithm>
#include <chrono>

#include "base/json_writer.h"
#include "export/ledger_json.h"
#include "ledger/core.h"
#include "ledger/text_lines.h"
#include "tally/limits.h"

namespace tally::service {
namespace {

constexpr std::chrono::seconds kErasurePatience(10);

// A submission with all that reads its lines.
class Offer {
 public:
  Offer(const Ledger& ledger, Submission& submission) : submission_(submission) {
    if (submission.is_list) {
      auto listed = ListedEntries::open(submission.body);
      if (!listed.ok()) {
        submission.reply.emplace(listed.take_error());
        return;
      }
      lines_ = std::move(*listed);
    } else {
      lines_ = std::make_unique<ledger::TextLines>(submission.body);
    }
    allowed_.emplace(ledger, submission.caller, *lines_);
  }

  // Whether there is nothing left to ask the ledger.
  bool is_answered() const { return submission_.reply.has_value(); }
  ledger::Writer::Offered offered() {
    return {&*allowed_, &submission_.options, submission_.body.size(), std::nullopt};
  }

  void settle(Result<Receipt> receipt, YearStart year_start) {
    if (receipt.ok()) {
      std::string text;
      base::JsonWriter out(text);
      out.begin_object();
      exports::write_receipt_members(out, *receipt, submission_.options.dry_run, year_start);
      out.end_object();
      Answer answer = text_answer(std::string(kJson), text + "\n");
      answer.as_of = receipt->head;
      submission_.reply.emplace(std::move(answer));
    } else if (allowed_->refusal()) {
      submission_.reply.emplace(std::move(*allowed_->refusal()));
    } else {
      submission_.reply.emplace(receipt.take_error());
    }
  }

 private:
  Submission& submission_;
  std::unique_ptr<LineSource> lines_;
  std::optional<AllowedLines> allowed_;
};

// Whether it may hold an erasure, which is for admins alone; what only mentions the word takes a
// little longer for it.
bool may_erase(const Submission& submission) {
  return submission.caller.roles.has(Role::kAdmin) && !submission.options.dry_run &&
         submission.body.find("erasure") != std::string::npos;
}

}  // namespace

AppendQueue::AppendQueue(const Ledger& ledger, ReadingGate& gate, Metrics& metrics,
                         std::size_t most, Deliver deliver)
    : ledger_(ledger),
      gate_(gate),
      metrics_(metrics),
      most_(most),
      deliver_(std::move(deliver)),
      thread_([this] { run(); }) {}

AppendQueue::~AppendQueue() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool AppendQueue::push(std::shared_ptr<Submission> submission) {
  {
    const std::lock_guard lock(mutex_);
    if (ending_ || waiting_.size() >= most_) return false;
    waiting_.push_back(std::move(submission));
    metrics_.queued_submissions = waiting_.size();
  }
  changed_.notify_one();
  return true;
}

void AppendQueue::run() {
  for (;;) {
    Answered taken;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const std::size_t count = std::min(waiting_.size(), limits::kGroupSubmissions);
      const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
      taken.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
      waiting_.erase(waiting_.begin(), end);
      metrics_.queued_submissions = waiting_.size();
    }
    answer(taken);
    const auto head = ledger_.head();
    deliver_(std::move(taken), head.ok() ? std::optional(*head) : std::nullopt);
  }
}

void AppendQueue::answer(const Answered& taken) {
  const auto began = std::chrono::steady_clock::now();
  const bool erases = std::any_of(taken.begin(), taken.end(),
                                  [](const auto& submission) { return may_erase(*submission); });
  const bool may = !erases || gate_.close(kErasurePatience);
  std::deque<Offer> offers;
  std::vector<ledger::Writer::Offered> offered;
  std::vector<Offer*> of;
  for (const auto& submission : taken) {
    if (!may && may_erase(*submission)) {
      submission->reply.emplace(Problem::busy(
          "an erasure waits until nobody reads what it takes away, and someone reads for long; try "
          "again in a while",
          10));
      continue;
    }
    Offer& offer = offers.emplace_back(ledger_, *submission);
    if (offer.is_answered()) continue;
    offered.push_back(offer.offered());
    of.push_back(&offer);
  }
  ledger_.core().writer()->submit_all(offered);
  if (erases && may) gate_.open();
  for (const auto& submission : taken) submission->erases = may_erase(*submission);
  for (std::size_t i = 0; i < offered.size(); ++i) {
    Result<Receipt>& receipt = *offered[i].answer;
    if (receipt.ok() && !offered[i].options->dry_run) {
      metrics_.appended_entries += receipt->appended;
      metrics_.duplicate_entries += receipt->duplicates;
    }
    of[i]->settle(std::move(receipt), ledger_.identity().year_start);
  }
  for (const auto& submission : taken) {
    if (!submission->reply->ok()) metrics_.refused.add(submission->reply->problem().code);
  }
  metrics_.submissions += taken.size();
  metrics_.batch_submissions.add(static_cast<double>(taken.size()));
  metrics_.commit_seconds.add(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

}  // namespace tally::service
