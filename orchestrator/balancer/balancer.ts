// The port through which balancers are told of their servers while they run. haproxy/ implements it; another program needs a folder of its
// own and its line in fleet/containers/balancer-program.ts.
import type { FileToPlace } from '../engine/engine.ts';
import type { BalancerGroup } from '../scenario/groups/balancer-role.ts';

/** Sends text to `host:port` within the run's networks and returns the answer; AgentClient.exchange is one. */
export type Exchange = (hostAndPort: string, text: string) => Promise<string>;

/** A balancer that runs. A server is named by its node. Calls fail with `balancer-refused` where it does not do what is asked. */
export interface Balancer {
  /** Puts a server into rotation: from the next request on it gets its share. */
  add(server: string, address: string, port: number): Promise<void>;
  /**
   * Sends a server no new requests, waits until those it has are answered (at most timeoutMs), and takes it out. Rejects when the
   * signal aborts.
   */
  drain(server: string, timeoutMs: number, signal: AbortSignal): Promise<{ readonly drained: boolean }>;
  /**
   * A server whose container has ended keeps its place, for that it is gone a balancer has to find out by itself; but its address will be
   * another's soon. From now on it has one at which nobody will ever be.
   */
  moveAway(server: string, unusedAddress: string): Promise<void>;
  /**
   * Forgets a server that has been drained and stopped. False where the balancer goes on knowing it after two seconds; it is sent nothing
   * then. Rejects when the signal aborts.
   */
  remove(server: string, signal: AbortSignal): Promise<boolean>;
}

/** A program that balances: how its container is configured, and how it is steered once it runs. */
export interface BalancerProgram {
  /** @param observersHost its name on the observers' network: it is steered, and tells of its servers, there alone. */
  files(group: BalancerGroup, observersHost: string): readonly FileToPlace[];
  /** @param host its address on the observers' network. */
  connect(group: BalancerGroup, host: string, exchange: Exchange): Balancer;
}
