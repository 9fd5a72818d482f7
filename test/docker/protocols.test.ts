// Other protocols than HTTP on real k6. With another k6: topolab run test/fixtures/docker/protocols.yaml --set k6=grafana/k6:2.2.0
import { afterAll, describe, expect, it } from 'vitest';
import { readRun } from '../../orchestrator/record/folder/run-folder.ts';
import { fixture, leftOf, onlyRun, temporaryFolder, topolab } from './topolab.ts';

describe('gRPC and WebSockets', () => {
  afterAll(async () => {
    expect(await leftOf('protocols')).toEqual([]);
  });

  it('are counted, timed and judged', async () => {
    const runs = temporaryFolder();
    const ended = await topolab(['run', fixture('protocols.yaml'), '--runs', runs]);
    // 4 where the host is too busy to measure on.
    expect(ended.exitCode, ended.stdout + ended.stderr).toBeOneOf([0, 4]);
    const { verdict } = await readRun(onlyRun(runs));
    const { requests, iterations, checks } = verdict?.whole ?? {};
    // Two of four iterations call, and every second call is refused.
    expect(requests?.started).toBeGreaterThanOrEqual(38);
    expect(requests?.started).toBeLessThanOrEqual(42);
    expect(requests).toMatchObject({ unanswered: 0, cutOff: 0 });
    expect(requests?.failed).toBeCloseTo((requests?.started ?? 0) / 2, -1);
    expect(checks?.find(({ check }) => check === 'greeted')).toMatchObject({ passes: expect.any(Number) });
    // Connections that are open when the load is over are closed, and not cut off.
    expect(iterations).toMatchObject({ exceptions: 0, cutOff: 0 });
    for (const { objective, status, why } of verdict?.objectives ?? [])
      expect([objective.name, status, why]).toEqual([objective.name, 'held', undefined]);
    expect(verdict?.objectives).toHaveLength(6);
  });
});
