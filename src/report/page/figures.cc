#include "report/page/figures.h"

#include "base/age.h"

namespace ssmb::report {
namespace {

Html data(const std::string& words, std::int64_t value, const std::string& pointer) {
  return Html::element("data", {{"value", std::to_string(value)}, {"data-json", pointer}}, words);
}

Html moment(const std::string& words, Time time, const std::string& pointer) {
  return Html::element("time", {{"datetime", to_iso8601(time)}, {"data-json", pointer}}, words);
}

}  // namespace

Html count_figure(std::uint64_t count, const std::string& pointer) {
  return data(std::to_string(count), static_cast<std::int64_t>(count), pointer);
}

Html bytes_figure(ByteCount bytes, const std::string& pointer) {
  return data(to_human(bytes), static_cast<std::int64_t>(bytes.value), pointer);
}

Html ms_figure(Duration duration, const std::string& pointer) {
  return data(to_human(duration),
              std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(), pointer);
}

Html age_figure(Duration age, const std::string& pointer) {
  return data(in_hours(age), std::chrono::duration_cast<std::chrono::seconds>(age).count(),
              pointer);
}

Html seconds_figure(Duration duration, const std::string& pointer) {
  return data(to_human(duration),
              std::chrono::duration_cast<std::chrono::seconds>(duration).count(), pointer);
}

Html time_figure(Time time, const std::string& pointer) {
  return moment(to_minute(time), time, pointer);
}

Html instant_figure(Time time, const std::string& pointer) {
  return moment(to_iso8601_seconds(time), time, pointer);
}

Html day_figure(Time time, const std::string& pointer) {
  return moment(to_date(time), time, pointer);
}

}  // namespace ssmb::report
