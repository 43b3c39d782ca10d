#include "report/doctor_text.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>

#include "base/text.h"
#include "report/places.h"
#include "report/wrap.h"

namespace ssmb::report {
namespace {

using engine::doctor::Finding;
using State = Finding::State;

// Subjects that begin alike, and what they are called together.
struct Group {
  std::string_view prefix;
  std::string_view name;
};
constexpr std::array kGroups{Group{"bucket ", "bucket settings"},
                             Group{"permission ", "permissions"}, Group{"key ", "keys"},
                             Group{"pointer ", "pointers"}};

const Group* group_of(const Finding& finding) {
  if (finding.state != State::ok) return nullptr;
  for (const Group& group : kGroups)
    if (finding.subject.starts_with(group.prefix)) return &group;
  return nullptr;
}

std::string_view word_of(State state) {
  // What a person looks for stands out, also where there is no colour.
  return state == State::amiss ? "AMISS" : to_string(state);
}

// "versioning (enabled), policy (asks for TLS and AES256)". Of permissions there are too many.
Finding joined(const std::vector<Finding>& held) {
  const Group& group = *group_of(held.front());
  std::vector<std::string> parts;
  for (const Finding& finding : held) {
    std::string part = finding.subject.substr(group.prefix.size());
    if (group.name == "bucket settings") part += fmt::format(" ({})", finding.detail);
    parts.push_back(std::move(part));
  }
  Finding one = held.front();
  one.subject = group.name;
  one.detail = group.name == "permissions" ? fmt::format("{} tried and allowed", parts.size())
                                           : join(parts, ", ");
  return one;
}

}  // namespace

void FindingCounts::add(State state) {
  switch (state) {
    case State::ok: ++ok; break;
    case State::amiss: ++amiss; break;
    case State::unknown: ++unknown; break;
    case State::info: ++info; break;
  }
}

std::string DoctorLines::line(const Finding& finding) const {
  constexpr std::size_t kStateWidth = 7;
  constexpr std::size_t kPlaceWidth = 14;  // "ap-northeast-1"
  const bool everywhere = finding.region.empty();
  // What is not of one Region stands in the Region's place, if it fits.
  const bool alone = everywhere && finding.subject.size() <= kPlaceWidth;
  const std::string_view place = alone        ? std::string_view(finding.subject)
                                 : everywhere ? std::string_view("all Regions")
                                              : finding.region.view();
  const std::string text =
      alone ? finding.detail : fmt::format("{}: {}", finding.subject, finding.detail);
  const std::string label =
      fmt::format("{:<{}}  {:<{}}  ", word_of(finding.state), kStateWidth, place, kPlaceWidth);
  std::string lines = labelled(label, text, columns_);
  if (!finding.next.empty()) {
    const std::string margin(kStateWidth + 2, ' ');
    lines += labelled(margin + "next: ", finding.next, columns_);
  }
  return lines;
}

std::string DoctorLines::flush() {
  if (held_.empty()) return {};
  std::string text = line(held_.size() == 1 ? held_.front() : joined(held_));
  held_.clear();
  return text;
}

std::string DoctorLines::add(const Finding& finding) {
  counts_.add(finding.state);
  if (finding.state == State::amiss)
    amiss_.push_back(finding.region.empty()
                         ? finding.subject
                         : fmt::format("{} {}", finding.region, finding.subject));
  const Group* group = group_of(finding);
  const bool follows = !held_.empty() && group != nullptr && group == group_of(held_.front()) &&
                       held_.front().region == finding.region;
  std::string text = follows ? std::string() : flush();
  if (group != nullptr)
    held_.push_back(finding);
  else
    text += line(finding);
  return text;
}

std::string DoctorLines::end() {
  std::string counts = fmt::format("{} ok", counts_.ok);
  if (counts_.unknown != 0) counts += fmt::format(", {} unknown", counts_.unknown);
  const std::string last = amiss_.empty() ? fmt::format("nothing is amiss: {}", counts)
                                          : fmt::format("{} amiss (exit 4), {}: {}", amiss_.size(),
                                                        counts, join(amiss_, ", "));
  return flush() + '\n' + labelled("", last, columns_);
}

boost::json::object finding_json(const Finding& finding) {
  boost::json::object object{{"state", to_string(finding.state)}};
  if (!finding.region.empty()) object["region"] = finding.region.str();
  object["subject"] = finding.subject;
  object["detail"] = finding.detail;
  if (!finding.next.empty()) object["next"] = finding.next;
  return object;
}

boost::json::object doctor_json(const Environment& env, const std::vector<Finding>& findings) {
  FindingCounts counts;
  boost::json::array list;
  for (const Finding& finding : findings) {
    counts.add(finding.state);
    list.push_back(finding_json(finding));
  }
  return {{"environment", env.str()},
          {"findings", std::move(list)},
          {"counts",
           {{"ok", counts.ok},
            {"amiss", counts.amiss},
            {"unknown", counts.unknown},
            {"info", counts.info}}}};
}

}  // namespace ssmb::report
