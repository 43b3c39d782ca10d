// Four macros that hand an error on. Used where a plain `if` would drown the subject.
//
//   SSMB_TRY(value, parse(text));          // value is an lvalue of the Result's type
//   SSMB_TRY_VOID(check(value));
//   SSMB_CO_TRY(page, co_await list());    // the same inside a coroutine
//   SSMB_CO_TRY_VOID(co_await put(page));
#pragma once

#include "base/error.h"

// NOLINTBEGIN(bugprone-macro-parentheses): name is declared here, and cannot stand in parentheses
#define SSMB_TRY(name, expression)                                           \
  auto name##_result = (expression);                                         \
  if (!name##_result) return ::ssmb::fail(std::move(name##_result).error()); \
  auto& name = *name##_result

#define SSMB_TRY_VOID(expression) \
  if (auto outcome_ = (expression); !outcome_) return ::ssmb::fail(std::move(outcome_).error())

#define SSMB_CO_TRY(name, expression)                                           \
  auto name##_result = (expression);                                            \
  if (!name##_result) co_return ::ssmb::fail(std::move(name##_result).error()); \
  auto& name = *name##_result

#define SSMB_CO_TRY_VOID(expression) \
  if (auto outcome_ = (expression); !outcome_) co_return ::ssmb::fail(std::move(outcome_).error())
// NOLINTEND(bugprone-macro-parentheses)
