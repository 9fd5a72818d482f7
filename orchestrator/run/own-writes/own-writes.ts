// What a run writes itself while its load goes on, and looks for again: records and events. Right after each switch, and of records once more after
// the load.
import { checkRecords, destructionsIn } from '../../measure/changes/check-records.ts';
import type { Action } from '../../plan/plan.ts';
import type { RunEvent } from '../../record/event.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { EventsLedger } from './events-ledger.ts';
import { RecordsLedger } from './records-ledger.ts';
import { sourceOf, SwitchChecks } from './switch-checks.ts';

export interface OwnWritesOptions {
  readonly scenario: Pick<Scenario, 'records' | 'seed'>;
  readonly deployment: Pick<Deployment, 'agent' | 'fleet'>;
  readonly recorder: Recorder;
  /** A record was written. */
  readonly onWritten: (acknowledged: boolean) => void;
  /** Ends looks after switches. */
  readonly signal: AbortSignal;
}

export class OwnWrites {
  /** Undefined where the scenario has none. */
  readonly #records: RecordsLedger | undefined;
  readonly #events: EventsLedger | undefined;
  readonly #checks: SwitchChecks;
  readonly #recorder: Recorder;
  #written: Promise<unknown> = Promise.resolve();

  constructor({ scenario, deployment, recorder, onWritten, signal }: OwnWritesOptions) {
    const { records, seed } = scenario;
    const { agent, fleet } = deployment;
    this.#recorder = recorder;
    if (records) {
      const nodes = () => fleet.roster.readyOf(({ name }) => name === records.target).map(sourceOf);
      const addresses = () => nodes().map(({ address }) => address);
      const now = () => recorder.offsetMs ?? 0;
      this.#records = new RecordsLedger({ records, seed, agent, addresses, now, onWritten });
      if (records.eventsPerSecond > 0)
        this.#events = new EventsLedger({ ratePerSecond: records.eventsPerSecond, agent, nodes });
    }
    const ledgers = { records: this.#records, events: this.#events };
    this.#checks = new SwitchChecks({ roster: fleet.roster, recorder, ...ledgers, signal });
  }

  /** Writes until the signal aborts. */
  begin(signal: AbortSignal): void {
    this.#written = Promise.all([this.#records?.write(signal), this.#events?.write(signal)]);
  }

  /** Begins to look for what was written, where the action was a switch. */
  after(action: Action): void {
    this.#checks.after(action);
  }

  /** Resolves when nobody looks any more. */
  async looked(): Promise<void> {
    await this.#checks.settled();
  }

  /**
   * Waits until all writes have ended, and reads the records back. What that comes to is an event.
   * @param events of the run so far.
   * @param keep is given a line for each record, with what was found of it.
   */
  async readBack(
    events: readonly RunEvent[],
    keep: (lines: string) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#written;
    const records = this.#records;
    if (records === undefined) return;
    await this.#recorder.step('read records back', async () => {
      const entries = await records.readBack(signal);
      await keep(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      const checked = checkRecords(entries, destructionsIn(events));
      this.#recorder.record({ type: 'records-checked', ...checked });
    });
  }
}
