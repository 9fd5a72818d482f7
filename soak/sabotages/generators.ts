// Load generators and the host break: what was measured can't be believed.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { kill, pause } from './act.ts';
import type { Sabotage, SabotagedRun } from './sabotage.ts';
import { scriptOf } from './usual-scenario.ts';

const GENERATOR = 'users-k6-1';

export const generators: readonly Sabotage[] = [
  {
    breaks: 'The generator is killed',
    right: { outcome: ['invalid', 'broken'], code: 'generator-failed' },
    act: kill(GENERATOR),
    short: true,
  },
  {
    breaks: 'The generator is paused for 4 s, and starts late what it missed',
    right: { outcome: 'invalid', code: 'started-late' },
    act: pause(GENERATOR, 4000),
  },
  {
    breaks: 'The generator of five users who ask one after another is paused for 4 s',
    right: { outcome: 'invalid', code: 'generators-stood-still' },
    load: {
      model: 'closed',
      startRate: undefined,
      maxVirtualUsers: undefined,
      stages: [
        { duration: '0s', virtualUsers: 5 },
        { duration: '10s', virtualUsers: 5 },
      ],
    },
    script: scriptOf("http.get(base + '/work'); sleep(0.1);"),
    act: pause(GENERATOR, 4000),
  },
  {
    breaks: 'The generator has a twentieth of a core for 400 requests a second',
    right: { outcome: ['invalid', 'broken'] },
    load: { cpus: 0.05, startRate: '400/s', stages: [{ duration: '10s', rate: '400/s' }] },
  },
  {
    breaks: 'Two virtual users for 20 requests a second of half a second each',
    right: { outcome: 'invalid', code: 'not-delivered' },
    scenario: { objectives: [{ latency: { percentile: 95, below: '5s' } }] },
    load: { maxVirtualUsers: 2 },
    script: scriptOf("http.get(base + '/work'); sleep(0.5);"),
  },
  {
    breaks: "The same two virtual users, in scenarios of the script's own",
    right: { outcome: 'invalid', code: 'not-delivered' },
    scenario: { objectives: [{ latency: { percentile: 95, below: '5s' } }] },
    load: { model: 'script', startRate: undefined, stages: undefined, maxVirtualUsers: undefined },
    script: scriptOf(
      "http.get(base + '/work'); sleep(0.5);",
      `export const options = { scenarios: { all: {
        executor: 'constant-arrival-rate', rate: 20, duration: '10s', preAllocatedVUs: 2, maxVUs: 2,
      } } };`,
    ),
  },
  {
    breaks: 'The generator is paused for 3 s in a warm-up that goes on long enough',
    right: { outcome: 'pass' },
    scenario: {
      phases: [
        { name: 'warm-up', duration: '14s', warmUp: true },
        { name: 'all', duration: '10s' },
      ],
    },
    load: { stages: [{ duration: '24s', rate: '20/s' }] },
    act: pause(GENERATOR, 3000),
  },
  {
    breaks: "Others fill all of the host's CPUs",
    right: { outcome: 'invalid', code: 'host-filled-by-others' },
    act: fillHost,
  },
  {
    breaks: 'One of two generators is killed',
    right: { outcome: ['invalid', 'broken'], code: 'generator-failed' },
    load: { generators: 2 },
    act: kill('users-k6-2'),
  },
];

/** Busy processes until the run is over: three for each CPU, as those of the run want their share. */
async function fillHost({ over }: SabotagedRun): Promise<void> {
  const busy = Array.from({ length: 3 * availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const ends = () => busy.forEach((each) => each.kill('SIGKILL'));
  const latest = setTimeout(ends, 30_000);
  await new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
  clearTimeout(latest);
  ends();
}
