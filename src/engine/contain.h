// Where an exception (memory at its end, a defect of ours) becomes an error like any other, so that
// whoever waits still cleans up and reports.
#pragma once

#include <exception>
#include <string>

#include "base/error.h"
#include "runtime/task.h"

namespace ssmb::engine {

inline Error ended_early(const char* why) {
  return {.kind = ErrorKind::internal,
          .what = std::string("a task ended early: ") + why,
          .fault = {},
          .next = {}};
}

template <class T>
ResultTask<T> contained(ResultTask<T> task) {
  try {
    co_return co_await std::move(task);
  } catch (const std::exception& thrown) {
    co_return fail(ended_early(thrown.what()));
  }
}

}  // namespace ssmb::engine
