// Sees to it that nothing of a run outlives it, on any of its hosts: each has a reaper of its own, which needs nobody else.
import type { Hosts } from '../cluster/host.ts';
import { HostGuard, type HostGuardOptions } from './host-guard.ts';

export interface GuardOptions extends Omit<HostGuardOptions, 'engine' | 'where' | 'spansHosts'> {
  /** The first makes the run's networks. */
  readonly hosts: Hosts;
}

export class RunGuard {
  readonly #lead: HostGuard;
  readonly #others: readonly HostGuard[];
  /** Aborts when the run can't go on, with `engine-gone`, `run-stood-still` or `run-removed`. */
  readonly lost: AbortSignal;

  constructor({ hosts, ...options }: GuardOptions) {
    const [lead, ...others] = hosts;
    const spansHosts = others.length > 0;
    const guardOf = ({ name, engine }: Hosts[0]) =>
      new HostGuard({ ...options, engine, where: spansHosts ? ` on ${name}` : '', spansHosts });
    this.#lead = guardOf(lead);
    this.#others = others.map(guardOf);
    this.lost = AbortSignal.any(this.#all.map((guard) => guard.lost));
  }

  /** When that was, epoch milliseconds. */
  get lostAtMs(): number {
    return Math.min(...this.#all.flatMap(({ lost, lostAtMs }) => (lost.aborted ? [lostAtMs] : [])));
  }

  get engineWentAway(): boolean {
    return this.#all.some((guard) => guard.engineWentAway);
  }

  /** Launches the reapers; speaking to them begins meanwhile. A host without one is warned of, and the run goes on. */
  async start(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map((guard) => guard.start(signal)));
  }

  /** Why it failed: what the run was lost to, where it was, or the error itself. */
  async explain(thrown: unknown): Promise<unknown> {
    const reasons = await Promise.all(this.#all.map((guard) => guard.explain(thrown)));
    return reasons.find((reason) => reason !== thrown) ?? thrown;
  }

  /** After `engine-gone`: waits until the host that knows what was measured is back, and its reaper hears us again. Resolves with whether that came about. */
  async reattach(withinMs: number, signal: AbortSignal): Promise<boolean> {
    return this.#lead.engineWentAway ? await this.#lead.reattach(withinMs, signal) : true;
  }

  /**
   * Removes whatever carries the run's label, each reaper last.
   * @param late something may still be in the making: the reapers stay until they have seen nothing for a while.
   * @throws TopolabError what could not be removed; its reaper goes on trying.
   */
  async removeAll(options: { readonly late?: boolean } = {}): Promise<void> {
    // A network goes only when nobody is in it any more, on any host.
    const outcomes = await Promise.allSettled(this.#others.map((guard) => guard.removeAll(options)));
    await this.#lead.removeAll(options);
    const failed = outcomes.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  get #all(): readonly HostGuard[] {
    return [this.#lead, ...this.#others];
  }
}
