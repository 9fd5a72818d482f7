// Rights at real nodes of every kind: who is let in, how soon a revocation is in force, what ends, and what a peer that ignores it all can do.
import { beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { AccessFigures, LossFigures } from '../../orchestrator/measure/changes/access-figures.ts';
import { makeRunReport } from '../../orchestrator/report/facts/run-report.ts';
import type { RunReport } from '../../orchestrator/report/facts/run-report.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

const CACHE_MS = 1000;
const HONEST = ['clients-1', 'peers-1', 'peers-2', 'servers-1', 'servers-2'];

let report: RunReport;
let access: AccessFigures;
let left: unknown;

const loss = (is: (each: LossFigures) => boolean): LossFigures => {
  const found = access.lost.find(is);
  if (found === undefined) throw new Error(`it is not among ${access.lost.map(({ id }) => id).join()}`);
  return found;
};
const bobs = () => loss(({ canary, kind }) => canary === 'bob' && kind === 'revocation');
const thiefs = () => loss(({ canary, kind }) => canary === 'carol, stolen token' && kind === 'revocation');

beforeAll(async () => {
  const engine = await connectDocker();
  const result = await runFixture(engine, 'access.yaml');
  report = makeRunReport(result.saved);
  left = await leftOf('access');
  await engine[Symbol.asyncDispose]();
  if (report.access === null) throw new Error(`no canary told anything: ${report.warnings.join('; ')}`);
  access = report.access;
}, 240_000);

describe('a revoked user', () => {
  it.each([
    ['all rights', bobs],
    ['a stolen token', thiefs],
  ])('who lost %s is refused by every node in the end', (_, of) => {
    const { nodes, neverAt, told } = of();
    expect(neverAt).toEqual([]);
    const refusing = nodes.filter(({ state }) => state === 'refused').map(({ node }) => node);
    expect(refusing.toSorted()).toEqual(expect.arrayContaining(HONEST));
    // A server tells the database, a peer the other peers: these are the places to change.
    expect(told.map((node) => node.replace(/-\d$/, ''))).toEqual(['servers', 'peers']);
  });

  it('is served by no server and no client for longer than they may believe what they were told', () => {
    for (const { nodes } of [bobs(), thiefs()]) {
      const central = nodes.filter(({ node }) => /^(servers|clients)/.test(node));
      expect(central).toHaveLength(3);
      for (const { refusedAfterMs } of central) expect(refusedAfterMs).toBeLessThanOrEqual(CACHE_MS);
    }
  });

  it('has streams of events closed, except by a peer that ignores the policy', () => {
    const { open, stillOpen } = bobs().streams;
    expect(open).toBeGreaterThanOrEqual(HONEST.length);
    expect(open - stillOpen).toBeGreaterThanOrEqual(HONEST.length);
  });
});

it('a peer that ignores the policy serves the revoked, and nobody believes what it says in their name', () => {
  const { ignoring, spread } = bobs();
  expect(ignoring.served).toBeGreaterThan(0);
  expect(spread).toBe(0);
});

it.each(['expired', 'forged', 'not-granted'])('nobody is let in with a token that is %s', (kind) => {
  const { unauthorised } = loss((each) => each.kind === kind);
  expect(unauthorised.probes).toBeGreaterThan(0);
  expect(unauthorised.served).toBe(0);
});

it('nobody with rights is refused, and a right that was given is there', () => {
  expect(access.kept.refusals).toEqual([]);
  expect(access.kept.probes).toBeGreaterThan(100);
  const [dave] = access.gained;
  expect(dave?.nodes.map(({ node }) => node)).toEqual(expect.arrayContaining(HONEST));
  expect(dave?.grantedEverywhereMs).not.toBeNull();
});

it('loads ask in the name of their user: a client that helps gets the file from servers that know it', () => {
  const [result] = report.distribution?.nodes ?? [];
  expect(result?.node).toBe('clients-1');
  const fetched = report.run.verdict?.loads?.find(({ load }) => load === 'fetch');
  expect(fetched?.iterations?.done).toBe(1);
});

it('objectives decide by what the canaries saw', () => {
  const told = report.run.verdict?.objectives.map(
    ({ objective, status }) => `${objective.measure.kind} ${status}`,
  );
  expect(told).toEqual(['refused held', 'unauthorised held']);
});

it('leaves nothing behind', () => {
  expect(left).toEqual([]);
});
