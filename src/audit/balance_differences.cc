#include "audit/balance_differences.h"

#include <array>
#include <map>
#include <tuple>

#include "base/try.h"
#include "projection/balances.h"

namespace tally::audit {
namespace {

using projection::AccountState;
using projection::ChainPosting;
using projection::Level;
using projection::LevelKey;
using projection::Reader;

constexpr std::size_t kEventsShown = 100;

// The accounts of a state, one after the other.
class Accounts {
 public:
  explicit Accounts(const Reader& reader)
      : cursor_(reader.view().cursor(store::Family::kAccounts, store::Reading::kScan)) {
    cursor_->seek("a");
  }

  // Reads the account that the cursor stands at; false at the end.
  Result<bool> read() {
    TALLY_TRY(cursor_->status());
    if (!cursor_->valid() || !cursor_->key().starts_with('a')) return false;
    TALLY_ASSIGN(key_, projection::decode_key(cursor_->key()));
    TALLY_ASSIGN(state_, AccountState::decode(cursor_->value()));
    return true;
  }
  void next() { cursor_->next(); }
  std::string_view stored_key() const { return cursor_->key(); }
  std::string_view stored_value() const { return cursor_->value(); }
  const LevelKey& key() const { return key_; }
  const AccountState& state() const { return state_; }

 private:
  std::unique_ptr<store::Cursor> cursor_;
  LevelKey key_;
  AccountState state_;
};

class Differences {
 public:
  Differences(const Reader& was, Reader& is) : was_(was), is_(is) {}

  Result<std::vector<BalanceDifference>> find() {
    Accounts was(was_);
    Accounts is(is_);
    for (;;) {
      TALLY_ASSIGN(const bool more_was, was.read());
      TALLY_ASSIGN(const bool more_is, is.read());
      if (!more_was && !more_is) return std::move(found_);
      const int order = !more_was ? 1 : !more_is ? -1 : was.stored_key().compare(is.stored_key());
      const bool same = order == 0 && was.stored_value() == is.stored_value();
      if (!same) {
        TALLY_TRY(add(order <= 0 ? was.key() : is.key(), order <= 0 ? &was.state() : nullptr,
                      order >= 0 ? &is.state() : nullptr));
      }
      if (order <= 0) was.next();
      if (order >= 0) is.next();
    }
  }

 private:
  Result<void> add(const LevelKey& key, const AccountState* was, const AccountState* is) {
    BalanceDifference difference;
    if (was != nullptr) difference.was = was->balance;
    if (is != nullptr) difference.is = is->balance;
    if (difference.was == difference.is) return {};
    const domain::Dimensions& of = key.account.dimensions;
    difference.year = key.account.year;
    difference.stage = key.account.stage;
    TALLY_ASSIGN(difference.measure, is_.id_of(of.measure));
    const bool whole = key.level == Level::kAccount;
    if (whole || key.level == Level::kProgramme) {
      TALLY_ASSIGN(difference.programme, is_.id_of(of.programme));
    }
    if (whole || key.level == Level::kOrganisation) {
      TALLY_ASSIGN(difference.organisation, is_.id_of(of.organisation));
    }
    if (whole) difference.contract.emplace();
    if (whole && of.contract.value != 0) {
      TALLY_ASSIGN(*difference.contract, is_.id_of(of.contract));
    }
    TALLY_TRY(add_events(difference, key.level, was, is));
    found_.push_back(std::move(difference));
    return {};
  }

  // The events that posted otherwise to the account in one state than in the other.
  Result<void> add_events(BalanceDifference& difference, Level level, const AccountState* was,
                          const AccountState* is) {
    std::map<Sequence, std::array<Quantity, 2>> posted;
    for (const auto& [index, reader, state] :
         {std::tuple<std::size_t, const Reader*, const AccountState*>(0, &was_, was),
          {1, &is_, is}}) {
      if (state == nullptr) continue;
      TALLY_TRY(reader->for_each_posting(level, state->number, reader->last(),
                                         [&, at = index](const ChainPosting& one) -> Result<bool> {
                                           Quantity& sum = posted[one.sequence][at];
                                           sum = sum.plus(one.delta).value_or(sum);
                                           return true;
                                         }));
    }
    for (const auto& [event, deltas] : posted) {
      if (deltas[0] == deltas[1]) continue;
      if (++difference.events_count <= kEventsShown) difference.events.push_back(event);
    }
    return {};
  }

  const Reader& was_;
  Reader& is_;
  std::vector<BalanceDifference> found_;
};

}  // namespace

Result<std::vector<BalanceDifference>> balance_differences(const Reader& was, Reader& is) {
  return Differences(was, is).find();
}

}  // namespace tally::audit
