// What became of the load and its generators, in words.
import { MOST_DROPPED } from '../measure/generators/delivery.ts';
import { type CheckCounts, failedIterations } from '../measure/figures/figures.ts';
import type { Standstill } from '../measure/generators/generator-lag.ts';
import type { Disagreement } from '../measure/generators/second-witness.ts';
import { writeApart } from '../format/format-value.ts';
import { count, digits, nameSome, share, stretchOf } from './figure-words.ts';
import type { Finding } from './finding.ts';
import { countAccepted } from './service-rules.ts';

/** k6's exit codes (errext/exitcodes in its sources) that say something to a user. */
const k6ExitCodes: Readonly<Record<number, string>> = {
  100: 'its setup() took too long',
  104: 'its configuration is wrong',
  105: 'it was stopped from outside',
  107: 'its script threw an exception',
  108: 'its script aborted the test',
  109: 'k6 crashed',
  137: 'it was killed from outside, not for its memory limit',
};

export function sayFailedGenerator({
  node,
  exitCode,
  outOfMemory = false,
}: Extract<Finding, { code: 'generator-failed' }>): string {
  const meaning = outOfMemory
    ? 'the kernel killed it because it had used up its memory'
    : k6ExitCodes[exitCode];
  return `Generator ${node} ended with exit code ${exitCode}${meaning ? ` (${meaning})` : ''}; see logs/${node}.log.`;
}

export function sayAskedNothing({ load, isMeasured }: Extract<Finding, { code: 'asked-nothing' }>): string {
  const asked = `Load ${load} sent nothing: k6 counted no request and not a byte of its iterations`;
  return isMeasured === true
    ? `${asked}.`
    : `${asked}, so nobody was served. If it sends by other means, declare an objective on \`checks\` or on a metric of the script's own.`;
}

export function sayStandstills(standstills: readonly Standstill[]): string {
  const named = nameSome(
    standstills,
    (each) => `${each.node} ${stretchOf(each)}`,
    (more) => `, and ${more} times more`,
  );
  return (
    `Generators were stopped for a while: ${named}. No latency includes how long users waited then, ` +
    'and an open load afterwards started at once everything that was due.'
  );
}

export function sayNotDelivered({
  load,
  asked,
  missing,
  phases,
  ofScript,
}: Extract<Finding, { code: 'not-delivered' }>): string {
  return (
    `Load ${load} offered ${count(asked - missing)} of the ${count(asked)} iterations asked for${phases === undefined ? '' : ` in ${phases.join(', ')}`}; ${writeApart((missing / asked) * 100, MOST_DROPPED * 100)} % were not started, ` +
    `which is more than ${share(MOST_DROPPED)}. ${
      ofScript === true
        ? 'Raise maxVUs or maxDuration in its script, lower the rate, or declare an objective on the metric dropped_iterations if this is what you test.'
        : 'Raise its maxVirtualUsers, lower the rate, or declare a `delivered` objective if this is what you test.'
    }`
  );
}

export function sayNotSustained(finding: Extract<Finding, { code: 'not-sustained' }>): string {
  const { growth, offeredPerSecond, likely } = finding;
  const grew = `work in flight grew by ${digits(growth.perSecond)}/s where ${digits(offeredPerSecond)}/s were offered`;
  return likely ? `Probably not sustained: ${grew}, as far as could be told.` : `Not sustained: ${grew}.`;
}

export function sayDisagreements(disagreements: readonly Disagreement[]): string {
  const named = nameSome(
    disagreements,
    ({ node, figure, prometheus, summary }) =>
      `${figure} of ${node} is ${digits(prometheus)} by Prometheus and ${digits(summary)} by k6's own summary`,
    (more) => `, and ${more} more figures differ`,
  );
  return `Prometheus and k6 disagree: ${named}. Samples were lost, or something else wrote some.`;
}

export function sayChecksFailing(checks: readonly CheckCounts[]): string {
  const named = nameSome(
    checks.toSorted((a, b) => failing(b) - failing(a)),
    (each) =>
      `“${each.check}” ${count(each.fails)} of ${count(each.passes + each.fails)} times (${share(failing(each))})`,
    (more) => `, and ${more} more checks`,
  );
  return `The script's own checks failed: ${named}. No objective covers them; declare a \`checks\` objective to make them count.`;
}

export function sayAcceptedErrors({
  load,
  answers,
  statuses,
}: Extract<Finding, { code: 'errors-accepted' }>): string {
  const counts = Object.entries(statuses).toSorted(([, a], [, b]) => b - a);
  const [[only] = [], ...others] = counts;
  const named =
    others.length === 0
      ? only
      : nameSome(
          counts,
          ([status, times]) => `${status}: ${count(times)}`,
          (more) => `, and ${more} more statuses`,
        );
  const accepted = Math.min(1, countAccepted(statuses) / answers);
  return `${share(accepted)} of the answers to load ${load} had an error status (${named}). Its script expects it, so they count as served.`;
}

function failing({ passes, fails }: CheckCounts): number {
  return fails / Math.max(1, passes + fails);
}

export function sayNotServed(finding: Extract<Finding, { code: 'not-served' }>): string {
  const { load, servedShare, iterations } = finding;
  const { offered, started, done, exceptions, disconnected = 0, cutOff, unfinished } = iterations;
  const failed = started - done - failedIterations(iterations) - unfinished;
  const parts = [
    [offered - started, 'were not started'],
    [failed, 'had a request that failed'],
    [exceptions, 'ended by an exception'],
    [disconnected, 'had a connection that was not made or broke'],
    [cutOff, 'were cut off at the end'],
  ] as const;
  const why = parts.filter(([of]) => of >= 0.5).map(([of, words]) => `${count(of)} ${words}`);
  return `Of load ${load}, ${share(servedShare)} of the ${count(offered - unfinished)} iterations offered were served: ${why.join(', ')}.`;
}
