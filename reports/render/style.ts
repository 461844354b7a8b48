/**
 * The look of the HTML report: light and dark, wide, narrow and on paper. No script, no font to
 * load, nothing from elsewhere.
 */
import { chartColours } from '../charts/colours.ts';

export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5a6675;--line:#d8dee6;--paper:#fff;--tint:#f4f6f9;--good:#1b6e3c;--bad:#a3211b;--accent:#1f4e79;${chartColours('light')}}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#a2adbb;--line:#343d49;--paper:#14181e;--tint:#1c222b;--good:#6fd394;--bad:#ff8f87;--accent:#8fc1ee;${chartColours('dark')}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:64rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4rem}
h2{font-size:1.25rem;margin:2.6rem 0 .5rem;padding-top:.9rem;border-top:1px solid var(--line)}
p{margin:.5rem 0}
.question{font-size:1.05rem;color:var(--soft);max-width:46rem}
.lead{margin:1rem 0 1.2rem}
.lead .question{margin-top:0}
.lead .answer{font-size:1.3rem;line-height:1.4;font-weight:600;margin:.6rem 0}
.lead .caveat{border-left:4px solid var(--accent);padding-left:.8rem;color:var(--soft)}
.lead figure{margin:0}
@media (min-width:60rem){.lead.beside{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:1.6rem;align-items:start}.lead.beside>details{grid-column:1/-1}}
.status{display:inline-block;padding:.1rem .7rem;border-radius:1rem;border:1px solid currentColor;font-weight:600;color:var(--bad)}
.status.success{color:var(--good)}
.note{border-left:4px solid var(--accent);background:var(--tint);padding:.7rem 1rem;margin:1rem 0;border-radius:0 .4rem .4rem 0;max-width:52rem}
.caption{color:var(--soft);max-width:52rem;font-size:.94rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.2rem;margin:1rem 0;font-size:.94rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:.7rem 0;-webkit-overflow-scrolling:touch}
@media screen and (min-width:66rem){.scroll{width:fit-content;min-width:100%;max-width:calc(100vw - 4rem);margin-left:50%;transform:translateX(-50%)}.lead .scroll{max-width:100%}}
table{border-collapse:collapse;font-size:.94rem;font-variant-numeric:tabular-nums;min-width:30rem}
th,td{padding:.34rem .8rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;border-bottom:2px solid var(--line);white-space:nowrap}
td.r,th.r{text-align:right;white-space:nowrap}
table.numbers td{white-space:nowrap}
th:first-child,td:first-child{padding-left:0}
table.main td:nth-child(even){font-weight:600}
figure{margin:1rem 0}
.chart{max-width:60rem;border:1px solid var(--line);border-radius:.5rem;overflow:hidden}
.chart svg{display:block;width:100%;height:auto}
.chart text{font-family:"DejaVu Sans",Verdana,sans-serif}
.narrow{display:none}
@media screen and (max-width:600px){.wide{display:none}.narrow{display:block}}
figcaption{margin-top:.6rem}
details{margin:.6rem 0}
summary{cursor:pointer;color:var(--accent)}
pre{background:var(--tint);border:1px solid var(--line);border-radius:.4rem;padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;font:.86rem/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
code{font:.9em ui-monospace,"DejaVu Sans Mono",monospace}
@media (max-width:600px){main{padding:1.2rem .9rem 3rem}h1{font-size:1.5rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}th,td{padding:.3rem .55rem}}
@media print{:root{--ink:#000;--soft:#333;--line:#999;--paper:#fff;--tint:#f2f2f2;--good:#000;--bad:#000;--accent:#000;${chartColours('light')}}main{max-width:none;padding:0}h2,h3,summary{break-after:avoid}figure,table,pre{break-inside:avoid}.scroll{overflow:visible}details::details-content{content-visibility:visible;display:block}summary{color:var(--soft)}table{min-width:0;font-size:.8rem}table.numbers td{white-space:normal}}
`;
