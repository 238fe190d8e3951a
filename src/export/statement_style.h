#pragma once

// How the statement of a year looks, on a screen and on A4.

#include <string_view>

namespace tally::exports {

inline constexpr std::string_view kStatementStyle = R"(
@page { size: A4; margin: 18mm 16mm 20mm; }
:root { --ink: #1c2430; --soft: #5b6573; --line: #d8dde4; --bar: #2f6f5e; --bar-back: #e6ebe9;
        --warn: #9a3412; --good: #1f6b45; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif; color: var(--ink);
       max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; background: #fff; }
header { border-bottom: 3px solid var(--ink); padding-bottom: .8rem; margin-bottom: 1.6rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .2rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; break-after: avoid; }
p { margin: .4rem 0; }
h1, h2, p, th, td { overflow-wrap: anywhere; }
td.n, th.n { overflow-wrap: normal; }
.soft { color: var(--soft); }
.restated { color: var(--warn); font-weight: 600; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font-size: .92em; }
th { text-align: left; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--ink);
     padding: .3rem .6rem .3rem 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem 0; vertical-align: top; }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
td.n { white-space: nowrap; }
.wide { overflow-x: auto; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.bar { background: var(--bar-back); display: block; width: 100%; height: .8rem; border-radius: 2px; min-width: 7rem;
       print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.bar rect { fill: var(--bar); }
.agrees { color: var(--good); }
.differs, .unsupported { color: var(--warn); font-weight: 600; }
pre { background: #f5f7f9; border: 1px solid var(--line); border-radius: 3px; padding: .7rem .8rem;
      font: 12px/1.45 ui-monospace, "Liberation Mono", monospace; white-space: pre-wrap;
      overflow-wrap: anywhere; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.2rem; margin: .6rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
@media print { .wide { overflow: visible; } body { margin: 0; max-width: none; padding: 0; font-size: 9.5pt; } }
)";

}  // namespace tally::exports
