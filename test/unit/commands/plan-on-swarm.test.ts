// `topolab plan --engine swarm`: what it says of hosts, asked of a stand-in for the manager's engine, on which nothing is changed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { planCommand, type PlanCommandOptions } from '../../../orchestrator/commands/plan.ts';
import { json, ofManager, StandInDaemon } from '../engine/stand-in-daemon.ts';
import { machine } from '../engine/stand-in-swarm.ts';

let daemon: StandInDaemon;
let folder: string;
let said: { out: string; err: string };

beforeEach(async () => {
  daemon = await StandInDaemon.start();
  daemon.answers['GET /info'] = ofManager;
  daemon.answers['GET /nodes'] = json([
    machine('own', 'box1'),
    machine('2', 'box2', { zone: 'east' }),
    { ...machine('3', 'box3'), Status: { State: 'down' } },
    machine('4', 'box4'),
  ]);
  daemon.answers['GET /tasks'] = json([]);
  daemon.answers['GET /services'] = json([]);
  vi.stubEnv('DOCKER_HOST', daemon.env.DOCKER_HOST);
  said = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((said.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said.err += String(text)), true));
  folder = mkdtempSync(join(tmpdir(), 'topolab-plan-'));
  writeFileSync(join(folder, 'users.js'), 'export default () => {};\n');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await daemon[Symbol.asyncDispose]();
});

async function plan(options: Partial<PlanCommandOptions> = {}): Promise<void> {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(
    file,
    `name: placed
parameters: { cpus: { type: number, default: 1, min: 0.1, max: 9 } }
groups:
  web: { role: server, replicas: 2, cpus: "\${cpus}", memory: 1GiB }
  store: { role: server, cpus: 0.5, memory: 512MiB }
load:
  users: { target: web, model: open, script: users.js, stages: [{ duration: 10s, rate: 5/s }], cpus: 1, memory: 512MiB, maxVirtualUsers: 5 }
timeline: [{ at: 5s, scale: { group: web, to: 3 } }]
objectives: [{ latency: { percentile: 95, below: 300ms } }]
`,
  );
  await planCommand(file, { set: [], engine: 'swarm', ...options });
}

test('shows what comes to each host at the most, and what that leaves', async () => {
  await plan();
  const [, hosts = ''] = said.out.split('\n\nHosts (');
  expect(hosts.split('\n')).toEqual([
    'placement spread), each with the most that it may have at a time',
    '  host              for         CPUs left  GiB left  containers',
    '  box1              generators  3 of 4     3.5 of 4  users ×1',
    '  box2 (zone east)  nodes       2 of 4     2 of 4    web ×2',
    '  box4              nodes       2.5 of 4   2.5 of 4  web ×1, store ×1',
    '',
  ]);
  expect(said.err).toBe('note: Host box3 is not used: its engine does not answer the managers.\n');
  expect(daemon.asked.filter((request) => !request.startsWith('GET '))).toEqual([]);
});

test('as JSON has them with each plan', async () => {
  await plan({ json: true, set: ['cpus=1,2'], generators: 'anywhere' });
  const told = JSON.parse(said.out) as { plan: { hosts: { name: string; free: { cpus: number } }[] } }[];
  expect(told.map(({ plan: { hosts } }) => hosts.map(({ name, free }) => [name, free.cpus]))).toEqual([
    [
      ['box1', 3],
      ['box2', 2.5],
      ['box4', 2],
    ],
    [
      ['box1', 2],
      ['box2', 1.5],
      ['box4', 1],
    ],
  ]);
});

test('refuses what has no room', async () => {
  await expect(plan({ set: ['cpus=5'] })).rejects.toMatchObject({ code: 'hosts-too-small' });
  expect(said.out).toBe('');
});
