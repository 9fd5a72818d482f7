// Whether a fault of each kind was applied, seen to bite, undone and seen to end: a row for each image, from the events of a run. Pure.
import type { RunEvent } from '../../orchestrator/record/event.ts';
import type { BenchRow } from '../benchmark.ts';
import { type ExampleName, examples } from './examples.ts';

export function kindRow(
  kind: ExampleName,
  image: string,
  node: string,
  events: readonly RunEvent[],
): BenchRow {
  const { lasts = true, endsNodes = false } = examples[kind];
  const isUndone = lasts && !endsNodes;
  const find = <Type extends RunEvent['type']>(
    type: Type,
    fits: (event: Extract<RunEvent, { type: Type }>) => boolean,
  ) =>
    events.find(
      (event): event is Extract<RunEvent, { type: Type }> =>
        event.type === type && fits(event as Extract<RunEvent, { type: Type }>),
    );
  const action = find(
    'action-started',
    ({ action: { change } }) => change.kind === 'fault' && change.fault.kind === kind,
  );
  const applied = find('fault-began', (each) => each.kind === kind && each.nodes.includes(node));
  const ended = find('fault-ended', (each) => each.kind === kind);
  const seen = (moment: 'began' | 'ended') =>
    find('fault-confirmed', (each) => each.kind === kind && each.node === node && each.moment === moment);
  const unseen = find('fault-unconfirmed', (each) => each.kind === kind && each.node === node);
  const [bites, over] = [seen('began'), seen('ended')];
  const steps = {
    applied: applied !== undefined,
    'seen to bite': bites !== undefined,
    ...(isUndone ? { 'taken back': ended !== undefined, 'seen to end': over !== undefined } : {}),
  };
  const missing = Object.entries(steps).flatMap(([step, isDone]) => (isDone ? [] : [step]));
  const saw = [bites?.saw, over?.saw, unseen?.saw]
    .filter((each) => each !== undefined)
    .join('; at its end: ');
  return {
    name: `${kind}, ${image}`,
    measured:
      bites?.seenMs == null || action === undefined ? Number.NaN : (bites.seenMs - action.startedMs) / 1000,
    unit: 's',
    aim: Object.keys(steps).join(', '),
    met: missing.length === 0,
    note: missing.length === 0 ? saw : `not ${missing.join(', not ')}; ${saw}`,
  };
}
