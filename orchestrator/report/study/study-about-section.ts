// What it takes to judge and repeat a study: assumptions, warnings, validity, provenance, commands, raw numbers.
import { downloadsSection } from '../page/downloads.ts';
import { formatBytes, formatDuration, formatInstant, formatNumber } from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import { hostsList } from '../sections/hosts-list.ts';
import { imagesList } from '../sections/images-list.ts';
import { forShell, hostFlags } from '../facts/rerun-command.ts';
import { warningsOf } from './conclude-study.ts';
import { probesCsv, sizesCsv } from './study-csv.ts';
import { objectivesWords, perSecond, resumeCommand, type StudyMaterial } from './study-words.ts';
import { writeSet } from '../../scenario/parameters/parse-sets.ts';

export function assumptionsSection(study: StudyMaterial): Html {
  const { assumptions = [] } = study.answer.answer ?? {};
  const warnings = warningsOf(study);
  const list = (texts: readonly string[]) =>
    html`<ul class="warnings">${texts.map((text) => html`<li>${text}</li>`)}</ul>`;
  return html`<section aria-labelledby="assumptions"><h2 id="assumptions">Assumptions and warnings</h2>
<h3>Warnings</h3>${warnings.length === 0 ? html`<p>None.</p>` : list(warnings)}
<h3>What the answer takes for granted</h3>${assumptions.length === 0 ? html`<p>The scenario has no target rate. Capacities are measurements of this host, this load and this day.</p>` : list(assumptions)}</section>`;
}

const MOST_INVALID_TOLD = 10;

/** Which probes were not believed, and why. */
export function validitySection({ probes, answer }: StudyMaterial): Html {
  const names = new Map(answer.sizes.map(({ size, name }) => [size, name]));
  const invalid = probes.filter(({ outcome }) => outcome === 'invalid');
  const items = invalid
    .slice(0, MOST_INVALID_TOLD)
    .map(
      ({ size, trial, number, rate, note }) =>
        html`<li>${names.get(size) ?? String(size)}, trial ${String(trial)}, probe ${String(number)} at ${perSecond(rate)}: ${note ?? 'no reason was recorded.'}</li>`,
    );
  const more = invalid.length - items.length;
  return html`<section aria-labelledby="validity"><h2 id="validity">Can the measurement be trusted?</h2>
<p>${probes.length === 0 ? 'No probe was finished.' : invalid.length === 0 ? `All ${formatNumber(probes.length)} probes were valid: no generator was short of CPU or virtual users, other work did not fill the host, and no samples were missing.` : `${formatNumber(invalid.length)} of ${formatNumber(probes.length)} probes were invalid. They count neither as held nor as missed, and each was repeated.${more > 0 ? ` The first ${items.length} of them; the others are among the probes below.` : ''}`}</p>
${items.length === 0 ? null : html`<ul class="warnings">${items}</ul>`}</section>`;
}

export function studyAboutSection(study: StudyMaterial): Html {
  const { description } = study;
  const { question, scenario, host, versions, startedAtMs } = description;
  const pairs = (all: readonly (readonly [string, string])[]) =>
    html`<dl>${all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  return html`<section aria-labelledby="about"><h2 id="about">Provenance</h2><div class="columns">
<div><h3>Study</h3>${pairs([
    ['Study', description.study],
    ['Started', formatInstant(startedAtMs)],
    ['Seed', String(scenario.seed)],
    ['Load', question.load],
    ['Sizes', question.sizes.join(', ')],
    ['Range', `${perSecond(question.minRate)} to ${perSecond(question.maxRate)}`],
    [
      'Probe',
      `${formatDuration(question.settleMs)} to settle, ${formatDuration(question.measureMs)} measured`,
    ],
    [
      'Trials',
      `${question.minTrials} to ${question.maxTrials}, until ±${formatNumber(question.precision * 100)} %`,
    ],
    ['Objectives', objectivesWords(description)],
  ])}</div>
<div><h3>Versions</h3>${Object.keys(versions).length === 0 ? html`<p class="missing">Not recorded.</p>` : pairs(Object.entries(versions))}</div>
<div><h3>Host</h3>${pairs([
    ['Engine', `${host.kind} ${host.version} (API ${host.apiVersion})`],
    ['System', `${host.os}, kernel ${host.kernel}, ${host.architecture}`],
    ['CPUs', formatNumber(host.cpus)],
    ['Memory', formatBytes(host.memoryBytes)],
  ])}</div>${hostsList(description.hosts)}</div>
${imagesList(description.images)}
<h3>Run it again, or go on where it stopped</h3><pre><code>${commandsOf(study).join('\n')}</code></pre>
<p class="hint">The same seed gives the same rates as long as the same probes hold; measured values still vary with the host. Finished probes are saved and not repeated.</p></section>`;
}

/** A fresh study of the same question, and the rest of this one. */
export function commandsOf({ description }: StudyMaterial): string[] {
  const { file, set } = description.source ?? { file: `${description.scenario.name}.yaml`, set: {} };
  const sets = writeSet(set).flatMap((each) => ['--set', each]);
  const { swarm } = description;
  const hosts = swarm === undefined ? [] : hostFlags(swarm);
  const again = ['topolab', 'capacity', file, ...sets, '--seed', String(description.scenario.seed), ...hosts];
  return [again.map(forShell).join(' '), resumeCommand(description)];
}

/** The files are those of the study's folder, byte for byte; the answer is without the spaces. */
export function rawNumbersSection({ probes, answer }: StudyMaterial): Html {
  const elsewhere = "in the study's folder";
  return downloadsSection(
    [
      {
        name: 'probes.csv',
        type: 'text/csv',
        text: probesCsv(probes),
        what: 'every probe: rate, outcome, latencies, what ran out',
        elsewhere,
      },
      {
        name: 'sizes.csv',
        type: 'text/csv',
        text: sizesCsv(answer.sizes),
        what: 'every size: capacity, interval, trials, bottleneck',
        elsewhere,
      },
      {
        name: 'answer.json',
        type: 'application/json',
        text: JSON.stringify(answer),
        what: 'capacities, model, answer, assumptions',
        elsewhere,
      },
    ],
    html`The same files lie in the study's folder, where <code>probes.ndjson</code> has every probe with all of its figures.`,
  );
}
