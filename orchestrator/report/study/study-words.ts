// A study's figures as words, the same on the page and in the terminal.
import type { Estimate } from '../../capacity/bootstrap.ts';
import type { Answer } from '../../capacity/answer.ts';
import { nameRole } from '../../judge/name-role.ts';
import type { Bottleneck, SizeAnswer, StudyAnswer } from '../../study/answer-study.ts';
import type { FailureCheck } from '../../study/failure-check.ts';
import type { StudyDescription, StudyProbe } from '../../study/study-folder.ts';
import { describeBound } from '../../judge/describe-objective.ts';
import { whatIsWatched } from '../words/describe-watched.ts';
import { counted, formatDuration, formatNumber, formatShare, NO_VALUE } from '../../format/format-value.ts';
import { forShell } from '../facts/rerun-command.ts';

/** What a report of a study is made of. */
export interface StudyMaterial {
  readonly description: StudyDescription;
  readonly answer: StudyAnswer;
  readonly probes: readonly StudyProbe[];
}

type FoundSize = Pick<SizeAnswer, 'result' | 'bottleneck'>;

/** `4 servers`, `1 × servers`, `3 × peer`. */
export function countNodes(count: number, group: string): string {
  return count > 1 && /[^s]s$/.test(group)
    ? `${formatNumber(count)} ${group}`
    : `${formatNumber(count)} × ${group}`;
}

/** `328/s`. */
export function perSecond(rate: number): string {
  return `${formatNumber(rate)}/s`;
}

type Trials = Pick<SizeAnswer['result'], 'trials'>;

/** What trials show of where the capacity lies; of a single one that is the whole range, which says nothing. */
export function hasInterval({ trials }: Trials): boolean {
  return trials.length > 1;
}

/** `96.4/s (90.6 – 99.6/s)`, `4.72/s (from a single trial)`. */
export function capacityWords(capacity: Estimate, result: Trials): string {
  return `${perSecond(capacity.value)} (${intervalNote(capacity, result)})`;
}

export function intervalNote(capacity: Estimate, result: Trials): string {
  return hasInterval(result) ? intervalWords(capacity) : 'from a single trial';
}

/** `317 – 340/s`. */
export function intervalWords({ lower, upper }: Estimate): string {
  return `${formatNumber(lower)} – ${perSecond(upper)}`;
}

/** The interval of a size's capacity, which takes more than one trial. */
export function intervalOf({ result: { capacity, trials } }: FoundSize): string {
  if (capacity === null) return NO_VALUE;
  return hasInterval({ trials }) ? intervalWords(capacity) : 'none: one trial';
}

/** `3 to 5`, `4 or more`. */
export function nodesInterval({ lower, upper }: NonNullable<Answer['nodes']>): string {
  if (upper === null) return `${lower} or more`;
  return `${lower} to ${upper}`;
}

/** Whole percents, rounded down: it is less sure than its digits. */
export function headroomWords(headroom: number): string {
  return `${Math.max(0, Math.floor(headroom * 100))}\u00a0%`;
}

/** Cents, and two digits of what is less than ten of them: `0.48 EUR`, `0.0051 EUR`. */
export function money(amount: number, currency: string): string {
  const small = amount !== 0 && Math.abs(amount) < 0.1;
  const digits = small
    ? { maximumSignificantDigits: 2 }
    : { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return `${amount.toLocaleString('en-US', digits)} ${currency}`;
}

/** `p95 latency < 300 ms and error share ≤ 1 %`. */
export function objectivesWords({ scenario }: StudyDescription): string {
  const all = scenario.objectives.map((objective) => `${objective.name} ${describeBound(objective)}`);
  return all.length === 0 ? 'no objective' : all.join(' and ');
}

/** `CPU of servers`, `uplink of peers`, `CPU of the database (postgres)`. */
export function nameBottleneck({
  resource,
  group,
  role,
}: Pick<Bottleneck, 'resource' | 'group' | 'role'>): string {
  switch (resource) {
    case 'generator-cpu':
      return 'CPU of the load generators';
    case 'host-cpu':
      return 'CPU of the host';
    case 'host-steal':
      return 'CPU of the host (steal)';
  }
  return `${resource === 'cpu' ? 'CPU' : resource} of ${nameRole(role, group) ?? group}`;
}

/** What it means where no bottleneck is named. */
export function nothingNamed({ description }: Pick<StudyMaterial, 'description'>): string {
  return `“Nothing” speaks of ${whatIsWatched(description.scenario, sizedByCpu(description))}.`;
}

/** The group whose nodes get a CPU limit at each size. */
export function sizedByCpu({ question }: StudyDescription): string | undefined {
  return question.dimension === 'cpus' ? question.group : undefined;
}

/** `CPU of servers, in 5 of 6 trials`. */
export function describeBottleneck({ bottleneck, result }: FoundSize): string {
  if (bottleneck === null)
    return result.capacity === null ? 'not known' : 'nothing that is monitored, in most trials';
  return `${nameBottleneck(bottleneck)}, in ${bottleneck.probes} of ${bottleneck.of} trials`;
}

/** In a word or two. */
export const CHECK_OUTCOMES = { held: 'held', missed: 'missed', invalid: 'not valid' } as const;

/** What the check of N+1 showed, and what the seconds cost that it leaves out; of one that is not valid, that it shows nothing. */
export function checkSentences({ nodes, targetRate, outcome, reasons, takeover }: FailureCheck): string[] {
  const from = formatDuration(takeover.lastsMs);
  if (outcome === 'invalid') {
    const nothing = `The N+1 check (${nodes} nodes at ${perSecond(targetRate)}, one of them killed) was not valid: it proves nothing and should be repeated.`;
    return [nothing, ...reasons];
  }
  const objectives = outcome === 'held' ? 'held' : 'were missed';
  return [
    `One of ${nodes} nodes was killed at ${perSecond(targetRate)}: from ${from} after it the objectives ${objectives}.`,
    ...reasons,
    takeover.failedShare === null
      ? `What happened in those ${from} was not measured.`
      : `In those ${from} ${formatShare(takeover.failedShare)} of the requests failed${latencyWords(takeover)}.`,
    ...notStartedWords(takeover),
  ];
}

function notStartedWords({
  notStartedShare = null,
  virtualUsers = null,
}: FailureCheck['takeover']): string[] {
  if (notStartedShare === null || notStartedShare < 0.001) return [];
  return [
    `${formatShare(notStartedShare)} of what was due in them did not start, because all ${virtualUsers === null ? '' : `${formatNumber(virtualUsers)} `}virtual users were waiting.`,
  ];
}

function latencyWords({ p95Ms }: FailureCheck['takeover']): string {
  return p95Ms === null ? '' : `, and their p95 latency was ${formatDuration(p95Ms)}`;
}

/** `There was no time for more (--within): 4 trials or more and the N+1 check are missing.`; undefined where there was. */
export function leftOutWords({ leftOut }: StudyAnswer): string | undefined {
  if (leftOut === undefined) return undefined;
  const { trials, check } = leftOut;
  const missing = [
    ...(trials > 0 ? [`${counted(trials, 'trial')} or more`] : []),
    ...(check ? ['the N+1 check'] : []),
  ];
  const verb = missing.length === 1 && trials < 2 ? 'is' : 'are';
  return `There was no time for more (--within): ${missing.join(' and ')} ${verb} missing.`;
}

/** `topolab capacity --resume studies/ID`: goes on with a study, or checks N+1 again. */
export function resumeCommand({ study }: StudyDescription): string {
  return ['topolab', 'capacity', '--resume', `studies/${study}`].map(forShell).join(' ');
}
