// What reports say of enrolment: nodes that were never of use to anybody do not disappear behind those that were.
import { expect, it } from 'vitest';
import type { EnrolledNode } from '../../../orchestrator/measure/changes/measure-enrolment.ts';
import { enrolmentLines } from '../../../orchestrator/report/enrolment/enrolment-words.ts';

const nodeOf = (nth: number, firstOperationAfterMs: number | null, duringLoad = true): EnrolledNode => ({
  node: `peers-${nth}`,
  group: 'peers',
  duringLoad,
  steps: { administrator: 0, member: 2, joiner: 1 },
  places: ['peers-1', `peers-${nth}`],
  credentialAfterMs: 400,
  readyAfterMs: 900,
  firstOperationAfterMs,
});

it.each([
  ['all served', [nodeOf(2, 1200), nodeOf(3, 1200)], /first operation after 1\.2 s$/],
  [
    'one was not seen to',
    [nodeOf(2, 1200), nodeOf(3, null)],
    /first operation after 1\.2 s; 1 that joined during the load was not seen to serve any$/,
  ],
  ['of those from before the load it is not asked', [nodeOf(2, null, false)], /credential after 400 ms$/],
  [
    'all took the same steps',
    [nodeOf(2, 1200), nodeOf(3, 1200)],
    /^peers: 2 nodes enrolled, each in 3 steps \(2 by a member, 1 by itself\) at 2 places; credential after/,
  ],
])('%s', (_, nodes, words) => {
  expect(enrolmentLines({ nodes, probes: {} })[0]).toMatch(words);
});
