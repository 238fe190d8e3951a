#include "service/answer_cache.h"

namespace tally::service {
namespace {

constexpr std::uint64_t kLargest = 1 << 20;
constexpr std::uint64_t kOverhead = 512;  // of an answer beside its text

}  // namespace

std::optional<Answer> AnswerCache::find(const std::string& question, std::uint64_t head) {
  const std::lock_guard lock(mutex_);
  const auto found = by_question_.find(question);
  if (found == by_question_.end()) return std::nullopt;
  const auto kept = found->second;
  if (kept->answer.keeping != Keeping::kForEver && kept->head != head) {
    drop(kept);
    return std::nullopt;
  }
  kept_.splice(kept_.begin(), kept_, kept);
  return kept->answer;
}

void AnswerCache::keep(const std::string& question, const Answer& answer, std::uint64_t head) {
  if (answer.text == nullptr || answer.text->size() > kLargest) return;
  const std::lock_guard lock(mutex_);
  if (const auto found = by_question_.find(question); found != by_question_.end()) {
    drop(found->second);
  }
  kept_.push_front({question, answer, head});
  by_question_.emplace(question, kept_.begin());
  bytes_ += answer.text->size() + 2 * question.size() + kOverhead;
  while (bytes_ > most_bytes_) drop(std::prev(kept_.end()));
}

void AnswerCache::drop(std::list<Kept>::iterator kept) {
  bytes_ -= kept->answer.text->size() + 2 * kept->question.size() + kOverhead;
  by_question_.erase(kept->question);
  kept_.erase(kept);
}

}  // namespace tally::service
