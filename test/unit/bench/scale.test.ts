import { expect, it } from 'vitest';
import type { SimulatedRun } from '../../../bench/scale/costs.ts';
import { planRows, scaleRows } from '../../../bench/scale/scale-rows.ts';

/** A run whose launch costs this, and all else a millisecond and a megabyte a node. */
function runOf(nodes: number, launchSeconds: number): SimulatedRun {
  const stages = (['launch', 'run', 'collect', 'report'] as const).map((stage) => ({
    stage,
    cpuSeconds: stage === 'launch' ? launchSeconds : nodes / 1000,
    seconds: 10,
    peakBytes: nodes * 2 ** 20,
  }));
  const ended = { outcome: 'completed', error: undefined, exitCode: 0, left: 0, warnings: [] };
  return { nodes, ...ended, actions: 0, events: 0, stages, pushedBytes: {}, savedBytes: {} };
}

const sizes = [100, 500, 1000, 10_000];
const launchOf = (secondsOf: (nodes: number) => number) =>
  scaleRows(sizes.map((nodes) => runOf(nodes, secondsOf(nodes)))).filter(({ name }) =>
    name.includes('launch'),
  );

it('a cost that is a straight line lies on it', () => {
  const rows = launchOf((nodes) => 1 + nodes / 500);
  expect(rows.map(({ measured }) => measured)).toEqual([1.2, 2, 3, 21]);
  expect(rows.at(-1)?.reference?.value).toBeCloseTo(21);
  expect(rows.at(-1)).toMatchObject({
    met: true,
    reference: { what: '1.00 + 0.00200 a node, through the smaller' },
  });
});

it('a cost that grows with the square of the nodes misses the aim', () => {
  expect(launchOf((nodes) => (nodes / 1000) ** 2).at(-1)).toMatchObject({ measured: 100, met: false });
});

it('a plan is held against a second and 200 MB', () => {
  const rows = planRows({ actions: 99_000, cpuSeconds: 0.8, grownBytes: 201e6 });
  expect(rows.map(({ met }) => met)).toEqual([true, false]);
});
