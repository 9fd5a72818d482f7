// Partitions from the timeline to the networks of nodes, by the addresses that the engine gave: a newcomer is cut off before it is asked anything.
import { expect, it } from 'vitest';
import type { AgentClient } from '../../../orchestrator/agent/agent-client.ts';
import { Cluster } from '../../../orchestrator/cluster/cluster.ts';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { createFleet } from '../../../orchestrator/fleet/create-fleet.ts';
import type { NetAdmin } from '../../../orchestrator/net-admin/net-admin.ts';
import type { NetworkScript } from '../../../orchestrator/net-admin/network-batch.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import { noSecrets } from '../../../orchestrator/secrets/take-secrets.ts';
import { makeRecorder, scenarioOf } from './make-run.ts';

const { signal } = new AbortController();

it('follow the nodes that join and leave the other side', async () => {
  const scenario = scenarioOf({
    groups: { servers: { role: 'server' }, apart: { role: 'server' } },
    timeline: [
      { at: '10s', partition: { group: 'apart', from: ['servers'], way: 'in', for: '40s' } },
      { at: '20s', scale: { group: 'servers', to: 2 } },
      { at: '30s', scale: { group: 'servers', to: 1 } },
    ],
  });
  const engine = createFakeEngine();
  const nodeAt = (address: string): string => {
    const found = [...engine.containers.values()].find(({ started }) => started.address === address);
    return found?.spec.labels[Label.node] ?? 'nobody';
  };
  const done: string[] = [];
  const inNetwork = async ({ node, script }: NetworkScript) => {
    const addresses = /saddr \{ (.*) \} counter drop/.exec(script)?.[1]?.split(', ') ?? [];
    done.push(`${node} apart from ${addresses.map(nodeAt).join(' and ')}`);
    return true;
  };
  const probe = async (_: unknown, address: string) => {
    done.push(`ask ${nodeAt(address)}`);
    return { ready: true, tookMs: 1 };
  };
  const { id: networkId } = await engine.createNetwork({ name: 'n', labels: {} });
  const fleet = createFleet({
    cluster: new Cluster([hostOfEngine(engine)]),
    agent: { probe } as unknown as AgentClient,
    netAdmin: { inNetwork, lacks: () => false } as unknown as NetAdmin,
    context: {
      run: 'tested-1',
      scenario,
      networkId,
      observersId: 'observers',
      imageFor: (image) => image,
      secrets: noSecrets,
      databasePassword: 'made-up',
    },
    recorder: (await makeRecorder()).recorder,
    onChange: () => {},
    keepLog: async () => {},
  });
  const { initialNodes, actions } = makePlan(scenario);
  for (const { group, nodes } of initialNodes) await fleet.joining.launch(group, nodes, signal);
  for (const { change } of actions) await fleet.dispatcher.perform(change, signal);
  expect(done).toEqual([
    'ask servers-1',
    'ask apart-1',
    'apart-1 apart from servers-1',
    'apart-1 apart from servers-1 and servers-2',
    'ask servers-2',
    'apart-1 apart from servers-1',
    'apart-1 apart from ',
  ]);
});
