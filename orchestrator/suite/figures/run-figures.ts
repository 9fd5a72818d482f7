// The figures of a run that a suite may show: where they stand in its report.json. Who adds a figure there adds a line here.
import type { FigureUnit } from './figure-unit.ts';
import type { KnownFigure } from './known-figure.ts';

const lower = 'lower';
const higher = 'higher';

/** Offered, served and latencies of a stretch: of each phase, of each load, and of the whole run. */
function stretch(where: string, of: string): KnownFigure[] {
  return [
    {
      path: `${where}.offeredPerSecond`,
      unit: 'per-second',
      better: null,
      meaning: `iterations offered, ${of}`,
    },
    {
      path: `${where}.servedPerSecond`,
      unit: 'per-second',
      better: higher,
      meaning: `requests answered as expected, ${of}`,
    },
    {
      path: `${where}.servedShare`,
      unit: 'share',
      better: higher,
      meaning: `iterations done of those offered, ${of}`,
    },
    { path: `${where}.errorShare`, unit: 'share', better: lower, meaning: `error share, ${of}` },
    { path: `${where}.p50Ms`, unit: 'milliseconds', better: lower, meaning: `median latency, ${of}` },
    { path: `${where}.p95Ms`, unit: 'milliseconds', better: lower, meaning: `p95 latency, ${of}` },
    { path: `${where}.p99Ms`, unit: 'milliseconds', better: lower, meaning: `p99 latency, ${of}` },
    {
      path: `${where}.hungShare`,
      unit: 'share',
      better: lower,
      meaning: `users' time spent on requests without an answer (closed loads), ${of}`,
    },
    { path: `${where}.requests.started`, unit: 'count', better: null, meaning: `requests started, ${of}` },
    { path: `${where}.requests.failed`, unit: 'count', better: lower, meaning: `requests failed, ${of}` },
    {
      path: `${where}.iterations.done`,
      unit: 'count',
      better: higher,
      meaning: `iterations that ended well, ${of}`,
    },
  ];
}

/** CPU and bytes of one side. */
function side(where: 'servers' | 'users', of: string): KnownFigure[] {
  return [
    { path: `usage.${where}.nodes`, unit: 'count', better: null, meaning: `nodes, ${of}` },
    {
      path: `usage.${where}.cpuSeconds`,
      unit: 'seconds',
      better: lower,
      meaning: `CPU time during the load, ${of}`,
    },
    {
      path: `usage.${where}.sentBytes`,
      unit: 'bytes',
      better: lower,
      meaning: `bytes sent during the load, ${of}`,
    },
  ];
}

/** Of each item of a part of the report, figures of which less is better. */
function ofEach(part: string) {
  return (field: string, unit: FigureUnit, meaning: string): KnownFigure => ({
    path: `${part}[*].${field}`,
    unit,
    better: lower,
    meaning,
  });
}

/** Of a loss of storage. */
const destruction = ofEach('recovery.destructions');
/** Of a right that was revoked, or a token that is good for nothing. */
const loss = ofEach('access.lost');
/** Of a node that was enrolled. */
const enrolled = ofEach('enrolment.nodes');
/** Of an update. */
const update = ofEach('updates');

/** Of a switch of the topology. */
const switched = ofEach('switches');

export const RUN_FIGURES: readonly KnownFigure[] = [
  {
    path: 'objectives[*].measured',
    unit: null,
    better: null,
    meaning: 'what an objective measured; `query` objectives in the unit of their query',
  },
  ...stretch('whole', 'over the whole run'),
  ...stretch('phases[*]', 'in a phase'),
  ...stretch('loads[*]', 'of a load'),
  { path: 'loadMs', unit: 'milliseconds', better: lower, meaning: 'length of the load, as far as it came' },
  {
    path: 'nodes[*].readyAfterMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'from a node’s launch until it is ready',
  },
  {
    path: 'distribution.distributionMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'until the last node had the whole file',
  },
  {
    path: 'distribution.throughputBytesPerSecond',
    unit: 'bytes-per-second',
    better: higher,
    meaning: 'bytes wanted over that time',
  },
  {
    path: 'distribution.boundShare',
    unit: 'share',
    better: higher,
    meaning: 'how close that is to the bound of the links',
  },
  {
    path: 'distribution.bound.seconds',
    unit: 'seconds',
    better: lower,
    meaning: 'the least time that the links allow',
  },
  {
    path: 'distribution.completed',
    unit: 'count',
    better: higher,
    meaning: 'nodes that had the file in the end',
  },
  { path: 'distribution.links.receivers', unit: 'count', better: null, meaning: 'nodes that want the file' },
  {
    path: 'distribution.bytesFromServers',
    unit: 'bytes',
    better: lower,
    meaning: 'bytes of files that servers sent',
  },
  {
    path: 'distribution.bytesFromPeers',
    unit: 'bytes',
    better: null,
    meaning: 'bytes of files that nodes got from each other',
  },
  {
    path: 'distribution.serverBytesSaved',
    unit: 'bytes',
    better: higher,
    meaning: 'bytes of files that servers did not have to send',
  },
  ...side('servers', 'of servers, balancers, databases and trackers'),
  ...side('users', 'of clients and peers'),
  {
    path: 'usage.serverBytesShare',
    unit: 'share',
    better: lower,
    meaning: 'bytes that servers sent, of all',
  },
  {
    path: 'usage.cpuFairness',
    unit: 'count',
    better: higher,
    meaning: 'how evenly CPU time is spread over all nodes (Jain’s index, 1 = all alike)',
  },
  {
    path: 'usage.sentBytesFairness',
    unit: 'count',
    better: higher,
    meaning: 'how evenly bytes sent are spread over all nodes (Jain’s index)',
  },
  {
    path: 'faults[*].servedShare',
    unit: 'share',
    better: higher,
    meaning: 'operations served from a fault to its end or the next one',
  },
  {
    path: 'faults[*].impact.detectedAfterMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'from a fault until it was detected',
  },
  {
    path: 'faults[*].impact.recoveredAfterMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'from a fault until users were served as before; none where they never were',
  },
  { path: 'faults[*].impact.lost', unit: 'count', better: lower, meaning: 'operations lost to a fault' },
  {
    path: 'faults[*].recoveredAfterEndMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'from the end of a fault until users were served as before',
  },
  destruction('records.rpoMs', 'milliseconds', 'how far back the service was set by a loss of storage (RPO)'),
  destruction('records.lost', 'count', 'acknowledged records that nobody can read any more after it'),
  destruction('noticedAfterMs', 'milliseconds', 'from the loss until a write failed'),
  destruction('restoredAfterMs', 'milliseconds', 'from the loss until the backup’s files were in place'),
  destruction('replayedAfterMs', 'milliseconds', 'from the loss until the log was replayed'),
  destruction('firstWriteAfterMs', 'milliseconds', 'from the loss until a write was acknowledged again'),
  destruction('recoveredAfterMs', 'milliseconds', 'from the loss until users were served as before (RTO)'),
  {
    path: 'recovery.records.lost',
    unit: 'count',
    better: lower,
    meaning: 'records lost in the whole run, of those that the run itself wrote',
  },
  enrolled('steps.administrator', 'count', 'commands of an administrator'),
  enrolled('steps.member', 'count', 'commands of a member of the network'),
  enrolled('steps.joiner', 'count', 'commands of the joiner'),
  enrolled('places[*]', 'count', 'nodes at which something had to be done; with `count(…)`'),
  enrolled(
    'credentialAfterMs',
    'milliseconds',
    'from the making of its container until it had its credential',
  ),
  enrolled('readyAfterMs', 'milliseconds', 'from the making of its container until it was ready'),
  enrolled(
    'firstOperationAfterMs',
    'milliseconds',
    'until it served its first operation; says something of `[*duringLoad]` alone',
  ),
  loss('told[*]', 'count', 'nodes that had to be told of it: the places to change; with `count(…)`'),
  loss('keepers', 'count', 'nodes that keep or remember rights, and so had to hear of it'),
  loss('tellingMs', 'milliseconds', 'how long it took to tell those who had to be told'),
  loss(
    'refusedEverywhereMs',
    'milliseconds',
    'from the acknowledgement to the last request that a node served; none where one went on serving',
  ),
  loss('unauthorised.served', 'count', 'requests served that should not have been'),
  loss('unauthorised.probes', 'count', 'requests of those who had lost their rights'),
  loss(
    'unauthorised.laterThanCache',
    'count',
    'requests served later than nodes may believe what they were told',
  ),
  loss('receivedAfterwards', 'count', 'messages written afterwards that still reached the revoked'),
  loss('spread', 'count', 'messages of the revoked that still reached others'),
  {
    path: 'access.kept.refused',
    unit: 'count',
    better: lower,
    meaning: 'requests refused of users who had kept their rights',
  },
  {
    path: 'access.gained[*].grantedEverywhereMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'from the acknowledgement of a right until every node served',
  },
  update(
    'convergedAfterMs',
    'milliseconds',
    'from the command until all nodes had the update and had served with it',
  ),
  update('failedOperations', 'count', 'operations that failed meanwhile'),
  update('mixedMs', 'milliseconds', 'how long old and new nodes served at the same time'),
  update('givenUpAfterMs', 'milliseconds', 'from the command until it was given up; none where it was not'),
  update('rolledBackAfterMs', 'milliseconds', 'from then on until all had what they had before'),
  {
    path: 'updates[*].lowestReadyShare',
    unit: 'share',
    better: higher,
    meaning: 'the fewest nodes that were ready meanwhile',
  },
  switched(
    'switchedAfterMs',
    'milliseconds',
    'from the command until the network had served the new way alone, 3 s of it steadily',
  ),
  switched('movedAfterMs', 'milliseconds', 'the same without the 3 s'),
  switched('failedOperations', 'count', 'operations that failed meanwhile'),
  switched('records.missing', 'count', 'acknowledged records that were missing afterwards'),
  switched('records.wrong', 'count', 'acknowledged records with other content afterwards'),
  switched('records.unreadable', 'count', 'acknowledged records that could not be read afterwards'),
  switched('events.lost', 'count', 'acknowledged events missing in a log afterwards'),
  switched('events.doubled', 'count', 'events that came twice'),
  switched('events.gaps', 'count', 'events that somebody who follows them was not handed'),
  {
    path: 'churn.servedShare',
    unit: 'share',
    better: higher,
    meaning: 'operations served while nodes came and went',
  },
  { path: 'churn.lowestShare', unit: 'share', better: higher, meaning: 'the same in the worst second' },
  { path: 'churn.lost', unit: 'count', better: lower, meaning: 'operations lost meanwhile' },
  {
    path: 'network.connected.afterMs',
    unit: 'milliseconds',
    better: lower,
    meaning: 'until every node could reach every other one',
  },
];
