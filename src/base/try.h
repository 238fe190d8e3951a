#pragma once

// Passing errors on: TALLY_TRY for what returns no value, TALLY_ASSIGN for what does.
//
//   TALLY_TRY(check_text("name", name, 500));
//   TALLY_ASSIGN(const Date day, Date::parse(text));

#include "tally/result.h"

#define TALLY_CONCAT_INNER(a, b) a##b
#define TALLY_CONCAT(a, b) TALLY_CONCAT_INNER(a, b)

#define TALLY_TRY(expression)                                                                   \
  do {                                                                                          \
    if (auto tally_result = (expression); !tally_result.ok()) return tally_result.take_error(); \
  } while (false)

#define TALLY_ASSIGN(target, expression) \
  TALLY_ASSIGN_AS(TALLY_CONCAT(tally_result_, __LINE__), target, expression)
#define TALLY_ASSIGN_AS(result, target, expression) \
  auto result = (expression);                       \
  if (!result.ok()) return result.take_error();     \
  target = std::move(result).value()
