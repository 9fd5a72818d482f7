import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { cleanCommand } from '../../../orchestrator/commands/clean.ts';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { ownerLabel, thisOwner } from '../../../orchestrator/run/identity/run-owner.ts';
import { stackUp } from '../../../orchestrator/stack/stack-up.ts';

const owner = thisOwner();
const here = ownerLabel(owner);
const there = ownerLabel({ ...owner, host: 'elsewhere' });
const images = { node: 'topolab/node:1', prometheus: 'prom/prometheus:1', grafana: undefined };

let engine: FakeEngine;
let said: string;

beforeEach(async () => {
  engine = createFakeEngine();
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  await stackUp(engine, { images, awaitReady: async () => {} });
  const runs = { live: here, remote: there, dead: ownerLabel({ ...owner, pid: spawnSync('true').pid }) };
  for (const [run, owner] of Object.entries(runs)) {
    await engine.createNetwork({ name: `net-${run}`, labels: { [Label.run]: run, [Label.owner]: owner } });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

const connect = async () => ({
  hosts: [hostOfEngine(engine)] as const,
  [Symbol.asyncDispose]: async () => {},
});
const left = async () => (await engine.list()).networks.map(({ name }) => name).toSorted();

describe('topolab clean', () => {
  it('says what it removed, and which runs it left alone and why', async () => {
    await cleanCommand({}, connect);
    expect(said.split('\n')).toEqual([
      'Removed 0 containers, 1 networks, 0 volumes:',
      '  net-dead',
      `Not removed: run live is still running (process ${process.pid}). \`topolab clean --run live\` removes it anyway.`,
      "Not removed: run remote belongs to a process on elsewhere, which can't be checked from here and may still be running. `topolab clean --run remote` removes it anyway.",
      '',
    ]);
    expect(await left()).toEqual(['net-live', 'net-remote', 'topolab-stack']);
  });

  it('takes one run that goes on where it is named, and nothing else', async () => {
    await cleanCommand({ run: 'live' }, connect);
    expect(await left()).toEqual(['net-dead', 'net-remote', 'topolab-stack']);
  });

  it('takes all runs with --all, and spares the stack', async () => {
    await cleanCommand({ all: true }, connect);
    expect(await left()).toEqual(['topolab-stack']);
  });

  it('takes the stack too where that is asked for and nobody uses it', async () => {
    await cleanCommand({ all: true, stack: true }, connect);
    expect(await engine.list('stack')).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it('leaves a stack that a run is measured by', async () => {
    const labels = { [Label.run]: 'live', [Label.role]: 'server' };
    const rest = { image: 'i', env: {}, cpus: null, memoryBytes: null };
    await engine.launch({ name: 'topolab-live-server-1', labels, ...rest });
    await expect(cleanCommand({ stack: true }, connect)).rejects.toMatchObject({ code: 'stack-in-use' });
    expect((await engine.list('stack')).containers).toHaveLength(3);
  });
});
