// What came of the load as a whole, a sentence a line: what was served of what was offered, what failed and how, what the script's own
// checks said.
import {
  type CheckCounts,
  failedIterations,
  type Figures,
  type PhaseFigures,
  type RequestCounts,
} from '../../measure/figures/figures.ts';
import { sayLate } from '../../judge/change-words.ts';
import { counted, formatNumber, formatShare } from '../../format/format-value.ts';

/** So many ways in which requests failed are named. */
const MOST_STATUSES = 4;
/** So many failing checks are named. */
const MOST_CHECKS = 5;

/** Empty for runs of earlier versions, and where nothing was measured. */
export function loadLines(whole: Figures | null | undefined): string[] {
  if (whole == null) return [];
  const { servedShare, iterations, checks = [] } = whole;
  return [
    ...(servedShare == null || iterations == null
      ? []
      : [
          `served: ${formatShare(servedShare)} of ${counted(Math.round(iterations.offered - iterations.unfinished), 'iteration')} offered`,
        ]),
    ...errorLines(whole),
    ...(checks.length === 0 ? [] : [checksLine(checks)]),
  ];
}

/** Phases whose system was not yet what was planned, a sentence each. */
export function lateLines(phases: readonly PhaseFigures[]): string[] {
  return phases.flatMap(({ phase, late = [] }) => (late.length === 0 ? [] : [`${phase}: ${sayLate(late)}`]));
}

/** Only where anything failed. */
export function errorLines({ requests, iterations = null }: Figures): string[] {
  if (requests === undefined) return [];
  const words: string[] = [];
  if (requests.failed >= 0.5) {
    words.push([shareOf(requests.failed, requests.started, 'request'), ...whatTheyGot(requests)].join(', '));
  }
  const failed = iterations === null ? 0 : failedIterations(iterations);
  if (iterations !== null && failed >= 0.5) {
    const { disconnected = 0 } = iterations;
    const how = [
      ...(iterations.exceptions >= 0.5
        ? [`${formatNumber(Math.round(iterations.exceptions))} by an exception`]
        : []),
      ...(disconnected >= 0.5 ? [`${formatNumber(Math.round(disconnected))} by a connection`] : []),
      ...(iterations.cutOff >= 0.5
        ? [`${formatNumber(Math.round(iterations.cutOff))} cut off at the end`]
        : []),
    ];
    words.push(`${shareOf(failed, iterations.started, 'iteration')}, ${how.join(', ')}`);
  }
  return words.length === 0 ? [] : [`errors: ${words.join('; ')}`];
}

/** Of failed requests: `390 of them without an answer`, `8 with status 503`. */
function whatTheyGot({ unanswered, statuses = {} }: RequestCounts): string[] {
  const got = [
    ...(unanswered < 0.5 ? [] : [[unanswered, 'without an answer'] as const]),
    ...Object.entries(statuses)
      .toSorted(([, a], [, b]) => b - a)
      .map(([status, count]) => [count, `with status ${status}`] as const),
  ];
  const named = got
    .slice(0, MOST_STATUSES)
    .map(
      ([count, how], index) => `${formatNumber(Math.round(count))}${index === 0 ? ' of them' : ''} ${how}`,
    );
  return got.length > MOST_STATUSES ? [...named, 'others with other statuses'] : named;
}

function checksLine(checks: readonly CheckCounts[]): string {
  const passes = checks.reduce((sum, each) => sum + each.passes, 0);
  const made = passes + checks.reduce((sum, each) => sum + each.fails, 0);
  const failing = checks.filter(({ fails }) => fails >= 0.5).toSorted((a, b) => b.fails - a.fails);
  const named = failing
    .slice(0, MOST_CHECKS)
    .map(
      ({ check, passes, fails }) =>
        `“${check}” failed ${formatNumber(Math.round(fails))} of ${counted(Math.round(passes + fails), 'time')}`,
    );
  const more = failing.length > MOST_CHECKS ? [`${failing.length - MOST_CHECKS} more failed`] : [];
  return `checks: ${[`${formatShare(passes / Math.max(1, made))} of ${formatNumber(Math.round(made))} passed`, ...named, ...more].join('; ')}`;
}

function shareOf(part: number, of: number, noun: string): string {
  return `${formatShare(part / Math.max(1, of))} of ${counted(Math.round(of), noun)}`;
}
