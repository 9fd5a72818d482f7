// Every kind of fault on hosts, on a Swarm of three daemons on this machine: until it was seen on all nodes of a host.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { handOverImages } from '../../orchestrator/images/hand-over.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { imagesOf } from '../../orchestrator/run/needs/images-of-scenario.ts';
import { loadScenario } from '../../orchestrator/scenario/load-scenario.ts';
import { type NamespacedSwarm, startNamespacedSwarm } from '../../test/docker/namespaced-swarm.ts';
import { fixture, imageOn, onlyRun } from '../../test/docker/topolab.ts';
import type { BenchRow } from '../benchmark.ts';
import { missing } from '../harness/judge-row.ts';
import { hasFailed, runTopolab } from '../harness/run-topolab.ts';
import type { HostFaultName } from './examples.ts';
import { kindRow, type Tried } from './kind-rows.ts';

const file = fixture('swarm-hosts.yaml');
/** Nodes of a drained host stay away. */
const isUndone: Readonly<Record<HostFaultName, boolean>> = {
  'host-lost': true,
  'host-cut': true,
  drain: false,
};
const tried = Object.entries(isUndone).map(
  ([kind, undone]): Tried => ({ kind: kind as HostFaultName, on: 'all nodes of a host', isUndone: undone }),
);

export async function hostRows(signal: AbortSignal): Promise<BenchRow[]> {
  try {
    const events = await runOnSwarm(signal);
    return tried.map((each) => kindRow(each, events));
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return tried.map(({ kind, on }) => missing(`${kind}, ${on}`, 's', 'seen to bite', why));
  }
}

async function runOnSwarm(signal: AbortSignal): Promise<readonly RunEvent[]> {
  await using swarm = await startNamespacedSwarm(['box1', 'box2', 'box3']);
  await handOver(swarm, signal);
  const runs = await mkdtemp(join(tmpdir(), 'topolab-bench-'));
  try {
    const on = ['--engine', 'swarm', '--generators', 'anywhere', '--runs', runs];
    const env = {
      DOCKER_HOST: `unix://${swarm.hosts[0]?.socket}`,
      TOPOLAB_ENGINE_SOCKET: '/run/docker.sock',
    };
    const ended = await runTopolab(['run', file, ...on], { signal, env });
    if (hasFailed(ended)) throw new Error(ended.output);
    return (await readRun(onlyRun(runs))).events;
  } finally {
    await rm(runs, { recursive: true });
  }
}

/** The daemons reach no registry. What nodes run, the first host hands on by itself. */
async function handOver(swarm: NamespacedSwarm, signal: AbortSignal): Promise<void> {
  await using here = await connectDocker();
  const refs: string[] = [];
  for (const { ref } of imagesOf(await loadScenario(file))) refs.push(await imageOn(here, ref));
  for (const [index, { name, socket }] of swarm.hosts.entries()) {
    await using engine = await connectDocker({ DOCKER_HOST: `unix://${socket}` });
    const images = index === 0 ? [...refs, NODE_BASE_IMAGE] : [NODE_BASE_IMAGE];
    await handOverImages(here, [{ name, engine }], images, { onStep: () => {}, signal });
  }
}
