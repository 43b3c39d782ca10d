#include "base/time.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <utility>

#include "base/units.h"

namespace ssmb {
namespace {

using namespace std::chrono_literals;
using std::chrono::November;
using std::chrono::sys_days;

const Time kOne = sys_days{std::chrono::year{2026} / November / 22} + 13h + 1s;

TEST(Time, Iso8601BothWays) {
  struct {
    const char* name;
    const char* text;
    Time time;
    const char* written;
  } rows[] = {
      {"seconds", "2026-11-22T13:00:01Z", kOne, "2026-11-22T13:00:01Z"},
      {"milliseconds", "2026-11-22T13:00:01.250Z", kOne + 250ms, "2026-11-22T13:00:01.250Z"},
      {"microseconds", "2026-11-22T13:00:01.000007Z", kOne + 7us, "2026-11-22T13:00:01.000007Z"},
      {"the AWS CLI's form", "2025-08-30T10:11:12.345000+09:00",
       sys_days{std::chrono::year{2025} / 8 / 30} + 1h + 11min + 12s + 345ms,
       "2025-08-30T01:11:12.345Z"},
      {"west of Greenwich", "2026-11-22T08:30:01-04:30", kOne, "2026-11-22T13:00:01Z"},
      {"a date alone", "2026-11-22", kOne - 13h - 1s, "2026-11-22T00:00:00Z"},
      {"no zone, no seconds", "2026-11-22 13:00", kOne - 1s, "2026-11-22T13:00:00Z"},
      {"nanoseconds are cut", "2026-11-22T13:00:01.000000999Z", kOne, "2026-11-22T13:00:01Z"},
      {"before 1970", "1969-12-31T23:59:59.500Z", Time{} - 500ms, "1969-12-31T23:59:59.500Z"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(parse_iso8601(row.text), row.time);
    EXPECT_EQ(to_iso8601(row.time), row.written);
  }
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026", "2026-13-01", "2026-02-29", "2026-11-22T", "2026-11-22T24:00:00Z",
        "2026-11-22T13:60:00Z", "2026-11-22T13:00:01.Z", "2026-11-22T13:00:01Zx",
        "2026-11-22T13:00:01+9", "2026-11-22X13:00", "+026-11-22", "2026-11-22T13:00:01+25:00",
        // Found by the fuzzer: read, and never written again.
        "0000-01-01T00:00:00+07:00", "9999-12-31T23:59:59-07:00"})
    EXPECT_FALSE(parse_iso8601(text)) << text;
  for (const char* text :
       {"20261122-130001", "20261122_13000", "20261122_1300011", "20261322_130001"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
  for (const char* text : {"Mon, 22 Nov 2026 13:00:01 GMT", "Sun, 22 Now 2026 13:00:01 GMT",
                           "Sun, 22 Nov 2026 13:00:01", "Sunday, 22-Nov-26 13:00:01 GMT"})
    EXPECT_FALSE(parse_http_date(text)) << text;
}

TEST(Time, AMomentIsAnIsoTimeOrOneBeforeNow) {
  const Time now = kOne;
  const std::pair<const char*, Time> rows[] = {
      {"2026-11-22T13:00:01Z", kOne},
      {"2026-11-22T22:00:01+09:00", kOne},
      {"2026-11-22T12:00", kOne - 1h - 1s},
      {"2026-11-22", kOne - 13h - 1s},
      {"yesterday", kOne - 24h},
      {"-1d", kOne - 24h},
      {"-3d", kOne - 72h},
      {"-6h", kOne - 6h},
      {"-90m", kOne - 90min},
      {"-36525d", kOne - std::chrono::days{36525}},
  };
  for (const auto& [text, time] : rows) {
    SCOPED_TRACE(text);
    EXPECT_EQ(parse_moment(text, now), time);
  }
}

TEST(Time, WhatIsNoMomentIsAUsageErrorThatSaysWhatIs) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "'' is no time"},
      {"tomorrow", "'tomorrow' is no time"},
      {"3d", "'3d' is no time"},
      {"-3", "'-3' is no time"},
      {"-0d", "'-0d' is no time"},
      {"--3d", "'--3d' is no time"},
      {"-3w", "'-3w' is no time"},
      {"-3d ", "'-3d ' is no time"},
      {"-36526d", "'-36526d' is no time"},
      {"-99999999999999999999d", "is no time"},
      {"2026-02-30", "'2026-02-30' is no time"},
      {"a\nb", "'a\\nb' is no time"},
      {"2026-11-22T13:00:02Z", "'2026-11-22T13:00:02Z' lies ahead: it is 2026-11-22T13:00:01Z now"},
  };
  for (const auto& [text, says] : rows) {
    SCOPED_TRACE(text);
    const auto parsed = parse_moment(text, kOne);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().kind, ErrorKind::usage);
    EXPECT_NE(parsed.error().what.find(says), std::string::npos) << parsed.error().what;
  }
}

TEST(Time, TextsOfABackup) {
  EXPECT_EQ(to_date(kOne), "2026-11-22");
  EXPECT_EQ(to_timestamp(kOne + 999ms), "20261122_130001");
  EXPECT_EQ(parse_timestamp("20261122_130001"), kOne);
  EXPECT_EQ(to_http_date(kOne), "Sun, 22 Nov 2026 13:00:01 GMT");
  EXPECT_EQ(parse_http_date("Sun, 22 Nov 2026 13:00:01 GMT"), kOne);
}

TEST(Time, EpochSecondsKeepMilliseconds) {
  EXPECT_EQ(from_epoch_seconds(1756548672.345), Time{1756548672345ms});
  EXPECT_DOUBLE_EQ(to_epoch_seconds(Time{1756548672345ms}), 1756548672.345);
  EXPECT_EQ(to_iso8601(from_epoch_seconds(1e300)), "9999-12-31T23:59:59Z");
  EXPECT_EQ(from_epoch_seconds(std::nan("")), Time{});
}

TEST(Time, DurationsForPeople) {
  const std::pair<Duration, const char*> rows[] = {
      {0us, "0 ms"},    {850ms, "850 ms"},     {999700us, "1.0 s"}, {9100ms, "9.1 s"},
      {9960ms, "10 s"}, {59600ms, "1 min"},    {80s, "1 min 20 s"}, {59min + 59s, "59 min 59 s"},
      {3600s, "1.0 h"}, {9h + 18min, "9.3 h"}, {72h, "3.0 d"}};
  for (const auto& [duration, text] : rows) EXPECT_EQ(to_human(duration), text);
}

TEST(Units, BytesForPeople) {
  const std::pair<std::uint64_t, const char*> rows[] = {{0, "0 B"},
                                                        {999, "999 B"},
                                                        {1000, "1.0 kB"},
                                                        {999'949, "999.9 kB"},
                                                        {999'950, "1.0 MB"},
                                                        {1'400'000, "1.4 MB"},
                                                        {~std::uint64_t{0}, "18.4 EB"}};
  for (const auto& [bytes, text] : rows) EXPECT_EQ(to_human(ByteCount{bytes}), text);
  EXPECT_EQ((4_KiB + 1_MiB).value, 1052672U);
}

}  // namespace
}  // namespace ssmb
