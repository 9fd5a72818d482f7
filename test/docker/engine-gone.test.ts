// Docker ends and comes back in the middle of a run, as seen through a socket of this test's own: nobody answers, every container of the
// run ends, and later there is an answer again. The machine's daemon goes on.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { openRelay, type Relay } from './relay.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf, temporaryFolder } from './topolab.ts';

const AWAY_AT_MS = 8000;
const AWAY_FOR_MS = 4000;

async function restart(relay: Relay, run: string): Promise<void> {
  await using real = await connectDocker();
  const { containers } = await real.list(run);
  relay.close();
  await Promise.all(containers.map(({ id }) => real.signal(id, 'SIGKILL')));
  await sleep(AWAY_FOR_MS);
  await relay.open();
}

describe('a run in whose middle Docker is restarted', () => {
  let result: RunResult;
  let run: SavedRun;

  beforeAll(async () => {
    const path = join(temporaryFolder(), 'docker.sock');
    using relay = await openRelay(path);
    await using engine = await connectDocker({ DOCKER_HOST: `unix://${path}` });
    let id = '';
    result = await runFixture(engine, 'long.yaml', {
      onProgress: () => {},
      onEvent: (event) => {
        if (event.type === 'run-started') id = event.run;
        if (event.type === 'load-started') setTimeout(() => void restart(relay, id), AWAY_AT_MS);
      },
    });
    run = await readRun(result.folder);
  });

  afterAll(async () => {
    expect(await leftOf('long')).toEqual([]);
  });

  it('ends with 1, and says first that Docker went away, and when', () => {
    expect([result.outcome, result.exitCode]).toEqual(['broken', 1]);
    const [first = ''] = run.verdict?.reasons ?? [];
    const [, seconds] = /^The run was aborted: Docker went away at ([\d.]+) s\./.exec(first) ?? [];
    expect(Number(seconds), first).toBeGreaterThan(7.5);
    expect(Number(seconds)).toBeLessThan(12);
  });

  it('keeps what was measured until then', () => {
    expect(run.verdict?.phases.map(({ phase }) => phase)).toEqual(['begin', 'rest']);
    expect(run.verdict?.phases[0]?.servedPerSecond).toBeGreaterThan(5);
    expect(run.samples?.panels['cpu-cores']?.length).toBeGreaterThan(0);
  });

  it('takes no node for one that ended by itself', () => {
    expect(run.verdict?.reasons.join('\n')).not.toContain('ended by itself');
  });

  it('removes everything once Docker is back', () => {
    expect(result.left).toBeUndefined();
  });
});
