// Fuzzes what reads bundles.  The first byte of the input says what it is:
//
//   P  (with the rest: "PK…") a bundle, whole.  No part unpacks to more than it says.
//   c  then the number of a part, a byte, and its content: put into the seed training.zip, since
//      checksums stop nearly every change of a ZIP's bytes.
//
// Either is accepted only where it shows what a seed shows: nobody has the keys.  (forged_bundle.cc
// signs.) What reads the texts in a bundle is fuzzed by itself in bundle_text.cc.
//
// Seeds: the bundles of the log in fuzz/known_log.h, and parts of training.zip behind `c` and their
// number.

#include "tally/bundle.h"

#include "audit/zip_file.h"
#include "base/check.h"
#include "fuzz/known_log.h"
#include "support/files.h"
#include "tally/limits.h"

namespace tally::fuzz {
namespace {

std::string seed(std::string_view name) {
  return testing::read_file(std::string(TALLY_FUZZ_CORPUS_DIR "/bundle/").append(name));
}

void check_whole(std::string_view zip) {
  static const std::vector<BundleReport> known = {
      *check_bundle(seed("apprenticeships.zip"), known_keys().front()),
      *check_bundle(seed("share.zip"), known_keys().front()),
      *check_bundle(seed("training.zip"), known_keys().back())};
  for (const VerifierKey& key : known_keys()) {
    const auto shown = check_bundle(zip, key);
    TALLY_CHECK(shown.ok() || shown.error().code == ErrorCode::kRefused);
    TALLY_CHECK(!shown.ok() || std::any_of(known.begin(), known.end(), [&](const auto& one) {
      return one.checkpoint == shown->checkpoint && one.identity == shown->identity &&
             one.figure.quantity == shown->figure.quantity;
    }));
  }
}

void unpack_all(std::string_view zip) {
  const auto file = audit::ZipFile::open(zip);
  std::uint64_t unpacked = 0;
  for (std::size_t i = 0; file.ok() && i < file->parts().size(); ++i) {
    const auto content = audit::ZipFile::unpack(file->parts()[i]);
    TALLY_CHECK(!content.ok() || content->size() == file->parts()[i].size);
    unpacked += file->parts()[i].size;
  }
  TALLY_CHECK(unpacked <= limits::kBundleUnpackedBytes);
}

// The input in place of the content of a part of the seed.
std::string with_part(std::size_t number, std::string_view content) {
  static const std::string good = seed("training.zip");
  static const auto file = audit::ZipFile::open(good);
  std::vector<audit::ZipPart> parts;
  for (const audit::ZipFile::Part& part : file->parts()) {
    parts.push_back({std::string(part.name), *audit::ZipFile::unpack(part)});
  }
  parts[number % parts.size()].content = content;
  return *audit::write_zip(parts);
}

}  // namespace
}  // namespace tally::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace tally::fuzz;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  if (input.starts_with('P')) {
    unpack_all(input);
    check_whole(input);
  } else if (input.starts_with('c') && size > 1) {
    check_whole(with_part(bytes[1], input.substr(2)));
  }
  return 0;
}
