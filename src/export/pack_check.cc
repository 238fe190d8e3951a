// Checks a pack: what its parts say by themselves, and that they say the same.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/bundle_parts.h"
#include "base/shown.h"
#include "base/try.h"
#include "export/pack_layout.h"
#include "export/pack_parts.h"
#include "export/pack_publications.h"
#include "export/pack_readme.h"
#include "export/pack_tables.h"
#include "merkle/refused.h"
#include "tally/limits.h"

namespace tally {
namespace exports::pack {
namespace {

using merkle::refused;

class Check {
 public:
  Check(PackParts parts, const VerifierKey& key) : parts_(std::move(parts)), key_(key) {}

  Result<PackReport> run() {
    report_.parts = parts_.parts().size();
    report_.bytes = parts_.bytes();
    TALLY_TRY(check_first_parts());
    TALLY_TRY(check_names());
    TALLY_TRY(check_copies());
    TALLY_ASSIGN(const YearStart year_start, YearStart::parse(description_.year_start));
    TALLY_ASSIGN(const CheckedTables tables, check_tables(parts_, description_, year_start));
    report_.totals = tables.totals;
    for (const auto& [year, root] : tables.roots) report_.roots.push_back({year, root, {}});
    TALLY_TRY(check_publications(year_start));
    for (std::size_t i = 0; i < description_.bundles.size(); ++i) TALLY_TRY(check_packed(i));
    TALLY_TRY(check_others());
    report_.ledger = description_.ledger;
    report_.currency = description_.currency;
    report_.is_filtered = description_.is_filtered();
    report_.left_out = std::move(description_.left_out);
    return std::move(report_);
  }

 private:
  // A part whole, which is then done with.
  Result<std::string> read(std::string_view name, std::uint64_t limit) {
    TALLY_ASSIGN(const std::size_t index, parts_.find(name));
    done_.insert(index);
    return parts_.read(index, limit);
  }

  Result<void> check_first_parts() {
    TALLY_ASSIGN(const std::string note, read(kCheckpoint, limits::kNoteFileBytes));
    TALLY_ASSIGN(report_.checkpoint, check_checkpoint(note, {&key_, 1}));
    TALLY_ASSIGN(const std::string vkey, read(kVkey, limits::kNoteFileBytes));
    TALLY_TRY(audit::bundle::check_vkey(vkey, note));
    TALLY_ASSIGN(const std::string json, read(kDescription, limits::kPackListBytes));
    TALLY_ASSIGN(description_, Description::parse(json));
    const Checkpoint& head = report_.checkpoint;
    roots_by_size_[head.size.count] = head.root;
    TALLY_TRY(agrees("origin", description_.origin, head.origin));
    TALLY_TRY(agrees("vkey", description_.vkey + "\n", vkey));
    TALLY_TRY(agrees("as_of", description_.as_of, head.size.count - 1));
    TALLY_TRY(agrees("size", description_.size, head.size.count));
    TALLY_TRY(agrees("log_root", description_.log_root.to_string(), head.root.to_string()));
    TALLY_TRY(agrees("checkpoint", description_.checkpoint, note));
    TALLY_ASSIGN(const std::string text, read(kReadme, limits::kPackListBytes));
    if (text == readme(description_)) return {};
    return refused(fmt::format("{} is not the one that belongs to {}", kReadme, kDescription));
  }

  template <typename Value>
  static Result<void> agrees(std::string_view member, const Value& said, const Value& found) {
    if (said == found) return {};
    if constexpr (std::is_integral_v<Value>) {
      return refused(
          fmt::format("{} says {} {}, and the checkpoint {}", kDescription, member, said, found));
    } else {
      return refused(fmt::format("{} says {} \"{}\", and the checkpoint or its key \"{}\"",
                                 kDescription, member, base::shown(said), base::shown(found)));
    }
  }

  // Nothing is missing, and nothing there that nobody looks at.
  Result<void> check_names() const {
    const std::vector<std::string> expected = parts_of(description_);
    for (std::size_t i = 0; i < std::max(expected.size(), parts_.parts().size()); ++i) {
      const bool is_listed = i < expected.size();
      const bool is_there = i < parts_.parts().size();
      if (is_listed && is_there && expected[i] == parts_.parts()[i].name) continue;
      if (is_listed) TALLY_TRY(parts_.find(expected[i]));
      return refused(fmt::format("{} has no place there: {} comes next",
                                 is_there ? parts_.parts()[i].name : "the end",
                                 is_listed ? expected[i] : "the end"));
    }
    return {};
  }

  // The folders' own proofs are those of the pack.
  Result<void> check_copies() {
    for (const std::string_view name : {kCheckpoint, kVkey}) {
      TALLY_ASSIGN(const std::size_t original, parts_.find(name));
      for (const std::string_view folder : {"csv/", "events/", "totals/"}) {
        const std::string copy = fmt::format("{}{}", folder, name);
        TALLY_ASSIGN(const std::size_t index, parts_.find(copy));
        if (parts_.digest(index) == parts_.digest(original)) continue;
        return refused(fmt::format("{} is not the same as {}", copy, name));
      }
    }
    return {};
  }

  Result<void> check_publications(YearStart year_start) {
    ProvenPublications proven(key_, description_.checkpoint, year_start);
    for (std::size_t i = 0; i < description_.publications.size(); ++i) {
      const PublicationProof& said = description_.publications[i];
      if (said.file != publication_part(i + 1, said.entry)) {
        return refused(fmt::format("{} calls the proof of \"{}\" {}", kDescription,
                                   base::shown(said.entry), base::shown(said.file)));
      }
      TALLY_ASSIGN(const std::string proof, read(said.file, limits::kProofFileBytes));
      TALLY_TRY(proven.add(said, proof, report_.roots));
    }
    report_.publications = description_.publications.size();
    return proven.check_statements(description_);
  }

  Result<void> check_packed(std::size_t number) {
    Bundle& said = description_.bundles[number];
    const std::string name = bundle_part(number + 1, said.figure);
    if (said.file != name) {
      return refused(fmt::format("{} calls the bundle of \"{}\" {}, not {}", kDescription,
                                 base::shown(said.figure), base::shown(said.file),
                                 base::shown(name)));
    }
    TALLY_ASSIGN(const std::string zip, read(said.file, limits::kBundleFileBytes));
    auto bundle = check_bundle(zip, key_);
    if (!bundle.ok()) return refused(fmt::format("{}: {}", said.file, bundle.error().message));
    TALLY_TRY(check_identity(said, *bundle));
    TALLY_TRY(check_state(said.file, *bundle));
    report_.bundles.push_back({std::move(said.file), std::move(said.figure), std::move(*bundle),
                               std::move(said.statements)});
    return {};
  }

  Result<void> check_identity(const Bundle& said, const BundleReport& bundle) const {
    const LedgerOpened& identity = bundle.identity;
    const std::pair<std::string, std::string> pairs[] = {
        {said.figure, bundle.figure.reference.to_string(identity.year_start)},
        {description_.ledger, identity.name},
        {description_.currency, identity.currency},
        {description_.year_start, identity.year_start.to_string()}};
    for (const auto& [text, found] : pairs) {
      if (text == found) continue;
      return refused(fmt::format("{} is of \"{}\", and {} says \"{}\"", said.file,
                                 base::shown(found), kDescription, base::shown(text)));
    }
    return {};
  }

  // The bundle is of the same log and, of the same point, the same totals.
  Result<void> check_state(const std::string& file, const BundleReport& bundle) {
    const Checkpoint& head = bundle.checkpoint;
    if (head.size > report_.checkpoint.size) {
      return refused(fmt::format("{} is as of event {}, and the pack as of event {}", file,
                                 head.size.count - 1, description_.as_of));
    }
    const auto [same, is_new] = roots_by_size_.try_emplace(head.size.count, head.root);
    if (!is_new && same->second != head.root) {
      return refused(fmt::format(
          "{} is under a checkpoint of {} events with the root {}, and another one here says {}",
          file, head.size.count, head.root.to_string(), same->second.to_string()));
    }
    const std::string year = bundle.identity.year_start.year_text(bundle.figure.reference.year);
    const auto root = std::find_if(report_.roots.begin(), report_.roots.end(),
                                   [&](const PackedRoot& one) { return one.year == year; });
    if (root == report_.roots.end()) return {};
    if (head.size == report_.checkpoint.size && bundle.totals_root != root->root) {
      return refused(fmt::format("{} has the totals root {} of {}, and {} gives {}", file,
                                 bundle.totals_root.to_string(), year, kAccounts,
                                 root->root.to_string()));
    }
    return {};
  }

  Result<void> check_others() {
    for (std::size_t index = 1; index < parts_.parts().size(); ++index) {
      const std::string& name = parts_.parts()[index].name;
      if (name == kTotals || name == kAccounts || done_.contains(index)) continue;
      TALLY_TRY(parts_.check_digest(index));
    }
    return {};
  }

  PackParts parts_;
  const VerifierKey& key_;
  Description description_;
  std::set<std::size_t> done_;
  std::map<std::uint64_t, Hash> roots_by_size_;
  PackReport report_;
};

}  // namespace
}  // namespace exports::pack

Result<PackReport> check_pack(const std::filesystem::path& path, const VerifierKey& key,
                              const PackProgress& progress) {
  using namespace exports::pack;
  TALLY_ASSIGN(PackParts parts, PackParts::open(path, progress));
  auto report = Check(std::move(parts), key).run();
  // What is malformed is so by whoever made the pack.
  if (!report.ok() && report.error().code != ErrorCode::kIo &&
      report.error().code != ErrorCode::kRefused) {
    return merkle::refused(report.error().message);
  }
  return report;
}

bool is_pack(const std::filesystem::path& path) {
  return audit::begins_with_part(path, exports::pack::kSums);
}

}  // namespace tally
