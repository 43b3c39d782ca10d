#include "report/page/page.h"

namespace ssmb::report {

// Both colour schemes keep to contrast AA (4.5:1); tests/page measures it.
std::string_view style_sheet() {
  return R"(:root {
  color-scheme: light dark;
  --page: #ffffff;
  --panel: #f4f6f8;
  --text: #1b2430;
  --faint: #525c69;
  --line: #d5dae1;
  --link: #0b5cad;
  --good: #17652d;
  --good-back: #e2f4e7;
  --amiss: #9c1c14;
  --amiss-back: #fde9e7;
  --unknown: #7a4b00;
  --unknown-back: #fff1d6;
  --bar: #1f6f8b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12171d;
    --panel: #1b222b;
    --text: #e6eaef;
    --faint: #a9b4c1;
    --line: #354150;
    --link: #7db7f2;
    --good: #7fdb9a;
    --good-back: #12341e;
    --amiss: #ff9d94;
    --amiss-back: #451512;
    --unknown: #f3c26b;
    --unknown-back: #3c2a08;
    --bar: #5fb6d6;
  }
}
* { box-sizing: border-box; }
html { font-size: 100%; }
body {
  margin: 0 auto;
  padding: 1.5rem 1rem 3rem;
  max-width: 84rem;
  background: var(--page);
  color: var(--text);
  font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans CJK JP", sans-serif;
  overflow-wrap: break-word;
}
.kicker, .asof, footer { color: var(--faint); }
.kicker { margin: 0; }
h1 {
  margin: 0.5rem 0;
  padding: 0.75rem 1rem;
  border-left: 0.5rem solid;
  font-size: 1.35rem;
  line-height: 1.35;
}
h1.safe { color: var(--good); background: var(--good-back); }
h1.attention { color: var(--unknown); background: var(--unknown-back); }
h1.unsafe { color: var(--amiss); background: var(--amiss-back); }
.verdict { text-transform: uppercase; letter-spacing: 0.04em; margin-right: 0.25rem; }
h2 { margin: 2.5rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); }
h3 { margin: 1.25rem 0 0.25rem; font-size: 1rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
code { overflow-wrap: anywhere; font-family: ui-monospace, "Noto Sans Mono", monospace; font-size: 0.875em; }
.findings { padding-left: 1.25rem; }
.finding { margin: 0.5rem 0; }
.finding p { margin: 0; }
.next { padding-left: 1rem; border-left: 3px solid var(--line); }
.badge {
  display: inline-block;
  white-space: nowrap;
  padding: 0 0.5rem;
  border-radius: 0.75rem;
  font-size: 0.875rem;
  font-weight: 600;
  background: var(--panel);
}
.badge.good { color: var(--good); background: var(--good-back); }
.badge.amiss { color: var(--amiss); background: var(--amiss-back); }
.badge.unknown { color: var(--unknown); background: var(--unknown-back); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding: 0.25rem 0; }
th, td { padding: 0.375rem 0.625rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--faint); font-size: 0.875rem; font-weight: 600; vertical-align: bottom; }
.number, thead .number { text-align: right; }
@media (min-width: 60.01rem) {
  td.number, tbody th, td time { white-space: nowrap; }
}
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 0.5rem 1.5rem; }
figure { margin: 0; }
figcaption { color: var(--faint); font-size: 0.875rem; }
svg { display: block; max-width: 100%; height: auto; }
.bar { fill: var(--bar); }
.bar.doubtful { fill: none; stroke: var(--amiss); }
.gap { stroke: var(--amiss); }
.axis { stroke: var(--faint); }
summary { cursor: pointer; padding: 0.375rem 0; color: var(--link); }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); gap: 0 1rem; padding: 0.125rem 0; }
dt { color: var(--faint); }
dd { margin: 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: 0.875rem; }
@media (max-width: 60rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, th, td, caption { display: block; width: 100%; }
  tbody tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td { display: grid; grid-template-columns: minmax(0, min(10rem, 40%)) minmax(0, 1fr); gap: 0 0.75rem; padding: 0.125rem 0; border: 0; }
  tbody th::before, td::before { content: attr(data-label); color: var(--faint); font-weight: 400; }
  .number { text-align: left; }
  .badge { white-space: normal; }
  dl div { grid-template-columns: minmax(0, 1fr); padding: 0.25rem 0; }
}
@media print {
  body { max-width: none; padding: 0; }
  nav { display: none; }
}
)";
}

}  // namespace ssmb::report
