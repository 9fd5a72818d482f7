// What the terminal says of nodes that help each other and of faults, a sentence a line.
import type { DistributionFacts } from './facts/distribution-facts.ts';
import { failureWords } from './facts/fetch-failures.ts';
import { counted, formatBytes, formatDuration, formatNumber, formatValue } from '../format/format-value.ts';
import type { FaultRow } from './facts/fault-rows.ts';
import type { RunReport } from './facts/run-report.ts';

/** The rest is in the report. */
const MOST_FAULTS = 5;

/** How a file reached everybody and why not, how long until peers were connected, and what each fault cost. */
export function peerLines({ faults, distribution, network: { connected } }: RunReport): string[] {
  return [
    ...(distribution === null ? [] : [distributionWords(distribution)]),
    ...(distribution?.failures ?? []).map(failureWords),
    ...(connected === null
      ? []
      : [
          `${counted(connected.figures.nodes, 'node')} connected ${formatDuration(connected.afterMs)} after ${connected.since === 'load-started' ? 'the start of the load' : 'the last was ready'}`,
        ]),
    ...faults.slice(0, MOST_FAULTS).map(faultWords),
    ...(faults.length > MOST_FAULTS ? [`and ${counted(faults.length - MOST_FAULTS, 'more fault')}`] : []),
  ];
}

function distributionWords(facts: DistributionFacts): string {
  const { links, distributionMs, boundShare, completed, bytesFromServers } = facts;
  const work = `${formatBytes(links.fileBytes)} to ${counted(links.receivers, 'node')}`;
  if (distributionMs === null)
    return `${work}: only ${formatValue(completed, 'count')} had the whole file in the end`;
  const share = boundShare === null ? '' : `, ${formatValue(boundShare, 'share')} of what the links allow`;
  return `${work} in ${formatDuration(distributionMs)}${share}; ${formatBytes(bytesFromServers)} from servers`;
}

function faultWords({ id, what, impact, recoveredAfterEndMs, servedShare, slow, users }: FaultRow): string {
  const { recoveredAfterMs, lost } = impact;
  const recovered =
    recoveredAfterMs === null
      ? 'not recovered'
      : recoveredAfterMs === 0
        ? 'never disturbed'
        : `recovered after ${formatDuration(recoveredAfterMs)}${afterEndWords(recoveredAfterEndMs)}`;
  const made =
    slow === null ? '' : `, ${formatNumber(slow.count)} slow (over ${formatDuration(slow.thanMs)})`;
  const touched =
    users === null ? '' : `, ${formatValue(users.touched / users.all, 'share')} of users touched`;
  return `${id} (${what}): ${recovered}, ${formatNumber(Math.round(lost))} operations lost${made}${touched}, ${formatValue(servedShare, 'share')} served`;
}

function afterEndWords(ms: number | null): string {
  if (ms === null) return '';
  return ms === 0 ? ', before its end' : `, ${formatDuration(ms)} after its end`;
}
