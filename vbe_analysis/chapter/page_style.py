"""The look of the HTML page: one calm column, light and dark, on a narrow screen and on paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --quiet: #52606d; --line: #d3d9e0; --faint: #f4f6f8;
  --accent: #0b4f6c; --paper: #ffffff; --sheet: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --quiet: #a9b4c0; --line: #3d4853; --faint: #1f272f;
  --accent: #8ecbe6; --paper: #151b21; --sheet: #ffffff; } }
* { box-sizing: border-box; }
html { font-size: 106.25%; scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.6; overflow-wrap: break-word;
  font-family: "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, "DejaVu Sans", sans-serif;
  hyphens: auto; }
header, nav, main, .notes, footer { max-width: 46rem; margin: 0 auto; padding: 0 1.25rem; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: .06em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
.skip { position: absolute; left: -999rem; background: var(--paper); padding: .6rem 1rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 1; }
header { padding-top: 3.5rem; }
.edition { display: inline-block; margin: 0 0 1.5rem; padding: .15rem .7rem; border: 1px solid var(--quiet);
  border-radius: 2rem; font-size: .82rem; color: var(--quiet); }
h1, h2, h3, h4, h5 { line-height: 1.25; text-wrap: balance; font-weight: 650; margin: 0; break-after: avoid; }
h1 { font-size: clamp(1.6rem, 6vw, 2.6rem); letter-spacing: -.015em; }
h2 { font-size: 1.55rem; margin-top: 3.75rem; }
h3 { font-size: 1.2rem; margin-top: 2.5rem; }
h4, h5 { font-size: 1rem; margin-top: 2rem; }
.subtitle { font-size: 1.2rem; color: var(--quiet); margin: .4rem 0 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: 1.75rem 0 0;
  font-size: .92rem; }
dt { color: var(--quiet); } dd { margin: 0; }
.reservation { font-size: .92rem; color: var(--quiet); margin: 1.25rem 0 0; }
nav { margin-top: 2.5rem; }
nav h2 { font-size: 1rem; margin: 0; padding-top: 1.5rem; border-top: 1px solid var(--line); }
nav ol { list-style: none; margin: .6rem 0 0; padding: 0; }
nav ol ol { padding-left: 1.25rem; margin: 0; font-size: .93rem; }
nav a { display: inline-block; padding: .18rem 0; text-decoration: none; } nav a:hover { text-decoration: underline; }
p, ul, ol { margin: .85rem 0; } li { margin: .3rem 0; } li > p { margin: .3rem 0; }
h2 + p, h3 + p, h4 + p { margin-top: .6rem; }
.box { margin: 1.75rem 0; padding: .35rem 1.35rem; background: var(--faint); border-left: 4px solid var(--accent); }
figure, .table { margin: 2.5rem 0; }
figcaption, caption { text-align: left; line-height: 1.4; padding: 0 0 .6rem; hyphens: manual; }
.caption { display: block; position: sticky; left: 0; max-width: min(43.5rem, calc(100vw - 2.5rem)); }
.label { font-weight: 650; } .title { font-weight: 650; }
.mark { display: inline-block; color: var(--quiet); font-size: .78rem; border: 1px solid var(--line);
  border-radius: 2rem; padding: 0 .55rem; white-space: nowrap; }
.scope { display: block; color: var(--quiet); font-size: .88rem; }
.source { color: var(--quiet); font-size: .85rem; line-height: 1.45; margin: .5rem 0 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(100%, 26rem); font-size: .92rem; line-height: 1.35;
  font-variant-numeric: tabular-nums;
  hyphens: manual; border-bottom: 1.5px solid var(--ink); }
thead tr { border-top: 1.5px solid var(--ink); border-bottom: 1px solid var(--ink); }
th, td { text-align: left; vertical-align: top; padding: .5rem 0 .5rem 1.25rem; min-width: 4.5rem;
  overflow-wrap: normal; }
thead th { vertical-align: bottom; font-weight: 650; } tbody th { font-weight: 400; min-width: 9rem; }
tbody tr + tr { border-top: 1px solid var(--line); }
th:first-child { padding-left: 0; } .number { text-align: right; }
td.number, .range { white-space: nowrap; } td.words { white-space: normal; }
.many { font-size: .82rem; } .many th, .many td { min-width: 0; padding-left: .6rem; }
.many th:first-child { padding-left: 0; min-width: 8rem; }
figure img { display: block; width: 100%; height: auto; background: var(--sheet); border-radius: 3px; }
@media (prefers-color-scheme: dark) { figure img { padding: .75rem; } }
details { margin-top: .6rem; font-size: .92rem; }
summary { cursor: pointer; color: var(--accent); padding: .3rem 0; } details .table { margin: .75rem 0 0; }
sup { line-height: 0; font-size: .75em; } sup a { padding: 0 .12em; text-decoration: none; font-weight: 650; }
.notes { margin-top: 4rem; font-size: .92rem; }
.notes h2 { font-size: 1.2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); margin: 0; }
.notes ol { padding-left: 1.4rem; } .notes li p:first-child { display: inline; } .back {
  padding: 0 .25em; }
:target { scroll-margin-top: 1rem; background: color-mix(in srgb, var(--accent) 14%, transparent); }
footer { margin-top: 4rem; padding-bottom: 3rem; color: var(--quiet); font-size: .85rem; }
footer p { border-top: 1px solid var(--line); padding-top: 1rem; }
@media (max-width: 30rem) { header { padding-top: 2rem; } dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; } h2 { font-size: 1.35rem; margin-top: 3rem; } .box { padding: .2rem 1rem; }
  table { min-width: 0; font-size: .85rem; hyphens: auto; } th, td { min-width: 0; padding-left: .7rem; }
  tbody th { min-width: 7rem; } figure img { width: 31rem; max-width: none; } }
@media (min-width: 66rem) { main .scroll { margin-right: -8rem; } }
@media print { :root { color-scheme: light; --ink: #000; --quiet: #3c4650; --line: #c5ccd3; --faint: #f4f6f8;
    --accent: #0b4f6c; --paper: #fff; --sheet: #fff; }
  html { font-size: 10.5pt; } header, nav, main, .notes, footer { max-width: none; padding-left: 0;
  padding-right: 0; }
  header { padding-top: 0; } nav, .skip, details, .back { display: none; }
  main .scroll { overflow: visible; margin: 0; }
  figure, tr, .box { break-inside: avoid; } caption { break-after: avoid; } thead { display: table-header-group; }
  figure img { padding: 0; } p { orphans: 3; widows: 3; } main h2 { margin-top: 2.5rem; } a { color: inherit; }
  h2 { font-size: 1.4rem; } }
"""

# Under a notebook's cell: the chapter's tables against JupyterLab's own, which sets every cell to the right.
NOTEBOOK_STYLE = """
.vbe { max-width: 46rem; margin: .5rem 0 1.5rem; } .vbe figure { margin: 0; } .vbe img { width: 100%; }
.vbe figcaption, .vbe caption { text-align: left; padding-bottom: .5rem; } .vbe .title { font-weight: 650; }
.vbe .scope { opacity: .8; } .vbe .source { opacity: .8; margin: .3rem 0; font-size: .9em; }
.jp-OutputArea .vbe table { margin: 0; border-collapse: collapse; border-bottom: 1px solid;
  font-variant-numeric: tabular-nums; }
.jp-OutputArea .vbe th, .jp-OutputArea .vbe td { text-align: left; vertical-align: top; white-space: normal;
  padding: .3rem 1rem .3rem 0; }
.jp-OutputArea .vbe .number { text-align: right; } .jp-OutputArea .vbe tbody th { font-weight: 400; }
.jp-OutputArea .vbe thead tr { border-top: 1px solid; border-bottom: 1px solid; }
"""
