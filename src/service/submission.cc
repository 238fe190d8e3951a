#include "service/submission.h"

#include <fmt/format.h>

#include "base/shown.h"
#include "base/try.h"
#include "codec/json_array.h"
#include "ledger/core.h"
#include "service/parameters.h"

namespace tally::service {
namespace {

Error usage(std::string message) { return {ErrorCode::kUsage, std::move(message), {}, 0, {}}; }

bool is_reference_entry(EntryType type) {
  return type == EntryType::kOrganisation || type == EntryType::kProgramme ||
         type == EntryType::kContract || type == EntryType::kMeasure;
}

// What the role `record` is for.
bool is_recorded(EntryType type) {
  return is_reference_entry(type) || type == EntryType::kCommitment || type == EntryType::kClaim;
}

// `"42"`, as this service's answers have it in their bodies.
Result<std::optional<Sequence>> read_if_match(std::string_view field) {
  if (field.empty() || field == "*") return std::optional<Sequence>();
  const bool quoted = field.size() > 2 && field.starts_with('"') && field.ends_with('"');
  const std::string_view digits = quoted ? field.substr(1, field.size() - 2) : std::string_view();
  constexpr std::size_t kMostDigits = 19;
  if (is_sequence(digits) && digits.size() <= kMostDigits) {
    return std::optional(Sequence{std::stoull(std::string(digits))});
  }
  return usage(
      fmt::format("If-Match is the expected head's sequence in quotes, such as \"42\", not "
                  "{}",
                  base::shown(field)));
}

}  // namespace

std::optional<Problem> check_media_type(const Request& request) {
  const std::string type = media_type_of(request.fields.content_type);
  const std::string& encoding = request.fields.content_encoding;
  const bool is_plain = encoding.empty() || encoding == "identity";
  if (is_plain && (type == kJson || type == kJsonLines)) return std::nullopt;
  return Problem{415, "unsupported-media-type",
                 fmt::format("entries are sent as {}, one a line, or as a list in {}, and not "
                             "compressed",
                             kJsonLines, kJson)};
}

Result<Submission> read_submission_head(const Request& request) {
  const Parameters parameters(request.target);
  TALLY_TRY(parameters.expect({"dry_run"}));
  Submission submission;
  TALLY_ASSIGN(submission.options.dry_run, parameters.flag("dry_run"));
  TALLY_ASSIGN(submission.options.expected_head, read_if_match(request.fields.if_match));
  submission.is_list = media_type_of(request.fields.content_type) == kJson;
  submission.caller = request.caller;
  return submission;
}

Result<std::unique_ptr<ListedEntries>> ListedEntries::open(std::string_view json) {
  auto listed = std::make_unique<ListedEntries>();
  TALLY_ASSIGN(listed->entries_, codec::split_json_array(json));
  return listed;
}

Result<std::optional<InputLine>> ListedEntries::next() {
  if (next_ == entries_.size()) return std::optional<InputLine>();
  const std::size_t at = next_++;
  return std::optional(InputLine{entries_[at], {}, at + 1});
}

Result<std::optional<InputLine>> AllowedLines::next() {
  TALLY_ASSIGN(std::optional<InputLine> line, lines_.next());
  if (!line) return line;
  const auto parsed = reader_.read(line->text);
  if (!parsed.ok()) return line;
  const Entry& entry = parsed->entry;
  auto refused = check(entry);
  if (!refused.ok()) {
    Error error = refused.take_error();
    error.line = line->number;
    error.entry = entry.id;
    return error;
  }
  if (*refused) {
    refusal_ = std::move(**refused);
    refusal_->line = line->number;
    refusal_->entry = entry.id;
    return Error{ErrorCode::kUsage, refusal_->detail, {}, line->number, entry.id};
  }
  if (!caller_.roles.has(Role::kAdmin)) submitted_.emplace(entry.id, entry.type());
  return line;
}

Result<std::optional<Problem>> AllowedLines::check(const Entry& entry) {
  if (entry.actor != caller_.actor) {
    return std::optional(
        Problem{403, "wrong-actor",
                fmt::format("the entry says that {} records it, and the token is {}'s", entry.actor,
                            caller_.actor)});
  }
  const Roles& roles = caller_.roles;
  const EntryType type = entry.type();
  if (roles.has(Role::kAdmin)) return std::optional<Problem>();
  if (const auto* correction = std::get_if<Correction>(&entry.content)) {
    return check_correction(*correction);
  }
  if (is_recorded(type) && roles.has(Role::kRecord)) return std::optional<Problem>();
  if (type == EntryType::kVerification && roles.has(Role::kVerify)) {
    return std::optional<Problem>();
  }
  const std::string_view needed = is_recorded(type)                  ? "record"
                                  : type == EntryType::kVerification ? "verify"
                                                                     : "admin";
  return std::optional(
      not_allowed(fmt::format("an entry of type `{}` takes a token of role {}, and this one is of "
                              "role {}",
                              type_name(type), needed, roles.to_string())));
}

// What an entry is, and who recorded it, never changes: what is in the ledger by now is looked up,
// and what is not cannot be corrected yet.
Result<std::optional<Problem>> AllowedLines::check_correction(const Correction& correction) {
  const Roles& roles = caller_.roles;
  const std::string& id = correction.corrects.id;
  EntryType type{};
  bool is_own = true;
  if (const auto found = submitted_.find(id); found != submitted_.end()) {
    type = found->second;
  } else {
    TALLY_ASSIGN(projection::Reader reader, ledger_.core().reader());
    TALLY_ASSIGN(const auto sequence, reader.sequence_of(id));
    if (!sequence) {
      return Error{ErrorCode::kUnknownReference,
                   fmt::format("`corrects` names \"{}\", which is not in the ledger", id),
                   {},
                   0,
                   {}};
    }
    tally::ledger::EventReader events(ledger_.core().log(), reader);
    TALLY_ASSIGN(const Event event, events.read(*sequence));
    type = event.entry.type();
    is_own = event.entry.actor == caller_.actor;
  }
  if (type == EntryType::kVerification && roles.has(Role::kVerify)) {
    return std::optional<Problem>();
  }
  if (is_recorded(type) && roles.has(Role::kRecord) && is_own) return std::optional<Problem>();
  const bool is_of_another = is_recorded(type) && roles.has(Role::kRecord);
  return std::optional(not_allowed(
      is_of_another
          ? fmt::format("\"{}\" was recorded by someone else than {}; a token of role admin may "
                        "correct it",
                        id, caller_.actor)
          : fmt::format("\"{}\" is of type `{}`, which a token of role {} may not correct", id,
                        type_name(type), roles.to_string())));
}

}  // namespace tally::service
