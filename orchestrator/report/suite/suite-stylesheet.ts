// What the report of a suite needs beyond the stylesheet of all reports.

export const SUITE_STYLESHEET = `
.chart-table td,.chart-table th{vertical-align:top}
.chart-table tbody+tbody{border-top:2px solid var(--line)}
.chart-table .row-name td,.chart-table .row-name th{background:var(--soft);border-top:0}
.chart-table .row-name th{font-weight:620;font-size:14.5px}
.chart-table .row-name span{font-weight:400;color:var(--muted);font-size:13px;margin-left:8px}
.chart-table tbody th{min-width:11em}
.chart-table .decides th::after{content:" decides";font-size:11.5px;font-weight:400;color:var(--muted)}
.chart-table td.cell{min-width:9.5em;width:19%}
.cell b{font-weight:600;font-variant-numeric:tabular-nums;white-space:nowrap}
.cell small,.cell .runs{display:block;overflow-wrap:anywhere;font-size:12px;color:var(--muted);font-variant-numeric:tabular-nums}
.cell svg{display:block;margin:3px 0 2px}
.cell .track{fill:var(--line)}.cell .value{fill:var(--muted)}.cell.best .value{fill:var(--ok)}.cell .range{stroke:var(--text);stroke-width:1.25;fill:none}
.cell.best b{color:var(--ok)}
.cell.none{color:var(--warn)}.cell.none b{font-weight:500}
.chart-table td.ahead{font-size:13px;min-width:11em}
.findings{padding-left:18px}.findings li{margin:6px 0;max-width:100ch}
.assumed{padding-left:18px}.assumed li{margin:4px 0;overflow-wrap:anywhere;max-width:100ch}
@media (max-width:560px){
.chart-table thead{display:none}.chart-table,.chart-table tbody,.chart-table tr,.chart-table th,.chart-table td{display:block}
.chart-table td.cell{display:grid;grid-template-columns:9.5em 1fr;column-gap:10px;padding:5px 11px;min-width:0;width:auto}
.chart-table td.cell::before{content:attr(data-column);color:var(--muted);font-size:13px;grid-row:1/6}
.chart-table td.cell>*{grid-column:2}
.chart-table td.ahead{padding-bottom:12px}.chart-table .row-name span{display:block;margin-left:0}
.chart-table td.ahead:empty{display:none}
}
@media print{
.chart-table{table-layout:fixed}.chart-table thead th:first-child{width:21%}.chart-table thead th:last-child{width:23%}
.chart-table td.cell,.chart-table tbody th,.chart-table td.ahead{min-width:0;width:auto}.cell .runs{display:none}
.chart-table td,.chart-table th{padding:3px 6px}.cell svg{margin:1px 0;width:80px}.cell small{font-size:6.8pt;line-height:1.3}.chart-table td.ahead{font-size:7.2pt;line-height:1.35}
.chart-table .row-name{break-after:avoid}.chart-table .row-name span{font-size:7.5pt}.findings li{margin:2px 0}.findings{font-size:9.5pt}.assumed{font-size:8.5pt}
}
`;
