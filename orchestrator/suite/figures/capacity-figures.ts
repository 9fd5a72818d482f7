// The figures of a capacity study that a suite may show: where they stand in answer.json.
import { higher, type KnownFigure, lower } from './known-figure.ts';

export const CAPACITY_FIGURES: readonly KnownFigure[] = [
  higher(
    'sizes[*].result.capacity.value',
    'per-second',
    'the highest rate that is sustained at a size; sizes in their order, `sizes[0]` the first',
  ),
  lower('answer.nodes.value', 'count', 'nodes that the target rate needs'),
  lower(
    'answer.sizings[*].nodes',
    'count',
    'nodes with so many to spare: `sizings[0]` N, `sizings[1]` N+1, `sizings[2]` N+2',
  ),
  lower('answer.sizings[*].bill.perHour', 'money', 'price of an hour at the target rate'),
  lower(
    'answer.sizings[*].bill.perMillionOperations',
    'money',
    'price of a million operations at the target rate',
  ),
  lower('answer.sizings[*].bill.perUserHour', 'money', 'price of a user and hour'),
  lower('nodeReadyMs', 'milliseconds', 'from the launch of a node until it is ready'),
];
