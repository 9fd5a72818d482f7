// What simulated runs of several sizes come to: each cost at the largest beside a straight line through the others, which anything superlinear leaves.
import { fitLine } from '../../orchestrator/prediction/fit-line.ts';
import type { BenchRow } from '../benchmark.ts';
import { atMost, atMostTimes, known } from '../harness/judge-row.ts';
import type { PlanCost, SimulatedRun, Stage } from './costs.ts';

const MIB = 2 ** 20;
/** Of the line: garbage collection takes a share that grows with the heap. */
const MOST_TIMES = 1.5;

interface Cost {
  readonly name: string;
  readonly unit: string;
  readonly of: (run: SimulatedRun) => number;
}

const costs: readonly Cost[] = [
  { name: 'CPU of the launch', unit: 's', of: (run) => stageOf(run, 'launch').cpuSeconds },
  {
    name: 'CPU while nodes come and go',
    unit: '% of a core',
    of: (run) => (stageOf(run, 'run').cpuSeconds / stageOf(run, 'run').seconds) * 100,
  },
  {
    name: 'CPU of samples, verdict and report',
    unit: 's',
    of: (run) => stageOf(run, 'collect').cpuSeconds + stageOf(run, 'report').cpuSeconds,
  },
  { name: 'memory while nodes come and go', unit: 'MiB', of: (run) => stageOf(run, 'run').peakBytes / MIB },
  {
    name: 'memory at its highest',
    unit: 'MiB',
    of: ({ stages }) => Math.max(...stages.map(({ peakBytes }) => peakBytes)) / MIB,
  },
];

/** @param runs one of each size, the largest last. */
export function scaleRows(runs: readonly SimulatedRun[]): BenchRow[] {
  const largest = runs.at(-1);
  if (largest === undefined) return [];
  return costs.flatMap(({ name, unit, of }) => {
    const smaller = runs.slice(0, -1);
    const each = smaller.map((run) =>
      known({ name: `${name}, ${run.nodes} nodes`, measured: of(run), unit }),
    );
    const line = fitLine(smaller.map((run) => ({ x: run.nodes, y: of(run), weight: 1 })));
    const figure = { name: `${name}, ${largest.nodes} nodes`, measured: of(largest), unit };
    if (line === null) return [...each, known(figure)];
    const perNode = (line.at(1000) - line.at(0)) / 1000;
    const what = `${line.at(0).toPrecision(3)} + ${perNode.toPrecision(3)} a node, through the smaller`;
    return [
      ...each,
      atMostTimes({ ...figure, reference: { what, value: line.at(largest.nodes) } }, MOST_TIMES),
    ];
  });
}

export function planRows({ actions, cpuSeconds, grownBytes }: PlanCost): BenchRow[] {
  const name = `plan of 10,000 nodes and ${actions.toLocaleString('en-US')} actions`;
  return [
    atMost({ name: `CPU of a ${name}`, measured: cpuSeconds, unit: 's' }, 1),
    atMost({ name: `memory of a ${name}`, measured: grownBytes / 1e6, unit: 'MB' }, 200),
  ];
}

/** What a run of this size hands over and keeps. */
export function sizeRows({ nodes, events, pushedBytes, savedBytes }: SimulatedRun): BenchRow[] {
  const row = (what: string, bytes = Number.NaN) =>
    known({ name: `${what}, ${nodes} nodes`, measured: bytes / MIB, unit: 'MiB' });
  return [
    known({ name: `events of the run, ${nodes} nodes`, measured: events, unit: '' }),
    row('targets, at each change', pushedBytes['targets']),
    row('containers, at each change', pushedBytes['containers']),
    row("the orchestrator's own metrics, each second", pushedBytes['metrics']),
    ...Object.entries(savedBytes).map(([file, bytes]) => row(file, bytes)),
  ];
}

function stageOf({ stages, nodes }: SimulatedRun, wanted: Stage): SimulatedRun['stages'][number] {
  const found = stages.find(({ stage }) => stage === wanted);
  if (found === undefined) throw new Error(`the run of ${nodes} nodes never came to its stage ${wanted}`);
  return found;
}
