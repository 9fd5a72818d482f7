// Partitions from the timeline to the networks of nodes, by the addresses that the engine gave: a newcomer is cut off before it is asked anything.
import { expect, it } from 'vitest';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { NetworkScript } from '../../../orchestrator/net-admin/network-batch.ts';
import { makeRecorder, scenarioOf } from './make-run.ts';
import { carryOut, makeFleet, readyAtOnce } from '../fleet/make-fleet.ts';

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
  const inNetwork = async ({ node, script }: Pick<NetworkScript, 'node' | 'script'>) => {
    const addresses = /saddr \{ (.*) \} counter drop/.exec(script)?.[1]?.split(', ') ?? [];
    done.push(`${node} apart from ${addresses.map(nodeAt).join(' and ')}`);
    return true;
  };
  const probe = async (_: unknown, address: string) => {
    done.push(`ask ${nodeAt(address)}`);
    return { ready: true as const, tookMs: 1 };
  };
  const { recorder } = await makeRecorder();
  const fleet = await makeFleet({
    engine,
    scenario,
    recorder,
    agent: { ...readyAtOnce, probe },
    netAdmin: { inNetwork },
  });
  await carryOut(fleet, scenario);
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
