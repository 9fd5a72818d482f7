import { beforeEach, describe, expect, it } from 'vitest';
import { Cluster } from '../../../orchestrator/cluster/cluster.ts';
import { type Host, hostOfEngine } from '../../../orchestrator/cluster/host.ts';
import { Label } from '../../../orchestrator/engine/engine.ts';
import { createFakeEngine, type FakeEngine } from '../../../orchestrator/engine/fake/create-fake-engine.ts';

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
        'west (zone west) takes nothing more, for a fault keeps nodes off it; ' +
        'north (zone east) is kept for generators',
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
