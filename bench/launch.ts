// 40 nodes from nothing to all ready, and their removal: Topolab beside the raw Docker API at its best parallelism, and beside
// Docker Compose where it is installed. The same image and limits for all, in turn, in a new random order each time.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { hostOfEngine } from '../orchestrator/cluster/host.ts';
import { connectDocker } from '../orchestrator/engine/docker/connect-docker.ts';
import { ensureNodeImage } from '../orchestrator/images/build-node-image.ts';
import { loadScenario } from '../orchestrator/scenario/load-scenario.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { shuffled } from './harness/statistics.ts';
import { composeLauncher, findCompose } from './launch/compose-launcher.ts';
import { createDockerClient } from './launch/docker-client.ts';
import { launchRows, type TrialsByLauncher } from './launch/launch-rows.ts';
import { rawLauncher } from './launch/raw-launcher.ts';
import type { Launcher, Trial } from './launch/launcher.ts';
import { timeNodes } from './launch/time-nodes.ts';
import { topolabLauncher } from './launch/topolab-launcher.ts';

const nodes = 40;
const rawAtOnce = [4, 6, 8];

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  await using engine = await connectDocker();
  const scenario = await loadScenario(fileURLToPath(new URL('launch/nodes.yaml', import.meta.url)));
  const image = await ensureNodeImage(engine, {
    signal: context.signal,
    allowSubstitutes: true,
    onStep: () => {},
  });
  const hosts = [hostOfEngine(engine)] as const;
  const docker = createDockerClient();
  const compose = await findCompose();
  const launchers = {
    topolab: [topolabLauncher(hosts, scenario, image, context.signal)],
    raw: rawAtOnce.map((atOnce) => rawLauncher(docker, atOnce)),
    compose:
      compose === undefined
        ? []
        : [composeLauncher(docker, compose, ['--timeout', '0']), composeLauncher(docker, compose, [])],
  };
  const order = Object.values(launchers).flat();
  const trials = new Map<string, Trial[]>(order.map(({ name }) => [name, []]));
  for (let repetition = 1; repetition <= context.repetitions; repetition++) {
    await context.alone(async () => {
      for (const launcher of shuffled(order)) {
        const load = loadavg()[0]?.toFixed(2);
        const trial = await timeNodes(launcher, { hosts, scenario, nodes, image, signal: context.signal });
        trials.get(launcher.name)?.push(trial);
        const [launchSeconds, removeSeconds] = [trial.launchMs / 1000, trial.removeMs / 1000];
        context.say(
          `  ${repetition}/${context.repetitions} ${launcher.name}: ready in ${launchSeconds.toFixed(2)} s, removed in ${removeSeconds.toFixed(2)} s (load ${load})`,
        );
      }
    });
  }
  const of = (group: readonly Launcher[]): TrialsByLauncher =>
    group.map(({ name }) => ({ launcher: name, trials: trials.get(name) ?? [] }));
  return launchRows({
    nodes,
    topolab: of(launchers.topolab),
    raw: of(launchers.raw),
    compose: of(launchers.compose),
  });
}
