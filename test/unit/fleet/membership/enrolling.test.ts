// Enrolment on the fake engine: who invites whom, what is handed over, what is tried afterwards.
import { beforeEach, describe, expect, it } from 'vitest';
import { Label } from '../../../../orchestrator/engine/engine.ts';
import {
  createFakeEngine,
  type FakeEngine,
} from '../../../../orchestrator/engine/fake/create-fake-engine.ts';
import type { Fleet, FleetOptions } from '../../../../orchestrator/fleet/create-fleet.ts';
import { measureEnrolment } from '../../../../orchestrator/measure/changes/measure-enrolment.ts';
import type { ScenarioInput } from '../../../../orchestrator/scenario/schema.ts';
import { makeRecorder, type RecordedRun, scenarioOf } from '../../run/make-run.ts';
import { makeFleet, readyAtOnce } from '../make-fleet.ts';

let engine: FakeEngine;
let run: RecordedRun;
/** `POST servers-1 /invitations`, in order. */
let asked: string[];
/** Keys with which was invited, by node. */
let keys: Map<string, Set<string>>;
/** Tokens of invitations that were presented again. */
let refusesUsed: boolean;
const signal = new AbortController().signal;

const nodeAt = (address: string) =>
  [...engine.containers.values()].find(({ started }) => started.address === address)?.spec.labels[
    Label.node
  ] ?? '?';
const envOf = (node: string) =>
  [...engine.containers.values()].find(({ spec }) => spec.labels[Label.node] === node)?.spec.env ?? {};

/** Nodes that answer as ours do. */
const http: FleetOptions['agent']['http'] = async (method, hostAndPort, path, asking) => {
  const { body, authorization } = asking ?? {};
  const node = nodeAt(hostAndPort.split(':')[0] ?? '');
  asked.push(`${method} ${node} ${path}`);
  const answer = (status: number, value: object = {}) => ({
    status,
    body: Buffer.from(JSON.stringify(value)),
  });
  if (path === '/invitations') {
    keys.set(node, (keys.get(node) ?? new Set()).add(authorization ?? ''));
    return answer(201, { token: `token-${asked.length}` });
  }
  if (path === '/enrolment')
    return answer(200, {
      enrolledAtMs: Date.now(),
      by: envOf(node)['INVITED_BY']?.split('/')[2]?.split(':')[0] ?? 'servers-2',
    });
  if (path === '/enrolments') return answer(refusesUsed || !String(body).includes('token-') ? 409 : 201);
  return answer(401);
};

async function fleetOf(groups: ScenarioInput['groups']): Promise<Fleet> {
  const scenario = scenarioOf({ groups });
  const fleet = await makeFleet({
    engine,
    scenario,
    recorder: run.recorder,
    agent: { ...readyAtOnce, http },
  });
  await engine.watch({}, (event) => fleet.sightings.observe(event), signal);
  return fleet;
}

const steps = () =>
  run.events.flatMap((event) =>
    event.type === 'enrolment-step' ? [`${event.node}: ${event.who} ${event.what} at ${event.at}`] : [],
  );

beforeEach(async () => {
  engine = createFakeEngine();
  run = await makeRecorder();
  asked = [];
  keys = new Map();
  refusesUsed = true;
});

describe('a new client', () => {
  const groups: ScenarioInput['groups'] = {
    database: { role: 'store' },
    servers: { role: 'server', replicas: 2, store: 'database' },
    clients: { role: 'client', asks: 'servers', replicas: 2, enrolment: {} },
  };

  it('gets an invitation that an administrator has issued at a server, with the key of all servers', async () => {
    const fleet = await fleetOf(groups);
    await fleet.joining.launch('servers', ['servers-1', 'servers-2'], signal);
    await fleet.joining.launch('clients', ['clients-1', 'clients-2'], signal);
    expect(envOf('servers-1')['ENROLMENT_KEY']).toBe(envOf('servers-2')['ENROLMENT_KEY']);
    expect([...keys.values()].flatMap((each) => [...each])).toContain(
      `Bearer ${envOf('servers-1')['ENROLMENT_KEY']}`,
    );
    expect(envOf('clients-1')).toMatchObject({ INVITATION: expect.stringMatching(/^token-/) });
    expect(envOf('clients-1')['INVITATION']).not.toBe(envOf('clients-2')['INVITATION']);
    expect(envOf('clients-1')['ENROLMENT_KEY']).toBeUndefined();
    expect(steps().filter((step) => step.startsWith('clients-1'))).toEqual([
      'clients-1: administrator invite at servers-2',
      'clients-1: administrator hand over at clients-1',
      'clients-1: joiner enrol at servers-2',
    ]);
  });

  it('is followed by tries of what must be refused: used for each, the others once', async () => {
    const fleet = await fleetOf(groups);
    await fleet.joining.launch('servers', ['servers-1', 'servers-2'], signal);
    await fleet.joining.launch('clients', ['clients-1'], signal);
    await fleet.joining.launch('clients', ['clients-2'], signal);
    expect(measureEnrolment(run.events, undefined)?.probes).toEqual({
      used: { tried: 2, refused: 2 },
      expired: { tried: 1, refused: 1 },
      unknown: { tried: 1, refused: 1 },
      none: { tried: 1, refused: 1 },
    });
  });

  it('tells where a used invitation was taken again', async () => {
    refusesUsed = false;
    const fleet = await fleetOf(groups);
    await fleet.joining.launch('servers', ['servers-1', 'servers-2'], signal);
    await fleet.joining.launch('clients', ['clients-1'], signal);
    expect(measureEnrolment(run.events, undefined)?.probes).toMatchObject({
      used: { tried: 1, refused: 0 },
      expired: { tried: 1, refused: 0 },
    });
  });
});

describe('a new peer', () => {
  const groups: ScenarioInput['groups'] = {
    peers: { role: 'peer', discovery: 'broadcast', services: ['events'], replicas: 3, enrolment: {} },
  };

  it('is invited by a member, each with a key of its own; the first of all has nobody to ask', async () => {
    const fleet = await fleetOf(groups);
    await fleet.joining.launch('peers', ['peers-1', 'peers-2', 'peers-3'], signal);
    expect(envOf('peers-1')['INVITATION']).toBeUndefined();
    expect(new Set(['peers-1', 'peers-2', 'peers-3'].map((peer) => envOf(peer)['ENROLMENT_KEY'])).size).toBe(
      3,
    );
    for (const [node, used] of keys) expect([...used]).toEqual([`Bearer ${envOf(node)['ENROLMENT_KEY']}`]);
    const figures = measureEnrolment(run.events, undefined);
    expect(figures?.nodes.map(({ node, steps: of, places }) => [node, of, places.length])).toEqual([
      [expect.stringMatching(/peers-[23]/), { administrator: 0, member: 2, joiner: 1 }, 2],
      [expect.stringMatching(/peers-[23]/), { administrator: 0, member: 2, joiner: 1 }, 2],
    ]);
  });
});

describe('a group without enrolment', () => {
  it('needs nobody', async () => {
    const fleet = await fleetOf({
      servers: { role: 'server' },
      clients: { role: 'client', asks: 'servers' },
    });
    await fleet.joining.launch('servers', ['servers-1'], signal);
    await fleet.joining.launch('clients', ['clients-1'], signal);
    expect(asked).toEqual([]);
    expect(envOf('servers-1')['ENROLMENT_KEY']).toBeUndefined();
    expect(measureEnrolment(run.events, undefined)).toBeNull();
  });
});
