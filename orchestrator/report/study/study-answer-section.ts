// The first screen of a study's report: what a manager reads in a minute.
import { basename } from 'node:path';
import { rawNumbersLink } from '../page/downloads.ts';
import { formatDuration, formatInstant, formatShare, NO_VALUE } from '../../format/format-value.ts';
import { type Html, html } from '../page/html.ts';
import { concludeStudy, nearestSize, promisingSize, sizingOf } from './conclude-study.ts';
import {
  CHECK_OUTCOMES,
  checkSentences,
  countNodes,
  headroomWords,
  intervalNote,
  money,
  nameBottleneck,
  nodesInterval,
  perSecond,
  type StudyMaterial,
} from './study-words.ts';

const SIGNS = {
  good: { sign: '✓', tone: 'pass', title: 'Confidence: good' },
  fair: { sign: '!', tone: 'invalid', title: 'Confidence: fair' },
  low: { sign: '✗', tone: 'fail', title: 'Confidence: low' },
} as const;

export function studyHeader({ description }: StudyMaterial): Html {
  const { scenario, study, startedAtMs } = description;
  return html`<header>
<p class="eyebrow">Topolab capacity report</p>
<h1>${scenario.name}</h1>
${scenario.description === '' ? null : html`<p class="lead">${scenario.description}</p>`}
<ul class="meta"><li>study <code>${study}</code></li><li>${formatInstant(startedAtMs)}</li><li>seed ${String(scenario.seed)}</li>${rawNumbersLink}</ul>
</header>`;
}

export function studyAnswerSection(study: StudyMaterial): Html {
  const { confidence, reasons, headline, explanation, next } = concludeStudy(study);
  const { sign, tone, title } = SIGNS[confidence];
  return html`<section class="verdict answer ${tone}" aria-labelledby="answer">
<p class="sign" aria-hidden="true">${sign}</p>
<div><h2 id="answer">${headline}</h2>
<p>${explanation}</p>
<p class="confidence"><strong>${title}.</strong> ${reasons[0]}</p>
${reasons.length < 2 ? null : html`<ul class="reasons">${reasons.slice(1).map((reason) => html`<li>${reason}</li>`)}</ul>`}</div>
</section>
${tiles(study)}
${next.length === 0 ? null : html`<section class="next" aria-labelledby="next"><h2 id="next">What to do next</h2><ul>${next.map((step) => html`<li>${step}</li>`)}</ul></section>`}`;
}

function tiles(study: StudyMaterial): Html {
  const { answer } = study;
  const near = nearestSize(study);
  const bottleneck = near?.bottleneck ?? null;
  const first =
    bottleneck === null
      ? tile('First bottleneck', 'nothing', 'of what is monitored and has a limit')
      : tile(
          'First bottleneck',
          nameBottleneck(bottleneck),
          `at ${near?.name}, in ${bottleneck.probes} of ${bottleneck.of} trials`,
        );
  if (answer.answer === null) return html`<dl class="tiles">${capacityTiles(study)}${first}</dl>`;
  return html`<dl class="tiles">${neededTile(study)}${spareTile(study)}${costTile(study)}${first}</dl>`;
}

/** Without a target: the smallest and the largest size, and how well it scales. */
function capacityTiles({ answer }: StudyMaterial): Html[] {
  const found = answer.sizes.flatMap(({ name, size, result: { capacity, trials } }) =>
    capacity === null ? [] : [{ name, size, capacity, trials }],
  );
  const tileOf = (each: (typeof found)[number]) =>
    tile(each.name, perSecond(each.capacity.value), intervalNote(each.capacity, each));
  const [smallest, largest] = [found[0], found.at(-1)];
  if (smallest === undefined || largest === undefined) return [tile('Capacity', NO_VALUE, 'none was found')];
  if (smallest === largest) return [tileOf(smallest)];
  const kept = largest.capacity.value / largest.size / (smallest.capacity.value / smallest.size);
  return [
    tileOf(smallest),
    tileOf(largest),
    tile('Of linear scaling', formatShare(kept), `kept from ${smallest.name} to ${largest.name}`),
  ];
}

function neededTile(study: StudyMaterial): Html {
  const { nodes = null, targetRate = 0 } = study.answer.answer ?? {};
  const name = `Needed for ${perSecond(targetRate)}`;
  if (nodes === null)
    return tile(name, NO_VALUE, promisingSize(study) === undefined ? 'no size reaches it' : 'not known yet');
  const sizing = sizingOf(study, 0);
  const percent = Math.round(nodes.confidence * 100);
  return tile(
    name,
    countNodes(nodes.value, study.description.question.group),
    `${percent} % interval ${nodesInterval(nodes)}${sizing === undefined ? '' : `; headroom ${headroomWords(sizing.headroom)}`}`,
  );
}

function spareTile(study: StudyMaterial): Html {
  const sizing = sizingOf(study, 1);
  const check = study.answer.failureCheck;
  const note =
    check === null
      ? 'not checked by killing one'
      : check.outcome === 'invalid'
        ? 'the check was not valid: repeat it'
        : `${check.outcome} from ${formatDuration(check.takeover.lastsMs)} after one of ${check.nodes} was killed`;
  const value = sizing === undefined ? NO_VALUE : countNodes(sizing.nodes, study.description.question.group);
  return tile('With one to spare (N+1)', value, sizing === undefined ? 'not known' : note);
}

function costTile(study: StudyMaterial): Html {
  const [needed, spare] = [sizingOf(study, 0)?.bill ?? null, sizingOf(study, 1)?.bill ?? null];
  const bill = spare ?? needed;
  if (bill === null)
    return tile(
      'Cost',
      NO_VALUE,
      study.description.question.prices === null ? 'the scenario has no prices' : 'not known',
    );
  const without =
    spare === null || needed === null ? '' : `; N alone ${money(needed.perHour, bill.currency)} an hour`;
  return tile(
    spare === null ? 'Cost an hour' : 'Cost an hour, N+1',
    money(bill.perHour, bill.currency),
    `${money(bill.perMillionOperations, bill.currency)} per million operations${without}`,
  );
}

function tile(name: string, value: string, note: string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`;
}

/** The N+1 check and the scale-up, as sentences below the table of sizings. */
export function sizingNotes({ answer }: StudyMaterial): Html[] {
  const { failureCheck: check, nodeReadyMs } = answer;
  const lines: Html[] = [];
  if (check !== null) {
    lines.push(
      html`<li><strong>N+1 checked: ${CHECK_OUTCOMES[check.outcome]}.</strong> ${checkSentences(check).join(' ')} Its run is <code>${basename(check.run)}</code>.</li>`,
    );
  } else if (answer.answer !== null && answer.answer.nodes !== null) {
    lines.push(
      html`<li class="missing"><strong>N+1 was not checked</strong>: no node was killed at the target rate.</li>`,
    );
  }
  lines.push(
    nodeReadyMs === null
      ? html`<li class="missing">How long another node takes to become ready, and to carry its share of the load, was not measured.</li>`
      : html`<li><strong>Another node</strong> is ready ${formatDuration(nodeReadyMs)} after its launch (median of the study's nodes, started without load, image already on the host). How long it takes to carry its share of the load was not measured.</li>`,
  );
  return lines;
}
