import { noSecrets } from '../../../../orchestrator/secrets/take-secrets.ts';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import type { AgentClient } from '../../../../orchestrator/agent/agent-client.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { Fleet } from '../../../../orchestrator/fleet/create-fleet.ts';
import { Generators } from '../../../../orchestrator/run/deployment/generators.ts';
import { scenarioOf, settle } from '../make-run.ts';

const scenario = scenarioOf({
  load: {
    users: {
      script: fileURLToPath(new URL('../../../fixtures/scenarios/load/steady.ts', import.meta.url)),
      target: 'servers',
      model: 'closed',
      stages: [{ duration: '60s', virtualUsers: 2 }],
      generators: 2,
    },
  },
});

let engine: FakeEngine;
let generators: Generators;

beforeEach(() => {
  engine = createFakeEngine();
  generators = new Generators({
    containers: engine,
    agent: {
      http: () => Promise.reject(new Error('nobody answers')),
      admit: async () => {},
    } as unknown as AgentClient,
    fleet: {
      roster: { namesOf: () => ['servers-1', 'servers-2'] },
      measured: { add: () => {} },
    } as unknown as Fleet,
    scenario,
    loads: scenario.loads,
    windows: [],
    run: 'tested-1',
    networkId: '',
    observers: {
      id: 'observers',
      name: 'observers',
      subnets: ['10.1.0.0/16'],
      gateUrl: 'http://10.1.0.1:9701',
    },
    labels: {},
    secrets: noSecrets,
  });
});

it('scripts are told where their target is, and the names and addresses of its nodes', async () => {
  const stop = new AbortController();
  const prepared = generators.prepare(stop.signal);
  await expect.poll(() => engine.containers.size).toBe(2);
  for (const { spec } of engine.containers.values())
    expect(spec.env).toMatchObject({
      BASE_URL: 'http://servers:8080',
      NODES: 'servers-1,servers-2',
      NODE_URLS: 'http://servers-1:8080,http://servers-2:8080',
    });
  stop.abort(new Error('seen'));
  await expect(prepared).rejects.toThrow('seen');
});

it('where one can’t be launched, none is launched any more when that is told', async () => {
  const slow = Promise.withResolvers<void>();
  const launch = engine.launch.bind(engine);
  let asked = 0;
  engine.launch = async (spec, signal) => {
    asked += 1;
    if (asked === 1) throw new Error('no space left');
    await slow.promise;
    return await launch(spec, signal);
  };
  let told: unknown;
  const prepared = generators.prepare(new AbortController().signal).catch((error: unknown) => {
    told = error;
  });
  await expect.poll(() => asked).toBe(2);
  await settle();
  expect(told).toBeUndefined();
  slow.resolve();
  await prepared;
  expect(told).toEqual(new Error('no space left'));
  expect(engine.containers.size).toBe(0);
});

it('an interrupt is told as such', async () => {
  const interrupt = new AbortController();
  const prepared = generators.prepare(interrupt.signal);
  await expect.poll(() => engine.containers.size).toBe(2);
  interrupt.abort(new Error('interrupted'));
  await expect(prepared).rejects.toThrow('interrupted');
});
