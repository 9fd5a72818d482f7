// Findings in words: a sentence with numbers each.
import type { Comparison, Objective } from '../scenario/objectives/objective.ts';
import type { CheckCounts, LateChange, ObjectiveResult, Saturation } from '../measure/figures.ts';
import type { FailedChange } from '../measure/failed-changes.ts';
import type { Standstill } from '../measure/generator-lag.ts';
import type { NodeDelays } from '../delays/delays.ts';
import type { Disagreement } from '../measure/second-witness.ts';
import type { UnseenFault } from '../measure/unseen-faults.ts';
import type { LostEvents } from '../measure/lost-events.ts';
import type { BlindSpot, Gap } from '../measure/watched.ts';
import { MOST_DROPPED } from '../measure/delivery.ts';
import type { ExitedNode, Finding, HelperReturn } from './finding.ts';
import { lostWords } from './lost-words.ts';
import { objectiveUnit } from './describe-objective.ts';
import { nameRole } from './name-role.ts';

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

export function sayFinding(finding: Finding): string {
  switch (finding.code) {
    case 'broken':
      return `The run was aborted: ${finding.error ?? 'the cause is in events.ndjson'}.`;
    case 'interrupted':
      return 'The run was interrupted; its figures only cover the part before that.';
    case 'not-measured':
      return `The run could not be measured: ${finding.error}.`;
    case 'generator-failed': {
      const { node, exitCode, outOfMemory = false } = finding;
      const meaning = outOfMemory
        ? 'the kernel killed it, for it had used up its memory'
        : k6ExitCodes[exitCode];
      return `Generator ${node} ended with exit code ${exitCode}${meaning ? ` (${meaning})` : ''}; see logs/${node}.log.`;
    }
    case 'no-samples':
      return `“${finding.objective}” could not be measured: ${finding.why ?? 'no samples'}. A missing sample is never a pass.`;
    case 'load-not-seen':
      return `Load ${finding.load} never came: no iteration of it began.`;
    case 'asked-nothing':
      return `Load ${finding.load} asked nothing: its iterations made no request and sent not a byte, as far as k6 counts them.`;
    case 'host-not-watched':
      return "There is no sample of the host's CPU, so it is unknown whether other work disturbed the measurement.";
    case 'not-watched':
      return (
        `Monitoring was interrupted ${sayGaps(finding.gaps)}, ${share(finding.unwatchedShare)} of the load, so it is unknown what ran out in that time, ` +
        'and whether the generators or the host did.'
      );
    case 'not-watched-briefly':
      return `Monitoring was interrupted ${sayGaps(finding.gaps)}; what ran out in that time is unknown.`;
    case 'nodes-not-watched':
      return sayBlindSpots(finding.blindSpots);
    case 'delays-not-as-asked':
      return sayDelays(finding.nodes);
    case 'delays-lost':
      return `It is unknown how packets were delayed: the helper that delays them was gone at the end (${finding.error}).`;
    case 'delays-interrupted':
      return `Packets were not delayed ${sayReturns(finding.returns)}, for the helper that delays them had died.`;
    case 'helper-returned':
      return `The helper that changes nodes' networks died and was started again, ${sayReturns(finding.returns)}; what was in force stayed so.`;
    case 'faults-not-seen':
      return `${sayUnseen(finding.faults, 'was not seen to take effect')}, so what was measured does not show what it does.`;
    case 'faults-hidden':
      return `${sayUnseen(finding.faults, 'was not seen to take effect')}; other faults on the same node may have hidden it.`;
    case 'faults-not-seen-to-end':
      return `${sayUnseen(finding.faults, 'was undone, but not seen to be over')}, so what was measured afterwards may still show it.`;
    case 'fault-ends-untold':
      return `${sayUnseen(finding.faults, 'was undone', 'nobody could look')}; another fault on the same node, or the end of the load, kept anybody from seeing whether it was over.`;
    case 'plan-not-carried-out':
      return `Not carried out as planned: ${sayFailed(finding.changes)}. What was measured is not the system of the plan.`;
    case 'generators-not-watched':
      return `There is no sample of the CPU of ${finding.nodes.join(', ')}, which has a limit, so it is unknown whether the load generator itself was short of CPU.`;
    case 'witnesses-disagree':
      return sayDisagreements(finding.disagreements);
    case 'no-second-witness':
      return `${finding.nodes.join(', ')} left no summary to compare the samples with.`;
    case 'generators-stood-still':
      return sayStandstills(finding.standstills);
    case 'started-late':
      return (
        `${count(finding.count)} iterations of load ${finding.load} started more than a second late, by up to ${seconds(finding.worstMs)}: ` +
        'its generators were stopped or got no CPU, and that wait is in no latency. Give the load more CPU, or use a host with less other work.'
      );
    case 'generator-short-of-cpu':
      return sayShortGenerator(finding.saturation);
    case 'host-filled-by-others':
      return (
        `The host was full (${share(finding.saturation.use)} busy) ${stretchOf(finding.saturation)}, and a quarter of it or more ` +
        'was used by other programs. Stop them, or use a larger host.'
      );
    case 'host-stolen':
      return (
        `A hypervisor took ${share(finding.saturation.use)} of the host's CPU ${stretchOf(finding.saturation)}, which affects ` +
        'the figures. Run again when the other machines are idle, or on a dedicated host.'
      );
    case 'not-delivered':
      return sayNotDelivered(finding);
    case 'aborted':
      return `“${finding.objective}” ended the run at ${seconds(finding.offsetMs)}, as it is to do where it is missed; figures are of the load up to then.`;
    case 'objective-missed':
      return sayMissed(finding.result);
    case 'changes-failed':
      return `The system could not do what the plan asks of it: ${sayFailed(finding.changes)}.`;
    case 'not-sustained':
      return sayNotSustained(finding);
    case 'too-short-to-tell':
      return (
        `Too short to tell whether the rate is sustainable: work in flight grew by ${share(finding.growth.share)} of what was offered` +
        `${Number.isFinite(finding.growth.upperShare) ? `, and it may be ${share(finding.growth.upperShare)}` : ''}.`
      );
    case 'users-bounded':
      return (
        `The load had ${count(finding.users)} virtual users, but its rate and the longest wait need ${count(finding.wanted)}; ` +
        'a study uses no more on its own. Raise its maxVirtualUsers, and its memory accordingly.'
      );
    case 'not-answered': {
      const where = finding.phase === null ? '' : ` in phase ${finding.phase}`;
      return `“${finding.objective}” has no figure${where}: ${finding.why}.`;
    }
    case 'mostly-failed':
      return (
        `${share(finding.errorShare)} of load ${finding.load} failed. More than half is a failure ` +
        'unless an `errors` objective for the whole run allows it.'
      );
    case 'nodes-exited':
      return sayExited(finding.nodes);
    case 'checks-failing':
      return sayChecksFailing(finding.checks);
    case 'records-lost':
      return `${lostWords(finding)}. No objective covers them; declare a \`recordsLost\` objective to make them count.`;
    case 'events-lost':
      return sayLostEvents(finding.switches);
    case 'not-served':
      return sayNotServed(finding);
    case 'users-hung':
      return `Users of load ${finding.load} spent ${share(finding.hungShare)} of their time waiting for answers that never came.`;
    case 'changed-late':
      return `In phase ${finding.phase} ${sayLate(finding.changes)}: its figures don't show the change yet.`;
    case 'no-objectives':
      return 'No objective was declared, so there was nothing to judge.';
    case 'never-counted':
      return `Nothing was ever counted for ${finding.objectives.map((name) => `“${name}”`).join(', ')}: if that was not to be expected, look for a slip in the name of the metric or of a tag.`;
    case 'load-overran':
      return `The load of ${finding.nodes.join(', ')} continued after the last phase; it was stopped there.`;
    case 'saturated':
      return `First to run out: ${describeSaturated(finding.saturation)}.`;
  }
}

/** `CPU of servers-1 (group servers): 99 % of its limit, throttled in 80 % of periods, from 12.0 s for 30.0 s` */
export function describeSaturated(saturation: Saturation): string {
  const { resource, group, node, role, use } = saturation;
  const when = stretchOf(saturation);
  if (resource === 'host-cpu') return `CPU of the host: ${share(use)} busy, ${when}`;
  if (resource === 'host-steal') return `CPU of the host: ${share(use)} stolen by a hypervisor, ${when}`;
  const owner = nameRole(role, group) ?? `${node} (group ${group})`;
  return `${resourceWords[resource]} of ${owner}: ${useOf(saturation)}, ${when}`;
}

const resourceWords = {
  cpu: 'CPU',
  memory: 'memory',
  uplink: 'uplink',
  downlink: 'downlink',
  'generator-cpu': 'CPU',
} as const;

function sayShortGenerator(saturation: Saturation): string {
  return (
    `Generator ${saturation.node} was short of CPU itself: ${useOf(saturation)}, ${stretchOf(saturation)}, so part of its latencies is its own. ` +
    `Give load ${saturation.group} more CPU or more generators.`
  );
}

function sayStandstills(standstills: readonly Standstill[]): string {
  const named = nameSome(
    standstills,
    (each) => `${each.node} ${stretchOf(each)}`,
    (more) => `, and ${more} times more`,
  );
  return (
    `Generators were stopped for a while: ${named}. How long users waited then is in no latency, ` +
    'and an open load started everything that was due at once afterwards.'
  );
}

function sayNotDelivered({
  load,
  asked,
  missing,
  phases,
}: Extract<Finding, { code: 'not-delivered' }>): string {
  return (
    `Load ${load} offered ${count(asked - missing)} of the ${count(asked)} iterations asked for${phases === undefined ? '' : ` in ${phases.join(', ')}`}; ${share(missing / asked)} were not started, ` +
    `which is more than ${share(MOST_DROPPED)}. Raise its maxVirtualUsers, lower the rate, or declare a \`delivered\` objective if this is what you test.`
  );
}

function sayNotSustained(finding: Extract<Finding, { code: 'not-sustained' }>): string {
  const { growth, offeredPerSecond, likely } = finding;
  const grew = `work in flight grew by ${digits(growth.perSecond)}/s where ${digits(offeredPerSecond)}/s were offered`;
  return likely ? `Probably not sustained: ${grew}, as far as could be told.` : `Not sustained: ${grew}.`;
}

/** So many nodes or checks are named. */
const MOST_NAMED = 3;

/** The first few, and how many more there are: `servers-1, servers-2, servers-3 and 4 more nodes`. */
function nameSome<Each>(
  all: readonly Each[],
  say: (each: Each) => string,
  sayMore: (count: number) => string,
  between = ', ',
): string {
  const named = all.slice(0, MOST_NAMED).map(say).join(between);
  return all.length > MOST_NAMED ? `${named}${sayMore(all.length - MOST_NAMED)}` : named;
}

/** `“scale servers 2 → 4” ended only at 58.2 s`. */
export function sayLate(changes: readonly LateChange[]): string {
  return changes
    .map(({ summary, finishedMs }) =>
      finishedMs === null
        ? `“${summary}” never ended`
        : `“${summary}” ended only at ${seconds(finishedMs)}, after the phase`,
    )
    .join(', ');
}

/** `“scale servers 2 → 4” at 20.0 s (start node servers-3: not ready within 10 s)`. */
function sayFailed(changes: readonly FailedChange[]): string {
  return nameSome(
    changes,
    ({ summary, atMs, why }) => `“${summary}” at ${seconds(atMs)} (${why})`,
    (more) => `, and ${more} more`,
  );
}

function sayGaps(gaps: readonly Gap[]): string {
  return nameSome(gaps, stretchOf, (more) => ` and ${more} times more`);
}

const limitWords = { cpu: 'CPU', memory: 'memory' } as const;

function sayBlindSpots(spots: readonly BlindSpot[]): string {
  const named = nameSome(
    spots,
    ({ resource, group, nodes, forMs }) =>
      `the ${limitWords[resource]} of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} of ${group} (for ${seconds(forMs)})`,
    (more) => `, and ${more} more`,
  );
  return (
    `There are no samples of ${named}, which ${spots.length === 1 ? 'has' : 'have'} a limit, so it is unknown whether it ran out. ` +
    "The agent reads them from the host's cgroups; some engines, such as Podman, don't let it read those of other containers."
  );
}

function sayDelays(nodes: readonly NodeDelays[]): string {
  const named = nameSome(nodes, sayDelay, (more) => `, and ${more} more nodes`);
  return (
    `Links were not delayed as configured: ${named}. Without netem, a program delays packets, ` +
    'and it needs CPU time at the right moment: use a host with more CPU, fewer nodes or less traffic.'
  );
}

function sayDelay({ node, packets, beyond, dropped, late99Ms, lateMedianMs, ended }: NodeDelays): string {
  if (ended) return `the delay of ${node} ended early`;
  if (beyond > packets / 2)
    return `${share(beyond / packets)} of the packets to ${node} were late by more than 2 ms and 5 % (median ${digits(lateMedianMs ?? 0)} ms, 99th percentile ${digits(late99Ms ?? 0)} ms)`;
  return `${count(dropped)} packets to ${node} were lost because too many waited`;
}

function sayReturns(returns: readonly HelperReturn[]): string {
  return returns
    .map(({ goneMs, awayMs, undelayed }) => {
      const nodes = nameSome(
        undelayed,
        (node) => node,
        (more) => ` and ${more} more nodes`,
      );
      const where = undelayed.length === 0 ? '' : ` at ${nodes}`;
      return goneMs === null ? 'before the load' : `${stretchOf({ fromMs: goneMs, forMs: awayMs })}${where}`;
    })
    .join(', ');
}

function sayUnseen(
  faults: readonly UnseenFault[],
  what: string,
  withoutLook = 'it ended before it could be looked at',
): string {
  const sayFault = ({ fault, kind, node, saw, besides }: UnseenFault) => {
    const where = node === null ? '' : ` on ${node}`;
    const beside = besides.length === 0 ? '' : `, beside ${besides.join(' and ')}`;
    return `${fault} (${kind}${where}${beside}; ${saw ?? withoutLook})`;
  };
  return `Fault ${nameSome(faults, sayFault, (more) => ` and ${more} more`)} ${what}`;
}

function sayDisagreements(disagreements: readonly Disagreement[]): string {
  const named = nameSome(
    disagreements,
    ({ node, figure, prometheus, summary }) =>
      `${figure} of ${node} is ${digits(prometheus)} by Prometheus and ${digits(summary)} by k6's own summary`,
    (more) => `, and ${more} more figures differ`,
  );
  return `Prometheus and k6 disagree: ${named}. Samples were lost, or something else wrote some.`;
}

function sayExited(nodes: readonly ExitedNode[]): string {
  const sayNode = ({ node, exitCode, outOfMemory, offsetMs }: ExitedNode) => {
    const how = outOfMemory
      ? 'ran out of memory and was killed by the kernel'
      : `exited by itself with ${exitCode === null ? 'an unknown exit code' : `exit code ${exitCode}`}`;
    return `${node} ${how} ${offsetMs === null ? 'before the load' : `at ${seconds(offsetMs)}`}`;
  };
  const named = nameSome(nodes, sayNode, (more) => `; and so did ${more} more nodes`, '; ');
  return `${nodes.length === 1 ? 'Node ' : 'Nodes: '}${named}. See logs/.`;
}

function sayChecksFailing(checks: readonly CheckCounts[]): string {
  const named = nameSome(
    checks.toSorted((a, b) => failing(b) - failing(a)),
    (each) =>
      `“${each.check}” ${count(each.fails)} of ${count(each.passes + each.fails)} times (${share(failing(each))})`,
    (more) => `, and ${more} more checks`,
  );
  return `The script's own checks failed: ${named}. No objective covers them; declare a \`checks\` objective to make them count.`;
}

function sayLostEvents(switches: readonly LostEvents[]): string {
  const named = switches.map(
    (each) =>
      `${each.switch} (of ${count(each.acknowledged)}, ${count(each.lost)} lost, ${count(each.doubled)} doubled, ${count(each.gaps)} not handed out)`,
  );
  return `Acknowledged events were not there exactly once after ${named.join(' and ')}.`;
}

function failing({ passes, fails }: CheckCounts): number {
  return fails / Math.max(1, passes + fails);
}

function sayNotServed(finding: Extract<Finding, { code: 'not-served' }>): string {
  const { load, servedShare, iterations } = finding;
  const { offered, started, done, exceptions, cutOff, unfinished } = iterations;
  const failed = started - done - exceptions - cutOff - unfinished;
  const parts = [
    [offered - started, 'were not started'],
    [failed, 'had a request that failed'],
    [exceptions, 'ended by an exception'],
    [cutOff, 'were cut off at the end'],
  ] as const;
  const why = parts.filter(([of]) => of >= 0.5).map(([of, words]) => `${count(of)} ${words}`);
  return `Of load ${load}, ${share(servedShare)} of the ${count(offered - unfinished)} iterations offered were served: ${why.join(', ')}.`;
}

function sayMissed({ objective, measured, atLeast, fault }: ObjectiveResult): string {
  const where = objective.phase === null ? '' : ` in phase ${objective.phase}`;
  const asked = `${comparisons[objective.comparison]} ${inUnit(objective.bound, objective)}`;
  if (fault !== undefined) {
    const after = `after ${fault.id} (${fault.what})`;
    const { kind } = objective.measure;
    const never =
      kind === 'updated'
        ? 'not all nodes had it and served with it'
        : kind === 'switched'
          ? 'the network never served the new way alone and steadily'
          : kind === 'refused'
            ? 'somebody was never refused everywhere'
            : 'users were never served as before again';
    const took = measured === null ? `${never} ${after}` : `${inUnit(measured, objective)} ${after}`;
    return `“${objective.name}” was missed${where}: ${took}; required: ${asked}.`;
  }
  const value = `${atLeast === true ? 'at least ' : ''}${inUnit(measured ?? Number.NaN, objective)}`;
  return `“${objective.name}” was missed${where}: ${value} (required: ${asked}).`;
}

const comparisons: Readonly<Record<Comparison, string>> = {
  below: 'below',
  atMost: 'at most',
  atLeast: 'at least',
  above: 'above',
};

/** Waits of users in milliseconds, what an operator waits for in seconds. */
function inUnit(value: number, objective: Objective): string {
  const { kind } = objective.measure;
  switch (objectiveUnit(objective)) {
    case 'milliseconds':
      return kind === 'latency' || kind === 'metric' ? `${digits(value)} ms` : `${digits(value / 1000)} s`;
    case 'share':
      return share(value);
    case 'per-second':
      return `${digits(value)} a second`;
    default:
      return digits(value);
  }
}

function useOf({ use, throttled }: Saturation): string {
  const heldBack = throttled === null ? '' : `, throttled in ${share(throttled)} of its scheduler periods`;
  return `${share(use)} of its limit${heldBack}`;
}

function stretchOf({ fromMs, forMs }: Gap): string {
  return `from ${seconds(fromMs)} for ${seconds(forMs)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function share(value: number): string {
  return `${digits(value * 100)} %`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
