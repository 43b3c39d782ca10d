#include "report/compared_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/units.h"
#include "report/error_text.h"
#include "report/table.h"

namespace ssmb::report {
namespace {

using engine::ComparedCopy;

std::string_view result_of(const ComparedCopy& copy) {
  if (!is_same(copy)) return "DIFFERS";
  if (copy.error || !copy.unread.empty()) return "UNREAD";
  return copy.compared == 0 ? "nothing to compare" : "same";
}

}  // namespace

bool is_same(const ComparedCopy& copy) { return copy.findings.empty(); }

const Error* first_unread(const std::vector<ComparedCopy>& copies) {
  for (const ComparedCopy& copy : copies) {
    if (copy.error) return &*copy.error;
    if (!copy.unread.empty()) return &copy.unread.front().error;
  }
  return nullptr;
}

std::string compared_text(const std::vector<ComparedCopy>& copies) {
  using enum Table::Align;
  Table table({{.title = "REGION"},
               {.title = "COPY", .place = Table::Column::Place::below},
               {.title = "RESULT"},
               {.title = "SNAPSHOTS", .align = right},
               {.title = "READ", .align = right}});
  std::string found;
  const auto add = [&found](const ComparedCopy& copy, const ObjectKey& key, std::string_view what) {
    found +=
        fmt::format("{}: {}: {}: {}\n", copy.region, copy.repository, key, printable(what, 1000));
  };
  std::string next;
  for (const ComparedCopy& copy : copies) {
    table.add({copy.region.str(), copy.repository, std::string(result_of(copy)),
               std::to_string(copy.compared), to_human(ByteCount{copy.bytes})});
    for (const auto& finding : copy.findings) add(copy, finding.key, finding.what);
    for (const auto& object : copy.unread)
      add(copy, object.key, "not read: " + to_line(object.error));
    if (copy.error)
      found += fmt::format("{}: {}: not compared: {}\n", copy.region, copy.repository,
                           printable(to_line(*copy.error), 1000));
    if (!is_same(copy) && next.empty())
      next = fmt::format(
          "next: the next backup with --copy-to copies what is lacking of complete snapshots; what "
          "differs it never overwrites: find out who altered it, and remove it there\n");
  }
  return table.render() + (found.empty() ? "" : "\n" + found + next);
}

boost::json::array compared_json(const std::vector<ComparedCopy>& copies) {
  boost::json::array out;
  for (const ComparedCopy& copy : copies) {
    boost::json::array findings;
    for (const auto& finding : copy.findings)
      findings.push_back({{"key", finding.key.str()}, {"what", finding.what}});
    boost::json::array unread;
    for (const auto& object : copy.unread)
      unread.push_back({{"key", object.key.str()}, {"what", to_line(object.error)}});
    boost::json::value same = is_same(copy);
    if (is_same(copy) && (copy.error || !copy.unread.empty())) same = nullptr;
    boost::json::object entry{{"region", copy.region.str()},       {"repository", copy.repository},
                              {"same", std::move(same)},           {"comparedCount", copy.compared},
                              {"onlyThereCount", copy.only_there}, {"bytes", copy.bytes},
                              {"findings", std::move(findings)},   {"unread", std::move(unread)}};
    if (copy.error) entry["error"] = error_json(*copy.error);
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace ssmb::report
