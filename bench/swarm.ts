// Many nodes on a Swarm of three daemons on this machine: how fast they get ready and are removed, beside the raw API on one of the daemons; and what
// VXLAN costs beside a bridge. BENCH_SWARM_NODES says how many nodes.
import { fileURLToPath } from 'node:url';
import { removeLeftoversOf } from '../orchestrator/run/guard/clean-up.ts';
import { makeRunId } from '../orchestrator/run/identity/run-id.ts';
import { loadScenario } from '../orchestrator/scenario/load-scenario.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atLeastTimes, known } from './harness/judge-row.ts';
import { median } from './harness/statistics.ts';
import { createDockerClient } from './launch/docker-client.ts';
import type { Launcher, Trial } from './launch/launcher.ts';
import { rawLauncher } from './launch/raw-launcher.ts';
import { timeNodes } from './launch/time-nodes.ts';
import { topolabLauncher } from './launch/topolab-launcher.ts';
import { startThreeHosts, type ThreeHosts } from './swarm/three-hosts.ts';
import { measurePassage, type Passage } from './swarm/two-containers.ts';

const usualNodes = 200;
/** As fast as its engines take them; see `launch`. */
const rawAtOnce = 4;
const MIB = 2 ** 20;

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
        const trial = await timeNodes(side.launcher, { hosts, scenario, nodes, image, signal });
        side.trials.push(trial);
        const [launchSeconds, removeSeconds, cpuSeconds] = [trial.launchMs, trial.removeMs, trial.cpuMs].map(
          (ms) => (ms / 1000).toFixed(1),
        );
        say(
          `  ${repetition}/${context.repetitions} ${side.name}: ${nodes} ready in ${launchSeconds} s, removed in ${removeSeconds} s, ${cpuSeconds} s of our CPU`,
        );
      }
    });
  }
  return [...launchRows(nodes, ours, raw), ...passageRows(passages)];
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
  const rate = (tookMs: (trial: Trial) => number) => (side: Side) => nodes / (of(side, tookMs) / 1000);
  const ready = rate(({ launchMs }) => launchMs);
  const removed = rate(({ removeMs }) => removeMs);
  const cpu = (side: Side) => of(side, ({ cpuMs }) => cpuMs) / nodes;
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
