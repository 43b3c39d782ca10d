#include "engine/overview/days.h"

#include <algorithm>

namespace ssmb::engine::overview {
namespace {

using std::chrono::days;

sys_days day_of(Time time) { return std::chrono::floor<days>(time); }

// A good one before others, then the newer one.
bool is_better(const Point& a, const Point& b) {
  if (a.is_good() != b.is_good()) return a.is_good();
  return a.start > b.start;
}

bool differ(const snapshot::IndexEntry& a, const snapshot::IndexEntry& b, ChangedBy by) {
  if (by == ChangedBy::content) return a.place.sha256 != b.place.sha256;
  return a.version != b.version || a.last_modified_date != b.last_modified_date;
}

Day::State state_of(const Day& day, sys_days today, std::optional<sys_days> first) {
  if (day.point) return day.point->is_good() ? Day::State::good : Day::State::not_good;
  if (day.date == today) return Day::State::open;
  return !first || day.date < *first ? Day::State::before_first : Day::State::none;
}

}  // namespace

std::vector<Day> last_days(const std::vector<Point>& points, Time now, int count) {
  const sys_days today = day_of(now);
  std::vector<Day> out;
  for (int back = count - 1; back >= 0; --back)
    out.push_back({.date = today - days{back}, .state = {}, .point = {}, .changes = {}});
  std::optional<sys_days> first;
  for (const Point& point : points) {
    const sys_days date = day_of(point.start);
    if (!first || date < *first) first = date;
    const auto day = std::ranges::find(out, date, &Day::date);
    if (day != out.end() && (!day->point || is_better(point, *day->point))) day->point = point;
  }
  for (Day& day : out) day.state = state_of(day, today, first);
  return out;
}

Changes changes_between(const std::vector<snapshot::IndexEntry>& from,
                        const std::vector<snapshot::IndexEntry>& to, ChangedBy by,
                        const std::set<ParameterName>& unread) {
  Changes changes;
  auto a = from.begin();
  auto b = to.begin();
  while (a != from.end() || b != to.end()) {
    if (b == to.end() || (a != from.end() && a->name < b->name)) {
      if (!unread.contains(a->name)) ++changes.removed;
      ++a;
    } else if (a == from.end() || b->name < a->name) {
      if (!unread.contains(b->name)) ++changes.added;
      ++b;
    } else {
      if (differ(*a, *b, by)) ++changes.changed;
      ++a;
      ++b;
    }
  }
  return changes;
}

}  // namespace ssmb::engine::overview
