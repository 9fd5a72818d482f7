// After an engine was away, which ended all containers: agent and Prometheus of the first host start again.
import { AgentClient } from '../../agent/agent-client.ts';
import { TopolabError } from '../../errors.ts';
import { pause } from '../../pause.ts';
import { type SamplesAwaited, valueNow } from './await-samples.ts';
import type { Observation } from './observe-hosts.ts';

/** Prometheus reads its log when it is started again. */
const READS_ITS_LOG_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 250;

/** Resolves once Prometheus can be asked. @param asked asks it by the host's new agent. */
export async function reviveObservers(
  { hosts: [host], leadIds }: Pick<Observation, 'hosts' | 'leadIds'>,
  asked: Pick<SamplesAwaited, 'prometheus' | 'clockOffsetMs'>,
  run: string,
  signal: AbortSignal,
): Promise<void> {
  const [agentId = ''] = leadIds;
  for (const id of leadIds) await host.engine.start(id);
  await host.agent[Symbol.asyncDispose]();
  host.agent = await AgentClient.connect(host.engine, agentId, run, signal);
  const deadline = Date.now() + READS_ITS_LOG_WITHIN_MS;
  // It answers once it has read its log.
  while ((await valueNow(asked, 'vector(1)').catch(() => 0)) !== 1) {
    if (Date.now() > deadline)
      throw new TopolabError('start Prometheus again: it does not answer', { code: 'not-revived' });
    await pause(ASK_AGAIN_MS, signal);
  }
}
