#pragma once

// How the library tells that something did not work: `Result<T>` holds a value or an `Error`.
// Nothing in the library throws.  A caller that ignores a result is warned by the compiler.
//
//   tally::Result<tally::Date> day = tally::Date::parse("2022-04-01");
//   if (!day.ok()) std::cerr << day.error().message;
//   else use(day.value());

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tally {

// The codes of spec "Entries: Errors".  `code_name` gives the text that tools rely on.
enum class ErrorCode : std::uint8_t {
  // Of what opens or uses a ledger.
  kNoLedger,
  kLocked,
  kDamaged,
  kNewerFormat,
  kNoSpace,
  kIo,
  kUsage,
  // Of entries, and of arguments that stand for a part of one.
  kBadJson,
  kBadEntry,
  kBadQuantity,
  kBadDate,
  kBadYear,
  kIdTaken,
  kUnknownReference,
  kWrongType,
  kStraddlesYear,
  kAlreadyVerified,
  kSameActor,
  kInUse,
  kWithdrawn,
  kVoid,
  kNotCorrectable,
  kConflict,
  kTooLarge,
  kOverflow,
  // Of proofs, notes, checkpoints, bundles and static logs: what does not hold.
  kRefused,
};

// The code as it is printed: `bad-entry`, `no-ledger`, …
std::string_view code_name(ErrorCode code);

// What went wrong, where, and what to do about it.
struct Error {
  ErrorCode code = ErrorCode::kIo;
  std::string message;     // a sentence for a person, naming the thing and both values
  std::string file;        // the input file, where there are several
  std::uint64_t line = 0;  // from 1, within its file; 0 where there is none
  std::string entry;       // the entry's id, where there is one
};

// A value of type T, or an error.  Accessing the one that is not held is a bug of the caller and
// stops the program.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : held_(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit by design
  Result(Error error)                                       // NOLINT
      : held_(std::in_place_index<1>, std::make_unique<Error>(std::move(error))) {}

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return *checked(); }
  const T& value() const& { return *const_cast<Result*>(this)->checked(); }
  T&& value() && { return std::move(*checked()); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return checked(); }
  const T* operator->() const { return const_cast<Result*>(this)->checked(); }

  const Error& error() const {
    if (ok()) __builtin_trap();
    return **std::get_if<1>(&held_);
  }
  // The error moved out, to be passed on.
  Error take_error() {
    if (ok()) __builtin_trap();
    return std::move(**std::get_if<1>(&held_));
  }

 private:
  T* checked() {
    if (!ok()) __builtin_trap();
    return std::get_if<0>(&held_);
  }

  std::variant<T, std::unique_ptr<Error>> held_;
};

// Done, or an error.
struct Done {};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Done) {}                                                             // NOLINT
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}  // NOLINT

  bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    if (ok()) __builtin_trap();
    return *error_;
  }
  Error take_error() {
    if (ok()) __builtin_trap();
    return std::move(*error_);
  }

 private:
  std::unique_ptr<Error> error_;
};

}  // namespace tally
