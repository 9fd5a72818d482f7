// Looks, right after each switch, what has become of the records and events that the run itself has written. Until then the old way may still have them;
// by now it has gone, and what is found was moved.
import { messageOf } from '../../errors.ts';
import type { Roster } from '../../fleet/nodes/roster.ts';
import type { Action } from '../../plan/plan.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { EventSource, EventsLedger } from './events-ledger.ts';
import type { RecordsLedger } from './records-ledger.ts';

export interface SwitchChecksOptions {
  readonly roster: Pick<Roster, 'readyOf'>;
  readonly recorder: Recorder;
  /** Undefined where the run writes none. */
  readonly records: Pick<RecordsLedger, 'look'> | undefined;
  readonly events: Pick<EventsLedger, 'look'> | undefined;
  readonly signal: AbortSignal;
}

export class SwitchChecks {
  readonly #options: SwitchChecksOptions;
  readonly #looking = new Set<Promise<void>>();

  constructor(options: SwitchChecksOptions) {
    this.#options = options;
  }

  /** Begins to look, where the action was a switch. Whether it went well does not matter: nothing may be lost. */
  after({ change }: Action): void {
    if (change.kind !== 'switch') return;
    const looking = this.#look(
      change.id,
      change.service.map(({ group }) => group),
    ).finally(() => this.#looking.delete(looking));
    this.#looking.add(looking);
  }

  /** Resolves when nobody looks any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#looking);
  }

  async #look(id: string, service: readonly string[]): Promise<void> {
    const { roster, recorder, records, events, signal } = this.#options;
    const servers = roster
      .readyOf(({ name, role }) => role === 'server' && service.includes(name))
      .map(sourceOf);
    try {
      const [lookedRecords, lookedEvents] = await Promise.all([
        records?.look(signal) ?? null,
        events?.look(servers, signal) ?? null,
      ]);
      recorder.record({ type: 'switch-checked', switch: id, records: lookedRecords, events: lookedEvents });
    } catch (error) {
      if (!signal.aborted) recorder.warn(`look at what was kept after ${id}: ${messageOf(error)}`);
    }
  }
}

export function sourceOf({ name, container, group }: ReturnType<Roster['readyOf']>[number]): EventSource {
  return { name, address: `${container.address}:${group.port}` };
}
