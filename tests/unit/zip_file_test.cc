// ZIP files in the one form of a bundle (audit/zip_file.h).

#include "audit/zip_file.h"

#include <zlib.h>

#include <functional>

#include "support/catch.h"
#include "tally/limits.h"

namespace tally::audit {
namespace {

void put(std::string& out, std::uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

// A file field by field, each of which a test may set to something else.
struct RawZip {
  std::string name = "a";
  std::string content = "hello";
  std::uint32_t made_by = 20, version = 20, flags = 0, method = 0, time = 0, date = 0x21;
  std::uint32_t crc = 0, size = 5, local_time = 0, disk = 0, internal = 0, external = 0;
  std::uint32_t offset = 0, count = 1, here = 1, end_disk = 0;
  std::string extra, comment, before, between, before_end, end_comment, local_name = "a";

  RawZip() {
    crc = static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>("hello"), 5));
  }

  std::string bytes() const {
    auto common = [&](std::string& out, std::uint32_t at) {
      for (const std::uint32_t two : {version, flags, method, at, date}) put(out, two, 2);
      put(out, crc, 4);
      put(out, content.size(), 4);
      put(out, size, 4);
      put(out, name.size(), 2);
      put(out, extra.size(), 2);
    };
    std::string out = before;
    put(out, 0x04034b50, 4);
    common(out, local_time);
    out += local_name + extra + content + between;
    const std::size_t directory = out.size();
    put(out, 0x02014b50, 4);
    put(out, made_by, 2);
    common(out, time);
    put(out, comment.size(), 2);
    put(out, disk, 2);
    put(out, internal, 2);
    put(out, external, 4);
    put(out, offset, 4);
    out += name + extra + comment;
    const std::size_t size_of_directory = out.size() - directory;
    out += before_end;
    put(out, 0x06054b50, 4);
    put(out, end_disk, 2);
    put(out, end_disk, 2);
    put(out, here, 2);
    put(out, count, 2);
    put(out, size_of_directory, 4);
    put(out, directory, 4);
    put(out, end_comment.size(), 2);
    return out + end_comment;
  }
};

std::string unpacked(const std::string& bytes) {
  const auto file = ZipFile::open(bytes);
  if (!file.ok()) return "refused: " + file.error().message;
  std::string all;
  for (const ZipFile::Part& part : file->parts()) {
    const auto content = ZipFile::unpack(part);
    if (!content.ok()) return "refused: " + content.error().message;
    all += std::string(part.name) + "=" + *content + ";";
  }
  return all;
}

}  // namespace

TEST_CASE("What is written is read back, and the same parts give the same bytes") {
  const std::string long_text(100'000, 'x');
  const std::vector<ZipPart> parts = {{"a", ""}, {"dir/b", "text"}, {"c", long_text}};
  const auto zip = write_zip(parts);
  REQUIRE(zip.ok());
  CHECK(zip->size() < 1'000);
  CHECK(*write_zip(parts) == *zip);
  CHECK(unpacked(*zip) == "a=;dir/b=text;c=" + long_text + ";");
}

TEST_CASE("A ZIP of any other form is refused") {
  CHECK(unpacked(RawZip().bytes()) == "a=hello;");
  struct Row {
    const char* why;
    std::function<void(RawZip&)> change;
  };
  for (const Row& row : std::vector<Row>{
           {"an extra field", [](RawZip& z) { z.extra = std::string(4, '\0'); }},
           {"a comment of a part", [](RawZip& z) { z.comment = "x"; }},
           {"a comment of the file", [](RawZip& z) { z.end_comment = "x"; }},
           {"bytes before the first part", [](RawZip& z) { z.before = "x"; }},
           {"bytes behind a part", [](RawZip& z) { z.between = "x"; }},
           {"bytes before the end", [](RawZip& z) { z.before_end = "x"; }},
           {"a data descriptor", [](RawZip& z) { z.flags = 8; }},
           {"encryption", [](RawZip& z) { z.flags = 1; }},
           {"a name in UTF-8 by flag", [](RawZip& z) { z.flags = 0x800; }},
           {"another method", [](RawZip& z) { z.method = 12; }},
           {"ZIP64's version", [](RawZip& z) { z.version = 45; }},
           {"another checksum", [](RawZip& z) { z.crc ^= 1; }},
           {"another size", [](RawZip& z) { z.size = 6; }},
           {"another time in its header", [](RawZip& z) { z.local_time = 1; }},
           {"another name in its header", [](RawZip& z) { z.local_name = "b"; }},
           {"another offset", [](RawZip& z) { z.offset = 1; }},
           {"another disk", [](RawZip& z) { z.disk = 1; }},
           {"another last disk", [](RawZip& z) { z.end_disk = 1; }},
           {"two counts", [](RawZip& z) { z.here = 2; }},
           {"a count of more than there are", [](RawZip& z) { z.here = z.count = 2; }},
           {"a count of fewer than there are", [](RawZip& z) { z.here = z.count = 0; }},
           {"a folder's attributes", [](RawZip& z) { z.external = 0040755U << 16; }},
           {"a link's attributes", [](RawZip& z) { z.external = 0120777U << 16; }},
           {"text attributes", [](RawZip& z) { z.internal = 1; }},
           {"an unknown maker", [](RawZip& z) { z.made_by = 10 << 8 | 20; }},
           {"deflate that is none", [](RawZip& z) { z.method = 8; }},
       }) {
    CAPTURE(row.why);
    RawZip zip;
    row.change(zip);
    CHECK(unpacked(zip.bytes()).starts_with("refused: "));
  }
  RawZip by_python;  // its permissions, and its version
  by_python.external = 0600U << 16;
  by_python.made_by = 3 << 8 | 20;
  CHECK(unpacked(by_python.bytes()) == "a=hello;");
}

TEST_CASE("A name that stands twice is refused, wherever it leads") {
  CHECK(unpacked(*write_zip({{"a", "1"}, {"b", "2"}})) == "a=1;b=2;");
  // The library would not write it: the second part's name is changed in both places.
  std::string zip = *write_zip({{"a", "1"}, {"b", "2"}});
  for (std::size_t at = zip.find('b'); at != std::string::npos; at = zip.find('b', at + 1)) {
    zip[at] = 'a';
  }
  CHECK(unpacked(zip).find("twice") != std::string::npos);
}

TEST_CASE("A bundle has so many parts, and unpacks to so many bytes, and no more") {
  std::vector<ZipPart> parts;
  for (std::size_t i = 0; i < limits::kBundleParts; ++i) parts.push_back({std::to_string(i), ""});
  CHECK(ZipFile::open(*write_zip(parts)).ok());
  parts.push_back({"one more", ""});
  CHECK_FALSE(ZipFile::open(*write_zip(parts)).ok());

  // A bomb: a few kilobytes that say that they are many megabytes.
  std::string zeros(limits::kBundleUnpackedBytes, '\0');
  const std::string most = *write_zip({{"a", zeros}});
  CHECK(most.size() < 100'000);
  const auto file = ZipFile::open(most);
  REQUIRE(file.ok());
  CHECK(ZipFile::unpack(file->parts()[0])->size() == limits::kBundleUnpackedBytes);
  CHECK_FALSE(ZipFile::open(*write_zip({{"a", zeros}, {"b", "x"}})).ok());
}

TEST_CASE("A part that unpacks to more or less than it says is refused, and no more is unpacked") {
  const std::string zip = *write_zip({{"a", std::string(50'000, 'x')}});
  const auto file = ZipFile::open(zip);
  REQUIRE(file.ok());
  for (const std::uint32_t size : {0U, 49'999U, 50'001U, 60'000U}) {
    ZipFile::Part part = file->parts()[0];
    part.size = size;
    CHECK_FALSE(ZipFile::unpack(part).ok());
  }
  ZipFile::Part part = file->parts()[0];
  REQUIRE(part.deflated);
  part.packed.remove_suffix(1);
  CHECK_FALSE(ZipFile::unpack(part).ok());
}

}  // namespace tally::audit
