// Links from the scenario to the helper that shapes them: on nodes as they join and as the timeline says, and what a kernel refuses.
import { noSecrets } from '../../../orchestrator/secrets/take-secrets.ts';
import { describe, expect, it } from 'vitest';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { linkNeeds } from '../../../orchestrator/faults/link/link-needs.ts';
import { linkScript } from '../../../orchestrator/faults/link/link-script.ts';
import { kernelTrials } from '../../../orchestrator/net-admin/kernel-trials.ts';
import type { NetworkScript } from '../../../orchestrator/net-admin/network-batch.ts';
import { RunMetrics } from '../../../orchestrator/metrics/run-metrics.ts';
import { Deployment } from '../../../orchestrator/run/deployment/deployment.ts';
import { UNSHAPED } from '../../../orchestrator/scenario/groups/resolve-link.ts';
import type { ScenarioInput } from '../../../orchestrator/scenario/schema.ts';
import { makeRecorder, scenarioOf } from './make-run.ts';
import { carryOut, makeFleet, readyAtOnce } from '../fleet/make-fleet.ts';

const { signal } = new AbortController();

describe('links of a run', () => {
  it('are on each node before it is asked anything, and change when the timeline says so', async () => {
    const scenario = scenarioOf({
      groups: {
        servers: { role: 'server', link: { uplink: '8000B/s', loss: '1%' } },
        plain: { role: 'server' },
      },
      timeline: [
        { at: '10s', link: { group: 'servers', uplink: '1000B/s' } },
        { at: '20s', scale: { group: 'servers', to: 2 } },
        { at: '30s', link: { group: 'servers', uplink: 'unlimited', loss: '0%' } },
      ],
    });
    const done: string[] = [];
    const links = [
      [8000, 0.01],
      [1000, 0.01],
      [null, 0],
    ] as const;
    const inNetwork = async ({ node, script }: Pick<NetworkScript, 'node' | 'script'>) => {
      const [uplink, loss] =
        links.find(
          ([rate, share]) => linkScript({ ...UNSHAPED, uplinkBytesPerSecond: rate, loss: share }) === script,
        ) ?? [];
      done.push(`shape ${node}: uplink ${uplink}, loss ${loss}`);
      return true;
    };
    const engine = createFakeEngine();
    const probe = async (_: unknown, address: string) => {
      const asked = [...engine.containers.values()].find(({ started }) => started.address === address);
      done.push(`ask ${asked?.spec.labels[Label.node]}`);
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
      'shape servers-1: uplink 8000, loss 0.01',
      'ask servers-1',
      'ask plain-1',
      'shape servers-1: uplink 1000, loss 0.01',
      'shape servers-2: uplink 1000, loss 0.01',
      'ask servers-2',
      'shape servers-1: uplink null, loss 0',
      'shape servers-2: uplink null, loss 0',
    ]);
  });
});

describe('a run on a kernel with neither netem nor NFQUEUE', () => {
  const servers = { role: 'server', replicas: 2 } as const;
  const asked = linkNeeds({ delayMs: 20 }).map((need) => ({ ...need, where: 'anywhere' }));
  const canNot = [...kernelTrials(asked).matchAll(/^if \((.*)\) >.*echo "(\d+) has"/gm)]
    .map(([, trial = '', index]) => `${index} ${/netem|NFQUEUE/.test(trial) ? 'lacks' : 'has'}`)
    .join('\n');

  it.each<[string, Partial<ScenarioInput>, string]>([
    ['its groups ask', { groups: { servers: { ...servers, link: { delay: '20ms' } } } }, 'group servers'],
    [
      'only its timeline asks',
      { groups: { servers }, timeline: [{ at: '10s', link: { group: 'servers', delay: '20ms' } }] },
      'timeline[0] (group servers)',
    ],
  ])('that %s to delay packets is refused before anything of it is launched', async (_, parts, where) => {
    const engine = createFakeEngine({ exec: () => ({ exitCode: 0, stdout: canNot, stderr: '' }) });
    const { recorder, events } = await makeRecorder();
    const opened = Deployment.open({
      hosts: [hostOfEngine(engine)],
      layout: { placement: 'spread', generators: null, generatorHosts: [] },
      run: 'tested-1',
      scenario: scenarioOf(parts),
      imageFor: (image) => image,
      nodeImage: 'node',
      prometheusImage: 'prometheus',
      sharedObservers: undefined,
      secrets: noSecrets,
      recorder,
      metrics: new RunMetrics({ run: 'tested-1', scenario: 'tested', processMetrics: false }),
      keepLog: async () => {},
      signal,
    });
    await expect(opened).rejects.toMatchObject({
      code: 'kernel-lacks',
      exitCode: 1,
      message: expect.stringMatching(`${RegExp.escape(where)}: .* lacks the netem`),
    });
    // The helper that asked goes with all that carries the run's label.
    const { containers, networks } = await engine.list('tested-1');
    expect([containers.map(({ name }) => name), networks]).toEqual([['topolab-tested-1-netadmin'], []]);
    expect(events).toEqual([]);
  });
});
