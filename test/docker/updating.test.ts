// Updates under load, of our own image and of a foreign one, behind their balancers: nobody notices, whoever serves is new, and a bad one goes back.
// The users sit at clients that had to be invited.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import { readRun, type SavedRun } from '../../orchestrator/record/folder/run-folder.ts';
import type { ReportJson } from '../../orchestrator/report/facts/report-json.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

let engine: Engine;
let run: SavedRun;
let report: ReportJson;

beforeAll(async () => {
  engine = await connectDocker();
  const { folder } = await runFixture(engine, 'updating.yaml');
  run = await readRun(folder);
  report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as ReportJson;
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe('an invitation', () => {
  it('is good once and for its time, at whichever server it is presented, and a member gives it to a peer', () => {
    const probes = Object.entries(report.enrolment?.probes ?? {});
    expect(probes.map(([which, { tried, refused }]) => [which, tried - refused])).toEqual([
      ['used', 0],
      ['expired', 0],
      ['unknown', 0],
      ['none', 0],
    ]);
    const peers = report.enrolment?.nodes.filter(({ group }) => group === 'peers');
    expect(peers?.map(({ steps }) => steps)).toEqual([{ administrator: 0, member: 2, joiner: 1 }]);
  });
});

describe('an update', () => {
  it('of our own servers has converged once each has served with the new version, by their own word', () => {
    const [servers] = report.updates;
    expect(servers).toMatchObject({
      what: 'update servers to version 2',
      outcome: 'converged',
      servedBy: 'node',
      nodes: { updated: 2, planned: 2, old: 0 },
      failures: [],
    });
    // The hold is part of it, and both versions serve for so long at least.
    expect(servers?.convergedAfterMs).toBeGreaterThan(2000);
    expect(servers?.mixedMs).toBeGreaterThan(2000);
    expect(servers?.lowestReadyShare).toBe(1);
  });

  it('of a foreign image has converged by the word of its balancer', () => {
    expect(report.updates[1]).toMatchObject({
      what: 'update shop to another env',
      outcome: 'converged',
      servedBy: 'balancer',
      nodes: { updated: 2, planned: 2, old: 0 },
    });
  });

  it('to a program that ends at once is taken back, and those that served go on', () => {
    const bad = report.updates[2];
    expect(bad).toMatchObject({ outcome: 'rolled-back', lowestReadyShare: 1, nodes: { updated: 0, old: 2 } });
    expect(bad?.failures.map(({ why }) => why).join()).toContain('exited with code 7');
    expect(report.actions.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('fails no request, and says which versions served them', () => {
    expect(report.updates.map(({ failedOperations }) => Math.round(failedOperations ?? -1))).toEqual([
      0, 0, 0,
    ]);
    expect(report.whole?.requests?.failed, JSON.stringify(report.reasons)).toBe(0);
    const versions = run.samples?.panels['operations-by-version']
      ?.filter(({ labels }) => labels['group'] === 'servers')
      .map(({ labels }) => labels['version']);
    expect(versions?.toSorted()).toEqual(['1', '2']);
    const revisions = run.samples?.panels['group-revisions']?.filter(
      ({ labels }) => labels['group'] === 'shop',
    );
    expect(revisions?.map(({ labels }) => labels['revision'])).toEqual(['1', '2']);
  });

  it('of servers does not shut out clients that were enrolled before, nor those that come meanwhile', () => {
    const clients = report.enrolment?.nodes.filter(({ group }) => group === 'clients') ?? [];
    expect(clients.map(({ node, duringLoad, steps }) => ({ node, duringLoad, ...steps }))).toEqual([
      { node: 'clients-1', duringLoad: false, administrator: 2, member: 0, joiner: 1 },
      { node: 'clients-2', duringLoad: true, administrator: 2, member: 0, joiner: 1 },
    ]);
    const [, late] = clients;
    expect(late?.credentialAfterMs).toBeGreaterThan(0);
    expect(late?.readyAfterMs).toBeGreaterThanOrEqual(late?.credentialAfterMs ?? Infinity);
    expect(late?.places).toContain('clients-2');
  });

  it('leaves nothing', async () => {
    expect(await leftOf('updating')).toEqual([]);
  });
});
