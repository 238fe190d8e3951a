// The stored format only grows: schemas/event.fbs is held against the schema as it was released.
// `flatc --conform` finds a field that changed its type or its place, but passes a field that was
// removed and a struct that grew; so the two are also compared field by field.

#include <flatbuffers/reflection_generated.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch.h"

namespace tally {
namespace {

namespace fs = std::filesystem;

const std::string kSchemas = TALLY_SCHEMA_DIR;
const std::string kFrozen = kSchemas + "/frozen/event.v1.fbs";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file.good());
  return {std::istreambuf_iterator<char>(file), {}};
}

// A directory that goes with the test.
class Scratch {
 public:
  Scratch() {
    std::string name = (fs::temp_directory_path() / "tally-schema-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Scratch() { fs::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream((path_ / name).string(), std::ios::binary) << text;
    return (path_ / name).string();
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Whether flatc does as it is told.
bool flatc(const std::string& arguments) {
  const std::string command = "'" TALLY_FLATC "' " + arguments + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

// The schema at `path` as data.
std::string compiled(const Scratch& scratch, const std::string& path) {
  REQUIRE(flatc("-b --schema -o '" + scratch.path().string() + "' '" + path + "'"));
  return read_file((scratch.path() / fs::path(path).stem()).string() + ".bfbs");
}

const reflection::Schema& schema_of(const std::string& bytes) {
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  REQUIRE(reflection::VerifySchemaBuffer(verifier));
  return *reflection::GetSchema(bytes.data());
}

std::string name_of_type(const reflection::Schema& schema, const reflection::Type& type) {
  std::string name = reflection::EnumNameBaseType(type.base_type());
  name += std::string("/") + reflection::EnumNameBaseType(type.element()) + "/" +
          std::to_string(type.fixed_length());
  const auto index = static_cast<flatbuffers::uoffset_t>(type.index());
  if (type.index() < 0) return name;
  const bool is_object = type.base_type() == reflection::Obj || type.element() == reflection::Obj;
  return name + "/" +
         (is_object ? schema.objects()->Get(index)->name()->str()
                    : schema.enums()->Get(index)->name()->str());
}

// What the present schema broke of a frozen object; nothing where it kept all of it.
std::optional<std::string> broken_object(const reflection::Schema& was_schema,
                                         const reflection::Object& was,
                                         const reflection::Schema& now_schema,
                                         const reflection::Object& now) {
  const std::string name = was.name()->str();
  if (was.is_struct() != now.is_struct()) return name + " is of another kind";
  if (was.is_struct() && (was.bytesize() != now.bytesize() || was.minalign() != now.minalign() ||
                          was.fields()->size() != now.fields()->size())) {
    return "the struct " + name + " has another size";
  }
  for (const reflection::Field* field : *was.fields()) {
    const std::string full = name + "." + field->name()->str();
    const reflection::Field* kept = now.fields()->LookupByKey(field->name()->c_str());
    if (kept == nullptr) return full + " is gone";
    if (kept->id() != field->id() || kept->offset() != field->offset()) return full + " has moved";
    if (kept->required() != field->required()) return full + " is required otherwise";
    if (kept->default_integer() != field->default_integer()) return full + " has another default";
    if (name_of_type(was_schema, *field->type()) != name_of_type(now_schema, *kept->type())) {
      return full + " has another type";
    }
  }
  return std::nullopt;
}

std::optional<std::string> broken_enum(const reflection::Enum& was, const reflection::Enum& now) {
  const std::string name = was.name()->str();
  if (was.is_union() != now.is_union() ||
      was.underlying_type()->base_type() != now.underlying_type()->base_type()) {
    return name + " is of another kind";
  }
  for (const reflection::EnumVal* value : *was.values()) {
    const reflection::EnumVal* kept = now.values()->LookupByKey(value->value());
    if (kept == nullptr || kept->name()->str() != value->name()->str()) {
      return name + "." + value->name()->str() + " has another number or name";
    }
  }
  return std::nullopt;
}

// What `now` broke of what `was` promised; nothing where it kept everything.
std::optional<std::string> broken(const reflection::Schema& was, const reflection::Schema& now) {
  if (was.file_ident()->str() != now.file_ident()->str()) return "the file identifier";
  if (was.root_table()->name()->str() != now.root_table()->name()->str()) return "the root table";
  for (const reflection::Object* object : *was.objects()) {
    const reflection::Object* kept = now.objects()->LookupByKey(object->name()->c_str());
    if (kept == nullptr) return object->name()->str() + " is gone";
    if (auto fault = broken_object(was, *object, now, *kept)) return fault;
  }
  for (const reflection::Enum* one : *was.enums()) {
    const reflection::Enum* kept = now.enums()->LookupByKey(one->name()->c_str());
    if (kept == nullptr) return one->name()->str() + " is gone";
    if (auto fault = broken_enum(*one, *kept)) return fault;
  }
  return std::nullopt;
}

// Holds a changed text of the frozen schema against the frozen schema.
std::optional<std::string> broken_by(std::string_view from, std::string_view to) {
  const Scratch scratch;
  std::string text = read_file(kFrozen);
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  text.replace(at, from.size(), to);
  const std::string was = compiled(scratch, kFrozen);
  const std::string now = compiled(scratch, scratch.write("changed.fbs", text));
  return broken(schema_of(was), schema_of(now));
}

}  // namespace

TEST_CASE("The schema of events keeps every field and struct of the released one") {
  const Scratch scratch;
  const std::string was = compiled(scratch, kFrozen);
  const std::string now = compiled(scratch, kSchemas + "/event.fbs");
  const std::optional<std::string> fault = broken(schema_of(was), schema_of(now));
  CHECK(fault.value_or("") == "");
  CHECK(flatc("--conform '" + kFrozen + "' '" + kSchemas + "/event.fbs'"));
}

TEST_CASE("What would break the stored format is found") {
  struct Row {
    std::string_view from, to, fault;
  };
  for (const Row& row : {
           Row{"  media_type:string;\n", "", "tally.fb.Evidence.media_type is gone"},
           Row{"  edition:string;\n", "", "tally.fb.Measure.edition is gone"},
           Row{"  ocid:string;\n}", "  ocid:string;\n  added:string;\n}", "nothing"},
           Row{"  ocid:string;\n}", "  added:string;\n  ocid:string;\n}", "has moved"},
           Row{"  ocid:string;\n}", "  ocid:[ubyte];\n}", "has another type"},
           Row{"  ocid:string;\n}", "  ocid_id:string;\n}", "is gone"},
           Row{"  method:string (required);", "  method:string;", "is required otherwise"},
           Row{"  schedule:[ScheduleLine];", "  schedule:[Digest];", "has another type"},
           Row{"  corrects:ulong;\n}", "  corrects:ulong;\n  more:ulong;\n}", "has another size"},
           Row{"  year:short;\n}", "  year:short;\n  more:short;\n}", "has another size"},
           Row{"  from:int;\n  to:int;\n}", "  to:int;\n  from:int;\n}", "has moved"},
           Row{"  sequence:ulong;\n  recorded_at:long;", "  recorded_at:long;\n  sequence:ulong;",
               "has moved"},
           Row{"bytes:[ubyte:32]", "bytes:[ubyte:33]", "has another size"},
           Row{"Cash = 4", "Money = 4", "has another number or name"},
           Row{"Cash = 4, Ratio = 5", "Cash = 4, Ratio = 6", "has another number or name"},
           Row{"Ratio = 5", "Ratio = 5, More = 6", "nothing"},
           Row{"  Correction = 9\n", "  Correction = 9,\n  Later:Programme = 10\n", "nothing"},
           Row{"file_identifier \"TALY\"", "file_identifier \"TALZ\"", "the file identifier"},
       }) {
    CAPTURE(row.from, row.to);
    const std::optional<std::string> fault = broken_by(row.from, row.to);
    if (row.fault == "nothing") {
      CHECK(fault.value_or("") == "");
    } else {
      REQUIRE(fault.has_value());
      CHECK(fault->find(row.fault) != std::string::npos);
    }
  }
}

TEST_CASE("flatc alone would pass a removed field and a grown struct") {
  const Scratch scratch;
  std::string text = read_file(kFrozen);
  text.erase(text.find("  media_type:string;\n"),
             std::string_view("  media_type:string;\n").size());
  CHECK(flatc("--conform '" + kFrozen + "' '" + scratch.write("removed.fbs", text) + "'"));
  text = read_file(kFrozen);
  text.replace(text.find("  corrects:ulong;\n"), 18, "  corrects:ulong;\n  more:ulong;\n");
  CHECK(flatc("--conform '" + kFrozen + "' '" + scratch.write("grown.fbs", text) + "'"));
}

}  // namespace tally
