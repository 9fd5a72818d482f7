// The first screen: what came out, why, the headline numbers, and each objective with its measured value.
import type { CheckCounts, PhaseFigures, Saturation } from '../../measure/figures/figures.ts';
import type { Verdict } from '../../judge/verdict.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';
import { drawnDurationMs } from '../charts/chart-marks.ts';
import {
  describeBound,
  describeMeasured,
  describeScope,
  OBJECTIVE_STATUS,
} from '../../judge/describe-objective.ts';
import { describeSaturation, nameSaturated } from '../words/describe-saturation.ts';
import { withoutCpuLimit } from '../words/describe-watched.ts';
import { rawNumbersLink } from '../page/downloads.ts';
import {
  counted,
  formatDuration,
  formatInstant,
  formatOffset,
  formatValue,
  NO_VALUE,
} from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import type { Outcome, RunFacts } from '../facts/run-facts.ts';
import { firstOutWords, isKnown } from '../words/first-out.ts';
import { lateLines, loadLines } from '../words/load-lines.ts';
import { percentileCell } from '../words/phase-cells.ts';
import { objectiveBar } from './objective-bar.ts';

interface OutcomeWords {
  readonly sign: string;
  readonly title: string;
  readonly meaning: string;
}

export const OUTCOMES: Readonly<Record<Outcome, OutcomeWords>> = {
  pass: { sign: '✓', title: 'Passed', meaning: 'Every objective held.' },
  fail: {
    sign: '✗',
    title: 'Failed',
    meaning: 'At least one objective was missed, or most users were not served.',
  },
  invalid: {
    sign: '!',
    title: 'Not valid',
    meaning: 'The measurement can’t be trusted, so it is neither a pass nor a failure.',
  },
  interrupted: {
    sign: '◼',
    title: 'Interrupted',
    meaning: 'Stopped before its end. What follows covers the part that ran.',
  },
  broken: { sign: '✗', title: 'Broken', meaning: 'The run could not be carried out to its end.' },
};

/** What the outcome means, in a sentence; empty where nothing was judged, which is among the reasons. */
export function meaningOf(outcome: Outcome, { verdict }: Pick<SavedRun, 'verdict'>): string {
  return outcome === 'pass' && verdict?.objectives.length === 0 ? '' : OUTCOMES[outcome].meaning;
}

export function headerSection(run: SavedRun, facts: RunFacts): Html {
  const { scenario, plan } = run;
  const when = facts.startedAtMs === null ? null : html`<li>${formatInstant(facts.startedAtMs)}</li>`;
  return html`<header>
<p class="eyebrow">Topolab run report</p>
<h1>${scenario.name}</h1>
${scenario.description === '' ? null : html`<p class="lead">${scenario.description}</p>`}
<ul class="meta"><li>run <code>${run.id}</code></li>${when}<li>${lengthWords(run, facts)}</li><li>seed ${String(plan.seed)}</li>${rawNumbersLink}</ul>
</header>`;
}

function lengthWords(run: SavedRun, facts: RunFacts): string {
  const { loadMs } = facts;
  const plannedMs = run.plan.durationMs;
  if (loadMs === null) return `no load (${formatDuration(plannedMs)} planned)`;
  if (drawnDurationMs(run, facts) < plannedMs)
    return `${formatDuration(loadMs)} of load, until all users were done`;
  if (loadMs < plannedMs - 1000) return `${formatDuration(loadMs)} of ${formatDuration(plannedMs)} of load`;
  return `${formatDuration(plannedMs)} of load`;
}

export function verdictSection(run: SavedRun, facts: RunFacts): Html {
  const words = OUTCOMES[facts.outcome];
  const exit =
    facts.exitCode === null ? null : html`<span class="exit">exit code ${String(facts.exitCode)}</span>`;
  const remarks = [
    ...facts.reasons.map((reason) => html`<li>${reason}</li>`),
    ...facts.missing.map((sentence) => html`<li class="missing">${sentence}</li>`),
    ...(facts.warnings.length === 0
      ? []
      : [html`<li><a href="#warnings">${counted(facts.warnings.length, 'warning')}</a> to read.</li>`]),
  ];
  return html`<section class="verdict ${facts.outcome}" aria-labelledby="verdict">
<p class="sign" aria-hidden="true">${words.sign}</p>
<div><h2 id="verdict">${words.title} ${exit}</h2>
<p>${meaningOf(facts.outcome, run)}</p>
${remarks.length === 0 ? null : html`<ul class="reasons">${remarks}</ul>`}</div>
</section>
${tiles(run)}
${objectivesSection(run.verdict)}`;
}

function tiles(run: SavedRun): Html | null {
  const { verdict } = run;
  if (verdict === undefined || verdict.phases.length === 0) return null;
  const best = highest(verdict.phases, (phase) => phase.servedPerSecond);
  const worst = highest(verdict.phases, (phase) => phase.errorShare);
  const first = verdict.firstSaturated;
  return html`<dl class="tiles">
${tile('Highest served rate', formatValue(best?.servedPerSecond ?? null, 'per-second'), best === undefined ? 'no samples' : `of ${formatValue(best.offeredPerSecond, 'per-second')} offered, in ${best.phase}`)}
${tile('p95 latency there', best === undefined ? NO_VALUE : percentileCell(best, 'p95'), best === undefined ? 'no samples' : `p50 ${percentileCell(best, 'p50')}, p99 ${percentileCell(best, 'p99')}`)}
${tile('Most errors', formatValue(worst?.errorShare ?? null, 'share'), worst === undefined ? 'no samples' : worst.errorShare === 0 ? 'in every phase' : `in ${worst.phase}`)}
${tile('First to run out', ...firstTile(run, first))}
</dl>`;
}

function firstTile(run: SavedRun, first: Saturation | null): [string, string] {
  if (first !== null) return [nameSaturated(first), `at ${formatOffset(first.fromMs)}`];
  return isKnown(run)
    ? ['nothing', 'of what is monitored and has a limit']
    : ['not known', 'not everything was monitored'];
}

function tile(name: string, value: string, note: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`;
}

function highest(
  phases: readonly PhaseFigures[],
  figure: (phase: PhaseFigures) => number | null,
): PhaseFigures | undefined {
  const known = phases.filter((phase) => figure(phase) !== null);
  return known.toSorted((a, b) => (figure(b) ?? 0) - (figure(a) ?? 0))[0];
}

function objectivesSection(verdict: Verdict | undefined): Html {
  if (verdict === undefined)
    return notice('Objectives', 'They were not evaluated, because the run has no verdict.');
  if (verdict.objectives.length === 0) return notice('Objectives', 'The scenario has none.');
  const rows = verdict.objectives.map(
    (
      result,
    ) => html`<tr class="${result.status}"><td><span class="badge">${OBJECTIVE_STATUS[result.status]}</span></td>
<th scope="row">${result.objective.name}</th><td class="num strong">${describeMeasured(result)}</td>
<td class="num bound">${describeBound(result.objective)}</td><td class="bar">${objectiveBar(result)}</td><td>${describeScope(result.objective)}</td></tr>`,
  );
  return html`<section class="objectives" aria-labelledby="objectives"><h2 id="objectives">Objectives</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Objectives"><table><thead><tr><th scope="col">Result</th><th scope="col">Objective</th><th scope="col" class="num">Measured</th><th scope="col" class="num">Bound</th><td></td><th scope="col">Over</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>`;
}

export function notice(title: string, text: string): Html {
  return html`<section><h2>${title}</h2><p class="missing">${text}</p></section>`;
}

/** What ran out first, then the figures of each phase. */
export function phasesSection(run: SavedRun): Html {
  const { verdict } = run;
  if (verdict === undefined) return notice('Phases', 'No figures per phase: the run has no verdict.');
  if (verdict.phases.length === 0) return notice('Phases', 'The verdict holds no figures per phase.');
  const first = verdict.firstSaturated;
  // A script without checks has no column of them.
  const checked = verdict.phases.some(({ checks = [] }) => checks.length > 0);
  const rows = verdict.phases.map(
    (
      phase,
    ) => html`<tr><th scope="row">${phase.phase}</th><td class="num">${formatValue(phase.offeredPerSecond, 'per-second')}</td>
<td class="num strong">${formatValue(phase.servedPerSecond, 'per-second')}</td><td class="num">${formatValue(phase.servedShare ?? null, 'share')}</td><td class="num">${formatValue(phase.errorShare, 'share')}</td>
${checked ? html`<td class="num">${checksCell(phase.checks)}</td>` : null}<td class="num">${percentileCell(phase, 'p50')}</td><td class="num">${percentileCell(phase, 'p95')}</td><td class="num">${percentileCell(phase, 'p99')}</td>
<td class="mid">${nodesWords(phase.nodes)}</td><td class="wide">${phase.saturated === null ? 'nothing' : describeSaturation(phase.saturated, run)}</td></tr>`,
  );
  return html`<section aria-labelledby="phases"><h2 id="phases">Phases</h2>
<p class="first-out"><strong>First resource to run out:</strong> ${firstWords(run, first)}</p>
<div class="scroll dense" tabindex="0" role="region" aria-label="Figures per phase"><table><thead><tr><th scope="col">Phase</th><th scope="col" class="num">Offered</th><th scope="col" class="num">Served</th><th scope="col" class="num">Of iterations</th><th scope="col" class="num">Errors</th>${checked ? html`<th scope="col" class="num">Checks</th>` : null}<th scope="col" class="num">p50</th><th scope="col" class="num">p95</th><th scope="col" class="num">p99</th><th scope="col">Nodes at its end</th><th scope="col">Saturated first</th></tr></thead>
<tbody>${rows}</tbody></table></div>
${lateLines(verdict.phases).map((line) => html`<p>${line}.</p>`)}
${loadLines(verdict.whole).map((line) => html`<p>Whole run, ${line}.</p>`)}
<p class="hint">A request counts in the phase in which it started, with its whole duration. Rates are means over the phase: iterations offered, requests served. <em>Of iterations</em> is the share of offered iterations that ended with all answers as expected. Errors are failed requests or failed iterations, whichever share is larger. Percentiles are of answered requests, from the merged histograms of all generators; a request without an answer counts as longer than the time it had waited, and ≥ marks a percentile beyond the last answer. ${NO_VALUE} means no samples.</p></section>`;
}

function firstWords(run: SavedRun, first: Saturation | null): string {
  const words = firstOutWords(run);
  if (words === null) return 'not known: the run saved no metric samples.';
  const sharers = first?.resource === 'host-cpu' ? withoutCpuLimit(run.scenario) : null;
  return `${words}.${sharers === null ? '' : ` ${sharers}.`}`;
}

/** Share of the checks made that passed. */
function checksCell(checks: readonly CheckCounts[] = []): string {
  const passes = checks.reduce((sum, each) => sum + each.passes, 0);
  const made = passes + checks.reduce((sum, each) => sum + each.fails, 0);
  return made > 0 ? formatValue(passes / made, 'share') : NO_VALUE;
}

/** A number stays with its group. */
function nodesWords(nodes: PhaseFigures['nodes']): Html | string {
  const words = Object.entries(nodes).map(
    ([group, count], nth) =>
      html`${nth === 0 ? '' : ', '}<span class="nowrap">${group} ${String(count)}</span>`,
  );
  return words.length === 0 ? NO_VALUE : html`${words}`;
}
