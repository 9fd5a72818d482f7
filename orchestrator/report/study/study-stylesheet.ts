// What a study's report needs beyond the stylesheet of all reports.

export const STUDY_STYLESHEET = `
.answer h2{font-size:26px;letter-spacing:-.02em}
.answer>div>p{font-size:16px}
.answer .confidence{margin-top:8px;font-size:14.5px}
.next{margin-top:26px}
.next ul,.notes{padding-left:20px}
.next li,.notes li{margin:5px 0;max-width:90ch}
.notes{margin-top:12px}
.beside{display:grid;grid-template-columns:minmax(0,1.9fr) minmax(0,1fr);gap:16px;align-items:start}
.model{border:1px solid var(--line);border-radius:12px;background:var(--card);padding:16px 18px;font-size:13.5px}
.model h3{margin:0 0 8px}
.model .formula{margin-bottom:8px;overflow-wrap:anywhere}
.model dl>div{padding:6px 0;border-top:1px solid var(--line)}
.model dt{color:var(--muted);font-size:12.5px}
.model dd{font-variant-numeric:tabular-nums}
.charts>.legend{margin:8px 0 12px}
section>.hint+.scroll{margin-top:10px}
td{font-variant-numeric:tabular-nums}
@media (max-width:900px){.beside{grid-template-columns:minmax(0,1fr)}}
@media (max-width:560px){.answer h2{font-size:22px}}
@media print{
.beside{display:block}.beside figure{width:100%;margin:0 0 8px}
.beside svg.chart.wide{display:block}.beside svg.chart.narrow{display:none}
.model{font-size:9pt;break-inside:avoid;columns:2}.model dl>div{break-inside:avoid}.model h3,.model .formula{column-span:all}
footer{margin-top:12px}.answer h2{font-size:17pt}.answer>div>p,.answer .confidence{font-size:10.5pt}
}
`;
