// report.html: one page that says whether we are safe, what is amiss, and how the last days went.
// No script, no inline style: Jenkins shows artifacts under `sandbox; default-src 'none'; img-src
// 'self'; style-src 'self'`
// (https://www.jenkins.io/doc/book/security/configuring-content-security-policy/). Pure, and never
// a value of a parameter.
#pragma once

#include <string>
#include <string_view>

#include "engine/overview/judge.h"

namespace ssmb::report {

enum class StyleSheet {
  beside,    // report.css, in the page's own directory
  embedded,  // for mail, and where one file is all that can be handed on
};

struct PageOptions {
  StyleSheet style = StyleSheet::beside;
  std::string_view version;  // of this tool
};

std::string page(const engine::overview::Overview& overview, const engine::overview::Judged& judged,
                 const PageOptions& options);

// report.css
std::string_view style_sheet();

}  // namespace ssmb::report
