// What a study comes to in the words of its first screen: the answer, how far it can be trusted, and what to do next. Pure.
import { LOWER_END_MISSED, type Sizing } from '../../capacity/answer.ts';
import type { SizeAnswer } from '../../study/answer-study.ts';
import { sumAccepted, sumChecks } from '../../judge/service-rules.ts';
import { sayFinding } from '../../judge/words.ts';
import { lowerFirst } from '../words/lower-first.ts';
import { withoutCpuLimit } from '../words/describe-watched.ts';
import { formatDuration, formatShare } from '../../format/format-value.ts';
import {
  checkSentences,
  countNodes,
  headroomWords,
  capacityWords,
  hasInterval,
  leftOutWords,
  nameBottleneck,
  nodesInterval,
  objectivesWords,
  perSecond,
  resumeCommand,
  sizedByCpu,
  type StudyMaterial,
} from './study-words.ts';

export interface Conclusion {
  /** `good`: nothing speaks against it. `fair`: usable, with the reservations named. `low`: don't buy by it. */
  readonly confidence: 'good' | 'fair' | 'low';
  /** Why it isn't better, the weightiest first; what speaks for it where nothing does. */
  readonly reasons: readonly string[];
  /** A line: `4 servers carry 300/s`. */
  readonly headline: string;
  /** Under which objectives, with intervals. */
  readonly explanation: string;
  readonly next: readonly string[];
}

/** Above this share of contradicting probes a capacity's interval may be too narrow (capacity/search-result.ts says so too). */
const MOST_CONTRADICTIONS = 0.2;
const LITTLE_HEADROOM = 0.1;
/** A load can grow noticeably while a node starts for longer than this. */
const SLOW_START_MS = 5000;

export function concludeStudy(study: StudyMaterial): Conclusion {
  const grave = graveReasons(study);
  const slight = slightReasons(study);
  return {
    confidence: grave.length > 0 ? 'low' : slight.length > 0 ? 'fair' : 'good',
    reasons: grave.length + slight.length > 0 ? [...grave, ...slight] : [soundness(study)],
    ...headlineOf(study),
    next: nextSteps(study),
  };
}

/** N, N+1 or N+2. */
export function sizingOf({ answer }: StudyMaterial, spare: Sizing['spare']): Sizing | undefined {
  return answer.answer?.sizings.find((each) => each.spare === spare);
}

/** The measured size that is nearest to the one the answer names; without one, the largest. */
export function nearestSize({ answer }: StudyMaterial): SizeAnswer | undefined {
  const wanted = answer.answer?.nodes?.value ?? Number.POSITIVE_INFINITY;
  return answer.sizes.find(({ size }) => size >= wanted) ?? answer.sizes.at(-1);
}

function headlineOf(study: StudyMaterial): Pick<Conclusion, 'headline' | 'explanation'> {
  const { description, answer } = study;
  const { group, targetRate } = description.question;
  const under = `under ${objectivesWords(description)}`;
  if (answer.answer === null || targetRate === null) {
    const known = answer.sizes.flatMap(({ name, result }) =>
      result.capacity === null ? [] : [`${name} ${capacityWords(result.capacity, result)}`],
    );
    return {
      headline: `Sustainable load of ${answer.sizes.length === 1 ? 'one size' : `${answer.sizes.length} sizes`} of ${group}`,
      explanation:
        known.length === 0
          ? `No capacity was found ${under}.`
          : `Highest sustainable rates ${under}: ${known.join('; ')}.`,
    };
  }
  const { nodes } = answer.answer;
  if (nodes === null) {
    return {
      headline:
        promisingSize(study) === undefined
          ? `No size of ${group} reaches ${perSecond(targetRate)}`
          : `Not known yet: which size of ${group} carries ${perSecond(targetRate)}`,
      explanation: `${warningsOf(study)[0] ?? ''} Measured ${under}.`.trim(),
    };
  }
  const spare = sizingOf(study, 1);
  const interval = isFromOneTrial(study)
    ? 'from a single trial'
    : `${Math.round(nodes.confidence * 100)} % interval ${nodesInterval(nodes)}`;
  const spareWords = spare === undefined ? '' : `; with one to spare (N+1) it takes ${spare.nodes}`;
  return {
    headline: `${countNodes(nodes.value, group)} for ${perSecond(targetRate)}`,
    explanation: `To sustain ${perSecond(targetRate)} ${under}: ${countNodes(nodes.value, group)} (${interval})${spareWords}.`,
  };
}

/** Of the answer, the weightiest first. That no size reaches the target is not said where one may. */
export function warningsOf(study: Pick<StudyMaterial, 'answer' | 'description'>): readonly string[] {
  const { nodes = null, warnings = [] } = study.answer.answer ?? {};
  const promising = nodes === null ? promisingSize(study) : undefined;
  const own = warnings.map((each) => (each === LOWER_END_MISSED ? lowerEndWords(study) : each));
  return promising === undefined ? own : [promisedBy(promising), ...own.slice(1)];
}

function lowerEndWords(study: Pick<StudyMaterial, 'answer'>): string {
  return isFromOneTrial(study)
    ? 'A single trial has no interval: how far its capacity is off is not known.'
    : LOWER_END_MISSED;
}

/** Whether the size that the target needs was measured once only. */
function isFromOneTrial({ answer }: Pick<StudyMaterial, 'answer'>): boolean {
  const needed = answer.sizes.find(({ size }) => size === answer.answer?.nodes?.value);
  return needed !== undefined && !hasInterval(needed.result);
}

function promisedBy({ name, result: { status, highestHeld, sentences } }: SizeAnswer): string {
  return status === 'out-of-time'
    ? `${name}: ${sentences.join(' ')}`
    : `${name} held ${perSecond(highestHeld ?? 0)} in a probe, but its capacity could not be measured.`;
}

/** A size without a capacity that has nevertheless held the target rate, or was not looked at: that none reaches it is then not what was found. */
export function promisingSize({
  answer,
  description,
}: Pick<StudyMaterial, 'answer' | 'description'>): SizeAnswer | undefined {
  const target = description.question.targetRate ?? Number.POSITIVE_INFINITY;
  return answer.sizes.find(
    ({ result }) =>
      result.status === 'out-of-time' || (result.capacity === null && (result.highestHeld ?? 0) >= target),
  );
}

/** What makes the answer one not to buy by. */
function graveReasons({ answer, description }: Pick<StudyMaterial, 'answer' | 'description'>): string[] {
  const reasons: string[] = [];
  const sizing = answer.answer?.sizings.find(({ spare }) => spare === 0);
  const unknown = answer.sizes.filter(({ result }) => result.capacity === null);
  if (answer.sizes.length === 0) reasons.push('No size was finished.');
  if (unknown.length === answer.sizes.length && unknown.length > 0) reasons.push('No size has a capacity.');
  if (
    answer.answer !== null &&
    answer.answer.nodes === null &&
    promisingSize({ answer, description }) === undefined
  )
    reasons.push(`No size reaches ${perSecond(answer.answer.targetRate)}.`);
  if (answer.answer?.nodes?.upper === null) reasons.push(lowerEndWords({ answer }));
  if (sizing?.beyondMeasured === true)
    reasons.push(
      `${countNodes(sizing.nodes, description.question.group)} were not measured: the number comes from the curve beyond its range.`,
    );
  if (answer.failureCheck?.outcome === 'missed') reasons.push(checkSentences(answer.failureCheck).join(' '));
  return reasons;
}

/** Reservations. */
function slightReasons({ answer, probes }: StudyMaterial): string[] {
  const reasons: string[] = [...checksFailed(probes), ...errorsAccepted(probes), ...nodesDied(probes)];
  const leftOut = leftOutWords(answer);
  if (leftOut !== undefined) reasons.push(leftOut);
  for (const { name, result } of answer.sizes) {
    if (result.status !== 'found')
      reasons.push(`${name}: ${result.sentences[0] ?? 'no capacity was found.'}`);
    if (result.notEnoughTrials !== null) {
      const { trials, precision } = result.notEnoughTrials;
      const reached = precision === null ? 'no interval' : `±${formatShare(precision)}`;
      reasons.push(
        `Not enough trials at ${name}: ${trials === 1 ? 'one gives' : `${trials} give`} ${reached}.`,
      );
    }
    if (result.contradictions > MOST_CONTRADICTIONS) reasons.push(`Probes at ${name} contradict each other.`);
  }
  const invalid = probes.filter(({ outcome }) => outcome === 'invalid');
  if (invalid.length > 0.1 * probes.length)
    reasons.push(
      `${invalid.length} of ${probes.length} probes were invalid and had to be repeated, for example: ${invalid[0]?.note ?? 'no reason was recorded.'}`,
    );
  if (answer.answer?.nodes != null && answer.failureCheck === null)
    reasons.push('N+1 is only calculated: no node was killed to check it.');
  if (answer.failureCheck?.outcome === 'invalid') reasons.push(checkSentences(answer.failureCheck).join(' '));
  for (const warning of answer.usl?.warnings ?? []) reasons.push(warning);
  return reasons;
}

/** Users were answered, and the script says that it was not what they had asked for. */
function checksFailed(probes: StudyMaterial['probes']): string[] {
  const held = probes.filter(({ outcome }) => outcome === 'held');
  const checks = sumChecks(
    held.flatMap(({ findings = [] }) => findings.filter((each) => each.code === 'checks-failing')),
  );
  return checks.length === 0
    ? []
    : [`In probes that held, ${lowerFirst(sayFinding({ code: 'checks-failing', checks }))}`];
}

/** Users got errors, and the script says that it was what they had asked for. */
function errorsAccepted(probes: StudyMaterial['probes']): string[] {
  const held = probes.filter(({ outcome }) => outcome === 'held');
  const accepted = sumAccepted(
    held.flatMap(({ findings = [] }) => findings.filter((each) => each.code === 'errors-accepted')),
  );
  return accepted.map((each) => `In probes that held, ${lowerFirst(sayFinding(each))}`);
}

function nodesDied(probes: StudyMaterial['probes']): string[] {
  const died = probes.filter(({ findings = [] }) => findings.some(({ code }) => code === 'nodes-exited'));
  if (died.length === 0) return [];
  return [
    `In ${died.length} of ${probes.length} probes a node ended by itself, for example: ${died[0]?.note ?? ''}`,
  ];
}

function soundness({ answer }: StudyMaterial): string {
  const trials = answer.sizes.map(({ result }) => result.trials.length);
  const [fewest, most] = [Math.min(...trials), Math.max(...trials)];
  const range = fewest === most ? String(fewest) : `${fewest} to ${most}`;
  const check =
    answer.failureCheck === null
      ? ''
      : `, and N+1 held from ${formatDuration(answer.failureCheck.takeover.lastsMs)} after a node was killed at the target rate`;
  return `Every size has an interval as narrow as required, from ${range} independent trials${check}.`;
}

function nextSteps(study: StudyMaterial): string[] {
  const { answer, description } = study;
  const { group, targetRate, maxRate, minRate } = description.question;
  const steps: string[] = [];
  const status = new Set(answer.sizes.map(({ result }) => result.status));
  if (status.has('above-range'))
    steps.push(`Raise rate.to above ${perSecond(maxRate)}: at least one size still held there.`);
  if (status.has('below-range'))
    steps.push(
      `Lower rate.from below ${perSecond(minRate)}, or check the objectives: they were missed almost without load.`,
    );
  if (status.has('not-measurable'))
    steps.push(
      'Give the generators more CPU, or stop other work on the host: measurements were not valid near the limit.',
    );
  steps.push(...reachSteps(study));
  // More time is what these sizes need first.
  if (answer.leftOut === undefined) steps.push(...trialSteps(study));
  else steps.push(`Go on with it: ${resumeCommand(description)}`);
  const [needed, spare] = [sizingOf(study, 0), sizingOf(study, 1)];
  if (needed !== undefined && targetRate !== null) {
    if (needed.beyondMeasured) steps.push(`Measure ${needed.nodes} nodes before buying them.`);
    if (answer.failureCheck?.outcome === 'invalid')
      steps.push(`Repeat the N+1 check: ${resumeCommand(description)}`);
    if (answer.failureCheck?.outcome === 'missed')
      steps.push(
        `Plan with more than ${answer.failureCheck.nodes} nodes, or reduce the impact of a failure (health checks, retries).`,
      );
    else if (spare !== undefined && !spare.beyondMeasured)
      steps.push(
        `Buy ${countNodes(spare.nodes, group)}: ${needed.nodes} for the load, one for a failure${answer.failureCheck === null ? '; check it by killing one at the target rate' : ''}.`,
      );
    if (needed.headroom < LITTLE_HEADROOM)
      steps.push(
        `${needed.nodes} nodes alone leave ${headroomWords(needed.headroom)} headroom: too little for a load that grows.`,
      );
  }
  steps.push(...bottleneckSteps(study));
  if (answer.nodeReadyMs !== null && answer.nodeReadyMs > SLOW_START_MS && needed !== undefined)
    steps.push(
      `Scale up early: another node is ready only ${formatDuration(answer.nodeReadyMs)} after its launch, and how long it takes to carry its share of the load was not measured.`,
    );
  return steps;
}

/** Where the target was not reached. */
function reachSteps({ answer, description }: StudyMaterial): string[] {
  if (answer.answer === null || answer.answer.nodes !== null) return [];
  if (answer.sizes.some(({ result }) => result.status === 'out-of-time')) return [];
  const most = Math.max(0, ...description.question.sizes);
  const { usl } = answer;
  if (usl === null)
    return [`Measure more than ${most} nodes, and three sizes or more so that a curve can be fitted.`];
  return usl.peak === null
    ? [`Measure more than ${most} nodes.`]
    : [
        'More of the same nodes will not reach the target: use stronger nodes, or relieve what runs out first.',
      ];
}

function trialSteps({ answer }: StudyMaterial): string[] {
  const short = answer.sizes.filter(({ result }) => result.notEnoughTrials !== null);
  if (short.length === 0) return [];
  const names = short.map(({ name }) => name).join(', ');
  if (!short.some(({ result }) => hasInterval(result)))
    return [`Allow six trials or more (trials.max) for an interval of ${names}.`];
  const most = Math.max(...short.map(({ result }) => result.notEnoughTrials?.wouldNeed ?? 0));
  return [`Allow about ${most} trials (trials.max) for ${names}, or find out why trials differ.`];
}

/** More nodes help until something else runs out. */
function bottleneckSteps(study: StudyMaterial): string[] {
  const { group } = study.description.question;
  const near = nearestSize(study);
  const other = study.answer.sizes.find(
    ({ bottleneck }) => bottleneck !== null && bottleneck.group !== group,
  );
  const unnamed = study.answer.sizes.filter(
    ({ bottleneck, result }) => bottleneck === null && result.status === 'found',
  );
  const steps: string[] = [];
  if (unnamed.length > 0)
    steps.push(
      `Look for what has a fixed number, or waits: nothing that is watched ran out at ${unnamed.map(({ name }) => name).join(', ')}. Workers, connections kept open, pools, locks and disks are not watched.`,
    );
  if (near?.bottleneck?.group === group)
    steps.push(
      `To carry more with the same number: ${nameBottleneck(near.bottleneck)} ran out first at ${near.name}.`,
    );
  if (other?.bottleneck != null) {
    const { resource } = other.bottleneck;
    const own = resource === 'generator-cpu' || resource === 'host-cpu' || resource === 'host-steal';
    const sharers =
      resource === 'host-cpu'
        ? withoutCpuLimit(study.description.scenario, sizedByCpu(study.description))
        : null;
    steps.push(
      own
        ? `Measure ${other.name} on a larger host: ${nameBottleneck(other.bottleneck)} ran out first, not the system.${sharers === null ? '' : ` ${sharers}.`}`
        : `From ${other.name} on, more ${group} help little: ${nameBottleneck(other.bottleneck)} runs out first.`,
    );
  }
  return steps;
}
