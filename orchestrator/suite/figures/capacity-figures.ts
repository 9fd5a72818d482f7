// The figures of a capacity study that a suite may show: where they stand in answer.json.
import type { KnownFigure } from './known-figure.ts';

export const CAPACITY_FIGURES: readonly KnownFigure[] = [
  {
    path: 'sizes[*].result.capacity.value',
    unit: 'per-second',
    better: 'higher',
    meaning: 'the highest rate that is sustained at a size; sizes in their order, `sizes[0]` the first',
  },
  {
    path: 'answer.nodes.value',
    unit: 'count',
    better: 'lower',
    meaning: 'nodes that the target rate needs',
  },
  {
    path: 'answer.sizings[*].nodes',
    unit: 'count',
    better: 'lower',
    meaning: 'nodes with so many to spare: `sizings[0]` N, `sizings[1]` N+1, `sizings[2]` N+2',
  },
  {
    path: 'answer.sizings[*].bill.perHour',
    unit: 'money',
    better: 'lower',
    meaning: 'price of an hour at the target rate',
  },
  {
    path: 'answer.sizings[*].bill.perMillionOperations',
    unit: 'money',
    better: 'lower',
    meaning: 'price of a million operations at the target rate',
  },
  {
    path: 'answer.sizings[*].bill.perUserHour',
    unit: 'money',
    better: 'lower',
    meaning: 'price of a user and hour',
  },
  {
    path: 'nodeReadyMs',
    unit: 'milliseconds',
    better: 'lower',
    meaning: 'from the launch of a node until it is ready',
  },
];
