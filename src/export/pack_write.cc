// A pack: every other format, staged beside one another, and packed.

#include <fmt/format.h>

#include <algorithm>

#include "audit/zip_archive.h"
#include "base/try.h"
#include "export/about.h"
#include "export/formats.h"
#include "export/pack_figures.h"
#include "export/pack_layout.h"
#include "export/pack_readme.h"
#include "tally/integrity.h"
#include "tally/limits.h"

namespace tally {
namespace exports::pack {
namespace {

Error too_large(std::string message) {
  return {ErrorCode::kTooLarge, std::move(message), {}, 0, {}};
}

class Writer {
 public:
  Writer(Subject& subject, std::filesystem::path place, const PackProgress& progress)
      : subject_(subject), place_(std::move(place)), progress_(progress) {}

  Result<void> write(const std::vector<Event>& publications, const std::vector<PackFigure>& figures,
                     bool were_asked) {
    TALLY_TRY(write_exports());
    TALLY_TRY(write_statements(years_of(subject_, publications)));
    TALLY_TRY(write_proofs(publications));
    TALLY_TRY(write_bundles(figures, were_asked));
    return write_first_parts();
  }

  // What is in the pack, in its order, and in which files that stands.
  std::vector<audit::ZipInput> inputs() const {
    std::vector<audit::ZipInput> inputs;
    for (const ExportedFile& part : parts_) {
      inputs.push_back({part.name, place_ / part.name,
                        part.name.ends_with(".zip") || part.name.ends_with(".xlsx")});
    }
    return inputs;
  }
  const std::vector<ExportedFile>& parts() const { return parts_; }
  const std::vector<PackLeftOut>& left_out() const { return description_.left_out; }

 private:
  using Kind = Staging::Kind;

  LogProgress progress_of(std::string_view what) const {
    return [this, doing = fmt::format("Writing {}", what)](std::uint64_t done, std::uint64_t all) {
      if (progress_) progress_(doing, "events", done, all);
    };
  }

  // Takes over what was written, whose names are from `folder` on.
  void take(const Staging& staging, const std::string& folder) {
    for (ExportedFile file : staging.files()) {
      file.name = folder + file.name;
      parts_.push_back(std::move(file));
    }
  }

  Result<void> write_export(ExportFormat format, const std::string& folder) {
    TALLY_ASSIGN(const auto staging, Staging::within(place_ / folder, Kind::kFolder));
    TALLY_TRY(format_of(format).write(subject_, *staging, progress_of(export_format_name(format))));
    take(*staging, folder);
    return {};
  }

  Result<void> write_exports() {
    TALLY_TRY(write_export(ExportFormat::kCsv, "csv/"));
    TALLY_TRY(write_export(ExportFormat::kJsonlEvents, "events/"));
    TALLY_TRY(write_export(ExportFormat::kJsonlTotals, "totals/"));
    TALLY_TRY(write_export(ExportFormat::kXlsx, ""));
    auto provenance = write_export(ExportFormat::kProv, "");
    if (!provenance.ok()) {
      // No figure is of what was asked for: whoever asked can do nothing about it here.
      if (provenance.error().code != ErrorCode::kUsage) return provenance;
      description_.left_out.push_back({std::string(kProv), {}, provenance.error().message, {}});
    }
    return write_export(ExportFormat::kOcds, "");
  }

  Result<void> write_statements(const std::vector<Year>& years) {
    for (const Year year : years) {
      ExportQuery query = subject_.query;
      query.totals.years = {year};
      TALLY_ASSIGN(const std::unique_ptr<Subject> of_year, Subject::open(subject_.ledger, query));
      const std::string text = subject_.year_start().year_text(year);
      const std::string name = statement_part(text);
      TALLY_ASSIGN(const auto staging, Staging::within(place_ / name, Kind::kFile));
      TALLY_TRY(
          format_of(ExportFormat::kStatement).write(*of_year, *staging, progress_of("statements")));
      take(*staging, name.substr(0, name.find('/') + 1));
      description_.years.push_back(text);
    }
    return {};
  }

  Result<void> write_proofs(const std::vector<Event>& publications) {
    TALLY_ASSIGN(const auto staging, Staging::within(place_, Kind::kFolder));
    for (const Event& event : publications) {
      TALLY_ASSIGN(const EventProof proof,
                   prove_event(subject_.ledger, event.sequence, subject_.head.size));
      const std::string name =
          publication_part(description_.publications.size() + 1, event.entry.id);
      TALLY_TRY(staging->add(name, proof.to_string()));
      description_.publications.push_back({name, event.entry.id});
    }
    take(*staging, "");
    return {};
  }

  Result<void> write_bundles(const std::vector<PackFigure>& figures, bool were_asked) {
    TALLY_ASSIGN(const auto staging, Staging::within(place_, Kind::kFolder));
    std::uint64_t done = 0;
    for (const PackFigure& figure : figures) {
      if (progress_) progress_("Writing bundles", "figures", done++, figures.size());
      auto bundle = write_bundle(subject_.ledger, figure.reference);
      if (!bundle.ok()) {
        const ErrorCode code = bundle.error().code;
        // A publication may state what no bundle holds, or the ledger does not know.
        const bool is_the_figures = code == ErrorCode::kTooLarge ||
                                    code == ErrorCode::kUnknownReference ||
                                    code == ErrorCode::kWrongType || code == ErrorCode::kBadEntry;
        if (were_asked || !is_the_figures) return bundle.take_error();
        description_.left_out.push_back(
            {{}, figure.text, bundle.error().message, figure.statements});
        continue;
      }
      const std::string name = bundle_part(description_.bundles.size() + 1, figure.text);
      TALLY_TRY(staging->add(name, *bundle));
      description_.bundles.push_back({name, figure.text, figure.statements});
    }
    take(*staging, "");
    return {};
  }

  // They say what the others are, and come before them.
  Result<void> write_first_parts() {
    description_.ledger = subject_.identity().name;
    description_.origin = subject_.identity().origin;
    description_.as_of = subject_.as_of.value;
    const std::string json = description_json(subject_, description_);
    if (json.size() > limits::kPackListBytes ||
        parts_.size() + kFirstParts.size() > limits::kPackParts) {
      return too_large(fmt::format(
          "a pack holds at most {} files; this would be {} and {} bytes "
          "of {}: ask for fewer years or figures",
          limits::kPackParts, parts_.size() + kFirstParts.size(), json.size(), kDescription));
    }
    TALLY_ASSIGN(const auto staging, Staging::within(place_, Kind::kFolder));
    TALLY_TRY(staging->add(std::string(kReadme), readme(description_)));
    TALLY_TRY(staging->add(std::string(kDescription), json));
    TALLY_TRY(add_proofs(*staging, subject_));
    parts_.insert(parts_.begin(), staging->files().begin(), staging->files().end());
    std::string sums;
    for (const ExportedFile& part : parts_) {
      sums += fmt::format("{}  {}\n", part.sha256.to_string(), part.name);
    }
    TALLY_TRY(staging->add(std::string(kSums), sums));
    parts_.insert(parts_.begin(), staging->files().back());
    return {};
  }

  Subject& subject_;
  const std::filesystem::path place_;
  const PackProgress& progress_;
  std::vector<ExportedFile> parts_;
  Description description_;
};

}  // namespace
}  // namespace exports::pack

Result<Packed> write_pack(const Ledger& ledger, const PackQuery& query,
                          const std::filesystem::path& out, const PackProgress& progress) {
  using namespace exports;
  TALLY_ASSIGN(const std::unique_ptr<Subject> subject, Subject::open(ledger, query.what));
  TALLY_ASSIGN(const std::vector<Event> publications, pack::publications_in(*subject));
  TALLY_ASSIGN(std::vector<pack::PackFigure> figures, pack::figures_asked(*subject, query.figures));
  const bool were_asked = !figures.empty();
  if (!were_asked) figures = pack::figures_stated(publications, subject->year_start());
  TALLY_ASSIGN(const std::unique_ptr<Staging> staging, Staging::open(out, Staging::Kind::kFile));
  const std::filesystem::path file = staging->path_of({});
  std::filesystem::path parts = file;
  parts += ".parts";
  pack::Writer writer(*subject, parts, progress);
  TALLY_TRY(writer.write(publications, figures, were_asked));
  TALLY_TRY(audit::pack_files(writer.inputs(), file, [&](std::uint64_t done, std::uint64_t all) {
    if (progress) progress("Packing", "bytes", done, all);
  }));
  TALLY_TRY(staging->adopt({}, 0));
  TALLY_TRY(staging->commit());
  return Packed{subject->as_of, subject->head.root, staging->files().front(), writer.parts(),
                writer.left_out()};
}

}  // namespace tally
