#pragma once

// Requests and answers as plain values, which say nothing of sockets.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "service/spool.h"
#include "service/target.h"
#include "service/token_check.h"
#include "tally/result.h"
#include "tally/sequence.h"

namespace tally::service {

enum class Method : std::uint8_t { kGet, kHead, kPost, kDelete, kOptions, kOther };
std::string_view method_name(Method method);

// The header fields that mean something here, as they were sent; empty where they were not.
struct RequestFields {
  std::string accept;
  std::string accept_encoding;
  std::string authorization;
  std::string content_type;
  std::string content_encoding;
  std::string if_match;
  std::string if_none_match;
  std::string last_event_id;
  std::string forwarded_for;
};

struct Request {
  Method method = Method::kGet;
  std::string method_text;
  Target target;
  RequestFields fields;
  std::string body;
  std::string address;  // of who sent it
  std::string id;       // what the log, and problems, name it by
  Caller caller;
  // What stood in the places of the route's pattern: an entry's id, a figure.
  std::vector<std::string> captured;
};

// What an answer may be kept by, and for how long.
enum class Keeping : std::uint8_t {
  kNever,    // no-store
  kAsk,      // kept, and asked for again with its tag
  kForEver,  // as of a named point, and without details
};

struct Answer {
  std::uint16_t status = 200;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> fields;
  std::shared_ptr<const std::string> text;  // the body, or
  std::shared_ptr<Spool> spool;             // where it is long
  Keeping keeping = Keeping::kNever;
  std::optional<Sequence> as_of;
  std::string tag;                             // of the representation; set where it may be kept
  std::string vary = "Accept, Authorization";  // what of the request a kept one depends on
  // What a browser may do with it: nothing, but for a page.
  std::string policy = "default-src 'none'; frame-ancestors 'none'";
  std::string code;  // of a problem

  std::uint64_t size() const { return spool ? spool->size() : text ? text->size() : 0; }
};

Answer text_answer(std::string content_type, std::string text);

inline constexpr std::string_view kJson = "application/json";
inline constexpr std::string_view kJsonLines = "application/x-ndjson";
inline constexpr std::string_view kPlainText = "text/plain; charset=utf-8";
inline constexpr std::string_view kEventStream = "text/event-stream";

// The media type alone, in lower case: `application/json` of `Application/JSON; charset=utf-8`.
std::string media_type_of(std::string_view field);

// Which of the media types the client likes best (RFC 9110, 12.5.1), the first where it likes
// several as well; nothing where it wants none of them.
std::optional<std::string_view> preferred(std::string_view accept,
                                          const std::vector<std::string_view>& offered);
// Whether the client takes a body that is compressed so (RFC 9110, 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace tally::service
