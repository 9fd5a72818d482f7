// The report's stylesheet: light and dark, phone to A4, no external resource.

const LIGHT = `--bg:#fff;--card:#fff;--soft:#f6f7f9;--text:#16181d;--muted:#5c6370;--line:#e4e7ec;--phase:#f1f3f7;--mark:#6b7280;--alarm:#c4320a;
--ok:#0b7a4b;--ok-bg:#e9f7f0;--bad:#b42318;--bad-bg:#fdeeec;--warn:#8f5b00;--warn-bg:#fdf5e3;--link:#2257d6;
--series-0:#2563eb;--series-1:#c2570c;--series-2:#0c8476;--series-3:#b0308f;--series-4:#6d4bd8;--series-5:#7a6520`;

const DARK = `--bg:#0e1014;--card:#14171d;--soft:#1a1e26;--text:#e8eaee;--muted:#99a1ae;--line:#292e38;--phase:#1b2029;--mark:#8b93a1;--alarm:#ff8a65;
--ok:#4cc38a;--ok-bg:#10261c;--bad:#ff8b80;--bad-bg:#2d1513;--warn:#e6b450;--warn-bg:#2a2110;--link:#86adff;
--series-0:#6ea1ff;--series-1:#f3955a;--series-2:#3fc4b3;--series-3:#e887cf;--series-4:#a895f8;--series-5:#cdb35e`;

export const STYLESHEET = `
:root{color-scheme:light dark;${LIGHT};--font:Inter,ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
@media screen and (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 var(--font);font-feature-settings:"cv11","ss03";-webkit-font-smoothing:antialiased}
main{max-width:1180px;margin:0 auto;padding:44px 32px 72px}
h1,h2,h3,h4,p,ul,dl,dd,figure{margin:0;padding:0}
h1{font-size:30px;line-height:1.2;letter-spacing:-.022em;font-weight:650;overflow-wrap:anywhere}
h2{font-size:19px;line-height:1.3;letter-spacing:-.012em;font-weight:620}
h3{font-size:14px;font-weight:600}
h4{font-size:14px;font-weight:600;letter-spacing:-.003em}
a{color:var(--link);text-underline-offset:2px}
code,pre{font-family:var(--mono);font-size:.87em}
section{margin-top:44px}
section>h2{margin-bottom:14px}
section h3{margin:24px 0 10px}
.eyebrow{color:var(--muted);font-size:12.5px;font-weight:550;letter-spacing:.01em;margin-bottom:6px}
.lead{color:var(--muted);font-size:16px;max-width:70ch;margin-top:6px;overflow-wrap:anywhere}
.meta{list-style:none;display:flex;flex-wrap:wrap;gap:2px 20px;color:var(--muted);font-size:13.5px;margin-top:12px}
.meta code{overflow-wrap:anywhere;color:var(--text)}
.hint,.note{color:var(--muted);font-size:13px}
.hint{margin:10px 0 0;max-width:90ch}
.missing{color:var(--warn)}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.strong{font-weight:600}

.verdict{margin-top:26px;display:flex;gap:16px;padding:20px 22px;border-radius:12px;border:1px solid var(--edge);background:var(--tint)}
.verdict{--edge:color-mix(in srgb,var(--ink) 28%,transparent)}
.verdict h2{font-size:22px;margin:0;color:var(--ink)}
.verdict>div>p{margin-top:1px}
.sign{flex:none;width:32px;height:32px;border-radius:50%;display:grid;place-items:center;background:var(--ink);color:var(--bg);font-size:17px;font-weight:700;line-height:1}
.exit{font-size:12.5px;font-weight:500;color:var(--muted);letter-spacing:0;margin-left:6px;white-space:nowrap}
.reasons{margin-top:10px;padding-left:18px}
.reasons li{margin:3px 0;overflow-wrap:anywhere}
.reasons li::marker{color:var(--muted)}
.pass{--ink:var(--ok);--tint:var(--ok-bg)}.fail,.broken{--ink:var(--bad);--tint:var(--bad-bg)}.invalid,.interrupted{--ink:var(--warn);--tint:var(--warn-bg)}

.tiles{display:grid;grid-template-columns:repeat(4,1fr);margin-top:16px;border:1px solid var(--line);border-radius:12px;background:var(--card);overflow:hidden}
.tiles>div{padding:16px 20px;border-left:1px solid var(--line);margin-left:-1px;min-width:0}
.tiles dt{color:var(--muted);font-size:13px}
.tiles dd{font-size:23px;font-weight:620;letter-spacing:-.018em;line-height:1.3;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tiles dd.note{font-size:13px;font-weight:400;letter-spacing:0;line-height:1.45}

.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
.scroll.gap,.reasons+.scroll{margin-top:16px}.scroll+p{margin-top:12px}.under{margin-bottom:16px!important}.nowrap{white-space:nowrap}.nowrap svg{vertical-align:-2px}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:14px}
th,td{padding:9px 12px;text-align:left;vertical-align:baseline;font-weight:400}
thead th,thead td{color:var(--muted);font-size:12.5px;font-weight:500;white-space:nowrap;background:var(--soft)}
thead .num{text-align:right}
tbody tr{border-top:1px solid var(--line)}
tbody th{font-weight:550;min-width:9em;overflow-wrap:anywhere}
td.mid{min-width:10em}.dense :is(th,td){padding-inline:8px}.dense :is(th,td):first-child{padding-left:12px}.dense thead .num{white-space:normal}td.wide{min-width:13em;overflow-wrap:anywhere}
td.bar{padding-left:0;padding-right:0;width:110px;vertical-align:middle}
.badge{display:inline-block;font-size:12px;font-weight:560;line-height:1;padding:4px 8px;border-radius:99px;background:var(--soft);color:var(--muted);white-space:nowrap}
.held .badge,.done .badge{background:var(--ok-bg);color:var(--ok)}
.missed .badge,.failed .badge{background:var(--bad-bg);color:var(--bad)}
.no-samples .badge,.unfinished .badge,.not-reached .badge{background:var(--warn-bg);color:var(--warn)}
.missed td.strong{color:var(--bad)}
.measure{display:block}.measure .track{fill:var(--line)}.measure .value{fill:var(--muted)}.held .value{fill:var(--ok)}.missed .value{fill:var(--bad)}
.measure .bound{stroke:var(--text);stroke-width:1.5;fill:none}
.first-out{padding:12px 16px;border-radius:10px;background:var(--soft);margin-bottom:14px}
.mark{font:600 12px/1 var(--mono);padding:3px 6px;border:1px solid var(--line);border-radius:5px}
.failed .mark{color:var(--alarm);border-color:currentColor}

.charts h3.row{margin:28px 0 12px;color:var(--muted);font-weight:550}
.grid{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px}
figure{border:1px solid var(--line);border-radius:12px;background:var(--card);padding:16px 18px 14px;min-width:0;display:flex;flex-direction:column}
figcaption{flex:1 1 auto}
figcaption p{color:var(--muted);font-size:12.5px;line-height:1.45;margin:2px 0 10px}
svg.chart{display:block;width:100%;height:auto;overflow:visible}
svg.chart text{font-family:var(--font)!important;font-variant-numeric:tabular-nums}
svg.narrow{display:none}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:3px 16px;font-size:12.5px;margin-top:8px}
.legend li{display:flex;align-items:center;flex-wrap:wrap;column-gap:6px;overflow-wrap:anywhere}
.legend li.bound{flex-wrap:nowrap}
.legend svg{flex:none}
.legend span{color:var(--muted);font-variant-numeric:tabular-nums}

details>summary{cursor:pointer;color:var(--link);width:fit-content;margin:12px 0}
details>summary h3{display:inline;margin:0;color:var(--text)}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,280px),1fr));gap:8px 40px}
.columns h3{margin-top:4px}
.columns dl>div{display:flex;gap:12px;padding:5px 0;border-top:1px solid var(--line);font-size:14px}
.columns dt{color:var(--muted);flex:0 0 96px;overflow-wrap:anywhere}.columns dd{min-width:0;overflow-wrap:anywhere}
pre{margin:0;padding:14px 16px;border:1px solid var(--line);border-radius:10px;background:var(--soft);line-height:1.5;overflow-x:auto}
.warnings{padding-left:20px}.warnings li{margin:4px 0;overflow-wrap:anywhere}
.on-paper{display:none}
footer{margin-top:52px;color:var(--muted);font-size:12.5px}

@media (max-width:900px){.grid{grid-template-columns:minmax(0,1fr)}.tiles{grid-template-columns:repeat(2,1fr)}.tiles>div:nth-child(n+3){border-top:1px solid var(--line)}}
@media (max-width:560px){
main{padding:24px 16px 48px}h1{font-size:25px}section{margin-top:34px}
.verdict{padding:16px;gap:12px;flex-direction:column}.tiles>div{padding:12px 14px}.tiles dd{font-size:19px}
td.wide{min-width:20em}th,td{padding:8px 11px}figure{padding:13px 12px 12px}
svg.chart.wide{display:none}svg.chart.narrow{display:block}
.objectives thead,.objectives .bar{display:none}.objectives table,.objectives tbody{display:block}
.objectives tr{display:grid;grid-template-columns:1fr auto;gap:3px 12px;padding:11px}.objectives tr:first-child{border-top:0}
.objectives tr>*{padding:0;text-align:left}.objectives tr>:first-child{grid-area:1/2;justify-self:end}.objectives th{grid-area:1/1}
.objectives td.strong{grid-area:2/1}.objectives td.bound{grid-area:2/2;justify-self:end}.objectives td:last-child{grid-area:3/1/4/3;color:var(--muted);font-size:13px}
}
@media print{
@page{size:A4;margin:14mm 13mm}
body{font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}section{margin-top:22px}h1{font-size:20pt}
svg.chart.wide{display:none}svg.chart.narrow{display:block}
.grid{display:block;font-size:0;orphans:1;widows:1}.columns{grid-template-columns:repeat(3,1fr);gap:0 18px}.columns dl>div{font-size:8.5pt;gap:6px}.columns dt{flex-basis:74px}
figure{display:inline-block;vertical-align:top;width:49.2%;padding:10px;margin:0 0 8px;font-size:10pt}figure:nth-child(odd){margin-right:1.4%}
figure.full{display:block;width:100%;margin-right:0!important}figure.full svg.chart.wide{display:block}figure.full svg.chart.narrow{display:none}figcaption p{font-size:7.5pt}.legend{font-size:7.5pt}
.tiles{grid-template-columns:repeat(4,1fr)}.tiles>div{padding:10px 12px}.tiles>div:nth-child(n+3){border-top:0}.tiles dd{font-size:14pt}.tiles dd.note,.tiles dt{font-size:8pt}
table{font-size:8.5pt}th,td{padding:5px 7px}thead th,thead th.num{white-space:normal}td.mid,tbody th{min-width:0}td.wide,tbody th.wide{min-width:34mm}.scroll{page-break-inside:auto}
.scroll{overflow:visible}.verdict,.tiles,tr,.columns>div,figure,.first-out{break-inside:avoid}.hint{break-before:avoid}h2,h3,h4{break-after:avoid}
a{color:inherit;text-decoration:none}details:not([open]),.fold:not(:has(details[open])){display:none}tbody th{overflow-wrap:normal}.on-paper{display:block!important}.raw,.to-raw{display:none}pre{white-space:pre-wrap}
}
`;
