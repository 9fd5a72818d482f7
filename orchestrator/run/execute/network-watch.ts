// Looks at the network of peers at chosen moments, and often until it is connected for the first time. Nothing here ever fails a run.
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import { pause } from '../../pause.ts';
import { measureGraph, type NetworkGraph } from '../../record/network-graph.ts';
import { connectedNetwork } from '../../record/network-sightings.ts';
import type { RunEvent } from '../../record/event.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { exchanges, exchangesMessages } from '../../scenario/groups/swarm-size.ts';
import type { Recorder } from '../../record/recorder.ts';

export interface NetworkWatchOptions {
  readonly see: (signal: AbortSignal) => Promise<NetworkGraph>;
  readonly recorder: Recorder;
  readonly metrics: Pick<RunMetrics, 'setNetworkParts' | 'setConnectedAfter'>;
  /** What was recorded so far. */
  readonly events: () => readonly RunEvent[];
  /** Ends all watching. */
  readonly signal: AbortSignal;
}

/** Between two looks while the network is not connected yet; grows with the network, so that looking stays cheap. */
const leastPauseMs = 250;
const pauseMsPerNode = 20;
/** Whoever has not answered when a look has taken this long is silent. */
const mostLookMs = 5_000;
/** A network that is not connected by then is looked at at the chosen moments only. */
const mostWaitMs = 120_000;

export class NetworkWatch {
  readonly #options: NetworkWatchOptions;
  #waits = false;
  #connected = false;

  constructor(options: NetworkWatchOptions) {
    this.#options = options;
  }

  /** Records who is connected to whom now. Where nobody can be asked, nothing. */
  async look(moment: string): Promise<void> {
    try {
      const graph = await this.#see();
      this.#record(moment, graph);
    } catch {
      // An event log that can't be written to fails the run where it is written to for its own sake.
    }
  }

  /** From now on until the network is connected. Called again, it does nothing. */
  awaitConnected(): void {
    if (this.#waits) return;
    this.#waits = true;
    void this.#untilConnected().catch(() => {});
  }

  async #untilConnected(): Promise<void> {
    const { signal } = this.#options;
    const untilMs = performance.now() + mostWaitMs;
    while (!signal.aborted && !this.#connected && performance.now() < untilMs) {
      const graph = await this.#see();
      if (isConnected(graph)) this.#record('connected', graph);
      await pause(Math.max(leastPauseMs, graph.nodes.length * pauseMsPerNode), signal).catch(() => {});
    }
  }

  async #see(): Promise<NetworkGraph> {
    const { see, signal } = this.#options;
    return await see(AbortSignal.any([signal, AbortSignal.timeout(mostLookMs)]));
  }

  #record(moment: string, graph: NetworkGraph): void {
    const { recorder, metrics, events, signal } = this.#options;
    if (signal.aborted || graph.nodes.length === 0) return;
    // A look under way may have found it meanwhile.
    if (moment === 'connected' && this.#connected) return;
    recorder.record({ type: 'network-seen', moment, ...graph });
    metrics.setNetworkParts(measureGraph(graph).parts.length);
    if (this.#connected || !isConnected(graph)) return;
    this.#connected = true;
    const connected = connectedNetwork(events());
    if (connected !== null) metrics.setConnectedAfter(connected.afterMs);
  }
}

/** Whether there is anything to look at: two nodes or more that may be connected to each other. */
export function hasPeerNetwork({ groups }: Scenario): boolean {
  return groups.some(exchanges);
}

/** Those that exchange nothing but files know nobody before their users ask for one. */
export function connectsBeforeLoad({ groups }: Scenario): boolean {
  return groups.some(exchangesMessages);
}

function isConnected(graph: NetworkGraph): boolean {
  return graph.nodes.length > 1 && measureGraph(graph).parts.length === 1;
}
