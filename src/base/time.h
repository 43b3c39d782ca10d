// Times as types, and their texts. All times are UTC; nothing here reads a clock (Runtime does).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ssmb {

// Microseconds hold SSM's milliseconds and the AWS CLI's microseconds exactly.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// "2026-11-22T13:00:01Z"; with a fraction of 3 or 6 digits only where it is not zero.
std::string to_iso8601(Time time);
// The same without the fraction, which is cut off.
std::string to_iso8601_seconds(Time time);
// Accepts what to_iso8601 writes and the AWS CLI's form ("2025-08-30T10:11:12.345000+09:00");
// a date alone is midnight, a missing zone is UTC.
Result<Time> parse_iso8601(std::string_view text);
// A moment as people write it: what parse_iso8601 takes, or one before `now`: "-3d", "-6h", "-90m",
// "yesterday" (which is -1d). usage otherwise, and for what lies after `now`.
Result<Time> parse_moment(std::string_view text, Time now);
// "2026-11-22", the folder of a backup.
std::string to_date(Time time);
// "20261122_130001", the timestamp of a backup.
std::string to_timestamp(Time time);
Result<Time> parse_timestamp(std::string_view text);
// "Sun, 22 Nov 2026 13:00:01 GMT" (RFC 9110), as in the Date header.
std::string to_http_date(Time time);
Result<Time> parse_http_date(std::string_view text);
// Seconds since 1970 with a fraction, as SSM's JSON carries dates.
double to_epoch_seconds(Time time);
Time from_epoch_seconds(double seconds);

// For people: "850 ms", "9.1 s", "1 min 20 s", "9.3 h".
std::string to_human(Duration duration);

}  // namespace ssmb
