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
  total,  // "{} parameters of {} Regions in {} s"
  regions,
  unreadable,
  and_more,  // "and {} more"
  because,   // what ended the run
  runbook,
  build,
  success,
  incomplete,
  failed,
  no_summaries,
  not_begun,  // explains NOT RUN
  what_to_do_failed,
  what_to_do_incomplete,
};

std::string_view word(Word word, Language language);
// "en" or "ja"; nullopt: another.
std::optional<Language> language_of(std::string_view code);

}  // namespace ssmb::notify
