// The command line in a container that has the engine's socket and nothing else, not even a network: as pipelines run it.
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { NODE_BASE_IMAGE } from '../../orchestrator/image-names.ts';
import { fixture, imageOn, leftOfRun } from './topolab.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const WITHIN_MS = 200_000;

it('runs a scenario, and leaves nothing', async () => {
  await using engine = await connectDocker();
  const here = (path: string) => ({ kind: 'bind' as const, source: path, path, readOnly: true });
  const { id } = await engine.launch({
    name: `topolab-in-container-${process.pid}`,
    image: await imageOn(engine, NODE_BASE_IMAGE),
    labels: {},
    env: {},
    command: [
      'node',
      join(ROOT, 'orchestrator/command-line/main.ts'),
      'run',
      fixture('brief.yaml'),
      '--runs',
      '/tmp/runs',
    ],
    cpus: null,
    memoryBytes: 1024 ** 3,
    // The libraries may be elsewhere, with a link to them.
    mounts: [here(ROOT), here(realpathSync(join(ROOT, 'node_modules')))],
    engineSocket: '/var/run/docker.sock',
  });
  try {
    const exitCode = await engine.wait(id, AbortSignal.timeout(WITHIN_MS));
    const log = await engine.logs(id);
    // 4: measured on a host that others filled.
    expect([0, 4], log).toContain(exitCode);
    const [, run = ''] = /report: \S*runs\/(brief-\S+)\/report\.html/.exec(log) ?? [];
    expect(run, log).not.toBe('');
    expect(await leftOfRun(run)).toEqual([]);
  } finally {
    await engine.remove(id);
  }
});
