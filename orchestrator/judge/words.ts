// Findings in words: a sentence with numbers each.
import { LONG_WAIT_MS } from '../measure/figures/figures.ts';
import type { LostEvents } from '../measure/changes/lost-events.ts';
import { sayAccepted, sayUnauthorised } from './access-words.ts';
import { sayDelays, sayFailed, sayLate, sayReturns, sayUnseen } from './change-words.ts';
import { count, nameSome, seconds, share } from './figure-words.ts';
import type { ExitedNode, Finding } from './finding.ts';
import {
  sayAcceptedErrors,
  sayAskedNothing,
  sayChecksFailing,
  sayDisagreements,
  sayFailedGenerator,
  sayNotDelivered,
  sayNotServed,
  sayNotSustained,
  sayStandstills,
} from './load-words.ts';
import { lostWords } from './lost-words.ts';
import { sayMissed } from './objective-words.ts';
import { sayHostGone } from './host-words.ts';
import {
  describeSaturated,
  sayBlindSpots,
  sayFilledHost,
  sayGaps,
  sayShortGenerator,
  sayStolenHost,
} from './resource-words.ts';

export function sayFinding(finding: Finding): string {
  switch (finding.code) {
    case 'host-gone':
      return sayHostGone(finding);
    case 'broken':
      return `The run was aborted: ${finding.error ?? 'the cause is in events.ndjson'}.`;
    case 'interrupted':
      return 'The run was interrupted; its figures only cover the part before that.';
    case 'not-measured':
      return `The run could not be measured: ${finding.error}.`;
    case 'generator-failed':
      return sayFailedGenerator(finding);
    case 'no-samples':
      return `“${finding.objective}” could not be measured: ${finding.why ?? 'no samples'}. A missing sample is never a pass.`;
    case 'load-not-seen':
      return `Load ${finding.load} never started: none of its iterations began.`;
    case 'asked-nothing':
      return sayAskedNothing(finding);
    case 'heard-nothing':
      return (
        `Nobody answered load ${finding.load}: it sent messages over WebSockets, and none came back, so nobody is known to have been served. ` +
        "If none is meant to come, declare an objective on `checks` or on a metric of the script's own."
      );
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
      return `Packets were not delayed ${sayReturns(finding.returns)}, because the helper that delays them had died.`;
    case 'helper-returned':
      return `The helper that changes nodes' networks died and was started again, ${sayReturns(finding.returns)}; what was in force stayed in force.`;
    case 'faults-not-seen':
      return `${sayUnseen(finding.faults, 'was not seen to take effect')}, so the figures do not show its effect.`;
    case 'faults-hidden':
      return `${sayUnseen(finding.faults, 'was not seen to take effect')}; other faults on the same node may have hidden it.`;
    case 'faults-not-seen-to-end':
      return `${sayUnseen(finding.faults, 'was undone, but not seen to be over')}, so what was measured afterwards may still show it.`;
    case 'fault-ends-untold':
      return `${sayUnseen(finding.faults, 'was undone', 'nobody could look')}; because of another fault on the same node, or the end of the load, it is unknown whether it was over.`;
    case 'plan-not-carried-out':
      return `Not carried out as planned: ${sayFailed(finding.changes)}. The system that was measured is not the one that was planned.`;
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
        'its generators were stopped or got no CPU, and no latency includes that wait. Give the load more CPU, or use a host with less other work.'
      );
    case 'generator-short-of-cpu':
      return sayShortGenerator(finding.saturation);
    case 'host-filled-by-others':
      return sayFilledHost(finding.saturation);
    case 'host-stolen':
      return sayStolenHost(finding.saturation);
    case 'not-delivered':
      return sayNotDelivered(finding);
    case 'failed-by-script':
      return `The script itself failed the test (exec.test.fail) on ${finding.nodes.join(', ')}; its message is in logs/${finding.nodes[0]}.log.`;
    case 'aborted':
      return `“${finding.objective}” was missed and ended the run at ${seconds(finding.offsetMs)}; figures cover the load up to then.`;
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
    case 'errors-accepted':
      return sayAcceptedErrors(finding);
    case 'records-lost':
      return `${lostWords(finding)}. No objective covers them; declare a \`recordsLost\` objective to make them count.`;
    case 'events-lost':
      return sayLostEvents(finding.switches);
    case 'unauthorised-served':
      return sayUnauthorised(finding.requests);
    case 'invitations-accepted':
      return sayAccepted(finding.invitations);
    case 'not-served':
      return sayNotServed(finding);
    case 'users-hung':
      return `Users of load ${finding.load} spent ${share(finding.hungShare)} of their time waiting for answers that never came.`;
    case 'users-waited':
      return (
        `Users of load ${finding.load} spent ${share(finding.waitedShare)} of their time waiting for answers that took longer than ${LONG_WAIT_MS / 1000} s. ` +
        'A user who waits asks nothing else, so percentiles of all requests hardly show it.'
      );
    case 'changed-late':
      return `In phase ${finding.phase} ${sayLate(finding.changes)}: its figures don't show the change yet.`;
    case 'no-objectives':
      return 'No objective was declared, so there was nothing to judge.';
    case 'never-counted':
      return `Nothing was ever counted for ${finding.objectives.map((name) => `“${name}”`).join(', ')}: if you did not expect this, look for a typing error in the name of the metric or of a tag.`;
    case 'load-overran':
      return `The load of ${finding.nodes.join(', ')} continued after the last phase; it was stopped there.`;
    case 'saturated':
      return `First to run out: ${describeSaturated(finding.saturation)}.`;
  }
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

function sayLostEvents(switches: readonly LostEvents[]): string {
  const named = switches.map(
    (each) =>
      `${each.switch} (of ${count(each.acknowledged)}, ${count(each.lost)} lost, ${count(each.doubled)} doubled, ${count(each.gaps)} not delivered)`,
  );
  return `Not every acknowledged event was there exactly once after ${named.join(' and ')}.`;
}
