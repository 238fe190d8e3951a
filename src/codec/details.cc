#include "codec/details.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "base/try.h"
#include "codec/json_syntax.h"
#include "codec/text_rules.h"
#include "tally/limits.h"

namespace tally::codec {
namespace {

// The document of an entry; nullptr where it has none.
template <typename EntryLike>
auto* document_of(EntryLike& entry) {
  using Document = std::conditional_t<std::is_const_v<EntryLike>, const Evidence, Evidence>;
  auto* publication = std::get_if<Publication>(&entry.content);
  if (publication == nullptr || !publication->document) return static_cast<Document*>(nullptr);
  return static_cast<Document*>(&*publication->document);
}

// The evidence of a body; nullptr for a type that has none.
template <typename BodyLike>
auto* evidence_of(BodyLike& body) {
  using List = std::conditional_t<std::is_const_v<BodyLike>, const std::vector<Evidence>,
                                  std::vector<Evidence>>;
  if (auto* claim = std::get_if<Claim>(&body)) return static_cast<List*>(&claim->evidence);
  if (auto* verification = std::get_if<Verification>(&body)) {
    return static_cast<List*>(&verification->evidence);
  }
  return static_cast<List*>(nullptr);
}

void write_item(base::JsonWriter& out, const Evidence& item) {
  out.begin_object().member("title", item.title);
  if (!item.uri.empty()) out.member("uri", item.uri);
  out.end_object();
}

void write_members(base::JsonWriter& out, const std::string& note,
                   const std::vector<Evidence>* evidence) {
  if (!note.empty()) out.member("note", note);
  if (evidence == nullptr || evidence->empty()) return;
  out.key("evidence").begin_array();
  for (const Evidence& item : *evidence) write_item(out, item);
  out.end_array();
}

bool has_members(const std::string& note, const std::vector<Evidence>* evidence) {
  return !note.empty() || (evidence != nullptr && !evidence->empty());
}

Error damaged(std::string_view what) {
  Error error;
  error.code = ErrorCode::kDamaged;
  error.message = fmt::format("The stored details of the event are damaged: {}.", what);
  return error;
}

// Reads details from the front.  There is one way to write them, so what comes next is expected
// letter by letter.
class DetailsReader {
 public:
  explicit DetailsReader(std::string_view rest) : rest_(rest) {}

  Result<void> read(Entry& entry);

 private:
  bool take(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }
  // Takes the name of a member and, before all but the first, the comma.
  bool take_member(std::string_view name, bool& first) {
    const std::string_view before = rest_;
    if ((first || take(",")) && take("\"") && take(name) && take("\":")) {
      first = false;
      return true;
    }
    rest_ = before;
    return false;
  }
  Result<void> text(std::string_view name, std::size_t limit, Lines lines, std::string& out);
  Result<void> members(std::string& note, std::vector<Evidence>* evidence, bool& first);
  Result<void> evidence(std::vector<Evidence>& items);
  Result<void> item(std::string_view of, Evidence& out);

  std::string_view rest_;
};

Result<void> DetailsReader::text(std::string_view name, std::size_t limit, Lines lines,
                                 std::string& out) {
  const auto bad = [&](std::string_view what) {
    return damaged(fmt::format("`{}` {}", name, what));
  };
  if (!take("\"")) return bad("is not a text");
  std::size_t end = 0;
  bool escaped = false;
  for (; end < rest_.size() && rest_[end] != '"'; ++end) {
    if (rest_[end] != '\\') continue;
    escaped = true;
    ++end;
  }
  if (end >= rest_.size()) return bad("does not end");
  const std::string_view raw = rest_.substr(0, end);
  if (escaped) {
    if (!unescape_json(raw, out)) return bad("has a malformed escape");
    std::string again;
    base::append_json_string(again, out);
    if (again.size() != raw.size() + 2 || again.compare(1, raw.size(), raw) != 0) {
      return bad("is not escaped as it should be");
    }
  } else {
    out.assign(raw);
  }
  rest_.remove_prefix(end + 1);
  // A line feed or tab stands as an escape, never as itself.
  if (text_fault(out, limit, escaped ? lines : Lines::kOne) != TextFault::kNone) {
    return bad("breaks the rules for texts");
  }
  return {};
}

Result<void> DetailsReader::item(std::string_view of, Evidence& out) {
  const auto bad = [&](std::string_view what) { return damaged(fmt::format("{} {}", of, what)); };
  if (!take("{\"title\":")) return bad("has no title");
  TALLY_TRY(text("title", limits::kTextBytes, Lines::kOne, out.title));
  if (take(",\"uri\":")) {
    TALLY_TRY(text("uri", limits::kUriBytes, Lines::kOne, out.uri));
  }
  if (!take("}")) return bad("has something more");
  return {};
}

Result<void> DetailsReader::evidence(std::vector<Evidence>& items) {
  if (!take("[")) return damaged("`evidence` is not a list");
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0 && !take(",")) return damaged("`evidence` has too few items");
    TALLY_TRY(item("an item of `evidence`", items[i]));
  }
  if (!take("]")) return damaged("`evidence` has too many items");
  return {};
}

Result<void> DetailsReader::members(std::string& note, std::vector<Evidence>* items, bool& first) {
  if (take_member("note", first)) {
    TALLY_TRY(text("note", limits::kNoteBytes, Lines::kMany, note));
  }
  const bool expected = items != nullptr && !items->empty();
  if (take_member("evidence", first) != expected) {
    return damaged(expected ? "`evidence` is missing" : "the entry has no evidence for `evidence`");
  }
  if (!expected) return {};
  return evidence(*items);
}

Result<void> DetailsReader::read(Entry& entry) {
  bool first = true;
  if (!take("{")) return damaged("they are not an object");
  Body* const body = std::get_if<Body>(&entry.content);
  TALLY_TRY(members(entry.note, body != nullptr ? evidence_of(*body) : nullptr, first));

  Evidence* const document = document_of(entry);
  if (take_member("document", first) != (document != nullptr)) {
    return damaged(document != nullptr ? "`document` is missing" : "the entry has no document");
  }
  if (document != nullptr) TALLY_TRY(item("`document`", *document));

  Correction* const correction = std::get_if<Correction>(&entry.content);
  Replacement* const replacement =
      correction != nullptr && correction->replacement ? &*correction->replacement : nullptr;
  std::vector<Evidence>* const replaced =
      replacement != nullptr ? evidence_of(replacement->body) : nullptr;
  if (take_member("replacement", first)) {
    if (replacement == nullptr) return damaged("the entry has no replacement");
    bool first_inside = true;
    if (!take("{")) return damaged("`replacement` is not an object");
    TALLY_TRY(members(replacement->note, replaced, first_inside));
    if (first_inside || !take("}")) return damaged("`replacement` is not as it should be");
  } else if (replaced != nullptr && !replaced->empty()) {
    return damaged("`replacement` is missing");
  }
  if (first || !take("}") || !rest_.empty()) return damaged("they are not as they should be");
  return {};
}

}  // namespace

std::string encode_details(const Entry& entry) {
  const Body* const body = std::get_if<Body>(&entry.content);
  const Correction* const correction = std::get_if<Correction>(&entry.content);
  const Replacement* const replacement =
      correction != nullptr && correction->replacement ? &*correction->replacement : nullptr;
  const auto* const items = body != nullptr ? evidence_of(*body) : nullptr;
  const auto* const replaced = replacement != nullptr ? evidence_of(replacement->body) : nullptr;
  const bool replaces = replacement != nullptr && has_members(replacement->note, replaced);

  std::string text;
  const Evidence* const document = document_of(entry);
  if (!has_members(entry.note, items) && document == nullptr && !replaces) return text;
  base::JsonWriter out(text);
  out.begin_object();
  write_members(out, entry.note, items);
  if (document != nullptr) {
    out.key("document");
    write_item(out, *document);
  }
  if (replaces) {
    out.key("replacement").begin_object();
    write_members(out, replacement->note, replaced);
    out.end_object();
  }
  out.end_object();
  return text;
}

Result<void> merge_details(std::string_view details, Entry& entry) {
  if (!details.empty()) return DetailsReader(details).read(entry);
  // Every document has a title, so only an entry without any can be without details.
  if (document_of(entry) != nullptr) return damaged("they are missing");
  Body* body = std::get_if<Body>(&entry.content);
  Correction* const correction = std::get_if<Correction>(&entry.content);
  if (correction != nullptr && correction->replacement) body = &correction->replacement->body;
  const auto* const items = body != nullptr ? evidence_of(*body) : nullptr;
  if (items != nullptr && !items->empty()) return damaged("they are missing");
  return {};
}

}  // namespace tally::codec
