// What a notice tells: a backup's summaries, and what its sender knows besides. Pure.
//
// Subject, colours and the line for each Region are those of the pipeline that this tool replaces,
// so that filters and habits keep working.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/time.h"
#include "notify/shortfall.h"

namespace ssmb::notify {

enum class Language { english, japanese };
enum class DryRun { no, yes };

// What the summaries do not say.
struct Occasion {
  Environment env;
  std::string build;             // Jenkins's number; empty: none
  std::string build_url;         // empty: none
  std::string runbook_url;       // empty: none
  std::vector<Region> expected;  // a Region of these without an entry was never begun
  // What ended the run as a whole, where that is known: "ABORTED", an error's line. Then the
  // result is no success, whatever the summaries say.
  std::string ended_by;
  // What the sender knows of why; empty: nothing. It decides nothing.
  std::string because;
  // Why the summaries that are there cannot be read; empty: they can, or there are none.
  std::string unreadable;
};

// What latest-<region>.txt leads to.
struct LastGood {
  std::string time;  // ISO 8601; empty: none is known
  Duration age{0};
  std::string unknown_because;  // where none is
};

struct RegionNews {
  enum class State {
    success,
    incomplete,
    failed,
    interrupted,  // failed, and by nobody's fault
    unfinished,   // it was begun, and nothing has said its end
    not_begun,
    unknown,  // the summaries cannot be read
  } state = State::not_begun;
  Region region;
  std::uint64_t count = 0;
  std::uint64_t seconds = 0;
  std::string key;                    // of the document; empty in a dry run
  std::string message;                // of a failure, or why it is incomplete
  std::string next;                   // of a failure: what to do about it; empty: nobody knows
  std::optional<LastGood> last_good;  // of a failure: what there is all the same; nullopt: not said
  std::uint64_t unreadable = 0;       // parameters, those that were accepted left out
  std::vector<std::string> names;     // of them, as far as the summaries go
  std::vector<Shortfall> shortfalls;
  DryRun dry_run = DryRun::no;
};

struct Notice {
  enum class Result { success, incomplete, failed } result = Result::failed;
  Occasion occasion;
  DryRun dry_run = DryRun::no;
  std::vector<RegionNews> regions;  // expected ones in their order, then others by name
  std::uint64_t total = 0;          // parameters
  std::uint64_t seconds = 0;
  enum class Source { missing, unreadable, read } source = Source::missing;  // of what follows
  boost::json::object summaries;                                             // as they were read
};

// `summaries`: region_summaries.json (docs/summaries.md); nullopt: none was written, or they cannot
// be read (`unreadable` of the occasion), which is a failure. corrupt: it is not what it should be.
Result<Notice> make_notice(const std::optional<boost::json::value>& summaries, Occasion occasion);

// "[SSM Backup] [FAIL] dev #12 (DRY RUN)". What is not whole is FAIL.
std::string subject(const Notice& notice);
// Slack's word for it: "good", "warning", "danger".
std::string_view colour(const Notice& notice);
// "us-west-2: SUCCESS, count=12, stage=8s, s3=<key>", "us-west-2: FAILED, message=<why>"; on one
// line, some 600 bytes of UTF-8 at most.
std::string region_line(const RegionNews& news);

}  // namespace ssmb::notify
