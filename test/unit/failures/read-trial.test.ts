// What a trial showed, from series whose answer is known: a load of 40 s, the kill in its middle.
import { describe, expect, it } from 'vitest';
import { readTrial, whatUsersSaw } from '../../../orchestrator/failures/read-trial.ts';
import type { Points } from '../../../orchestrator/measure/impacts/fault-impact.ts';
import type { RunEventBody } from '../../../orchestrator/record/event.ts';
import { makeSavedRun, makeVerdict } from '../../fixtures/make-saved-run.ts';

const times = { killMs: 20_000, endMs: 40_000 };
const control = { servedAtEnd: 1 };

/** A point a second. */
function series(at: (second: number) => number): Points {
  return Array.from({ length: 40 }, (_, second) => [second * 1000, at(second)] as const);
}

function outage(from: number, until: number) {
  return {
    servedPerSecond: series((second) => (second >= from && second < until ? 0 : 10)),
    failedPerSecond: series((second) => (second >= from && second < until ? 10 : 0)),
  };
}

it.each<[what: string, from: number, until: number, recoveredAfterMs: number | null, lost: number]>([
  ['at once, and is recovered from', 20, 24, 4000, 40],
  ['at once, and lasts', 20, 40, null, 200],
  // As where a cached answer runs out: for 8 s all is well.
  ['late, and lasts', 28, 40, null, 120],
])('a loss that bites %s', (_, from, until, recoveredAfterMs, lost) => {
  expect(whatUsersSaw(outage(from, until), times, control).impact).toMatchObject({ recoveredAfterMs, lost });
});

it('is not held against a load that ends with less by itself', () => {
  const falling = { servedPerSecond: series((second) => (second < 30 ? 10 : 5)), failedPerSecond: [] };
  const own = whatUsersSaw(falling, times);
  expect(own).toMatchObject({ servedAtEnd: 0.5, impact: { recoveredAfterMs: 0 } });
  expect(whatUsersSaw(falling, times, own).impact.recoveredAfterMs).toBe(0);
});

describe('a trial on several hosts', () => {
  const launched = (node: string, host?: string): RunEventBody => ({
    type: 'node-launched',
    node,
    group: 'servers',
    containerId: node,
    image: 'i',
    address: '10.0.0.1',
    ...(host !== undefined && { host }),
  });
  const nodes = [launched('servers-1', 'box2'), launched('servers-2', 'box3')];
  const lost: RunEventBody = {
    type: 'fault-began',
    fault: 'f1',
    kind: 'host-lost',
    hosts: ['box2'],
    nodes: ['servers-1'],
  };
  const read = (bodies: readonly RunEventBody[], host?: string) =>
    readTrial(
      makeSavedRun({
        events: bodies.map((body) => ({ atMs: 0, offsetMs: 0, ...body })),
        verdict: { ...makeVerdict(), outcome: 'fail' },
      }),
      { variant: 0, killed: host === undefined ? [] : ['servers-9'], ...(host && { host }), attempt: 1 },
    );

  it('says which host each node was on, where there are several', () => {
    expect(read(nodes).hosts).toEqual({ 'servers-1': 'box2', 'servers-2': 'box3' });
    expect(read([launched('servers-1')]).hosts).toBeUndefined();
  });

  it('tells who really went with the host that was lost', () => {
    expect(read([...nodes, lost], 'box2')).toMatchObject({ killed: ['servers-1'], invalid: [] });
  });

  it.each<[string, readonly RunEventBody[], string]>([
    ['nobody was on the host', [{ ...lost, nodes: [] }], 'No node was on host box2 when it was lost.'],
    [
      'a host was really lost',
      [lost, { type: 'host-gone', host: 'box3', goneMs: 0, nodes: [], needed: [] }],
      'Host box3 was really lost meanwhile.',
    ],
  ])('can’t be believed where %s', (_, events, why) => {
    expect(read([...nodes, ...events], 'box2').invalid).toEqual([why]);
  });
});
