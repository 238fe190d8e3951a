#pragma once

// Reads one request from bytes as they come (HTTP/1.1, RFC 9112), and refuses what could be read in
// two ways.  It knows nothing of sockets.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "service/problem.h"
#include "tally/service.h"

namespace tally::service {

class RequestReader {
 public:
  explicit RequestReader(const ServiceLimits& limits);
  ~RequestReader();
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  enum class Step : std::uint8_t {
    kMore,  // bytes are missing
    kHead,  // the head is there: `request` but for its body
    kDone,  // all of it is there
    kBad,   // `problem` says why; nothing that follows can be made sense of
  };
  // Takes bytes from the front of what has come.  Tells of the head once, before it reads on.
  Step read(std::string_view& bytes);

  Request& request() { return request_; }
  const Problem& problem() const { return *problem_; }
  // Once there is a head: whether the client waits for leave to send the body, how long it is where
  // that was said, and whether it goes on after this request.
  bool expects_continue() const;
  std::optional<std::uint64_t> declared_length() const;
  bool is_complete() const;
  bool keeps_alive() const;
  // Of the body so far.
  std::uint64_t body_bytes() const;

 private:
  struct State;

  Step fail(Problem problem);
  std::optional<Problem> check_head();
  Step wait_for_head(std::string_view bytes);
  Step take_head();

  const ServiceLimits& limits_;
  std::unique_ptr<State> state_;
  Request request_;
  std::optional<Problem> problem_;
};

}  // namespace tally::service
