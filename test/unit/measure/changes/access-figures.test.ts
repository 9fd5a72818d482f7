// From what canaries recorded to figures and objectives: the longest node decides, and nodes that ignore the policy are counted apart.
import { describe, expect, it, test } from 'vitest';
import { accessFigures } from '../../../../orchestrator/measure/changes/access-figures.ts';
import { measureAccess } from '../../../../orchestrator/measure/objectives/measure-access.ts';
import type { LostRights } from '../../../../orchestrator/record/access-figures.ts';
import type { RunEvent, RunEventBody } from '../../../../orchestrator/record/event.ts';
import type { Access } from '../../../../orchestrator/scenario/access/access.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';

const access: Access = {
  users: [{ name: 'bob', rights: ['read'] }],
  cacheMs: 2000,
  news: 'push',
  tokenLifeMs: 3_600_000,
  ignoredBy: ['rogues'],
  canariesPerSecond: 10,
};
const node = (name: string, lastServedAfterMs: number | null, parts = {}) => ({
  node: name,
  probes: 10,
  served: lastServedAfterMs === null ? 0 : 1,
  failed: 0,
  lastServedAfterMs,
  stillServes: false,
  ...parts,
});
const loss = (parts: Partial<LostRights> = {}): LostRights => ({
  id: 'c1',
  canary: 'bob',
  rights: ['read'],
  told: ['peers-1'],
  issuedMs: 9990,
  acknowledgedMs: 10_000,
  nodes: [node('peers-1', null), node('peers-2', 340.2)],
  servedAfterMs: [340],
  receivedAfterwards: 0,
  spread: 0,
  streams: { open: 0, stillOpen: 0, lastEndedAfterMs: null },
  ...parts,
});
const event = (body: RunEventBody): RunEvent => ({ atMs: 0, offsetMs: 0, ...body });
const launched = (name: string, group: string) =>
  event({ type: 'node-launched', node: name, group, containerId: '', image: '', address: '' });

const usual = [
  { canary: 'alice', node: 'peers-1', served: 90, refused: 0, failed: 1 },
  { canary: 'alice', node: 'peers-2', served: 88, refused: 2, failed: 0 },
];

function figures(lost: readonly LostRights[], kept = usual) {
  const recorded = { type: 'access-measured', lost, gained: [], kept } as const;
  const events = [launched('peers-1', 'peers'), launched('rogues-1', 'rogues'), event(recorded)];
  const found = accessFigures({ access }, events);
  if (found === null) throw new Error('they were recorded');
  return found;
}

describe('figures', () => {
  it('say when the last node refused, and what it had served until then', () => {
    const [found] = figures([loss()]).lost;
    expect(found).toMatchObject({
      kind: 'revocation',
      tellingMs: 10,
      refusedEverywhereMs: 341,
      neverAt: [],
      unauthorised: { served: 1, probes: 20, laterThanCache: 0 },
    });
  });

  it('never call it refused where a node still serves, or nobody answered', () => {
    const never = node('peers-2', 9000, { stillServes: true, served: 5 });
    expect(figures([loss({ nodes: [never] })]).lost[0]).toMatchObject({
      refusedEverywhereMs: null,
      neverAt: ['peers-2'],
    });
    const silent = node('peers-2', null, { failed: 10 });
    expect(figures([loss({ nodes: [silent] })]).lost[0]).toMatchObject({
      refusedEverywhereMs: null,
      neverAt: [],
    });
  });

  it('count nodes that ignore the policy apart', () => {
    const rogue = node('rogues-1', 5000, { stillServes: true, served: 3 });
    const servedAfterMs = [340, 1000, 2500, 5000];
    expect(figures([loss({ nodes: [node('peers-2', 340), rogue], servedAfterMs })]).lost[0]).toMatchObject({
      refusedEverywhereMs: 340,
      unauthorised: { served: 1, probes: 10 },
      ignoring: { served: 3, probes: 10 },
    });
  });

  it('name who was refused wrongly', () => {
    expect(figures([]).kept).toMatchObject({ probes: 181, refused: 2, failed: 1 });
    expect(figures([]).kept.refusals.map((each) => each.node)).toEqual(['peers-2']);
  });

  it('are none where nobody has rights, or nothing was recorded', () => {
    expect(accessFigures({}, [])).toBeNull();
    expect(accessFigures({ access }, [])).toBeNull();
  });
});

const whole = { startMs: 0, endMs: 60_000 };
const objective = (measure: Objective['measure'], bound: number): Objective => ({
  name: 'x',
  measure,
  comparison: 'atMost',
  bound,
  phase: null,
  load: null,
});
const silent = node('a', null, { failed: 10 });
const refused = (withinMs: number) => objective({ kind: 'refused' }, withinMs);
const unauthorised = (afterMs: number, atMost = 0) => objective({ kind: 'unauthorised', afterMs }, atMost);

test.each<[string, Objective, LostRights[], string, number | null]>([
  ['refused in time', refused(500), [loss()], 'held', 341],
  ['refused late', refused(300), [loss()], 'missed', 341],
  ['the longest decides', refused(500), [loss(), loss({ nodes: [node('a', 600)] })], 'missed', 600],
  ['never', refused(500), [loss({ nodes: [node('a', 900, { stillServes: true })] })], 'missed', null],
  ['an expired token is no revocation', refused(500), [loss({ id: 'expired' })], 'no-samples', null],
  ['before the window', refused(500), [loss({ acknowledgedMs: -5 })], 'no-samples', null],
  ['nobody answered', refused(500), [loss({ nodes: [node('a', null, { failed: 10 })] })], 'no-samples', null],
  ['served at all', unauthorised(0), [loss()], 'missed', 1],
  ['served within what is allowed', unauthorised(2000), [loss()], 'held', 0],
  ['some may be', unauthorised(0, 1), [loss()], 'held', 1],
  ['served later', unauthorised(200), [loss(), loss({ id: 'expired' })], 'missed', 2],
  ['nobody lost anything', unauthorised(0), [], 'no-samples', null],
  ['nobody answered, so nobody served', unauthorised(0), [loss({ nodes: [silent] })], 'no-samples', null],
  [
    'nobody asked after one of two revocations',
    unauthorised(0, 1),
    [loss(), loss({ nodes: [] })],
    'no-samples',
    null,
  ],
  ['nor told how soon', refused(500), [loss(), loss({ nodes: [silent] })], 'no-samples', null],
  ['too late is missed all the same', refused(300), [loss(), loss({ nodes: [silent] })], 'missed', 341],
  [
    'only those who ignore the policy were asked',
    unauthorised(0),
    [loss({ nodes: [node('rogues-1', 5000, { served: 9, stillServes: true })] })],
    'no-samples',
    null,
  ],
  [
    'a forged token alone',
    unauthorised(0),
    [loss({ id: 'forged', nodes: [node('a', null)], servedAfterMs: [] })],
    'held',
    0,
  ],
  [
    'a forged token that nobody answered',
    unauthorised(0),
    [loss({ id: 'forged', nodes: [silent] })],
    'no-samples',
    null,
  ],
])('objective: %s', (_, judged, lost, status, measured) => {
  expect(measureAccess(judged, whole, figures(lost))).toMatchObject({ status, measured });
});

test('objective: without figures there is no answer', () => {
  expect(measureAccess(refused(500), whole, null)).toMatchObject({ status: 'no-samples' });
});

describe('objectives: no security is', () => {
  const nobodyServed = loss({ nodes: [node('a', null)], servedAfterMs: [] });

  test.each([
    ['to refuse everybody', [{ canary: 'alice', node: 'a', served: 0, refused: 90, failed: 0 }]],
    ['to serve nobody', [{ canary: 'alice', node: 'a', served: 0, refused: 0, failed: 90 }]],
    ['where nobody has rights', []],
  ])('%s', (_, kept) => {
    for (const each of [unauthorised(0), refused(500)])
      expect(measureAccess(each, whole, figures([nobodyServed], kept))).toMatchObject({
        status: 'no-samples',
        why: 'no canary was served what it has a right to, so that a refusal says nothing',
      });
  });

  test('where the revocation failed, whatever else was refused', () => {
    const change = { kind: 'revoke', id: 'c1', user: 'bob', rights: ['read'], after: [] } as const;
    const action = {
      id: 'a1',
      offsetMs: 10_000,
      change: { ...change, tokenOnly: false, tell: [['peers-1']], nodes: [] },
      source: 'timeline[0]',
      summary: 'revoke read from bob',
    };
    const failed = event({
      type: 'action-finished',
      action,
      plannedMs: 10_000,
      startedMs: 10_000,
      finishedMs: 13_000,
      error: 'no node takes the change',
    });
    const forged = figures([
      loss({ id: 'forged', acknowledgedMs: 5, nodes: [node('a', null)], servedAfterMs: [] }),
    ]);
    const why = 'revoke read from bob failed';
    expect(measureAccess(unauthorised(0), whole, forged, [failed])).toMatchObject({
      status: 'no-samples',
      why,
    });
    expect(measureAccess(unauthorised(0), { startMs: 0, endMs: 9000 }, forged, [failed]).status).toBe('held');
  });
});

test('times that were too many to keep came later than those kept', () => {
  const many = loss({ nodes: [node('a', 9000, { served: 100 })], servedAfterMs: [100, 200] });
  expect(measureAccess(unauthorised(5000), whole, figures([many]))).toMatchObject({ measured: 98 });
});
