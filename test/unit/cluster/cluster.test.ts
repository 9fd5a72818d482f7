import { beforeEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../../orchestrator/cluster/cluster.ts';
import { type Host, hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';
import { TopolabError } from '../../../orchestrator/errors.ts';

const rest = { image: 'i', labels: {}, env: {}, cpus: null, memoryBytes: null };

let east: Host & { readonly engine: FakeEngine };
let west: Host & { readonly engine: FakeEngine };
let cluster: Cluster;

beforeEach(() => {
  // Engines number their containers alike, so ids of the second are made its own.
  const hostWith = (name: string) => ({ name, zone: name, engine: createFakeEngine(), capacity: null });
  east = hostWith('east');
  west = hostWith('west');
  const launch = west.engine.launch.bind(west.engine);
  for (let spare = 0; spare < 3; spare++) void launch({ name: `spare-${spare}`, ...rest });
  cluster = new Cluster<Host>([east, west]);
});

const namesOn = ({ engine }: { engine: FakeEngine }) =>
  [...engine.containers.values()].map(({ spec }) => spec.name).filter((name) => !name.startsWith('spare'));

describe('a cluster of two hosts', () => {
  it('places each container on the host with the fewest of its own, also while others are being made', async () => {
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => cluster.launch({ name, ...rest })));
    expect(namesOn(east)).toEqual(['a', 'c']);
    expect(namesOn(west)).toEqual(['b', 'd']);
  });

  it('counts neither a launch that failed nor a container that was removed', async () => {
    east.engine.failLaunch('a', new Error('no space left'));
    await expect(cluster.launch({ name: 'a', ...rest })).rejects.toThrow('no space left');
    const { id } = await cluster.launch({ name: 'b', ...rest });
    expect(namesOn(east)).toEqual(['b']);
    await cluster.launch({ name: 'c', ...rest });
    await cluster.remove(id);
    await cluster.remove(id);
    await cluster.launch({ name: 'd', ...rest });
    await cluster.launch({ name: 'e', ...rest });
    await cluster.launch({ name: 'f', ...rest });
    expect(namesOn(east)).toEqual(['d', 'e']);
    expect(namesOn(west)).toEqual(['c', 'f']);
  });

  it('asks the engine of a container for what is done to it', async () => {
    await cluster.launch({ name: 'a', ...rest });
    const b = await cluster.launch({ name: 'b', ...rest });
    expect(cluster.hostOf(b.id).name).toBe('west');
    await cluster.resize(b.id, { cpus: 0.5, memoryBytes: null });
    expect(west.engine.containers.get(b.id)?.limits.cpus).toBe(0.5);
    await cluster.signal(b.id, 'SIGKILL');
    expect(await cluster.wait(b.id)).toBe(137);
    expect((await cluster.inspect(b.id))?.running).toBe(false);
  });

  it('counts what was launched on a host by its engine', async () => {
    const agent = await east.engine.launch({ name: 'agent', ...rest });
    cluster.adopt(agent.id, east);
    expect(cluster.hostOf(agent.id)).toBe(east);
    await cluster.launch({ name: 'a', ...rest });
    expect(namesOn(west)).toEqual(['a']);
  });

  it('tells containers what is to be known of their host', async () => {
    const environmentOn = ({ name }: Host): Record<string, string> => (name === 'west' ? { AHEAD: '5' } : {});
    const told = new Cluster<Host>([east, west], { environmentOn });
    for (const name of ['a', 'b']) await told.launch({ name, ...rest, env: { OWN: '1' } });
    const environments = [east, west].map(({ engine }) => [...engine.containers.values()].at(-1)?.spec.env);
    expect(environments).toEqual([{ OWN: '1' }, { OWN: '1', AHEAD: '5' }]);
  });

  it('keeps generators and nodes on hosts of their own, where some are for generators', async () => {
    const apart = new Cluster<Host>([east, west], { generatorHosts: ['east'] });
    const generator = { ...rest, labels: { [Label.role]: 'generator' } };
    for (const name of ['a', 'b']) await apart.launch({ name, ...rest });
    for (const name of ['k6-1', 'k6-2']) await apart.launch({ name, ...generator });
    expect(namesOn(east)).toEqual(['k6-1', 'k6-2']);
    expect(apart.nodeHosts).toEqual([west]);
    expect(namesOn(west)).toEqual(['a', 'b']);
  });

  it('places all nodes of a group with volumes where the first came to, and says so where that takes no more', async () => {
    const storageOf = (group: string) => (group === 'db' ? 'db' : undefined);
    const storing = new Cluster<Host>([east, west], { storageOf });
    const spec = { ...rest, labels: { [Label.group]: 'db', [Label.node]: 'db-2' } };
    await storing.launch({ name: 'a', ...rest });
    const first = await storing.launch({ name: 'db-1', ...spec });
    await storing.launch({ name: 'db-receiver', ...spec });
    await storing.remove(first.id);
    storing.keepOff(['west']);
    await expect(storing.launch({ name: 'db-2', ...spec })).rejects.toThrow(
      'east (zone east) does not have its volumes; ' +
        'west (zone west) takes nothing more: a fault keeps nodes off it, or it was lost',
    );
    expect([namesOn(east), namesOn(west)]).toEqual([['a'], ['db-receiver']]);
  });

  it('tells what each host has left where none has room for one more', async () => {
    const [small, closed, other] = [east, west, { ...east, name: 'north' }].map((host) => ({
      ...host,
      capacity: { cpus: 2, memoryBytes: 2 ** 30 },
    }));
    if (small === undefined || closed === undefined || other === undefined) throw new Error('three hosts');
    const full = new Cluster<Host>([small, closed, other], { generatorHosts: ['north'] });
    full.keepOff(['west']);
    const spec = { ...rest, labels: { [Label.group]: 'servers', [Label.node]: 'servers-7' }, cpus: 1.5 };
    await full.launch({ name: 'a', ...spec });
    await expect(full.launch({ name: 'b', ...spec })).rejects.toMatchObject({
      code: 'no-host-has-room',
      message:
        'launch servers-7: no host has room for one more of "servers" with 1.5 CPUs and 0 GiB: ' +
        'east (zone east) has 0.5 of 2 CPUs and 1 of 1 GiB left; ' +
        'west (zone west) takes nothing more: a fault keeps nodes off it, or it was lost; ' +
        'north (zone east) is kept for generators',
    });
  });

  it('says on which of them a container could not be launched', async () => {
    const why = { code: 'container-not-started' };
    east.engine.failLaunch('a', new TopolabError('a-1 could not be started: no space left', why));
    await expect(cluster.launch({ name: 'a', ...rest })).rejects.toMatchObject({
      ...why,
      message: 'east: a-1 could not be started: no space left',
    });
    const alone = new Cluster<Host>([east]);
    east.engine.failLaunch('b', new TopolabError('b-1 could not be started: no space left', why));
    await expect(alone.launch({ name: 'b', ...rest })).rejects.toThrow(/^b-1 could not/);
  });

  describe('of which one is lost', () => {
    const node = { ...rest, labels: { [Label.node]: 'b-1', [Label.role]: 'server' } };

    it('says what was there, once, and places nothing there any more', async () => {
      await cluster.launch({ name: 'a', ...rest });
      const { id } = await cluster.launch({ name: 'b', ...node });
      const removed = await cluster.launch({ name: 'c', ...rest });
      const other = await cluster.launch({ name: 'd', ...rest });
      await cluster.remove(removed.id);
      await cluster.remove(other.id);
      expect(cluster.lose('west')).toEqual([{ id, node: 'b-1', role: 'server' }]);
      expect(cluster.lose('west')).toEqual([]);
      expect([cluster.there, cluster.nodeHosts]).toEqual([[east], [east]]);
      for (const name of ['e', 'f']) await cluster.launch({ name, ...rest });
      expect(namesOn(east)).toEqual(['a', 'e', 'f']);
    });

    it('takes its containers for gone, as engines do', async () => {
      await cluster.launch({ name: 'a', ...rest });
      const { id } = await cluster.launch({ name: 'b', ...node });
      west.engine.inspect = () => new Promise(() => {});
      cluster.lose('west');
      expect(await cluster.inspect(id)).toBeUndefined();
      expect(await cluster.logs(id)).toBe('');
      expect(await cluster.readFile(id, '/x')).toBeUndefined();
      for (const done of [
        cluster.signal(id, 'SIGKILL'),
        cluster.stop(id, 0),
        cluster.pause(id),
        cluster.remove(id),
      ])
        await done;
      await expect(cluster.start(id)).rejects.toMatchObject({ code: 'container-gone' });
      await expect(cluster.exec(id, [])).rejects.toMatchObject({
        code: 'host-gone',
        message: 'execute a command: host west was lost',
      });
    });

    it('ends what is under way there, a launch as well', async () => {
      await cluster.launch({ name: 'a', ...rest });
      const { id } = await cluster.launch({ name: 'b', ...node });
      west.engine.stop = () => new Promise(() => {});
      west.engine.launch = () => new Promise(() => {});
      await cluster.launch({ name: 'c', ...rest });
      const stopped = cluster.stop(id, 0);
      const waited = cluster.wait(id).catch((error: unknown) => error);
      const launched = cluster.launch({ name: 'd', ...rest }).catch((error: unknown) => error);
      cluster.lose('west');
      await stopped;
      expect(await waited).toMatchObject({ code: 'host-gone' });
      expect(await launched).toMatchObject({ message: 'launch d: host west was lost' });
    });

    it('asks whether it is, where something could not be done there, and not of the first', async () => {
      const asked: string[] = [];
      const isGone = async (host: string): Promise<boolean> => {
        asked.push(host);
        watched.lose(host);
        return true;
      };
      const watched: Cluster = new Cluster<Host>([east, west], { isGone });
      const [a, b] = [
        await watched.launch({ name: 'a', ...rest }),
        await watched.launch({ name: 'b', ...rest }),
      ];
      for (const { engine } of [east, west]) engine.stop = () => Promise.reject(new Error('socket hang up'));
      await expect(watched.stop(a.id, 0)).rejects.toThrow('socket hang up');
      await watched.stop(b.id, 0);
      expect(asked).toEqual(['west']);
    });
  });

  it('does not guess where a container is that it was not told of', async () => {
    expect(() => cluster.hostOf('0123456789ab')).toThrow(expect.objectContaining({ code: 'bug' }));
  });
});

it('the only host of a cluster has every container, by the name that it gives itself', () => {
  const host = hostOfEngine(createFakeEngine());
  expect(new Cluster([host]).hostOf('0123456789ab').name).toBe('fake-host');
});
