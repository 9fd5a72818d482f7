// From records that were written and read back to records lost, RPO and the times around each destruction.
import { describe, expect, it, test } from 'vitest';
import { checkRecords, destructionsIn } from '../../../../orchestrator/measure/changes/check-records.ts';
import { measureRecords } from '../../../../orchestrator/measure/objectives/measure-records.ts';
import type { CheckedRecords, LedgerEntry } from '../../../../orchestrator/record/checked-records.ts';
import type { Objective } from '../../../../orchestrator/scenario/objectives/objective.ts';
import { plannedDestruction } from '../../../fixtures/planned-fault.ts';

type Found = LedgerEntry['found'];

/** One write a second, acknowledged 10 ms after it began; what was found by its second. */
function writes(seconds: number, found: (second: number) => Found | 'refused'): LedgerEntry[] {
  return Array.from({ length: seconds }, (_, second) => {
    const fate = found(second);
    const times = { id: `r${second}`, begunMs: second * 1000, endedMs: second * 1000 + 10 };
    if (fate === 'refused') return { ...times, acknowledged: false };
    return { ...times, acknowledged: true, ...(fate !== undefined && { found: fate }) };
  });
}

const at = (second: number, fault = 'f1') => ({
  fault,
  atMs: second * 1000 + 500,
  goneMs: second * 1000 + 700,
});

describe('a destruction in second 20, the service away until 25', () => {
  const away = (second: number): boolean => second > 20 && second < 25;

  test.each<[string, (second: number) => Found, Partial<CheckedRecords['losses'][number]>]>([
    ['nothing lost', () => 'right', { missing: 0, rpoMs: 0 }],
    // Second 17's acknowledgement at 17.010 s is the newest before which nothing is lost; the kill comes at 20.5 s.
    ['the last three', (s) => (s > 17 && s <= 20 ? 'missing' : 'right'), { missing: 3, rpoMs: 3490 }],
    ['a hole, and others after it', (s) => (s === 5 ? 'missing' : 'right'), { missing: 1, rpoMs: 16_490 }],
    ['another content', (s) => (s === 20 ? 'wrong' : 'right'), { wrong: 1, rpoMs: 1490 }],
    ['no answer', (s) => (s === 20 ? 'unreadable' : 'right'), { unreadable: 1, rpoMs: 1490 }],
    ['one that was not read', (s) => (s === 20 ? undefined : 'right'), { unreadable: 1, rpoMs: 1490 }],
    ['the very first', (s) => (s <= 20 ? 'missing' : 'right'), { missing: 21, rpoMs: 20_490 }],
  ])('%s', (_, found, expected) => {
    const entries = writes(30, (second) => (away(second) ? 'refused' : found(second)));
    const { losses } = checkRecords(entries, [at(20)]);
    expect(losses).toHaveLength(1);
    expect(losses[0]).toMatchObject({ fault: 'f1', acknowledged: 21, ...expected });
  });

  it('tells when it was noticed, and when a write went through again', () => {
    const entries = writes(30, (second) => (away(second) ? 'refused' : 'right'));
    const [loss] = checkRecords(entries, [at(20)]).losses;
    expect(loss).toMatchObject({ noticedAfterMs: 510, firstWriteAfterMs: 4510 });
  });

  it('counts what was under way as what may be lost, and what began afterwards not', () => {
    const underWay = {
      id: 'u',
      begunMs: 20_600,
      endedMs: 20_650,
      acknowledged: true,
      found: 'missing',
    } as const;
    const later = {
      id: 'l',
      begunMs: 20_800,
      endedMs: 26_000,
      acknowledged: true,
      found: 'missing',
    } as const;
    const checked = checkRecords([...writes(20, () => 'right'), underWay, later], [at(20)]);
    expect(checked.losses[0]).toMatchObject({ acknowledged: 21, missing: 1 });
    expect(checked).toMatchObject({ missing: 2, acknowledged: 22 });
  });
});

it('never calls it an RPO of nothing where a record is lost that was acknowledged while all was being destroyed', () => {
  const times = (ms: number) => ({ begunMs: ms, endedMs: ms + 10, acknowledged: true });
  const safe = { id: 's', ...times(20_560), found: 'right' } as const;
  const lost = { id: 'l', ...times(20_600), found: 'missing' } as const;
  const [loss] = checkRecords([safe, lost], [at(20)]).losses;
  expect(loss).toMatchObject({ missing: 1, rpoMs: 1 });
});

it('counts each lost record for the first destruction after it', () => {
  const entries = writes(60, (second) => ([19, 20, 39].includes(second) ? 'missing' : 'right'));
  const { losses, missing } = checkRecords(entries, [at(20), at(40, 'f2')]);
  expect(losses.map((loss) => [loss.fault, loss.acknowledged, loss.missing])).toEqual([
    ['f1', 21, 2],
    ['f2', 20, 1],
  ]);
  expect(missing).toBe(3);
});

it('finds destructions in the event log, and no other faults', () => {
  const change = plannedDestruction('database', ['database-1']);
  const action = { id: 'a1', offsetMs: 5000, change, source: 'timeline[0]', summary: 'destroy database' };
  expect(
    destructionsIn([
      { type: 'action-started', action, plannedMs: 5000, startedMs: 5001, atMs: 1, offsetMs: 5001 },
      { type: 'fault-began', fault: 'f1', kind: 'destroy', nodes: ['database-1'], atMs: 2, offsetMs: 5300 },
      { type: 'fault-began', fault: 'f2', kind: 'kill', nodes: ['servers-1'], atMs: 3, offsetMs: 6000 },
      // It hit nobody.
      { type: 'fault-began', fault: 'f3', kind: 'destroy', nodes: [], atMs: 4, offsetMs: 7000 },
    ]),
  ).toEqual([{ fault: 'f1', atMs: 5001, goneMs: 5300 }]);
});

describe('objectives', () => {
  const objective = (kind: 'recordsLost' | 'rpo', bound: number): Objective => ({
    name: kind,
    measure: { kind },
    comparison: 'atMost',
    bound,
    phase: null,
    load: null,
  });
  const lossy = checkRecords(
    writes(30, (second) => (second === 20 ? 'missing' : 'right')),
    [at(20)],
  );

  test.each([
    ['recordsLost', 1, 'held', 1],
    ['recordsLost', 0, 'missed', 1],
    ['rpo', 1490, 'held', 1490],
    ['rpo', 1489, 'missed', 1490],
  ] as const)('%s at most %i is %s', (kind, bound, status, measured) => {
    expect(measureRecords(objective(kind, bound), lossy)).toMatchObject({ status, measured });
  });

  it('misses an RPO whatever the writer did later', () => {
    const early = writes(5, (second) => (second > 2 ? 'missing' : 'right'));
    expect(measureRecords(objective('rpo', 5000), checkRecords(early, [at(20)]))).toMatchObject({
      status: 'missed',
      measured: 18_490,
    });
  });

  test.each<[string, 'recordsLost' | 'rpo', CheckedRecords | null, RegExp]>([
    ['not read back', 'recordsLost', null, /not read back/],
    [
      'none acknowledged',
      'recordsLost',
      checkRecords(
        writes(5, () => 'refused'),
        [],
      ),
      /no record was ack/,
    ],
    [
      'nothing destroyed',
      'rpo',
      checkRecords(
        writes(5, () => 'right'),
        [],
      ),
      /nothing was destroyed/,
    ],
    [
      'the writer had stopped long before',
      'rpo',
      checkRecords(
        writes(5, () => 'right'),
        [at(20)],
      ),
      /in the 10 s before f1/,
    ],
    ['none before it', 'rpo', checkRecords(writes(5, () => 'right').slice(3), [at(1)]), /before f1/],
  ])('is never held without a sample: %s', (_, kind, records, why) => {
    expect(measureRecords(objective(kind, 1e9), records)).toMatchObject({
      status: 'no-samples',
      why: expect.stringMatching(why) as unknown,
    });
  });
});
