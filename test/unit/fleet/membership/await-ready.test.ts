import { beforeEach, describe, expect, it } from 'vitest';
import type { AgentClient } from '../../../../orchestrator/agent/agent-client.ts';
import type { ContainerState, RunningContainer } from '../../../../orchestrator/engine/engine.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { FakeContainer } from '../../../../orchestrator/engine/fake/fake-container.ts';
import { awaitReady } from '../../../../orchestrator/fleet/membership/await-ready.ts';
import { OpenLines } from '../../../../orchestrator/fleet/membership/open-lines.ts';
import type { Readiness } from '../../../../orchestrator/scenario/groups/group.ts';

const HTTP = { kind: 'http', port: 8080, path: '/ready' } as const;
const TCP = { kind: 'tcp', port: 5432 } as const;
const LOG = { kind: 'log', pattern: 'ready to (serve|listen)' } as const;
const HEALTH = { kind: 'health' } as const;

let engine: FakeEngine;
let container: RunningContainer;
let inside: FakeContainer;
let openLines: OpenLines;
let asked: unknown[];
let answer: Awaited<ReturnType<AgentClient['probe']>>;
let interrupt: AbortController;

const agent: Pick<AgentClient, 'probe'> = {
  probe: async (probe, host, timeoutMs) => {
    asked.push([probe, host, timeoutMs]);
    return answer;
  },
};

beforeEach(async () => {
  engine = createFakeEngine();
  openLines = new OpenLines();
  interrupt = new AbortController();
  const { id } = await engine.createNetwork({ name: 'n', labels: {} });
  container = await engine.launch({
    name: 'topolab-r-server-1',
    image: 'i',
    labels: {},
    env: {},
    cpus: null,
    memoryBytes: null,
    network: { id, aliases: [] },
    output: { onText: (source, text) => openLines.push(source, text), signal: interrupt.signal },
  });
  inside = engine.containers.get(container.id)!;
  asked = [];
  answer = { ready: true, tookMs: 1 };
});

const wait = (probe: Readiness['probe'], timeoutMs = 5000) =>
  awaitReady(
    'server-1',
    container,
    { probe, timeoutMs },
    { containers: engine, agent, openLines, signal: interrupt.signal },
  );

describe('a node is ready', () => {
  it.each([HTTP, TCP])('when the agent got an answer to the probe %o', async (probe) => {
    await wait(probe);
    expect(asked).toEqual([[probe, container.address, 5000]]);
  });

  it('when a line of its log matches, also one that was there before', async () => {
    inside.print('starting');
    inside.print('ready to serve');
    await expect(wait(LOG)).resolves.toBeUndefined();
  });

  it('when it has run for so long', async () => {
    await expect(wait({ kind: 'running', forMs: 1 })).resolves.toBeUndefined();
  });

  it('when its program has ended with 0, where that is what is waited for', async () => {
    const ready = wait({ kind: 'completed' });
    inside.end(0, false);
    await expect(ready).resolves.toBeUndefined();
  });

  it('and not when its program has ended with something else', async () => {
    inside.print('no such table');
    const ready = wait({ kind: 'completed' });
    inside.end(3, false);
    await expect(ready).rejects.toThrow(
      'start node server-1: it exited with code 3; it has to end with 0\n  | no such table',
    );
  });

  it('when a line that matches comes later', async () => {
    const ready = wait(LOG);
    inside.print('starting');
    setImmediate(() => inside.print('now ready to listen'));
    await expect(ready).resolves.toBeUndefined();
  });

  it('when a line matches that it does not end, and not before it is silent', async () => {
    inside.say('starting\nready to ');
    const ready = wait({ kind: 'log', pattern: '^ready to serve$' });
    inside.say('serve');
    await expect(ready).resolves.toBeUndefined();
    const never = wait({ kind: 'log', pattern: 'starting' }, 300);
    await expect(never).rejects.toThrow('no log line matched');
  });

  it('when its health check says so', async () => {
    inside.health = 'starting';
    const ready = wait(HEALTH);
    setImmediate(() => {
      inside.health = 'healthy';
    });
    await expect(ready).resolves.toBeUndefined();
  });
});

describe('a node that does not get ready', () => {
  it('is reported with what the probe saw last and the last lines of its log', async () => {
    answer = { ready: false, lastError: 'status 503' };
    for (let line = 1; line <= 20; line++) inside.print(`line ${line}`);
    const error = await wait(HTTP, 3000).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'node-not-ready', exitCode: 1 });
    const lines = (error as Error).message.split('\n');
    expect(lines[0]).toBe('start node server-1: not ready within 3 s (http probe: status 503)');
    expect(lines.slice(1)).toEqual(Array.from({ length: 15 }, (_, index) => `  | line ${index + 6}`));
  });

  it('is reported as silent where it wrote nothing', async () => {
    answer = { ready: false, lastError: 'connection refused' };
    await expect(wait(TCP)).rejects.toThrow(/connection refused\)\n {2}\(it wrote no log\)$/);
  });

  it('is reported with the pattern where no line matched in time', async () => {
    inside.print('starting');
    await expect(wait(LOG, 20)).rejects.toThrow(
      'not ready within 0.02 s (log probe: no log line matched /ready to (serve|listen)/)\n  | starting',
    );
  });

  it.each<[ContainerState['health'], string]>([
    ['starting', 'health probe: health is starting'],
    ['none', 'start node server-1: its image has no HEALTHCHECK that `health` could wait for'],
  ])('is reported where its health is %s', async (health, words) => {
    inside.health = health;
    await expect(wait(HEALTH, 20)).rejects.toThrow(words);
  });

  it('is reported with its exit code where it exits', async () => {
    const waiting = wait(LOG);
    setImmediate(() => {
      inside.print('cannot bind');
      engine.exit(container.id, 98);
    });
    await expect(waiting).rejects.toThrow(
      'start node server-1: it exited with code 98 before it was ready\n  | cannot bind',
    );
  });

  it('is reported as out of memory where that ended it', async () => {
    engine.exit(container.id, 137, { outOfMemory: true });
    await expect(wait(HEALTH)).rejects.toThrow('exited with code 137, out of memory');
  });

  it('is not blamed for an interrupt', async () => {
    const waiting = wait(LOG);
    setImmediate(() => interrupt.abort(new Error('interrupted by SIGINT')));
    await expect(waiting).rejects.toThrow('interrupted by SIGINT');
  });

  it('is reported where it answered and exited at once', async () => {
    engine.exit(container.id, 1);
    interrupt.abort(new Error('server-1 exited'));
    await expect(wait(HTTP)).rejects.toThrow('it exited with code 1');
  });
});
