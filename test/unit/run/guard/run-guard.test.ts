// What a run notices of the reaper, of Docker and of itself, on an engine in memory. That nothing stays is shown with real containers.
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { TopolabError } from '../../../../orchestrator/errors.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { pause } from '../../../../orchestrator/pause.ts';
import { RunGuard } from '../../../../orchestrator/run/guard/run-guard.ts';
import { hostOfEngine } from '../../../../orchestrator/cluster/host.ts';
import { guarded } from '../../../../orchestrator/run/guard/guarded.ts';

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

  it('says nothing any more once the run is over, also where the line came to stand only then', async () => {
    const said: string[] = [];
    const way = Promise.withResolvers<void>();
    engine = createFakeEngine({
      stream: () => new PassThrough().on('data', (words: Buffer) => said.push(String(words))),
    });
    const open = engine.openStream.bind(engine);
    engine.openStream = async (...asked) => {
      await way.promise;
      return await open(...asked);
    };
    const guard = await start();
    await guard.removeAll({ late: true });
    way.resolve();
    await vi.advanceTimersByTimeAsync(3000);
    expect(said).toEqual([]);
  });

  it('starts the reaper again where it has ended, and the run goes on', async () => {
    const guard = await start();
    await launchNode();
    const first = reaperId();
    engine.exit(first, 137);
    await vi.waitFor(() => expect(running()).toEqual(['topolab-r-reaper', 'node-1']));
    expect(reaperId()).toBe(first);
    expect([guard.lost.aborted, warnings]).toEqual([false, []]);
  });

  it('makes another reaper where the first was removed, and the run goes on', async () => {
    const guard = await start();
    await launchNode();
    const first = reaperId();
    await engine.remove(first);
    await vi.waitFor(() => expect(running()).toEqual(['node-1', 'topolab-r-reaper']));
    expect(reaperId()).not.toBe(first);
    expect([guard.lost.aborted, warnings]).toEqual([false, []]);
  });

  it('makes another reaper where the first can’t be started for long, and the run goes on', async () => {
    const guard = await start();
    await launchNode();
    const first = reaperId();
    engine.start = async () => {
      await pause(100);
      throw new Error('no space left on device');
    };
    engine.exit(first, 137);
    for (let second = 0; second < 60; second++) await vi.advanceTimersByTimeAsync(1000);
    expect(reaperId()).not.toBe(first);
    expect([running(), guard.lost.aborted, warnings]).toEqual([['node-1', 'topolab-r-reaper'], false, []]);
  });

  it('leaves the reaper to an engine that ends it before all others, and hears it again when that is back', async () => {
    const guard = await start();
    const node = await launchNode();
    const reaper = reaperId();
    const launch = vi.spyOn(engine, 'launch');
    const list = engine.list.bind(engine);
    const startAgain = engine.start.bind(engine);
    engine.start = () => Promise.reject(new Error('bind source path does not exist: /run/docker.sock'));
    engine.exit(reaper, 0);
    await vi.advanceTimersByTimeAsync(2000);
    expect(guard.lost.aborted).toBe(false);
    engine.exit(node, 137);
    engine.list = () => Promise.reject(new Error('connect ENOENT'));
    await vi.advanceTimersByTimeAsync(1000);
    expect([guard.lost.aborted, guard.remains]).toEqual([true, 'with the first host']);
    const back = guard.reattach(60_000, signal);
    await vi.advanceTimersByTimeAsync(10_000);
    Object.assign(engine, { list, start: startAgain });
    await vi.advanceTimersByTimeAsync(1000);
    expect([await back, reaperId(), running()]).toEqual([true, reaper, ['topolab-r-reaper']]);
    expect([launch.mock.calls, warnings]).toEqual([[], []]);
  });

  it('waits for Docker to be back without a reaper too', async () => {
    engine.failLaunch('topolab-r-reaper', new Error('nobody knows where the socket is'));
    const guard = await start();
    await launchNode();
    const list = engine.list.bind(engine);
    engine.list = () => Promise.reject(new Error('connect ENOENT'));
    let isBack: boolean | undefined;
    const back = guard.reattach(60_000, signal).then((found) => (isBack = found));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(isBack).toBeUndefined();
    engine.list = list;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await back).toBe(true);
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
    expect([guard.lost.aborted, guard.remains]).toEqual([true, 'with the first host']);
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
    expect([guard.lost.aborted, guard.remains]).toEqual([true, 'with the first host']);
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
  /** Hosts that were told to be lost. */
  let gone: string[];

  /** @param goesOn whether the run does without the other. */
  async function startOnTwo(goesOn = true): Promise<RunGuard> {
    other = createFakeEngine();
    gone = [];
    const box1 = { ...hostOfEngine(engine), name: 'box1' };
    const box2 = { ...hostOfEngine(other), name: 'box2' };
    const guard = new RunGuard({
      ...optionsOf(),
      hosts: [box1, box2],
      onHostGone: (host) => {
        gone.push(host);
        return goesOn;
      },
    });
    const started = guard.start(signal);
    await vi.advanceTimersByTimeAsync(10);
    await started;
    return guard;
  }
  const reaperOn = ({ containers }: FakeEngine) => [...containers.keys()][0] ?? '';
  /** Its reaper is heard no more, and it answers nothing. */
  const vanish = (vanishing: FakeEngine, list: FakeEngine['list']) => {
    vanishing.list = list;
    vanishing.exit(reaperOn(vanishing), 137);
  };
  const refuses = () => Promise.reject(new Error('connect ECONNREFUSED'));
  const hangs = () => new Promise<never>(() => {});

  it('has a reaper on each', async () => {
    await startOnTwo();
    for (const each of [engine, other])
      expect([...each.containers.values()].map(({ spec }) => spec.name)).toEqual(['topolab-r-reaper']);
  });

  it('goes on without the other where the run can, and knows from then on that it is gone', async () => {
    const guard = await startOnTwo();
    const before = guard.isGone('box2');
    await vi.advanceTimersByTimeAsync(1000);
    expect(await before).toBe(false);
    vanish(other, refuses);
    await vi.advanceTimersByTimeAsync(1000);
    expect([gone, guard.lost.aborted]).toEqual([['box2'], false]);
    const asked = Promise.all([guard.isGone('box2'), guard.isGone('box1')]);
    await vi.advanceTimersByTimeAsync(4000);
    expect(await asked).toEqual([true, false]);
  });

  it('has the loss found out by whoever could not do something there', async () => {
    const guard = await startOnTwo();
    other.list = refuses;
    other.openStream = refuses;
    const asked = guard.isGone('box2');
    other.exit(reaperOn(other), 137);
    await vi.advanceTimersByTimeAsync(4000);
    expect([await asked, gone]).toEqual([true, ['box2']]);
  });

  it('blames no host for what failed once the run goes on without one', async () => {
    const guard = await startOnTwo();
    vanish(other, refuses);
    const error = new Error('not ready');
    const explained = guard.explain(error);
    await vi.advanceTimersByTimeAsync(4000);
    expect([await explained, gone]).toEqual([error, ['box2']]);
  });

  it('is lost with the other where the run can’t do without, and says which; what was measured can be asked for', async () => {
    const guard = await startOnTwo(false);
    vanish(other, refuses);
    await vi.advanceTimersByTimeAsync(1000);
    expect(guard.lost.reason).toMatchObject({
      code: 'engine-gone',
      message: 'host box2 was lost at 15.4 s',
    });
    expect(guard.remains).toBe('all');
    expect(guard.lostAtMs).toBeGreaterThan(0);
  });

  it('is lost with the first, through which the way to the others leads, and blames none of them', async () => {
    const guard = await startOnTwo();
    vanish(other, refuses);
    vanish(engine, refuses);
    await vi.advanceTimersByTimeAsync(4000);
    expect(guard.lost.reason).toMatchObject({
      message: 'host box1, which has Prometheus, was lost at 15.4 s',
    });
    expect([gone, guard.remains]).toEqual([[], 'with the first host']);
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
    await expect(guard.removeAll()).rejects.toThrow(
      'box2: could not be removed: container topolab-r-reaper: device is busy',
    );
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

  it('waits some seconds for one that is lost, removes the rest, and says of both what stays', async () => {
    const guard = await startOnTwo();
    vanish(other, hangs);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(gone).toEqual(['box2']);
    engine.removeNetwork = () => Promise.reject(new Error('network in use'));
    await engine.createNetwork({ name: 'n', labels });
    const removed = guard.removeAll().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await removed).toMatchObject({
      code: 'hosts-not-cleaned',
      message: 'box2: no answer within 10 s; box1: could not be removed: network n: network in use',
      hint: expect.stringContaining('`topolab clean --engine swarm` once all hosts are there'),
    });
  });

  it('does not send anybody to `topolab clean` while the managers do not agree, where another host is lost as well', async () => {
    const guard = await startOnTwo();
    vanish(other, refuses);
    await vi.advanceTimersByTimeAsync(1000);
    const hint = 'More than half of them must be up.';
    const leaderless = new TopolabError('too few managers', { code: 'swarm-without-leader', hint });
    Object.assign(engine, { swarm: { nodes: () => Promise.reject(leaderless) } });
    await expect(guard.removeAll()).rejects.toMatchObject({
      code: 'hosts-not-cleaned',
      message: 'box2: connect ECONNREFUSED; box1: too few managers',
      hint: `${hint} The run's reapers remove what is left as soon as that is so.`,
    });
  });

  it('removes everything from one that is back by the end', async () => {
    const guard = await startOnTwo();
    const list = other.list.bind(other);
    vanish(other, refuses);
    await vi.advanceTimersByTimeAsync(1000);
    other.list = list;
    await guard.removeAll();
    expect([engine.containers.size, other.containers.size]).toEqual([0, 0]);
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
