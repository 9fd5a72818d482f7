// What a run notices of the reaper, of Docker and of itself, on an engine in memory. That nothing stays is shown with real containers.
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TopolabError } from '../../../orchestrator/errors.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { RunGuard } from '../../../orchestrator/run/run-guard.ts';
import { hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { guarded } from '../../../orchestrator/run/guarded.ts';

const labels = { 'topolab.run': 'r', 'topolab.owner': 'me' };
const signal = new AbortController().signal;
let engine: FakeEngine;
let warnings: string[];

beforeEach(() => {
  vi.useFakeTimers();
  engine = createFakeEngine();
  warnings = [];
});

afterEach(() => {
  vi.useRealTimers();
});

const optionsOf = () => ({
  hosts: [hostOfEngine(engine)] as const,
  run: 'r',
  image: 'node',
  labels,
  warn: (message: string) => void warnings.push(message),
  moment: () => ' at 15.4 s',
});

async function start(): Promise<RunGuard> {
  const guard = new RunGuard(optionsOf());
  const started = guard.start(signal);
  await vi.advanceTimersByTimeAsync(10);
  await started;
  return guard;
}

async function launchNode(): Promise<string> {
  const rest = { image: 'i', env: {}, cpus: null, memoryBytes: null };
  const launching = engine.launch({ name: `node-${engine.containers.size}`, labels, ...rest });
  await vi.advanceTimersByTimeAsync(10);
  return (await launching).id;
}

const running = () =>
  [...engine.containers.values()].filter((each) => each.running).map(({ spec }) => spec.name);
const reaperId = () =>
  [...engine.containers.values()].find(({ spec }) => spec.engineSocket)?.started.id ?? '';

describe('the guard of a run', () => {
  it('gives the reaper the socket of the engine, and no more than it needs', async () => {
    await start();
    expect([...engine.containers.values()].map(({ spec }) => spec)).toEqual([
      expect.objectContaining({
        name: 'topolab-r-reaper',
        hardened: true,
        restart: 'unless-stopped',
        labels: expect.objectContaining(labels),
      }),
    ]);
  });

  it('says every second that the run goes on', async () => {
    const said: string[] = [];
    engine = createFakeEngine({
      stream: () => new PassThrough().on('data', (words: Buffer) => said.push(String(words))),
    });
    await start();
    await vi.advanceTimersByTimeAsync(3000);
    expect(said).toEqual(['alive\n', 'alive\n', 'alive\n', 'alive\n']);
  });

  it('makes another reaper where the first has ended, and the run goes on', async () => {
    const guard = await start();
    await launchNode();
    const first = reaperId();
    engine.exit(first, 137);
    await vi.waitFor(() => expect(running()).toEqual(['node-1', 'topolab-r-reaper']));
    expect(reaperId()).not.toBe(first);
    expect([guard.lost.aborted, warnings]).toEqual([false, []]);
  });

  it('knows that Docker went away where it does not answer', async () => {
    const guard = await start();
    await launchNode();
    engine.list = () => Promise.reject(new Error('connect ECONNREFUSED'));
    engine.exit(reaperId(), 137);
    await vi.advanceTimersByTimeAsync(1000);
    expect(guard.lost.reason).toMatchObject({
      code: 'engine-gone',
      message: 'Docker went away at 15.4 s',
      exitCode: 1,
    });
  });

  it('knows that Docker was away where every container has ended at once, though it answers again', async () => {
    const guard = await start();
    engine.exit(await launchNode(), 137);
    engine.exit(reaperId(), 137);
    await vi.advanceTimersByTimeAsync(1000);
    expect(guard.engineWentAway).toBe(true);
  });

  it('knows that Docker hangs where nothing has been heard for 15 s', async () => {
    engine = createFakeEngine({
      stream: () => new PassThrough({ read: () => {}, write: (_, __, done) => done() }),
    });
    const guard = await start();
    engine.list = () => new Promise(() => {});
    await vi.advanceTimersByTimeAsync(15_000);
    expect(guard.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(12_000);
    expect(guard.engineWentAway).toBe(true);
  });

  it('knows that the run was removed by somebody else', async () => {
    const guard = await start();
    await engine.remove(reaperId());
    await vi.advanceTimersByTimeAsync(1000);
    expect(guard.lost.reason).toMatchObject({ code: 'run-removed' });
  });

  it('gives the run up where this process stood still, and says for how long', async () => {
    const guard = await start();
    vi.setSystemTime(Date.now() + 32_000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(guard.lost.reason).toMatchObject({
      code: 'run-stood-still',
      message: expect.stringMatching(/^this process was suspended for 33 s/),
    });
  });

  it('takes the loss of Docker for the cause of what failed by it', async () => {
    const guard = await start();
    engine.list = () => Promise.reject(new Error('connect ECONNREFUSED'));
    engine.exit(reaperId(), 137);
    const explained = guard.explain(new Error('the agent is lost'));
    await vi.advanceTimersByTimeAsync(4000);
    expect(await explained).toMatchObject({ code: 'engine-gone' });
  });

  it('leaves other errors as they are', async () => {
    const guard = await start();
    const error = new Error('not ready');
    const explained = guard.explain(error);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await explained).toBe(error);
  });

  it('warns of an engine whose socket is not known, and lets the run go on', async () => {
    engine.failLaunch('topolab-r-reaper', new Error('nobody knows where the socket is'));
    const guard = await start();
    expect(warnings).toEqual([expect.stringContaining('nobody knows where the socket is')]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(guard.lost.aborted).toBe(false);
  });

  it('removes the reaper last, and not where something else is left', async () => {
    const guard = await start();
    const id = await launchNode();
    const remove = engine.remove.bind(engine);
    const removed: string[] = [];
    engine.remove = async (each) => {
      removed.push(each);
      if (each === id && removed.length === 1) throw new Error('device is busy');
      await remove(each);
    };
    await expect(guard.removeAll()).rejects.toThrow('device is busy');
    expect(removed).toEqual([id]);
    const reaper = reaperId();
    await guard.removeAll();
    expect(removed).toEqual([id, id, reaper]);
  });
});

describe('the guard of a run on two hosts', () => {
  let other: FakeEngine;

  async function startOnTwo(): Promise<RunGuard> {
    other = createFakeEngine();
    const box2 = { ...hostOfEngine(other), name: 'box2' };
    const guard = new RunGuard({ ...optionsOf(), hosts: [hostOfEngine(engine), box2] });
    const started = guard.start(signal);
    await vi.advanceTimersByTimeAsync(10);
    await started;
    return guard;
  }
  const reaperOn = ({ containers }: FakeEngine) => [...containers.keys()][0] ?? '';

  it('has a reaper on each', async () => {
    await startOnTwo();
    for (const each of [engine, other])
      expect([...each.containers.values()].map(({ spec }) => spec.name)).toEqual(['topolab-r-reaper']);
  });

  it('is lost with either, and says which; what the first has measured can still be asked for', async () => {
    const guard = await startOnTwo();
    other.list = () => Promise.reject(new Error('connect ECONNREFUSED'));
    other.exit(reaperOn(other), 137);
    await vi.advanceTimersByTimeAsync(1000);
    expect(guard.lost.reason).toMatchObject({
      code: 'engine-gone',
      message: 'Docker went away on box2 at 15.4 s',
    });
    expect(guard.engineWentAway).toBe(true);
    expect(guard.lostAtMs).toBeGreaterThan(0);
    expect(await guard.reattach(1000, signal)).toBe(true);
  });

  it('removes from the first, whose networks span both, last, and also where the other refuses', async () => {
    const guard = await startOnTwo();
    const removed: string[] = [];
    const remove = engine.remove.bind(engine);
    engine.remove = async (id) => {
      removed.push('first');
      await remove(id);
    };
    other.remove = async () => {
      removed.push('other');
      throw new Error('device is busy');
    };
    await expect(guard.removeAll()).rejects.toThrow('device is busy');
    expect(removed).toEqual(['other', 'first']);
    expect(engine.containers.size).toBe(0);
  });

  it('leaves its networks to the reaper while the managers of the Swarm do not say which there are', async () => {
    const guard = await startOnTwo();
    const leaderless = new TopolabError('too few managers', { code: 'swarm-without-leader' });
    Object.assign(engine, { swarm: { nodes: () => Promise.reject(leaderless) } });
    await launchNode();
    await expect(guard.removeAll()).rejects.toBe(leaderless);
    expect(running()).toEqual(['topolab-r-reaper']);
    expect(other.containers.size).toBe(0);
  });
});

describe('guarded work', () => {
  it('ends with the result, and nothing is left', async () => {
    vi.useRealTimers();
    expect(await guarded(optionsOf(), signal, async () => 7)).toBe(7);
    expect(engine.containers.size).toBe(0);
  });

  it('ends with its own error though removing fails too', async () => {
    vi.useRealTimers();
    engine.remove = () => Promise.reject(new Error('device is busy'));
    const work = guarded(optionsOf(), signal, () => Promise.reject(new Error('not ready')));
    await expect(work).rejects.toThrow('not ready');
  });
});
