// The words of a notice in each language. What filters look for (the subject, a Region's line) is
// the same in all of them, and not here.
#pragma once

#include <string>
#include <string_view>

#include "notify/notice.h"

namespace ssmb::notify {

enum class Word {
  result,
  environment,
  dry_run,
  yes,
  no,
  total_title,
  total,  // parameters, Regions; the same as "3 parameters", "1 Region"; seconds
  regions,
  unreadable,
  and_more,  // "and {} more", of parameters
  shortfalls,
  still_names,    // "{pointer} still names {target}: {why}"
  was_not_moved,  // "{pointer} was not moved: {why}"
  not_copied,     // "not copied to {repository}: {why}"
  lacks_earlier,  // "{repository} lacks an earlier snapshot: {why}"
  and_more_lines,
  next,             // of a Region, "{step}"
  last_good,        // "{time} {age}"
  none_known_good,  // "{why}"
  days,             // of an age, "{}"; so are those below
  hours,
  minutes,
  seconds,
  ended_by,  // what ended the run
  because,
  runbook,
  build,
  success,
  incomplete,
  failed,
  no_summaries,
  unreadable_summaries,  // "{why}"
  no_region,
  // Explain NOT RUN.
  not_begun_failed,
  not_begun_unfinished,  // "{region}"
  not_begun_ended,
  unfinished,
  what_to_do_failed,
  what_to_do_unread,
  what_to_do_shrunk,
  what_to_do_pointer,
  what_to_do_copy,
  what_to_do_dry,
  what_to_do_unstable,  // the last of them
};

std::string_view word(Word word, Language language);
// "en" or "ja"; nullopt: another.
std::optional<Language> language_of(std::string_view code);

}  // namespace ssmb::notify
