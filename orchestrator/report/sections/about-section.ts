// Everything needed to judge and to repeat the run: generators, warnings, versions, host, seed, command, scenario.
import type { SavedRun } from '../../record/folder/run-folder.ts';
import {
  formatBytes,
  formatInstant,
  formatNumber,
  formatValue,
  NO_VALUE,
} from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import { hostsList } from './hosts-list.ts';
import { imagesList } from './images-list.ts';
import { type GeneratorFigures, isUnreadable } from '../facts/k6-summary.ts';
import type { RunFacts } from '../facts/run-facts.ts';
import type { RunReport } from '../facts/run-report.ts';

export function generatorsSection({ generators }: RunReport): Html {
  if (generators.length === 0) {
    return html`<section><h2>Load generators</h2><p class="missing">No generator left a summary: none reached its end.</p></section>`;
  }
  return html`<section aria-labelledby="generators"><h2 id="generators">Load generators</h2>
<p class="hint">What each k6 measured by itself. Percentiles of single generators are never averaged; the figures above come from their merged histograms.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Load generators"><table><thead><tr><th scope="col">Generator</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Rate</th><th scope="col" class="num">Failed</th><th scope="col" class="num">Iterations</th><th scope="col" class="num">Dropped</th><th scope="col" class="num">Median</th><th scope="col" class="num">p95</th><th scope="col" class="num">Longest</th><th scope="col" class="num">Most VUs</th></tr></thead>
<tbody>${generators.map(generatorRow)}</tbody></table></div></section>`;
}

function generatorRow(figures: GeneratorFigures): Html {
  const name = html`<th scope="row">${figures.node}</th>`;
  if (isUnreadable(figures))
    return html`<tr>${name}<td colspan="9" class="missing">its summary can't be read</td></tr>`;
  const count = (value: number | null) => (value === null ? NO_VALUE : value.toLocaleString('en-US'));
  return html`<tr>${name}<td class="num">${count(figures.requests)}</td><td class="num">${formatValue(figures.requestsPerSecond, 'per-second')}</td>
<td class="num">${formatValue(figures.failedShare, 'share')}</td><td class="num">${count(figures.iterations)}</td><td class="num">${count(figures.dropped)}</td>
<td class="num">${formatValue(figures.medianMs, 'milliseconds')}</td><td class="num">${formatValue(figures.p95Ms, 'milliseconds')}</td>
<td class="num">${formatValue(figures.maxMs, 'milliseconds')}</td><td class="num">${count(figures.mostVirtualUsers)}</td></tr>`;
}

export function warningsSection({ warnings }: RunFacts): Html {
  const list =
    warnings.length === 0
      ? html`<p>None.</p>`
      : html`<ul class="warnings">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`;
  return html`<section aria-labelledby="warnings"><h2 id="warnings">Warnings</h2>${list}</section>`;
}

export function aboutSection({ run, started, startedAtMs, endedAtMs, rerun }: RunReport): Html {
  const versions = Object.entries(started?.versions ?? {}).map(([what, version]) => row(what, version));
  const unknown = html`<p class="missing">Not recorded: the event log has no beginning.</p>`;
  return html`<section aria-labelledby="about"><h2 id="about">Provenance</h2><div class="columns">
<div><h3>Run</h3><dl>${row('Run', run.id)}${row('Seed', String(run.plan.seed))}${row('Started', startedAtMs === null ? NO_VALUE : formatInstant(startedAtMs))}${row('Ended', endedAtMs === null ? NO_VALUE : formatInstant(endedAtMs))}</dl></div>
<div><h3>Versions</h3>${versions.length === 0 ? unknown : html`<dl>${versions}</dl>`}</div>
<div><h3>Host</h3>${started === undefined ? unknown : hostList(started)}</div>${hostsList(started?.hosts)}</div>
${imagesList(started?.images)}
<h3>Run it again</h3><pre><code>${rerun}</code></pre>
<p class="hint">The scenario as it was written is kept in the run's folder, next to this report. The same seed gives the same plan; measured values still vary with the host.</p></section>`;
}

function hostList({ host, clockOffsetMs }: NonNullable<RunFacts['started']>): Html {
  return html`<dl>${row('Engine', `${host.kind} ${host.version} (API ${host.apiVersion})`)}${row('System', `${host.os}, kernel ${host.kernel}, ${host.architecture}`)}
${row('CPUs', formatNumber(host.cpus))}${row('Memory', formatBytes(host.memoryBytes))}${row('Clock', clockOffsetMs === 0 ? 'same as the orchestrator' : `${formatValue(Math.abs(clockOffsetMs), 'milliseconds')} ${clockOffsetMs < 0 ? 'behind' : 'ahead of'} the orchestrator`)}</dl>`;
}

function row(name: string, value: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

export function scenarioSection(run: SavedRun): Html {
  return html`<section class="fold" aria-labelledby="scenario"><h2 id="scenario">Scenario</h2><details><summary>With defaults filled in</summary>
<pre class="scroll" tabindex="0"><code>${JSON.stringify(run.scenario, null, 2)}</code></pre></details></section>`;
}
