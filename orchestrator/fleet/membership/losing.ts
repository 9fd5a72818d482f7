// What becomes of the nodes on a host that was lost: they count as killed, for nobody of ours can reach them any more.
import type { LostContainer } from '../../cluster/cluster.ts';
import { messageOf } from '../../errors.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Departing } from './departing.ts';
import type { FleetNode } from '../nodes/node.ts';
import type { Roster } from '../nodes/roster.ts';
import type { Sightings } from './sightings.ts';

/** A daemon that ends has its containers end first: who ended by itself within this time before the loss went with the host. */
const ENDS_BEFORE_MS = 20_000;

export interface LosingOptions {
  readonly roster: Roster;
  readonly departing: Pick<Departing, 'kill'>;
  readonly sightings: Pick<Sightings, 'observe'>;
  readonly recorder: Pick<Recorder, 'tryToRecord' | 'offsetAt' | 'warn'>;
}

export class Losing {
  readonly #options: LosingOptions;

  constructor(options: LosingOptions) {
    this.#options = options;
  }

  /**
   * A host was lost, with these containers on it. Recorded before what follows from it.
   * @param atMs when that was, epoch milliseconds.
   * @param needed names of what else was there, without which nothing is measured.
   */
  lose(host: string, atMs: number, there: readonly LostContainer[], needed: readonly string[]): void {
    const { roster, recorder } = this.#options;
    const ids = new Set(there.map(({ id }) => id));
    const nodes = roster
      .all()
      .filter((node) => node.container !== undefined && ids.has(node.container.id) && wentAt(node, atMs));
    recorder.tryToRecord({
      type: 'host-gone',
      host,
      goneMs: recorder.offsetAt(atMs),
      nodes: nodes.map(({ name }) => name),
      needed,
    });
    for (const node of nodes) this.#kill(node, atMs);
  }

  #kill({ name, container, state }: FleetNode, atMs: number): void {
    const { departing, sightings, recorder } = this.#options;
    if (container === undefined || state === 'exited') return;
    departing.kill(name, 'host').catch((error: unknown) => {
      recorder.warn(`give up ${name}, whose host was lost: ${messageOf(error)}`);
    });
    // No engine will tell of it.
    sightings.observe({ kind: 'exited', containerId: container.id, labels: {}, exitCode: null, atMs });
  }
}

function wentAt({ state, endedAtMs }: FleetNode, atMs: number): boolean {
  return state !== 'exited' || (endedAtMs !== undefined && endedAtMs > atMs - ENDS_BEFORE_MS);
}
