#include "tally/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/json_writer.h"
#include "base/try.h"
#include "codec/entry_json.h"
#include "domain/identifier.h"
#include "ledger/core.h"
#include "ledger/events.h"
#include "ledger/restatement.h"
#include "ledger/text_lines.h"
#include "store/keys.h"

namespace tally {
namespace {

Error read_only() {
  return {ErrorCode::kUsage,
          "the ledger is open for reading; open it for writing to append",
          {},
          0,
          {}};
}

}  // namespace

Ledger::Ledger(std::unique_ptr<ledger::Core> core) : core_(std::move(core)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::init(const std::filesystem::path& folder,
                                             const LedgerOptions& options,
                                             Environment environment) {
  TALLY_ASSIGN(auto core,
               ledger::Core::init(store::Directory(folder), options, std::move(environment)));
  return std::unique_ptr<Ledger>(new Ledger(std::move(core)));
}

Result<std::unique_ptr<Ledger>> Ledger::open(const std::filesystem::path& folder, Access access,
                                             Environment environment) {
  TALLY_ASSIGN(auto core,
               ledger::Core::open(store::Directory(folder), access, std::move(environment)));
  return std::unique_ptr<Ledger>(new Ledger(std::move(core)));
}

Result<std::unique_ptr<Ledger>> Ledger::open_rebuilding(const std::filesystem::path& folder,
                                                        const ReplayOptions& rebuild,
                                                        Environment environment) {
  TALLY_ASSIGN(auto core, ledger::Core::open(store::Directory(folder), Access::kWrite,
                                             std::move(environment), &rebuild));
  return std::unique_ptr<Ledger>(new Ledger(std::move(core)));
}

Result<Receipt> Ledger::append(std::string_view json_lines, const AppendOptions& options) {
  if (core_->writer() == nullptr) return read_only();
  ledger::TextLines lines(json_lines);
  return core_->writer()->submit(lines, options, json_lines.size());
}

Result<Receipt> Ledger::append(LineSource& source, const AppendOptions& options) {
  if (core_->writer() == nullptr) return read_only();
  return core_->writer()->submit(source, options, std::nullopt);
}

const LedgerOpened& Ledger::identity() const { return core_->identity(); }

Result<Sequence> Ledger::head() const {
  TALLY_ASSIGN(const projection::Reader reader, core_->reader());
  return reader.last();
}

Result<void> Ledger::refresh() { return core_->refresh(); }

Result<Sequence> Ledger::resolve_as_of(std::string_view text) const {
  TALLY_ASSIGN(const projection::Reader reader, core_->reader());
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) {
    TALLY_ASSIGN(const Timestamp time, Timestamp::parse(text));
    TALLY_ASSIGN(const auto sequence, reader.last_at(time));
    if (sequence) return *sequence;
    return Error{ErrorCode::kBadEntry,
                 fmt::format("{} lies before the ledger's first event", time.to_string()),
                 {},
                 0,
                 {}};
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > reader.last().value) {
    return Error{
        ErrorCode::kBadEntry,
        fmt::format("{} lies beyond the head, which is event {}", text, reader.last().value),
        {},
        0,
        {}};
  }
  return Sequence{value};
}

Result<Sequence> Ledger::resolve_point(std::string_view text) const {
  // A time has colons, which no id has.
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits || !domain::is_identifier(text)) return resolve_as_of(text);
  TALLY_ASSIGN(const Sequence found, sequence_of(text));
  TALLY_ASSIGN(const projection::Reader reader, core_->reader());
  TALLY_ASSIGN(const auto record, reader.record(found));
  const auto* const publication =
      record ? std::get_if<domain::PublicationTerms>(&record->terms) : nullptr;
  if (publication != nullptr) return publication->as_of;
  return Error{ErrorCode::kWrongType,
               fmt::format("\"{}\" is not a publication; name an event's sequence, a time or a "
                           "publication",
                           text),
               {},
               0,
               std::string(text)};
}

Result<Sequence> Ledger::sequence_of(std::string_view id) const {
  TALLY_ASSIGN(const projection::Reader reader, core_->reader());
  TALLY_ASSIGN(const auto sequence, reader.sequence_of(id));
  if (sequence) return *sequence;
  return Error{ErrorCode::kUnknownReference,
               fmt::format("\"{}\" is not in the ledger", id),
               {},
               0,
               std::string(id)};
}

Result<void> Ledger::for_each_event(const EventQuery& query,
                                    const std::function<bool(const Event&)>& visit) const {
  return ledger::for_each_event(*core_, query, visit);
}

std::uint64_t Ledger::event_blocks_read() const { return core_->log().blocks_read(); }

std::string to_json(const Event& event, YearStart year_start) {
  std::string text;
  base::JsonWriter out(text);
  out.begin_object();
  codec::write_event_members(out, event, year_start);
  out.end_object();
  return text;
}

namespace {

Result<std::vector<LastPublication>> last_publications(projection::Reader& reader) {
  std::vector<LastPublication> last;
  TALLY_ASSIGN(const auto all, reader.publications());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + 1 < all.size() && all[i + 1].year == all[i].year) continue;
    LastPublication& one = last.emplace_back();
    one.year = all[i].year;
    one.sequence = all[i].publication;
    TALLY_ASSIGN(one.entry, reader.id_of(one.sequence));
    TALLY_ASSIGN(one.restated, ledger::year_differs(reader, one.year, all[i].as_of, reader.last()));
  }
  return last;
}

}  // namespace

Result<LedgerStatus> status(const Ledger& ledger) {
  const ledger::Core& core = ledger.core();
  TALLY_ASSIGN(projection::Reader reader, core.reader());
  const projection::Head& head = reader.head();
  LedgerStatus status;
  status.identity = core.identity();
  status.head = reader.last();
  status.recorded_at = head.recorded_at;
  status.root = head.root;
  status.key = core.checkpoints().key();
  for (std::size_t type = 0; type < head.events_of_type.size(); ++type) {
    if (head.events_of_type[type] == 0) continue;
    status.counts.emplace_back(static_cast<EntryType>(type), head.events_of_type[type]);
  }
  TALLY_TRY(reader.for_each_account(
      projection::level_prefix(projection::Level::kMeasure),
      [&](const projection::LevelKey& key, const projection::AccountState&) -> Result<bool> {
        if (status.years.empty() || status.years.back() != key.account.year) {
          status.years.push_back(key.account.year);
        }
        return true;
      }));
  status.accounts = head.accounts;
  status.postings = head.postings;
  status.bytes = core.directory().bytes_on_disk();
  TALLY_ASSIGN(const auto building, reader.view().get(store::Family::kMeta, store::kBuildingKey));
  status.replay_unfinished = building.has_value();
  TALLY_ASSIGN(status.publications, last_publications(reader));
  return status;
}

}  // namespace tally
