// Which faults nobody saw bite, or end, by the event log.
import { describe, expect, it } from 'vitest';
import { unseenFaults } from '../../../../orchestrator/measure/impacts/unseen-faults.ts';
import type { RunEvent, RunEventBody } from '../../../../orchestrator/record/event.ts';

const kind = 'isolate';
const about = (node: string, moment: 'began' | 'ended' = 'began') =>
  ({ fault: 'f1', kind, node, moment }) as const;
const began: RunEventBody = { type: 'fault-began', fault: 'f1', kind, nodes: ['a', 'b'] };
const ended: RunEventBody = { type: 'fault-ended', fault: 'f1', kind, nodes: ['a', 'b'] };
const seen = (node: string, moment?: 'began' | 'ended'): RunEventBody => ({
  type: 'fault-confirmed',
  ...about(node, moment),
  seenMs: 1,
  saw: 'silent',
});
const unseen = (node: string, moment?: 'began' | 'ended', besides: string[] = []): RunEventBody => ({
  type: 'fault-unconfirmed',
  ...about(node, moment),
  saw: 'answered',
  besides,
});
const exited = (node: string): RunEventBody => ({
  type: 'node-exited',
  node,
  group: 'g',
  exitCode: 137,
  expected: true,
});

const loadEnded: RunEventBody = { type: 'load-ended', generators: [] };
const tick: RunEventBody = { type: 'warning', message: 'time goes by' };

/** A second apart. */
function found(...bodies: RunEventBody[]): { begun: string[]; ended: string[]; untold: string[] } {
  const events = bodies.map(
    (body, second): RunEvent => ({ atMs: second * 1000, offsetMs: second * 1000, ...body }),
  );
  const { begun, ended: over, endsUntold } = unseenFaults(events);
  const say = ({ fault, node, saw, besides }: (typeof begun)[number]) =>
    [fault, node, saw, ...besides].map(String).join(' ');
  return { begun: begun.map(say), ended: over.map(say), untold: endsUntold.map(say) };
}

describe('faults', () => {
  it.each<[string, RunEventBody[], string[], string[]]>([
    [
      'seen on all nodes, both ways',
      [began, seen('a'), seen('b'), ended, seen('a', 'ended'), seen('b', 'ended')],
      [],
      [],
    ],
    ['seen on one node of two', [began, seen('a'), unseen('b')], ['f1 b answered'], []],
    ['that nobody looked at', [began, seen('a')], ['f1 b null'], []],
    [
      'of a node that went while it was in force',
      [began, seen('a'), exited('b'), ended, seen('a', 'ended')],
      [],
      [],
    ],
    [
      'of a node that went only after it',
      [began, seen('a'), ended, seen('a', 'ended'), exited('b')],
      ['f1 b null'],
      [],
    ],
    ['beside others', [began, seen('a'), unseen('b', 'began', ['f2'])], ['f1 b answered f2'], []],
    ['that a node has got by joining', [began, seen('a'), seen('b'), unseen('c')], ['f1 c answered'], []],
    [
      'not seen to end',
      [began, seen('a'), seen('b'), ended, seen('b', 'ended'), unseen('a', 'ended')],
      [],
      ['f1 a answered'],
    ],
    ['that never were', [], [], []],
  ])('%s', (_, bodies, begun, over) => {
    expect(found(...bodies)).toEqual({ begun, ended: over, untold: [] });
  });

  it.each<[string, RunEventBody[], string[], string[]]>([
    ['another fault may hide it', [unseen('b', 'ended', ['f2'])], [], ['f1 b answered f2']],
    ['the load ended before anybody could look', [loadEnded], [], ['f1 b null']],
    [
      'it was seen to be on still, whenever the load ended',
      [unseen('b', 'ended'), loadEnded],
      ['f1 b answered'],
      [],
    ],
    [
      'nobody looked, though there was time',
      [...Array.from({ length: 15 }, () => tick), loadEnded],
      ['f1 b null'],
      [],
    ],
  ])('whose end was not seen, where %s', (_, bodies, over, untold) => {
    const before = [began, seen('a'), seen('b'), ended, seen('a', 'ended')];
    expect(found(...before, ...bodies)).toEqual({ begun: [], ended: over, untold });
  });

  it('that could not be put on their nodes at all are among them', () => {
    const target = { groups: ['g'], who: { kind: 'all' } } as const;
    const fault = { kind: 'pause', target, forMs: null } as const;
    const change = { kind: 'fault', id: 'f7', fault, nodes: [], newcomers: true } as const;
    const action = { id: 'a1', offsetMs: 0, change, source: 'timeline[0]', summary: '' };
    const times = { plannedMs: 0, startedMs: 0, finishedMs: 1 };
    expect(found({ type: 'action-finished', action, ...times, error: 'no helper' }).begun).toEqual([
      'f7 null no helper',
    ]);
    expect(found({ type: 'action-finished', action, ...times }).begun).toEqual([]);
  });

  describe('that hit nobody', () => {
    const target = { groups: ['g'], who: { kind: 'names', nodes: ['a'] } } as const;
    const fault = { kind: 'kill', target, forMs: null, replaceAfterMs: null } as const;
    const times = { plannedMs: 0, startedMs: 0, finishedMs: 1 };
    const finished = (nodes: string[], newcomers = false): RunEventBody => {
      const change = { kind: 'fault', id: 'f1', fault, nodes, newcomers } as const;
      const action = { id: 'a1', offsetMs: 0, change, source: 'timeline[0]', summary: '' };
      return { type: 'action-finished', action, ...times };
    };
    const onNobody: RunEventBody = { type: 'fault-began', fault: 'f1', kind: 'kill', nodes: [] };
    const killed: RunEventBody = { type: 'node-killed', node: 'a', group: 'g', rule: 'churn' };

    it.each<[string, RunEventBody[], string[]]>([
      ['are among them', [onNobody, finished(['a'])], ['f1 null none of its nodes was there']],
      ['also where the run was to choose', [onNobody, finished([])], ['f1 null none of its nodes was there']],
      ['but not where all had gone before', [killed, onNobody, finished(['a'])], []],
      ['nor where it waits for whoever comes', [onNobody, finished([], true)], []],
      ['nor where it was seen later', [onNobody, finished(['a']), { ...seen('a') }], []],
    ])('%s', (_, bodies, begun) => {
      expect(found(...bodies).begun).toEqual(begun);
    });
  });
});
