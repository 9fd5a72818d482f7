// Whether a fault was applied, seen to bite, undone and seen to end on all of its nodes: a row each, from the events of a run. Pure.
import type { FaultName } from '../../orchestrator/faults/registry.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import type { BenchRow } from '../benchmark.ts';

export interface Tried {
  readonly kind: FaultName;
  /** `a foreign image`. */
  readonly on: string;
  /** Default: all that it hit. */
  readonly nodes?: readonly string[];
  /** Whether it is taken back, and its nodes are there to be looked at afterwards. */
  readonly isUndone: boolean;
}

export function kindRow({ kind, on, nodes: named, isUndone }: Tried, events: readonly RunEvent[]): BenchRow {
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
  const applied = find('fault-began', (each) => each.kind === kind);
  const ended = find('fault-ended', (each) => each.kind === kind);
  const nodes = named ?? applied?.nodes ?? [];
  const seen = (moment: 'began' | 'ended') =>
    nodes.flatMap(
      (node) =>
        find(
          'fault-confirmed',
          (each) => each.kind === kind && each.node === node && each.moment === moment,
        ) ?? [],
    );
  const unseen = find('fault-unconfirmed', (each) => each.kind === kind && nodes.includes(each.node));
  const [bites, over] = [seen('began'), seen('ended')];
  const steps = {
    applied: nodes.length > 0 && nodes.every((node) => applied?.nodes.includes(node)),
    'seen to bite': bites.length === nodes.length,
    ...(isUndone ? { 'taken back': ended !== undefined, 'seen to end': over.length === nodes.length } : {}),
  };
  const missing = Object.entries(steps).flatMap(([step, isDone]) => (isDone ? [] : [step]));
  const saw = [bites[0]?.saw, over[0]?.saw, unseen?.saw]
    .filter((each) => each !== undefined)
    .join('; at its end: ');
  const lastMs = Math.max(...bites.map(({ seenMs }) => seenMs ?? Number.NaN));
  return {
    name: `${kind}, ${on}`,
    measured:
      action === undefined || missing.includes('seen to bite')
        ? Number.NaN
        : (lastMs - action.startedMs) / 1000,
    unit: 's',
    aim: Object.keys(steps).join(', '),
    met: missing.length === 0,
    note: missing.length === 0 ? saw : `not ${missing.join(', not ')}; ${saw}`,
  };
}
