#include "service/access_log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json_writer.h"
#include "base/shown.h"
#include "codec/text_rules.h"
#include "tally/time.h"

namespace tally::service {
namespace {

constexpr std::size_t kLinesWaiting = 8'192;
constexpr const char* kName = "service";

bool is_json = false;

std::shared_ptr<spdlog::logger> logger() { return spdlog::get(kName); }

std::string moment() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{std::chrono::duration_cast<std::chrono::microseconds>(now).count()}.to_string();
}

// What comes from others, as it may stand in a line.
std::string plain(std::string_view text) { return codec::is_utf8(text) ? base::shown(text) : "?"; }

void add_text(base::JsonWriter& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out.member(name, plain(text));
}

}  // namespace

void open_log(bool as_json) {
  is_json = as_json;
  spdlog::init_thread_pool(kLinesWaiting, 1);
  const auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  const auto made = std::make_shared<spdlog::async_logger>(
      kName, sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
  made->set_pattern("%v");
  spdlog::register_logger(made);
}

void close_log() {
  // Let go of once the thread that writes has ended.
  const auto held = logger();
  spdlog::shutdown();
}

void log_access(const AccessLine& line) {
  const auto out = logger();
  if (out == nullptr) return;
  if (is_json) {
    std::string text;
    base::JsonWriter json(text);
    json.begin_object().member("at", moment()).member("event", "request");
    add_text(json, "id", line.id);
    add_text(json, "address", line.address);
    add_text(json, "method", line.method);
    add_text(json, "path", line.path);
    json.member("status", std::uint64_t{line.status}).member("bytes", line.bytes);
    json.key("ms").raw(fmt::format("{:.3f}", line.milliseconds));
    add_text(json, "actor", line.actor);
    add_text(json, "token", line.token);
    add_text(json, "code", line.code);
    json.end_object();
    out->info(text);
    return;
  }
  out->info("{} {} {} {} {} {} {} B {:.3f} ms{}{}{}", moment(), line.id, plain(line.address),
            plain(line.method), plain(line.path), line.status, line.bytes, line.milliseconds,
            line.actor.empty() ? "" : " actor=" + plain(line.actor),
            line.token.empty() ? "" : " token=" + plain(line.token),
            line.code.empty() ? "" : " code=" + plain(line.code));
}

void log_notice(std::string_view text) { log_failure({}, text); }

void log_failure(std::string_view request_id, std::string_view text) {
  const auto out = logger();
  if (out == nullptr) return;
  std::string clean(text);
  for (char& c : clean) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  if (!codec::is_utf8(clean)) clean = "(what happened is not told in UTF-8)";
  if (is_json) {
    std::string json_text;
    base::JsonWriter json(json_text);
    json.begin_object().member("at", moment());
    json.member("event", request_id.empty() ? "notice" : "failure");
    add_text(json, "id", request_id);
    json.member("message", clean).end_object();
    out->warn(json_text);
    return;
  }
  out->warn("{} {}{}{}", moment(), request_id, request_id.empty() ? "" : " ", clean);
}

}  // namespace tally::service
