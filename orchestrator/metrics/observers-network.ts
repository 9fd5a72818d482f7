// Each run has a network of its own for what observes and steers it: the agent, k6's control, HAProxy's runtime API and exposition.
// Nodes under test are not on it. What is on both networks listens there by a name that exists on this one alone.
import { gatePort } from '../../node-image/contract/agent-protocol.ts';
import type { NewNetwork } from '../engine/engine.ts';

export interface ObserversNetwork extends NewNetwork {
  /** Base URL of the agent's gate, through which generators write to Prometheus. */
  readonly gateUrl: string;
}

export function gateUrl(agentAddress: string): string {
  return `http://${agentAddress}:${gatePort}`;
}

/** The name of a node on the observers' network; no group can have it, for names of groups hold no dot. */
export function observersAlias(node: string): string {
  return `${node}.observers`;
}
