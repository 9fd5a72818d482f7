// Sees to it that nothing of a run outlives it, on any of its hosts: each has a reaper of its own, which needs nobody else.
import type { Hosts } from '../../cluster/host.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { HostGuard, type HostGuardOptions } from './host-guard.ts';

export interface GuardOptions
  extends Omit<HostGuardOptions, 'engine' | 'where' | 'spansHosts' | 'lossWords'> {
  /** The first makes the run's networks, and has its Prometheus. */
  readonly hosts: Hosts;
  /**
   * A host other than the first was lost, at this moment (epoch milliseconds); called once for each. @returns whether the run goes on
   * without it. Default: it never does.
   */
  readonly onHostGone?: (host: string, atMs: number) => boolean;
}

interface GuardedHost {
  readonly name: string;
  readonly guard: HostGuard;
  /** Once it is lost: settles when it is decided what becomes of the run. */
  decided: Promise<void>;
}

/** What of a run that is lost can still be asked for: as before, once the first host is back, or nothing. */
export type Remains = 'all' | 'with the first host' | 'nothing';

const LEFT_ON_HOSTS =
  'A host that is back removes by itself what it has of the run; networks over several hosts are removed by `topolab clean --engine swarm` once all hosts are there.';

/**
 * What to do about what is left because too few managers of the Swarm are up to agree on its removal: nobody can remove it until they do, and then
 * it goes by itself. Undefined of any other error.
 */
export function remedyWithoutLeader(error: unknown): string | undefined {
  if (!(error instanceof TopolabError) || error.code !== 'swarm-without-leader') return undefined;
  return `${error.hint} The run's reapers remove what is left as soon as that is so.`;
}

export class RunGuard {
  readonly #lead: GuardedHost;
  readonly #others: readonly GuardedHost[];
  readonly #onHostGone: NonNullable<GuardOptions['onHostGone']>;
  readonly #lost = new AbortController();
  #lostWith: HostGuard | undefined;

  constructor({ hosts, onHostGone = () => false, ...options }: GuardOptions) {
    const [lead, ...others] = hosts;
    const spansHosts = others.length > 0;
    const guarded = ({ name, engine }: Hosts[0], lossWords: string): GuardedHost => {
      const where = spansHosts ? ` on ${name}` : '';
      const guard = new HostGuard({ ...options, engine, where, spansHosts, lossWords });
      const host: GuardedHost = { name, guard, decided: Promise.resolve() };
      const onLost = (): void => {
        host.decided = this.#decide(host);
      };
      guard.lost.addEventListener('abort', onLost, { once: true });
      return host;
    };
    this.#onHostGone = onHostGone;
    this.#lead = guarded(
      lead,
      spansHosts ? `host ${lead.name}, which has Prometheus, was lost` : 'Docker went away',
    );
    this.#others = others.map((host) => guarded(host, `host ${host.name} was lost`));
  }

  /** Aborts when the run can't go on, with `engine-gone`, `run-stood-still` or `run-removed`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** When that was, epoch milliseconds. */
  get lostAtMs(): number {
    return this.#lostWith?.lostAtMs ?? 0;
  }

  /** Of a run that is lost. */
  get remains(): Remains {
    if (this.#lostWith?.engineWentAway !== true) return 'nothing';
    return this.#lostWith === this.#lead.guard ? 'with the first host' : 'all';
  }

  /** Launches the reapers; speaking to them begins meanwhile. A host without one is warned of, and the run goes on. */
  async start(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#all.map(({ guard }) => guard.start(signal)));
  }

  /** Why it failed: what the run was lost to, where it was, or the error itself. */
  async explain(thrown: unknown): Promise<unknown> {
    await Promise.all(this.#all.map(({ guard }) => guard.explain(thrown)));
    await Promise.all(this.#all.map(({ decided }) => decided));
    return this.lost.aborted ? this.lost.reason : thrown;
  }

  /** Whether a host other than the first is gone: it is asked, and what follows has been done by then. Takes some seconds where it does not answer. */
  async isGone(name: string): Promise<boolean> {
    const host = this.#others.find((each) => each.name === name);
    if (host === undefined) return false;
    await host.guard.explain(undefined);
    await host.decided;
    return host.guard.engineWentAway;
  }

  /** Where the first host was lost: waits until it is back, and its reaper hears us again. Resolves with whether that came about. */
  async reattach(withinMs: number, signal: AbortSignal): Promise<boolean> {
    return await this.#lead.guard.reattach(withinMs, signal);
  }

  /**
   * Removes whatever carries the run's label, each reaper last.
   * @param late something may still be in the making: the reapers stay until they have seen nothing for a while.
   * @throws TopolabError what could not be removed; its reaper goes on trying. `hosts-not-cleaned` names the hosts where there are several.
   */
  async removeAll(options: { readonly late?: boolean } = {}): Promise<void> {
    // A network goes only when nobody is in it any more, on any host.
    const outcomes = await Promise.allSettled(this.#others.map(({ guard }) => guard.removeAll(options)));
    const left = outcomes.flatMap((outcome, nth) =>
      outcome.status === 'rejected' ? [`${this.#others[nth]?.name}: ${messageOf(outcome.reason)}`] : [],
    );
    let hint = LEFT_ON_HOSTS;
    try {
      await this.#lead.guard.removeAll(options);
    } catch (error) {
      if (left.length === 0) throw error;
      left.push(`${this.#lead.name}: ${messageOf(error)}`);
      hint = remedyWithoutLeader(error) ?? hint;
    }
    if (left.length === 0) return;
    throw new TopolabError(left.join('; '), { code: 'hosts-not-cleaned', hint });
  }

  /** A host is lost, or all of them with it: the way to the others leads through the first. */
  async #decide({ name, guard }: GuardedHost): Promise<void> {
    if (guard !== this.#lead.guard && guard.engineWentAway) {
      await this.#lead.guard.explain(undefined);
      if (this.lost.aborted || this.#onHostGone(name, guard.lostAtMs)) return;
    }
    if (this.lost.aborted) return;
    this.#lostWith = guard;
    this.#lost.abort(guard.lost.reason);
  }

  get #all(): readonly GuardedHost[] {
    return [this.#lead, ...this.#others];
  }
}
