// What a manager tells of its Swarm's hosts, on a stand-in for its engine.
import { expect, test } from 'vitest';
import {
  PROMISED,
  readPromises,
  writePromises,
} from '../../../orchestrator/cluster/docker-swarm/promises.ts';
import { surveySwarm } from '../../../orchestrator/cluster/docker-swarm/survey-swarm.ts';
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
