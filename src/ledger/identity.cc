#include "ledger/identity.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/try.h"
#include "codec/text_rules.h"
#include "tally/checkpoint.h"
#include "tally/limits.h"

namespace tally::ledger {
namespace {

Error refuse(std::string message) { return {ErrorCode::kBadEntry, std::move(message), {}, 0, {}}; }

Result<void> check_text(std::string_view what, std::string_view text) {
  switch (codec::text_fault(text, limits::kTextBytes, codec::Lines::kOne)) {
    case codec::TextFault::kNone: return {};
    case codec::TextFault::kEmpty: return refuse(fmt::format("the {} is empty", what));
    case codec::TextFault::kTooLong:
      return refuse(fmt::format("the {} has {} bytes; at most {} are allowed", what, text.size(),
                                limits::kTextBytes));
    case codec::TextFault::kControl:
      return refuse(fmt::format("the {} holds a control character", what));
    case codec::TextFault::kNotUtf8: return refuse(fmt::format("the {} is not UTF-8", what));
  }
  return {};
}

}  // namespace

std::string default_origin(std::string_view name) {
  std::string origin = "ledger.invalid/";
  bool in_run = false;
  for (const char c : name) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool kept = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (kept) {
      origin.push_back(lower);
    } else if (!in_run) {
      origin.push_back('-');
    }
    in_run = !kept;
  }
  return origin;
}

Result<LedgerOpened> checked_identity(const LedgerOptions& options) {
  LedgerOpened opened;
  TALLY_TRY(check_text("name", options.name));
  opened.name = options.name;
  opened.origin = options.origin.empty() ? default_origin(options.name) : options.origin;
  TALLY_TRY(check_text("origin", opened.origin));
  if (!is_key_name(opened.origin)) {
    return refuse(
        fmt::format("the origin \"{}\" holds white space or a plus sign; a schema-less "
                    "URL such as ledger.example.gov.uk/social-value holds neither",
                    opened.origin));
  }
  if (opened.origin.find("://") != std::string::npos) {
    return refuse(fmt::format("the origin \"{}\" names a scheme; leave it out: {}", opened.origin,
                              opened.origin.substr(opened.origin.find("://") + 3)));
  }
  const bool currency_sound =
      options.currency.size() == 3 && std::all_of(options.currency.begin(), options.currency.end(),
                                                  [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!currency_sound) {
    return refuse(fmt::format("\"{}\" is not a currency; write three capital letters, such as GBP",
                              options.currency));
  }
  opened.currency = options.currency;
  opened.year_start = options.year_start;
  return opened;
}

}  // namespace tally::ledger
