// Waits until the parts of a stack answer, asked from inside their network through the agent.
import { AgentClient } from '../agent/agent-client.ts';
import type { Engine } from '../engine/engine.ts';
import { TopolabError } from '../errors.ts';
import type { StackStatus } from './find-stack.ts';
import { GRAFANA_ALIAS, GRAFANA_PORT } from './grafana-spec.ts';
import { DOOR_ALIAS, DOOR_PORT } from './door-spec.ts';
import { STACK } from './stack-specs.ts';
import { patient } from '../patience.ts';

// Prometheus replays what it had not yet written, which takes a while after a long run; Grafana makes its database.
const READY_TIMEOUT_MS = 120_000;

const PROBES = {
  prometheus: { host: '127.0.0.1', probe: { kind: 'http', port: 9090, path: '/-/ready' } },
  door: { host: DOOR_ALIAS, probe: { kind: 'http', port: DOOR_PORT, path: '/-/ready' } },
  grafana: { host: GRAFANA_ALIAS, probe: { kind: 'http', port: GRAFANA_PORT, path: '/api/health' } },
} as const;

/** Fails with `stack-not-ready` where a part does not answer within two minutes. */
export async function awaitStack(engine: Engine, status: StackStatus, signal?: AbortSignal): Promise<void> {
  const agentId = status.parts.find(({ part }) => part === 'agent')?.containerId ?? '';
  await using agent = await AgentClient.connect(engine, agentId, STACK, signal);
  for (const { part, containerId } of status.parts) {
    if (part === 'agent') continue;
    const { host, probe } = PROBES[part];
    const timeoutMs = patient(READY_TIMEOUT_MS);
    const answer = await agent.probe(probe, host, timeoutMs, signal);
    if (answer.ready) continue;
    const logs = await engine.logs(containerId, { tailLines: 20 });
    throw new TopolabError(
      `start the stack: ${part} did not answer within ${timeoutMs / 1000} s (${answer.lastError})\n${logs}`,
      { code: 'stack-not-ready', hint: `The last log lines of ${part} are above.` },
    );
  }
}
