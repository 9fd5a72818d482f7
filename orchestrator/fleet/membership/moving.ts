// Nodes that are moved to another host: one leaves in an orderly way while another joins in its place, under a name that the plan has set aside.
import { TopolabError } from '../../errors.ts';
import type { BegunFault } from '../../plan/with-fault.ts';
import type { Departing } from './departing.ts';
import type { Joining } from './joining.ts';
import type { Roster } from '../nodes/roster.ts';

export interface MovingOptions {
  readonly roster: Roster;
  readonly joining: Pick<Joining, 'launch'>;
  readonly departing: Pick<Departing, 'retire'>;
}

export class Moving {
  readonly #options: MovingOptions;
  /** By group. */
  readonly #spares = new Map<string, string[]>();
  #signal = new AbortController().signal;

  constructor(options: MovingOptions) {
    this.#options = options;
  }

  /** Before a fault begins that moves nodes. @param signal of the run. */
  begin({ spares = [] }: BegunFault, signal: AbortSignal): void {
    this.#signal = signal;
    for (const { group, nodes } of spares)
      this.#spares.set(group, [...(this.#spares.get(group) ?? []), ...nodes]);
  }

  /** See `FaultHost.move`. */
  async move(name: string): Promise<boolean> {
    const { roster, joining, departing } = this.#options;
    const node = roster.find(name);
    if (node === undefined || node.state === 'leaving' || node.state === 'exited') return false;
    const group = node.group.name;
    const by = this.#spares.get(group)?.shift();
    if (by === undefined)
      throw new TopolabError(`move ${name}: no name was set aside for who takes its place`, { code: 'bug' });
    roster.holdPlace(name, by);
    const [left, joined] = await Promise.allSettled([
      departing.retire([name], this.#signal),
      joining.launch(group, [by], this.#signal, { takesFrom: { [by]: name } }),
    ]);
    for (const each of [left, joined]) if (each.status === 'rejected') throw each.reason;
    return true;
  }
}
