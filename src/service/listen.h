#pragma once

// The sockets that the service listens at: one of its own, or those that systemd hands it.

#include <string>
#include <vector>

#include "tally/result.h"
#include "tally/service.h"

namespace tally::service {

struct Listener {
  int socket = -1;
  std::string where;           // `http://127.0.0.1:8455`, `unix:/run/tally.sock`
  bool is_local = false;       // reached from this machine alone
  std::string unix_path = {};  // to be removed in the end; of one of its own
};

// Errors: `usage` where an address is malformed, taken, or cannot be listened at.
Result<std::vector<Listener>> open_listeners(const std::string& listen, bool has_tls);

// As many connections as the limits allow take as many descriptors.
void raise_descriptor_limit();

// The address at the other end of a connection, without its port; `unix` for a unix socket.
std::string peer_of(const void* address, std::size_t size);

}  // namespace tally::service
