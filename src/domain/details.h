#pragma once

// Which parts of an entry are details: free text that can be erased (spec "Entries: What can be
// erased").

#include "tally/entry.h"

namespace tally::domain {

// Calls `visit(text)` for each text of an entry that is one of its details, absent ones too.
// `EntryLike` is Entry or const Entry.
template <typename EntryLike, typename Visit>
void for_each_detail(EntryLike& entry, Visit visit) {
  auto of_document = [&](auto& document) {
    visit(document.title);
    visit(document.uri);
  };
  auto of_body = [&](auto& body) {
    if (auto* claim = std::get_if<Claim>(&body)) {
      for (auto& item : claim->evidence) of_document(item);
    } else if (auto* verification = std::get_if<Verification>(&body)) {
      for (auto& item : verification->evidence) of_document(item);
    }
  };
  visit(entry.note);
  if (auto* body = std::get_if<Body>(&entry.content)) {
    of_body(*body);
  } else if (auto* correction = std::get_if<Correction>(&entry.content)) {
    if (!correction->replacement) return;
    visit(correction->replacement->note);
    of_body(correction->replacement->body);
  } else if (auto* publication = std::get_if<Publication>(&entry.content)) {
    if (publication->document) of_document(*publication->document);
  }
}

inline bool has_details(const Entry& entry) {
  bool found = false;
  for_each_detail(entry, [&](const std::string& text) { found = found || !text.empty(); });
  return found;
}

}  // namespace tally::domain
