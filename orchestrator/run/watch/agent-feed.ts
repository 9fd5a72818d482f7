// Keeps an agent's view of a run fresh: what Prometheus shall scrape, whose counters are read, and the orchestrator's own metrics.
import type { AgentClient, GateRefusal, MeasuredContainer, ScrapeTarget } from '../../agent/agent-client.ts';
import { messageOf, TopolabError } from '../../errors.ts';
import { pause } from '../../pause.ts';
import { FAILURES_OF_THE_GONE } from './observer-loss.ts';

/** Targets and the orchestrator's metrics go to the agent this often; it is the interval of scrapes as well. */
const PUSH_INTERVAL_MS = 1000;

export interface AgentFeedOptions {
  readonly agent: Pick<AgentClient, 'setTargets' | 'setContainers' | 'pushMetrics'>;
  readonly targets: () => readonly ScrapeTarget[];
  readonly containers: () => readonly MeasuredContainer[];
  readonly exposition: () => Promise<string>;
  readonly warn: (message: string) => void;
  /** Called when the agent does not answer any more. */
  readonly onGone: (cause: unknown) => void;
}

export class AgentFeed {
  readonly #options: AgentFeedOptions;
  /** What the gate refused and was told, by node and reason. */
  readonly #refused = new Set<string>();
  /** What the agent knows already, as JSON. */
  readonly #sent = new Map<string, string>();

  constructor(options: AgentFeedOptions) {
    this.#options = options;
  }

  /** Resolves when the signal aborts. */
  async goOn(signal: AbortSignal): Promise<void> {
    const { warn, onGone } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await this.#push(signal);
        failures = 0;
      } catch (error) {
        failures++;
        // One late push costs one sample, a lost agent the measurement.
        if (failures === FAILURES_OF_THE_GONE && !signal.aborted) {
          if (isGone(error)) onGone(error);
          else warn(`push metrics to the agent: ${messageOf(error)}`);
        }
      }
      await pause(PUSH_INTERVAL_MS, signal).catch(() => {});
    }
  }

  /** Sends nothing once the signal has aborted: the agent may have been told to forget the run, and would take it up again. */
  async #push(signal: AbortSignal): Promise<void> {
    const { agent, targets, containers, exposition } = this.#options;
    await this.#sendIfNew('targets', targets(), (all) => agent.setTargets(all));
    signal.throwIfAborted();
    await this.#sendIfNew('containers', containers(), (all) => agent.setContainers(all));
    const metrics = await exposition();
    signal.throwIfAborted();
    this.#tellRefused(await agent.pushMetrics(metrics));
  }

  /** Samples that a generator's script made up, or too many of them: the figures lack them. */
  #tellRefused(refusals: readonly GateRefusal[]): void {
    for (const { node, reason } of refusals) {
      const message = `Samples of ${node} were rejected: ${reason}.`;
      if (this.#refused.has(message)) continue;
      this.#refused.add(message);
      this.#options.warn(message);
    }
  }

  async #sendIfNew<T>(what: string, value: T, send: (value: T) => Promise<void>): Promise<void> {
    const text = JSON.stringify(value);
    if (this.#sent.get(what) === text) return;
    await send(value);
    this.#sent.set(what, text);
  }
}

function isGone(error: unknown): boolean {
  return error instanceof TopolabError && error.code === 'agent-lost';
}
