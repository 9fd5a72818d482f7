// Many nodes on a Swarm of three daemons on this machine: how fast they get ready and are removed, beside the raw API on one of the daemons; and what
// VXLAN costs beside a bridge. BENCH_SWARM_NODES says how many nodes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeSpec } from '../orchestrator/fleet/node-spec.ts';
import { removeLeftoversOf } from '../orchestrator/run/clean-up.ts';
import { makeRunId } from '../orchestrator/run/run-id.ts';
import { loadScenario } from '../orchestrator/scenario/load-scenario.ts';
import { noSecrets } from '../orchestrator/secrets/take-secrets.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atLeastTimes, known } from './harness/judge-row.ts';
import { median } from './harness/statistics.ts';
import { createDockerClient } from './launch/docker-client.ts';
import { type Launcher, timeTrial } from './launch/launcher.ts';
import { rawLauncher } from './launch/raw-launcher.ts';
import { topolabLauncher } from './launch/topolab-launcher.ts';
import { startThreeHosts, type ThreeHosts } from './swarm/three-hosts.ts';
import { measurePassage, type Passage } from './swarm/two-containers.ts';

const usualNodes = 200;
/** As fast as its engines take them; see `launch`. */
const rawAtOnce = 4;
const MIB = 2 ** 20;

interface Trial {
  readonly launchSeconds: number;
  readonly removeSeconds: number;
  /** Of this process. */
  readonly cpuSeconds: number;
}

interface Side {
  readonly name: string;
  readonly launcher: Launcher;
  readonly trials: Trial[];
}

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const { signal, say } = context;
  const nodes = Number(process.env['BENCH_SWARM_NODES'] ?? usualNodes);
  await using swarm = await startThreeHosts(signal, say);
  const { hosts, image, first } = swarm;
  const limited = await loadScenario(fileURLToPath(new URL('launch/nodes.yaml', import.meta.url)));
  // Hosts of a Swarm give away no more CPU than they have, and these share two cores.
  const scenario = { ...limited, groups: limited.groups.map((group) => ({ ...group, cpus: null })) };
  const docker = createDockerClient({ DOCKER_HOST: first });
  const ours: Side = {
    name: 'a Swarm of three',
    launcher: topolabLauncher(hosts, scenario, image, signal),
    trials: [],
  };
  const raw: Side = { name: 'raw API on one daemon', launcher: rawLauncher(docker, rawAtOnce), trials: [] };
  const passages: { readonly bridge: Passage; readonly overlay: Passage }[] = [];
  for (let repetition = 1; repetition <= context.repetitions; repetition += 1) {
    await context.alone(async () => {
      passages.push(await measurePassages(swarm));
      for (const side of repetition % 2 === 0 ? [ours, raw] : [raw, ours]) {
        const trial = await measureLaunch(side.launcher, nodes, swarm);
        side.trials.push(trial);
        const { launchSeconds, removeSeconds, cpuSeconds } = trial;
        say(
          `  ${repetition}/${context.repetitions} ${side.name}: ${nodes} ready in ${launchSeconds.toFixed(1)} s, removed in ${removeSeconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of our CPU`,
        );
      }
    });
  }
  return [...launchRows(nodes, ours, raw), ...passageRows(passages)];

  async function measureLaunch(
    launcher: Launcher,
    count: number,
    { hosts: all }: ThreeHosts,
  ): Promise<Trial> {
    signal.throwIfAborted();
    const name = makeRunId('bench', new Date());
    const folder = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
    const [group] = scenario.groups;
    if (group === undefined) throw new Error('the scenario has no group');
    const made = {
      run: name,
      scenario,
      networkId: '',
      observersId: '',
      imageFor: () => image,
      secrets: noSecrets,
      databasePassword: 'made-up',
      copied: new Map(),
    };
    const limits = { cpus: group.cpus, memoryBytes: group.memoryBytes };
    const specs = Array.from({ length: count }, (_, index) =>
      nodeSpec({ group, name: `${group.name}-${index + 1}` }, limits, made),
    );
    const cpu = process.cpuUsage();
    try {
      const { launchMs, removeMs } = await timeTrial(launcher, name, specs, folder);
      const { user, system } = process.cpuUsage(cpu);
      return {
        launchSeconds: launchMs / 1000,
        removeSeconds: removeMs / 1000,
        cpuSeconds: (user + system) / 1e6,
      };
    } finally {
      await removeLeftoversOf(all, name);
      await rm(folder, { recursive: true });
    }
  }
}

async function measurePassages({
  hosts,
  baseImage,
}: ThreeHosts): Promise<{ bridge: Passage; overlay: Passage }> {
  const [near, far = near] = hosts;
  const name = makeRunId('passage', new Date());
  try {
    const bridge = await measurePassage(name, near, near, baseImage);
    return { bridge, overlay: await measurePassage(name, near, far, baseImage) };
  } finally {
    await removeLeftoversOf(hosts, name);
  }
}

function launchRows(nodes: number, ours: Side, raw: Side): BenchRow[] {
  const of = (side: Side, pick: (trial: Trial) => number) => median(side.trials.map(pick));
  const rate = (seconds: (trial: Trial) => number) => (side: Side) => nodes / of(side, seconds);
  const ready = rate(({ launchSeconds }) => launchSeconds);
  const removed = rate(({ removeSeconds }) => removeSeconds);
  const cpu = (side: Side) => (of(side, ({ cpuSeconds }) => cpuSeconds) / nodes) * 1000;
  const beside = (measure: (side: Side) => number) => ({ what: raw.name, value: measure(raw) });
  const note = `median of ${ours.trials.length}, in turn; with an agent and a reaper on each host, and by the way through the manager, which stood before`;
  return [
    atLeastTimes(
      {
        name: `${nodes} nodes ready`,
        measured: ready(ours),
        unit: 'a second',
        reference: beside(ready),
        note,
      },
      0.8,
    ),
    known({
      name: `${nodes} nodes removed`,
      measured: removed(ours),
      unit: 'a second',
      reference: beside(removed),
      ratio: removed(ours) / removed(raw),
    }),
    known({
      name: 'CPU of the orchestrator a node, launched and removed',
      measured: cpu(ours),
      unit: 'ms',
      reference: beside(cpu),
      ratio: cpu(ours) / cpu(raw),
    }),
  ];
}

function passageRows(
  passages: readonly { readonly bridge: Passage; readonly overlay: Passage }[],
): BenchRow[] {
  const row = (name: string, unit: string, pick: (passage: Passage) => number): BenchRow => {
    const bridge = median(passages.map((each) => pick(each.bridge)));
    const overlay = median(passages.map((each) => pick(each.overlay)));
    return known({
      name,
      measured: overlay,
      unit,
      reference: { what: 'over a bridge on one host', value: bridge },
      ratio: overlay / bridge,
    });
  };
  return [
    row('round trip over VXLAN, p50', 'ms', ({ p50Ms }) => p50Ms),
    row('round trip over VXLAN, p99', 'ms', ({ p99Ms }) => p99Ms),
    row('one TCP connection over VXLAN', 'MiB/s', ({ bytesPerSecond }) => bytesPerSecond / MIB),
  ];
}
