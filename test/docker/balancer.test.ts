// What a balancer does with servers that hang, die and come back, by its own finding: nobody tells it.
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

/** From the start of the load. */
const stopsMs = 3000;
/** fall × (interval + timeout) of the fixture. */
const promisedMs = 2000;
/** What a busy host may add to signal, check and log. */
const slackMs = 500;

describe('a balancer whose servers hang, die, join and leave', () => {
  let run: SavedRun;
  let stoppedMs = 0;
  let foundMs = 0;

  beforeAll(async () => {
    await using engine = await connectDocker();
    const ids = new Map<string, string>();
    const { folder } = await runFixture(engine, 'hanging-server.yaml', {
      onProgress: () => {},
      onEvent: (event) => {
        if (event.type === 'node-launched') ids.set(event.node, event.containerId);
        if (event.type !== 'load-started') return;
        setTimeout(() => {
          stoppedMs = performance.now();
          // Its kernel goes on taking connections for it, as for any process that hangs.
          void engine.signal(ids.get('servers-1') ?? '', 'SIGSTOP');
        }, stopsMs);
        void found(engine, ids.get('balancer-1') ?? '').then((atMs) => (foundMs = atMs));
      },
    });
    run = await readRun(folder);
    expect(await leftOf('hanging-server')).toEqual([]);
  });

  function countOf(state: string): readonly (readonly [number, number | null])[] {
    const series = run.samples?.panels['balancer-servers'] ?? [];
    return series.find(({ labels }) => labels['state'] === state)?.points ?? [];
  }

  it('finds the one that hangs within what its configuration promises', () => {
    expect(foundMs - stoppedMs).toBeGreaterThan(0);
    expect(foundMs - stoppedMs).toBeLessThan(promisedMs + slackMs);
    expect(countOf('DOWN').some(([, servers]) => servers === 1)).toBe(true);
  });

  it('has every request answered, by another where need be', () => {
    const errors = run.verdict?.objectives.find(({ objective }) => objective.measure.kind === 'errors');
    expect(errors?.measured, JSON.stringify(run.verdict?.reasons)).toBe(0);
  });

  it('sends nothing to the address of the dead, and counts who gets it once', () => {
    const addresses = run.events.flatMap((event) => (isServer(event) ? [[event.node, event.address]] : []));
    const { 'servers-3': dead, 'servers-4': next } = Object.fromEntries(addresses) as Record<string, string>;
    // As every Docker does it: the lowest that is free.
    expect(next).toBe(dead);
    const before = countOf('UP').filter(([atMs]) => atMs > 14_000 && atMs < 17_000);
    expect(before.map(([, servers]) => servers)).toEqual(before.map(() => 2));
    const after = countOf('UP').filter(([atMs]) => atMs > 18_500);
    expect(after.map(([, servers]) => servers)).toEqual(after.map(() => 1));
    expect(before.length * after.length).toBeGreaterThan(0);
  });
});

function isServer(event: RunEvent): event is Extract<RunEvent, { type: 'node-launched' }> {
  return event.type === 'node-launched' && event.group === 'servers';
}

/** When HAProxy said that the server is down. */
async function found(engine: Engine, balancer: string): Promise<number> {
  for await (const line of engine.followLogs(balancer, AbortSignal.timeout(120_000)))
    if (line.includes('servers/servers-1 is DOWN')) return performance.now();
  return 0;
}
