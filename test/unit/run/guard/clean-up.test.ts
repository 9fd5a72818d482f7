import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Label, type Leftovers } from '../../../../orchestrator/engine/engine.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import { cleanUp } from '../../../../orchestrator/run/guard/clean-up.ts';
import {
  ownerLabel,
  type OwnerState,
  ownerState,
  thisOwner,
} from '../../../../orchestrator/run/identity/run-owner.ts';

/** A network that names the owner and a node that does not, as runs make them. */
async function leaveRun(engine: FakeEngine, run: string, owner?: string): Promise<void> {
  const labels = { [Label.run]: run };
  const owned = owner === undefined ? labels : { ...labels, [Label.owner]: owner };
  const { id } = await engine.createNetwork({ name: `net-${run}`, labels: owned });
  const rest = { image: 'i', env: {}, cpus: null, memoryBytes: null, network: { id, aliases: [] } };
  await engine.launch({ name: `node-${run}`, labels, ...rest });
}

const namesOf = ({ containers, networks }: Leftovers) =>
  [...containers, ...networks].map(({ name }) => name).toSorted();

const states: Readonly<Record<string, OwnerState>> = {
  'here:1': 'running',
  'here:2': 'gone',
  'there:1': 'elsewhere',
};
const stateOf = (owner: string | undefined) => states[owner ?? ''] ?? 'gone';

describe('cleaning up', () => {
  it('takes dead runs and those without an owner, and leaves those that go on and the stack', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'live', 'here:1');
    await leaveRun(engine, 'dead', 'here:2');
    await leaveRun(engine, 'remote', 'there:1');
    await leaveRun(engine, 'old');
    await leaveRun(engine, 'stack');
    const { removed, spared } = await cleanUp(engine, { stateOf, reaperBackMs: 0 });
    expect(namesOf(removed)).toEqual(['net-dead', 'net-old', 'node-dead', 'node-old']);
    expect(spared).toEqual([
      { run: 'live', owner: 'here:1', state: 'running' },
      { run: 'remote', owner: 'there:1', state: 'elsewhere' },
    ]);
    const left = ['net-live', 'net-remote', 'net-stack', 'node-live', 'node-remote', 'node-stack'];
    expect(namesOf(await engine.list())).toEqual(left);
  });

  it('leaves alone what names no owner where nobody asked for it', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'dead', 'here:2');
    await leaveRun(engine, 'old');
    const { removed } = await cleanUp(engine, { withoutOwner: false, stateOf, reaperBackMs: 0 });
    expect(namesOf(removed)).toEqual(['net-dead', 'node-dead']);
    expect(namesOf(await engine.list())).toEqual(['net-old', 'node-old']);
  });

  it('does not touch a run that begins meanwhile', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'dead', 'here:2');
    const list = engine.list.bind(engine);
    engine.list = async (run) => {
      const found = await list(run);
      if (run === undefined) await leaveRun(engine, 'new');
      return found;
    };
    await cleanUp(engine, { stateOf, reaperBackMs: 0 });
    expect(namesOf(await list())).toEqual(['net-new', 'node-new']);
  });

  it('goes on to the other runs where one cannot be removed, and says what remains', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'stubborn');
    await leaveRun(engine, 'dead');
    const remove = engine.remove.bind(engine);
    engine.remove = async (id) => {
      if (engine.containers.get(id)?.spec.name === 'node-stubborn') throw new Error('device is busy');
      await remove(id);
    };
    await expect(cleanUp(engine, { stateOf, reaperBackMs: 0 })).rejects.toThrow(
      'node-stubborn: device is busy',
    );
    expect(namesOf(await engine.list('dead'))).toEqual([]);
  });
});

describe('a run whose owner cannot be seen from here', () => {
  const remote = { [Label.run]: 'remote', [Label.owner]: 'there:1' };
  const reaper = { name: 'reaper', image: 'i', env: {}, cpus: null, memoryBytes: null };
  const launchReaper = (engine: FakeEngine) =>
    engine.launch({ ...reaper, labels: { ...remote, [Label.role]: 'reaper' } });

  it('goes on as long as its reaper runs', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'remote', 'there:1');
    await launchReaper(engine);
    expect((await cleanUp(engine, { stateOf, reaperBackMs: 0 })).spared).toHaveLength(1);
  });

  it('is waited for no longer than anybody wants to', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'remote', 'there:1');
    engine.exit((await launchReaper(engine)).id, 1);
    const signal = AbortSignal.abort(new Error('interrupted'));
    await expect(cleanUp(engine, { stateOf, reaperBackMs: 3_600_000, signal })).rejects.toThrow(
      'interrupted',
    );
    expect(namesOf(await engine.list())).toEqual(['net-remote', 'node-remote', 'reaper']);
  });

  it('is dead where its reaper has ended and does not come back', async () => {
    const engine = createFakeEngine();
    await leaveRun(engine, 'remote', 'there:1');
    engine.exit((await launchReaper(engine)).id, 1);
    const { removed } = await cleanUp(engine, { stateOf, reaperBackMs: 0 });
    expect(namesOf(removed)).toEqual(['net-remote', 'node-remote', 'reaper']);
  });

  it('is spared where its reaper comes back meanwhile', async () => {
    const engine = createFakeEngine();
    const { id } = await launchReaper(engine);
    engine.exit(id, 1);
    const cleaning = cleanUp(engine, { stateOf, reaperBackMs: 20 });
    setTimeout(() => void engine.start(id), 1);
    expect((await cleaning).spared).toHaveLength(1);
  });
});

describe('the owner of a run', () => {
  const owner = thisOwner();

  it('is running where its process is', () => {
    expect(ownerState(ownerLabel(owner))).toBe('running');
  });

  it('is gone where its process has ended', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(ownerState(ownerLabel({ ...owner, pid }))).toBe('gone');
  });

  it('is gone where another process has its number since', ({ skip }) => {
    skip(owner.startedAt === '', 'this system does not tell when a process was started');
    expect(ownerState(ownerLabel({ ...owner, startedAt: '1' }))).toBe('gone');
  });

  it.each([
    ['another machine', ownerLabel({ ...owner, host: 'elsewhere.example' }), 'elsewhere'],
    ['a machine of the same name', ownerLabel({ ...owner, boot: 'another' }), 'elsewhere'],
    ['process 1 of another container', ownerLabel({ ...owner, pids: 'pid:[1]', pid: 1 }), 'elsewhere'],
    ['nobody', undefined, 'gone'],
    ['something unreadable', 'here:12', 'elsewhere'],
  ])('that names %s is %s: %s', (_, label, state) => {
    expect(ownerState(label)).toBe(state);
  });
});
