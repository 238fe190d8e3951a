#include <algorithm>

#include "service/answers.h"
#include "service/page_files.h"

namespace tally::service {
namespace {

// Scripts, styles and images of our own, answers of our own, and nothing else: no text of the
// ledger can become a script, whatever it says.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PageFile* find_file(std::string_view name) {
  const auto files = page_files();
  const auto found = std::find_if(files.begin(), files.end(),
                                  [&](const PageFile& file) { return file.name == name; });
  return found == files.end() ? nullptr : &*found;
}

Answer file_answer(const PageFile& file, const Request& request) {
  const bool is_packed = accepts_gzip(request.fields.accept_encoding);
  Answer answer =
      text_answer(std::string(file.media_type), std::string(is_packed ? file.gzip : file.plain));
  if (is_packed) answer.fields.emplace_back("Content-Encoding", "gzip");
  answer.fields.emplace_back("Referrer-Policy", "no-referrer");
  answer.fields.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  answer.policy = kPolicy;
  answer.keeping = Keeping::kAsk;
  answer.tag = "\"" + std::string(file.tag) + (is_packed ? "-gzip\"" : "\"");
  answer.vary = "Accept-Encoding";
  return answer;
}

}  // namespace

Reply answer_page(Site&, const Request& request) {
  // Its scripts look at the path.
  const PageFile* shell = find_file("index.html");
  if (shell == nullptr) return Problem::not_found("this program was built without its pages");
  return file_answer(*shell, request);
}

Reply answer_page_file(Site&, const Request& request) {
  std::string name;
  for (const std::string& segment : request.captured) {
    name += (name.empty() ? "" : "/") + segment;
  }
  const PageFile* file = find_file(name);
  if (file == nullptr) return Problem::not_found("no page has such a file");
  return file_answer(*file, request);
}

}  // namespace tally::service
