// Runs on two hosts of which one vanishes, on the fake engine.
import { describe, expect, it, vi } from 'vitest';
import type { FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { runOnStandIns, type StandInOptions } from './stand-in-run.ts';

// Nothing is on its way to this Prometheus.
vi.mock(import('../../../orchestrator/measure/measure-load.ts'), async (original) => ({
  ...(await original()),
  settle: async () => {},
}));

const hosts = ['box1', 'box2'] as const;

/** Its daemon is gone: whoever asks is refused, and nothing is heard of what was there. */
function vanish(engine: FakeEngine | undefined): void {
  if (engine === undefined) throw new Error('no such host');
  const refuse = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const reaper = [...engine.containers.values()].find(({ spec }) => spec.engineSocket !== undefined);
  Object.assign(engine, {
    list: refuse,
    inspect: refuse,
    launch: refuse,
    signal: refuse,
    stop: refuse,
    remove: refuse,
    logs: refuse,
    exec: refuse,
    openStream: refuse,
  });
  if (reaper !== undefined) engine.exit(reaper.started.id, 137);
}

/** Its daemon ends with all containers there, and answers again later. */
function restart(engine: FakeEngine | undefined, awayMs: number): void {
  if (engine === undefined) throw new Error('no such host');
  const own = new Set(Object.keys(engine));
  vanish(engine);
  for (const { running, started } of engine.containers.values()) if (running) engine.exit(started.id, 137);
  const back = (): void => {
    for (const name of Object.keys(engine)) if (!own.has(name)) Reflect.deleteProperty(engine, name);
  };
  setTimeout(back, awayMs);
}

/** What is left on the first host. */
async function run(options: Omit<StandInOptions, 'hosts' | 'lastsMs'>) {
  let first: FakeEngine | undefined;
  const ran = await runOnStandIns({
    lastsMs: 2000,
    hosts,
    ...options,
    prepare: (engines) => {
      [first] = engines;
      options.prepare?.(engines);
    },
  });
  return { ...ran, onFirst: await first?.list() };
}

const duringLoad: StandInOptions['onEvent'] = (event, engines) => {
  if (event.type === 'load-started') setTimeout(() => vanish(engines[1]), 500);
};

describe('a run of which a host vanishes', () => {
  it('goes on without its nodes, is judged by what users met, and says first which host and when', async () => {
    const { result, saved, events, onFirst } = await run({ generatorHosts: ['box1'], onEvent: duringLoad });
    expect([result.outcome, saved.verdict?.outcome]).toEqual(['completed', 'pass']);
    const gone = events.find((event) => event.type === 'host-gone');
    expect(gone).toMatchObject({ host: 'box2', nodes: ['servers-1', 'servers-2', 'servers-3'], needed: [] });
    expect(gone?.goneMs).toBeGreaterThan(400);
    expect(gone?.goneMs).toBeLessThan(1500);
    expect(saved.verdict?.reasons[0]).toMatch(
      /^Host box2 was lost at [01]\.\d s: servers-1, servers-2, servers-3 went with it\.$/,
    );
    expect(events.find((event) => event.type === 'load-ended')?.offsetMs).toBeGreaterThan(1900);
    // The rest is removed, and it is said what was not.
    expect(result.left).toMatchObject({
      code: 'not-cleaned-up',
      message: expect.stringContaining('box2: connect ECONNREFUSED'),
      hint: expect.stringContaining('topolab clean --engine swarm'),
    });
    expect(onFirst).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it('ends in order, and is not valid, where the generators were there', async () => {
    const { result, saved, events } = await run({ generatorHosts: ['box2'], onEvent: duringLoad });
    expect([result.outcome, result.exitCode, saved.verdict?.outcome]).toEqual(['completed', 4, 'invalid']);
    expect(saved.verdict?.reasons[0]).toMatch(
      /^Host box2 was lost at [01]\.\d s, and with it users-k6-1, without which nothing can be measured: the load ended there\.$/,
    );
    expect(events.find((event) => event.type === 'load-ended')).toMatchObject({ generators: [] });
    expect(events.find((event) => event.type === 'load-ended')?.offsetMs).toBeLessThan(1900);
    expect(saved.verdict?.phases.map(({ phase }) => phase)).toEqual(['run']);
  });

  it('does not come about without one that vanishes while nodes are launched', async () => {
    const { result, saved, events, onFirst } = await run({
      onEvent: (event, engines) => {
        if (event.type === 'step-started' && event.step === '2 nodes of servers') vanish(engines[1]);
      },
    });
    expect([result.outcome, result.exitCode]).toEqual(['broken', 1]);
    expect(saved.verdict?.reasons[0]).toBe('The run was aborted: host box2 was lost before the load.');
    expect(events.some(({ type }) => type === 'load-started')).toBe(false);
    // The run's own error is told at the end, and what is left by a warning.
    const told = events.findLast((event) => event.type === 'warning')?.message;
    expect(told).toMatch(
      /box2: connect ECONNREFUSED\. .*`topolab clean --engine swarm` once all hosts are there\.$/,
    );
    expect(onFirst).toEqual({ containers: [], networks: [], volumes: [] });
  });

  it('is aborted where that is the manager, and keeps what was measured and leaves nothing once that is back', async () => {
    let engines: readonly FakeEngine[] = [];
    const { result, saved, events } = await run({
      prepare: (all) => (engines = all),
      onEvent: (event) => {
        if (event.type === 'load-started') setTimeout(() => restart(engines[0], 1500), 500);
      },
    });
    expect([result.outcome, result.exitCode, result.left]).toEqual(['broken', 1, undefined]);
    expect(saved.verdict?.reasons[0]).toMatch(
      /^The run was aborted: host box1, which has Prometheus, was lost at \d\.\d s\./,
    );
    const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings.join('\n')).toContain('waiting up to');
    expect(warnings.join('\n')).not.toContain('is lost');
    expect(saved.verdict?.phases.map(({ phase }) => phase)).toEqual(['run']);
    for (const engine of engines) {
      const { containers, networks } = await engine.list();
      expect([containers, networks]).toEqual([[], []]);
    }
  });

  it('waits for the managers by its reapers where those do not agree in the end, and says so', async () => {
    const hint = 'More than half of them must be up.';
    const leaderless = new TopolabError('they do not agree', { code: 'swarm-without-leader', hint });
    const { result, saved } = await run({
      onEvent: (event, engines) => {
        if (event.type === 'step-started' && event.step === 'remove containers')
          for (const engine of engines) engine.removeNetwork = () => Promise.reject(leaderless);
      },
    });
    expect([result.outcome, saved.verdict?.outcome]).toEqual(['completed', 'pass']);
    expect(result.left).toMatchObject({
      code: 'not-cleaned-up',
      message: expect.stringContaining('they do not agree'),
      hint: `${hint} The run's reapers remove what is left as soon as that is so.`,
    });
  });

  it('keeps its verdict where one vanishes while it is cleaned up', async () => {
    const { result, saved, onFirst } = await run({
      onEvent: (event, engines) => {
        if (event.type === 'step-started' && event.step === 'remove containers') vanish(engines[1]);
      },
    });
    expect([result.outcome, saved.verdict?.outcome]).toEqual(['completed', 'pass']);
    expect(result.left?.message).toContain('box2: connect ECONNREFUSED');
    expect(onFirst).toEqual({ containers: [], networks: [], volumes: [] });
  });
});
