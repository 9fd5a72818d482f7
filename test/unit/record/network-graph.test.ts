import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../orchestrator/record/event.ts';
import { makeGraph, measureGraph } from '../../../orchestrator/record/network-graph.ts';
import { connectedNetwork } from '../../../orchestrator/record/network-sightings.ts';

describe('a picture of the network', () => {
  test('each connection stands once, although both ends tell of it, and in the order of the numbers', () => {
    const graph = makeGraph(
      new Map([
        ['peers-10', ['peers-2']],
        ['peers-2', ['peers-10', 'peers-2', 'stranger', '']],
        ['peers-3', undefined],
      ]),
    );
    expect(graph).toEqual({
      nodes: ['peers-2', 'peers-3', 'peers-10'],
      edges: [['peers-2', 'peers-10']],
      silent: ['peers-3'],
    });
  });

  test.each([
    ['nothing', [], [], [], null],
    ['one node alone', ['a'], [], [1], { min: 0, median: 0, max: 0 }],
    ['two that are connected', ['a', 'b'], [['a', 'b']], [2], { min: 1, median: 1, max: 1 }],
    [
      'a star of four and a pair',
      ['a', 'b', 'c', 'd', 'e', 'f'],
      [
        ['a', 'b'],
        ['a', 'c'],
        ['a', 'd'],
        ['e', 'f'],
      ],
      [4, 2],
      { min: 1, median: 1, max: 3 },
    ],
    [
      'a line of three and one alone',
      ['a', 'b', 'c', 'z'],
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
      [3, 1],
      { min: 0, median: 1, max: 2 },
    ],
  ] as const)('%s has the parts and degrees that it should have', (_, nodes, edges, parts, degree) => {
    const figures = measureGraph({ nodes, edges });
    expect(figures.parts.map(({ length }) => length)).toEqual(parts);
    expect(figures.degree).toEqual(degree);
  });
});

const seen = (atMs: number, offsetMs: number | null, edges: [string, string][]): RunEvent => ({
  type: 'network-seen',
  moment: 'x',
  nodes: ['a', 'b', 'c'],
  edges,
  silent: [],
  atMs,
  offsetMs,
});
const ready = (node: string, atMs: number): RunEvent => ({
  type: 'node-ready',
  node,
  group: 'peers',
  tookMs: 1,
  atMs,
  offsetMs: null,
});
const all: [string, string][] = [
  ['a', 'b'],
  ['b', 'c'],
];

describe('time to a connected network', () => {
  test('it counts from the last of its nodes that got ready', () => {
    const events = [ready('a', 1000), ready('b', 2000), ready('c', 3000), ready('other', 3900)];
    const looks = [seen(3500, null, [['a', 'b']]), seen(4200, null, all), seen(5000, 100, all)];
    expect(connectedNetwork([...events, ...looks])).toMatchObject({
      afterMs: 1200,
      since: 'last-node-ready',
    });
  });

  test('it counts from the start of the load where it was not connected before', () => {
    const events = [ready('a', 1000), ready('b', 2000), ready('c', 3000), seen(4000, null, [])];
    expect(connectedNetwork([...events, seen(10_700, 700, all)])).toMatchObject({
      afterMs: 700,
      since: 'load-started',
    });
  });

  test('a network that never was one part has no such time', () => {
    expect(connectedNetwork([ready('a', 0), seen(10, null, [['a', 'b']])])).toBeNull();
  });
});
