// The figures of a run that a suite may show: where they stand in its report.json. Who adds a figure there adds a line here.
import { higher, type KnownFigure, lower, neither, under } from './known-figure.ts';

/** Offered, served and latencies of a stretch: of each phase, of each load, and of the whole run. */
function stretch(where: string, of: string): KnownFigure[] {
  return under(where, [
    neither('offeredPerSecond', 'per-second', `iterations offered, ${of}`),
    higher('servedPerSecond', 'per-second', `requests answered as expected, ${of}`),
    higher('servedShare', 'share', `iterations done of those offered, ${of}`),
    lower('errorShare', 'share', `error share, ${of}`),
    lower('p50Ms', 'milliseconds', `median latency, ${of}`),
    lower('p95Ms', 'milliseconds', `p95 latency, ${of}`),
    lower('p99Ms', 'milliseconds', `p99 latency, ${of}`),
    lower('hungShare', 'share', `users' time spent on requests without an answer (closed loads), ${of}`),
    neither('requests.started', 'count', `requests started, ${of}`),
    lower('requests.failed', 'count', `requests failed, ${of}`),
    higher('iterations.done', 'count', `iterations that ended well, ${of}`),
  ]);
}

/** CPU and bytes of one side. */
function side(where: 'servers' | 'users', of: string): KnownFigure[] {
  return under(`usage.${where}`, [
    neither('nodes', 'count', `nodes, ${of}`),
    lower('cpuSeconds', 'seconds', `CPU time during the load, ${of}`),
    lower('sentBytes', 'bytes', `bytes sent during the load, ${of}`),
  ]);
}

export const RUN_FIGURES: readonly KnownFigure[] = [
  neither(
    'objectives[*].measured',
    null,
    'what an objective measured; `query` objectives in the unit of their query',
  ),
  ...stretch('whole', 'over the whole run'),
  ...stretch('phases[*]', 'in a phase'),
  ...stretch('loads[*]', 'of a load'),
  lower('loadMs', 'milliseconds', 'length of the load, as far as it came'),
  lower('nodes[*].readyAfterMs', 'milliseconds', 'from a node’s launch until it is ready'),
  ...under('distribution', [
    lower('distributionMs', 'milliseconds', 'until the last node had the whole file'),
    higher('throughputBytesPerSecond', 'bytes-per-second', 'bytes wanted over that time'),
    higher('boundShare', 'share', 'how close that is to the bound of the links'),
    lower('bound.seconds', 'seconds', 'the least time that the links allow'),
    higher('completed', 'count', 'nodes that had the file in the end'),
    neither('links.receivers', 'count', 'nodes that want the file'),
    lower('bytesFromServers', 'bytes', 'bytes of files that servers sent'),
    neither('bytesFromPeers', 'bytes', 'bytes of files that nodes got from each other'),
    higher('serverBytesSaved', 'bytes', 'bytes of files that servers did not have to send'),
  ]),
  ...side('servers', 'of servers, balancers, databases and trackers'),
  ...side('users', 'of clients and peers'),
  ...under('usage', [
    lower('serverBytesShare', 'share', 'bytes that servers sent, of all'),
    higher(
      'cpuFairness',
      'count',
      'how evenly CPU time is spread over all nodes (Jain’s index, 1 = all alike)',
    ),
    higher('sentBytesFairness', 'count', 'how evenly bytes sent are spread over all nodes (Jain’s index)'),
  ]),
  ...under('faults[*]', [
    higher('servedShare', 'share', 'operations served from a fault to its end or the next one'),
    lower('impact.detectedAfterMs', 'milliseconds', 'from a fault until it was detected'),
    lower(
      'impact.recoveredAfterMs',
      'milliseconds',
      'from a fault until users were served as before; none where they never were',
    ),
    lower('impact.lost', 'count', 'operations lost to a fault'),
    lower('slow.count', 'count', 'operations that were answered late because of a fault'),
    lower('users.touched', 'count', 'users with an operation that failed or hung'),
    neither('users.all', 'count', 'users that there were then, to divide by'),
    lower('recoveredAfterEndMs', 'milliseconds', 'from the end of a fault until users were served as before'),
  ]),
  ...under('recovery.destructions[*]', [
    lower('records.rpoMs', 'milliseconds', 'how far back the service was set by a loss of storage (RPO)'),
    lower('records.lost', 'count', 'acknowledged records that nobody can read any more after it'),
    lower('noticedAfterMs', 'milliseconds', 'from the loss until a write failed'),
    lower('restoredAfterMs', 'milliseconds', 'from the loss until the backup’s files were in place'),
    lower('replayedAfterMs', 'milliseconds', 'from the loss until the log was replayed'),
    lower('firstWriteAfterMs', 'milliseconds', 'from the loss until a write was acknowledged again'),
    lower('recoveredAfterMs', 'milliseconds', 'from the loss until users were served as before (RTO)'),
  ]),
  lower(
    'recovery.records.lost',
    'count',
    'records lost in the whole run, of those that the run itself wrote',
  ),
  ...under('enrolment.nodes[*]', [
    lower('steps.administrator', 'count', 'commands of an administrator'),
    lower('steps.member', 'count', 'commands of a member of the network'),
    lower('steps.joiner', 'count', 'commands of the joiner'),
    lower('places[*]', 'count', 'nodes at which something had to be done; with `count(…)`'),
    lower(
      'credentialAfterMs',
      'milliseconds',
      'from the making of its container until it had its credential',
    ),
    lower('readyAfterMs', 'milliseconds', 'from the making of its container until it was ready'),
    lower(
      'firstOperationAfterMs',
      'milliseconds',
      'until it served its first operation; says something of `[*duringLoad]` alone',
    ),
  ]),
  ...under('access.lost[*]', [
    lower('told[*]', 'count', 'nodes that had to be told of it: the places to change; with `count(…)`'),
    lower('keepers', 'count', 'nodes that keep or remember rights, and so had to hear of it'),
    lower('tellingMs', 'milliseconds', 'how long it took to tell those who had to be told'),
    lower(
      'refusedEverywhereMs',
      'milliseconds',
      'from the acknowledgement to the last request that a node served; none where one went on serving',
    ),
    lower('unauthorised.served', 'count', 'requests served that should not have been'),
    lower('unauthorised.probes', 'count', 'requests of those who had lost their rights'),
    lower(
      'unauthorised.laterThanCache',
      'count',
      'requests served later than nodes may believe what they were told',
    ),
    lower('receivedAfterwards', 'count', 'messages written afterwards that still reached the revoked'),
    lower('spread', 'count', 'messages of the revoked that still reached others'),
  ]),
  lower('access.kept.refused', 'count', 'requests refused of users who had kept their rights'),
  lower(
    'access.gained[*].grantedEverywhereMs',
    'milliseconds',
    'from the acknowledgement of a right until every node served',
  ),
  ...under('updates[*]', [
    lower(
      'convergedAfterMs',
      'milliseconds',
      'from the command until all nodes had the update and had served with it',
    ),
    lower('failedOperations', 'count', 'operations that failed meanwhile'),
    lower('mixedMs', 'milliseconds', 'how long old and new nodes served at the same time'),
    lower('givenUpAfterMs', 'milliseconds', 'from the command until it was given up; none where it was not'),
    lower('rolledBackAfterMs', 'milliseconds', 'from then on until all had what they had before'),
    higher('lowestReadyShare', 'share', 'the fewest nodes that were ready meanwhile'),
  ]),
  ...under('switches[*]', [
    lower(
      'switchedAfterMs',
      'milliseconds',
      'from the command until the network had served the new way alone, 3 s of it steadily',
    ),
    lower('movedAfterMs', 'milliseconds', 'the same without the 3 s'),
    lower('failedOperations', 'count', 'operations that failed meanwhile'),
    lower('records.missing', 'count', 'acknowledged records that were missing afterwards'),
    lower('records.wrong', 'count', 'acknowledged records with other content afterwards'),
    lower('records.unreadable', 'count', 'acknowledged records that could not be read afterwards'),
    lower('events.lost', 'count', 'acknowledged events missing in a log afterwards'),
    lower('events.doubled', 'count', 'events that came twice'),
    lower('events.gaps', 'count', 'events that somebody who follows them was not handed'),
  ]),
  ...under('churn', [
    higher('servedShare', 'share', 'operations served while nodes came and went'),
    higher('lowestShare', 'share', 'the same in the worst second'),
    lower('lost', 'count', 'operations lost meanwhile'),
  ]),
  lower('network.connected.afterMs', 'milliseconds', 'until every node could reach every other one'),
];
