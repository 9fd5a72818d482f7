// `topolab clean` on a real engine. Only resources of this test can be seen by the command, so that runs of others on the same
// engine are in no danger.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hostOfEngine } from '../../orchestrator/cluster/host.ts';
import type { ReachedHosts } from '../../orchestrator/commands/prepare-engine.ts';
import { cleanCommand } from '../../orchestrator/commands/clean.ts';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { type Engine, Label, type Leftovers } from '../../orchestrator/engine/engine.ts';
import { removeLeftovers } from '../../orchestrator/engine/remove-leftovers.ts';
import { BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { ownerLabel, thisOwner } from '../../orchestrator/run/identity/run-owner.ts';
import { topolab } from './topolab.ts';

const test = `clean-${randomBytes(3).toString('hex')}`;
const live = `${test}-live`;
const dead = `${test}-dead`;
const runs = [live, dead];
let engine: Engine;

const ofTest = (all: Leftovers): Leftovers => {
  const ours = ({ labels }: { readonly labels: Readonly<Record<string, string>> }) =>
    runs.includes(labels[Label.run] ?? '');
  return {
    containers: all.containers.filter(ours),
    networks: all.networks.filter(ours),
    volumes: all.volumes.filter(ours),
  };
};

/** A connection of its own that sees only this test's runs where it is asked for all. */
async function reachScoped(): Promise<ReachedHosts> {
  const whole = await connectDocker();
  const scoped = new Proxy(whole, {
    get(target, name) {
      if (name === 'list') return async (run?: string) => ofTest(await whole.list(run));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { hosts: [hostOfEngine(scoped)], [Symbol.asyncDispose]: () => whole[Symbol.asyncDispose]() };
}

async function leave(run: string, owner: string): Promise<void> {
  const labels = { [Label.run]: run };
  const network = await engine.createNetwork({
    name: `topolab-${run}`,
    labels: { ...labels, [Label.owner]: owner },
  });
  await engine.createVolume({ name: `topolab-${run}`, labels });
  await engine.launch({
    name: `topolab-${run}-server-1`,
    image: BASE_IMAGE,
    labels,
    env: {},
    command: ['sleep', '600'],
    cpus: null,
    memoryBytes: null,
    network: { id: network.id, aliases: [] },
  });
}

const left = async (run: string) => {
  const { containers, networks, volumes } = await engine.list(run);
  return [...containers, ...networks, ...volumes].length;
};

beforeAll(async () => {
  engine = await connectDocker();
  const { pid: ended } = spawnSync(process.execPath, ['--version']);
  await leave(live, ownerLabel(thisOwner()));
  await leave(dead, ownerLabel({ ...thisOwner(), pid: ended }));
});

afterAll(async () => {
  for (const run of runs) await removeLeftovers(engine, run);
  await engine[Symbol.asyncDispose]();
});

it('takes what a dead run left, leaves a run that goes on, and says so', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await cleanCommand({}, reachScoped);
  const said = write.mock.calls.map(([text]) => String(text)).join('');
  write.mockRestore();
  expect(said).toContain('Removed 1 containers, 1 networks, 1 volumes:');
  expect(said).toContain(`run ${live} is still running (process ${process.pid})`);
  expect(await left(dead)).toBe(0);
  expect(await left(live)).toBe(3);
});

it('takes a run that goes on where it is named', async () => {
  const { exitCode, stdout } = await topolab(['clean', '--run', live]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`topolab-${live}-server-1`);
  expect(await left(live)).toBe(0);
});
