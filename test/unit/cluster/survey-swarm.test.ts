// What a manager tells of its Swarm's hosts, on a stand-in for its engine.
import { describe, expect, test } from 'vitest';
import {
  PROMISED,
  readPromises,
  writePromises,
} from '../../../orchestrator/cluster/docker-swarm/promises.ts';
import {
  isOvertaken,
  managerOf,
  surveySwarm,
} from '../../../orchestrator/cluster/docker-swarm/survey-swarm.ts';
import { connectDocker } from '../../../orchestrator/engine/docker/connect-docker.ts';
import type { Labels } from '../../../orchestrator/engine/engine.ts';
import { json, ofManager, StandInDaemon } from '../engine/stand-in-daemon.ts';
import { machine } from '../engine/stand-in-swarm.ts';

const GIB = 2 ** 30;

function promising(by: string, cpus: number): { readonly Spec: { readonly Labels: Labels } } {
  const promised = writePromises(new Map([['own', { cpus, memoryBytes: GIB }]]));
  return { Spec: { Labels: { ...promised, by } } };
}

async function survey(goesOn: (labels: Labels) => boolean) {
  await using daemon = await StandInDaemon.start();
  daemon.answers['GET /info'] = ofManager;
  daemon.answers['GET /nodes'] = json([machine('far', 'box2', { zone: 'east' }), machine('own', 'box1')]);
  const Reservations = { NanoCPUs: 5e8, MemoryBytes: GIB };
  daemon.answers['GET /tasks'] = json([
    {
      CreatedAt: '',
      NodeID: 'far',
      DesiredState: 'running',
      Spec: { Resources: { Reservations } },
      Status: { State: 'running' },
    },
  ]);
  daemon.answers['GET /services'] = json([promising('a', 1.5), promising('b', 1), promising('dead', 4)]);
  await using engine = await connectDocker(daemon.env);
  return (await surveySwarm(engine, goesOn)).hosts;
}

test('hosts have what services and commands that go on have not been promised; the manager comes first', async () => {
  const none = { cpus: 0, memoryBytes: 0 };
  expect(await survey(({ by }) => by !== 'dead')).toEqual([
    {
      id: 'own',
      name: 'box1',
      hostName: 'box1',
      zone: null,
      capacity: { cpus: 1.5, memoryBytes: 2 * GIB },
      taken: { cpus: 2.5, memoryBytes: 2 * GIB },
    },
    {
      id: 'far',
      name: 'box2',
      hostName: 'box2',
      zone: 'east',
      capacity: { cpus: 3.5, memoryBytes: 3 * GIB },
      taken: { cpus: 0.5, memoryBytes: GIB },
    },
  ]);
  const [overcommitted] = await survey(() => true);
  expect(overcommitted?.capacity).toEqual({ ...none, memoryBytes: GIB });
});

test('a machine of another platform than the manager’s is not used', async () => {
  await using daemon = await StandInDaemon.start();
  daemon.answers['GET /info'] = ofManager;
  const of = (Architecture: string, each: ReturnType<typeof machine>) => ({
    ...each,
    Description: { ...each.Description, Platform: { Architecture, OS: 'linux' } },
  });
  daemon.answers['GET /nodes'] = json([
    of('x86_64', machine('own', 'box1')),
    of('aarch64', machine('far', 'box2')),
  ]);
  for (const path of ['tasks', 'services']) daemon.answers[`GET /${path}`] = json([]);
  await using engine = await connectDocker(daemon.env);
  const { hosts, leftOut } = await surveySwarm(engine, () => true);
  expect(hosts.map(({ name }) => name)).toEqual(['box1']);
  expect(leftOut).toEqual([
    expect.stringContaining('Host box2 is not used: it takes images for linux/aarch64'),
  ]);
});

describe('of two commands that look at hosts before either has said what it is promised', () => {
  const commandOf = (name: string, CreatedAt: string, cpus = 2) => {
    const Labels = writePromises(new Map([['own', { cpus, memoryBytes: 0 }]]));
    return { Spec: { Name: name, Labels }, CreatedAt };
  };

  /** Whether `b` has to look again, after a survey that had seen nobody. */
  async function mustLookAgain(
    services: readonly ReturnType<typeof commandOf>[],
    {
      seen = [],
      goesOn = () => true,
    }: { readonly seen?: readonly string[]; readonly goesOn?: () => boolean } = {},
  ): Promise<boolean> {
    await using daemon = await StandInDaemon.start();
    daemon.answers['GET /info'] = ofManager;
    daemon.answers['GET /services'] = json(services);
    await using engine = await connectDocker(daemon.env);
    return await isOvertaken({ swarm: managerOf(engine), promisedTo: seen }, 'b', goesOn);
  }

  // Docker leaves out zeros at the end of a second's fraction.
  const [earlier, later] = ['2026-11-30T10:00:00.88Z', '2026-11-30T10:00:00.880000001Z'];

  test('the later one looks again, and the earlier one does not', async () => {
    expect(await mustLookAgain([commandOf('a', earlier), commandOf('b', later)])).toBe(true);
    expect(await mustLookAgain([commandOf('a', later), commandOf('b', earlier)])).toBe(false);
    expect(await mustLookAgain([commandOf('a', '2026-11-30T10:00:00Z'), commandOf('b', earlier)])).toBe(true);
  });

  test('one that was seen, is over or is promised nothing takes no room away', async () => {
    const services = [commandOf('a', earlier), commandOf('b', later)];
    expect(await mustLookAgain(services, { seen: ['a'] })).toBe(false);
    expect(await mustLookAgain(services, { goesOn: () => false })).toBe(false);
    expect(await mustLookAgain([commandOf('a', earlier, 0), commandOf('b', later)])).toBe(false);
    expect(await mustLookAgain([commandOf('b', later)])).toBe(false);
  });
});

test('managers without a leader are told from a manager that is none', async () => {
  await using daemon = await StandInDaemon.start();
  daemon.answers['GET /info'] = ofManager;
  const message =
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online.";
  for (const path of ['nodes', 'tasks', 'services']) daemon.answers[`GET /${path}`] = json({ message }, 500);
  await using engine = await connectDocker(daemon.env);
  await expect(surveySwarm(engine, () => true)).rejects.toMatchObject({
    code: 'swarm-without-leader',
    message: expect.stringMatching(
      /^list the (hosts|services) of the Swarm: the managers of the Swarm do not agree/,
    ),
  });

  await using alone = await StandInDaemon.start();
  await using single = await connectDocker(alone.env);
  await expect(surveySwarm(single, () => true)).rejects.toMatchObject({ code: 'not-a-manager' });
});

test('promises are read back as they were written, and what is none counts as nothing', () => {
  const promised = new Map([['a', { cpus: 0.5, memoryBytes: GIB }]]);
  expect(readPromises([writePromises(promised)])).toEqual(promised);
  for (const text of ['', '{', '[]', '7', '{"a":{"cpus":-1,"memoryBytes":0}}', '{"a":{"cpus":"1"}}'])
    expect(readPromises([{ [PROMISED]: text }, {}])).toEqual(new Map());
});
