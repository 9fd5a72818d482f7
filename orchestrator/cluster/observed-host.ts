// A host while a run goes on there: with the agent that observes it, and the helper that changes its nodes' networks.
import type { AgentClient, ClockReading } from '../agent/agent-client.ts';
import type { NetAdmin } from '../net-admin/net-admin.ts';
import type { Host } from './host.ts';

export interface ObservedHost extends Host {
  /** Another one after its engine was away. */
  agent: AgentClient;
  /** Where Prometheus finds what its agent tells: `address:port`. */
  readonly scrapedAt: string;
  /** Undefined where the scenario changes no node's network. */
  readonly netAdmin: NetAdmin | undefined;
  /** Its clock held against ours when it was made ready. */
  readonly clock: ClockReading;
}
