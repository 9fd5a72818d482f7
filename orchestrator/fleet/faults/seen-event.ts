// What was seen of a fault on a node → the event that says so.
import type { SeenFault } from '../../faults/fault-watch.ts';
import type { RunEventBody } from '../../record/event.ts';
import type { Recorder } from '../../record/recorder.ts';

export function seenEvent(seen: SeenFault, recorder: Pick<Recorder, 'offsetAt'>): RunEventBody {
  const { fault, kind, node, moment, saw } = seen;
  const about = { fault, kind, node, moment } as const;
  if (seen.isSo) return { type: 'fault-confirmed', ...about, seenMs: recorder.offsetAt(seen.atMs), saw };
  return { type: 'fault-unconfirmed', ...about, saw, besides: seen.besides };
}
