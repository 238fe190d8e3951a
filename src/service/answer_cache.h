#pragma once

// Answers that were given a moment ago and still hold: most readers ask for the same few totals
// again and again, and nothing changes until the head does.

#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "service/message.h"

namespace tally::service {

// Any thread may use it.  What was not asked for lately goes first.
class AnswerCache {
 public:
  explicit AnswerCache(std::uint64_t most_bytes) : most_bytes_(most_bytes) {}

  // The answer kept for a question while the head is this one; nothing where there is none.
  std::optional<Answer> find(const std::string& question, std::uint64_t head);
  // Keeps an answer that was made when the head was this one, unless it is large.
  void keep(const std::string& question, const Answer& answer, std::uint64_t head);

 private:
  struct Kept {
    std::string question;
    Answer answer;
    std::uint64_t head = 0;
  };
  void drop(std::list<Kept>::iterator kept);

  const std::uint64_t most_bytes_;
  std::mutex mutex_;  // guards what follows
  std::uint64_t bytes_ = 0;
  std::list<Kept> kept_;  // the one asked for last in front
  std::unordered_map<std::string, std::list<Kept>::iterator> by_question_;
};

}  // namespace tally::service
