#include "base/time.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.h"

namespace ssmb {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::array<std::string_view, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Parts {
  int year;
  unsigned month, day, weekday;
  int hour, minute, second, microsecond;
};

Parts parts_of(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<unsigned>(date.month()),
          .day = static_cast<unsigned>(date.day()),
          .weekday = std::chrono::weekday{day}.c_encoding(),
          .hour = static_cast<int>(clock.hours().count()),
          .minute = static_cast<int>(clock.minutes().count()),
          .second = static_cast<int>(clock.seconds().count()),
          .microsecond = static_cast<int>(clock.subseconds().count())};
}

bool is_writable(Time time) {
  constexpr int kLastYear = 9999;
  const int year = parts_of(time).year;
  return year >= 0 && year <= kLastYear;
}

// Reads a text from left to right; the first thing that does not fit spoils the rest.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (!next_is_digit()) return spoil();
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  bool accept(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) {
    if (!accept(text)) spoil();
  }
  template <std::size_t N>
  int one_of(const std::array<std::string_view, N>& names) {
    for (std::size_t i = 0; i < N; ++i)
      if (accept(names[i])) return static_cast<int>(i);
    return spoil();
  }
  bool next_is_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  bool at_end() const { return rest_.empty(); }
  bool good_at_end() const { return good_ && rest_.empty(); }
  int spoil() {
    good_ = false;
    return 0;
  }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Date {
  int year = 0, month = 0, day = 0;
};
struct Clock {
  int hour = 0, minute = 0, second = 0, microsecond = 0;
};

std::optional<Time> combine(const Date& date, const Clock& clock) {
  const year_month_day day{std::chrono::year{date.year},
                           std::chrono::month{static_cast<unsigned>(date.month)},
                           std::chrono::day{static_cast<unsigned>(date.day)}};
  if (!day.ok() || clock.hour > 23 || clock.minute > 59 || clock.second > 59) return std::nullopt;
  return Time(sys_days{day}) + std::chrono::hours{clock.hour} + std::chrono::minutes{clock.minute} +
         std::chrono::seconds{clock.second} + std::chrono::microseconds{clock.microsecond};
}

std::unexpected<Error> unreadable(std::string_view form, std::string_view text) {
  return fail(ErrorKind::invalid,
              fmt::format("'{}' is not a time of the form {}", text.substr(0, 40), form));
}

Date scan_date(Scanner& scan) {
  Date date;
  date.year = scan.number(4);
  scan.expect("-");
  date.month = scan.number(2);
  scan.expect("-");
  date.day = scan.number(2);
  return date;
}

// Digits behind the sixth are cut off.
int scan_fraction(Scanner& scan) {
  if (!scan.next_is_digit()) return scan.spoil();
  int microseconds = 0;
  for (int scale = 100'000; scan.next_is_digit(); scale /= 10)
    microseconds += scan.number(1) * scale;
  return microseconds;
}

Clock scan_clock(Scanner& scan) {
  Clock clock;
  clock.hour = scan.number(2);
  scan.expect(":");
  clock.minute = scan.number(2);
  if (scan.accept(":")) clock.second = scan.number(2);
  if (scan.accept(".")) clock.microsecond = scan_fraction(scan);
  return clock;
}

// "Z", "+09:00", "+0900" or nothing; what to take off the local time.
std::chrono::minutes scan_zone(Scanner& scan) {
  if (scan.at_end() || scan.accept("Z")) return std::chrono::minutes{0};
  const bool west = scan.accept("-");
  if (!west) scan.expect("+");
  const int hours = scan.number(2);
  scan.accept(":");
  const int minutes = scan.number(2);
  if (hours > 23 || minutes > 59) scan.spoil();
  const std::chrono::minutes offset{hours * 60 + minutes};
  return west ? -offset : offset;
}

// "3d", "6h", "90m"; a century at most: no overflow.
std::optional<Duration> time_back(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), count);
  const std::string_view unit(end, text.end());
  constexpr Duration kLongest = std::chrono::days{36'525};
  if (error != std::errc{} || count <= 0 || count > kLongest / std::chrono::minutes{1})
    return std::nullopt;
  std::optional<Duration> back;
  if (unit == "d") back = std::chrono::days{count};
  if (unit == "h") back = std::chrono::hours{count};
  if (unit == "m") back = std::chrono::minutes{count};
  return back && *back <= kLongest ? back : std::nullopt;
}

}  // namespace

std::string to_iso8601(Time time) {
  const Parts p = parts_of(time);
  std::string text = fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}"), p.year,
                                 p.month, p.day, p.hour, p.minute, p.second);
  if (p.microsecond % 1000 != 0)
    text += fmt::format(".{:06}", p.microsecond);
  else if (p.microsecond != 0)
    text += fmt::format(".{:03}", p.microsecond / 1000);
  return text + "Z";
}

std::string to_iso8601_seconds(Time time) {
  return to_iso8601(std::chrono::floor<std::chrono::seconds>(time));
}

Result<Time> parse_iso8601(std::string_view text) {
  Scanner scan(text);
  const Date date = scan_date(scan);
  Clock clock;
  std::chrono::minutes offset{0};
  if (!scan.at_end()) {
    if (!scan.accept("T")) scan.expect(" ");
    clock = scan_clock(scan);
    offset = scan_zone(scan);
  }
  auto time = scan.good_at_end() ? combine(date, clock) : std::nullopt;
  if (time) *time -= offset;
  // The zone may lead out of the years that can be written.
  if (!time || !is_writable(*time)) return unreadable("2026-11-22T13:00:01Z", text);
  return *time;
}

Result<Time> parse_moment(std::string_view text, Time now) {
  if (text == "yesterday") return now - std::chrono::days{1};
  if (text.starts_with('-')) {
    const auto back = time_back(text.substr(1));
    if (back) return now - *back;
  } else if (const auto time = parse_iso8601(text)) {
    if (*time <= now) return *time;
    return fail(ErrorKind::usage,
                fmt::format("'{}' lies ahead: it is {} now", printable(text, 40),
                            to_iso8601(std::chrono::floor<std::chrono::seconds>(now))));
  }
  return fail(ErrorKind::usage, fmt::format("'{}' is no time", printable(text, 40)),
              "write 2026-11-22T13:00:01Z, 2026-11-22 (its midnight; UTC where no zone is given), "
              "yesterday, -3d or -6h");
}

std::string to_date(Time time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}-{:02}-{:02}", p.year, p.month, p.day);
}

std::string to_timestamp(Time time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}{:02}{:02}_{:02}{:02}{:02}", p.year, p.month, p.day, p.hour, p.minute,
                     p.second);
}

Result<Time> parse_timestamp(std::string_view text) {
  Scanner scan(text);
  Date date;
  date.year = scan.number(4);
  date.month = scan.number(2);
  date.day = scan.number(2);
  scan.expect("_");
  Clock clock;
  clock.hour = scan.number(2);
  clock.minute = scan.number(2);
  clock.second = scan.number(2);
  const auto time = scan.good_at_end() ? combine(date, clock) : std::nullopt;
  if (!time) return unreadable("20261122_130001", text);
  return *time;
}

std::string to_http_date(Time time) {
  const Parts p = parts_of(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kWeekdays[p.weekday], p.day,
                     kMonths[p.month - 1], p.year, p.hour, p.minute, p.second);
}

Result<Time> parse_http_date(std::string_view text) {
  Scanner scan(text);
  const int weekday = scan.one_of(kWeekdays);
  scan.expect(", ");
  Date date;
  date.day = scan.number(2);
  scan.expect(" ");
  date.month = scan.one_of(kMonths) + 1;
  scan.expect(" ");
  date.year = scan.number(4);
  scan.expect(" ");
  const Clock clock = scan_clock(scan);
  scan.expect(" GMT");
  const auto time = scan.good_at_end() ? combine(date, clock) : std::nullopt;
  if (!time || std::cmp_not_equal(parts_of(*time).weekday, weekday))
    return unreadable("Sun, 22 Nov 2026 13:00:01 GMT", text);
  return *time;
}

double to_epoch_seconds(Time time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1e6;
}

Time from_epoch_seconds(double seconds) {
  // Outside of the years 0000 to 9999 no service's time lies; cut, so that nothing overflows.
  constexpr double kFirst = -62'167'219'200.0;
  constexpr double kLast = 253'402'300'799.0;
  const double cut = std::isnan(seconds) ? 0 : std::min(std::max(seconds, kFirst), kLast);
  return Time(Duration{std::llround(cut * 1e6)});
}

std::string to_human(Duration duration) {
  const double seconds = static_cast<double>(duration.count()) / 1e6;
  if (std::abs(seconds) < 0.9995) return fmt::format("{:.0f} ms", seconds * 1000);
  if (std::abs(seconds) < 9.95) return fmt::format("{:.1f} s", seconds);
  if (std::abs(seconds) < 59.5) return fmt::format("{:.0f} s", seconds);
  if (std::abs(seconds) < 3599.5) {
    const long long whole = std::llround(seconds);
    if (whole % 60 == 0) return fmt::format("{} min", whole / 60);
    return fmt::format("{} min {} s", whole / 60, std::llabs(whole % 60));
  }
  const double hours = seconds / 3600;
  return std::abs(hours) < 47.95 ? fmt::format("{:.1f} h", hours)
                                 : fmt::format("{:.1f} d", hours / 24);
}

}  // namespace ssmb
