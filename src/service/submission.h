#pragma once

// A submission as it came over HTTP: read as JSON Lines or as a list, and held against what its
// token allows, line by line, in the writer's own turn.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "codec/entry_json.h"
#include "service/problem.h"
#include "tally/ledger.h"

namespace tally::service {

struct Submission {
  std::string body;
  bool is_list = false;  // a JSON array
  AppendOptions options;
  Caller caller;
  // Filled by the queue.
  bool erases = false;  // it may have taken something away
  std::optional<Reply> reply;
  // Called once there is a reply, on the thread that the queue's owner chose.
  std::function<void()> answered;
};

// 415 where the body is none of the media types that are read.
std::optional<Problem> check_media_type(const Request& request);

// Reads the head of a request to submit: its media type, `dry_run`, If-Match.
Result<Submission> read_submission_head(const Request& request);

// The entries of a list, each a line; the list must outlive them.
class ListedEntries : public LineSource {
 public:
  // `bad-json` where the text is not a JSON array.
  static Result<std::unique_ptr<ListedEntries>> open(std::string_view json);
  Result<std::optional<InputLine>> next() override;

 private:
  std::vector<std::string_view> entries_;
  std::size_t next_ = 0;
};

// Hands lines on as long as their entries are the caller's to submit.  An entry that cannot be read
// goes on: the ledger says what is wrong with it.
class AllowedLines : public LineSource {
 public:
  AllowedLines(const Ledger& ledger, const Caller& caller, LineSource& lines)
      : ledger_(ledger), caller_(caller), lines_(lines), reader_(ledger.identity().year_start) {}
  Result<std::optional<InputLine>> next() override;

  // What was not allowed, which `next` could only answer with an error of the library.
  std::optional<Problem>& refusal() { return refusal_; }

 private:
  Result<std::optional<Problem>> check(const Entry& entry);
  Result<std::optional<Problem>> check_correction(const Correction& correction);
  Problem not_allowed(std::string detail) const { return Problem::not_allowed(std::move(detail)); }

  const Ledger& ledger_;
  const Caller& caller_;
  LineSource& lines_;
  codec::EntryReader reader_;
  std::unordered_map<std::string, EntryType> submitted_;  // by this submission, before
  std::optional<Problem> refusal_;
};

}  // namespace tally::service
