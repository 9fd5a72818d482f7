// A compose file as it stands beside people's code: its services run as groups, and serve only with all that the file gives them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../orchestrator/engine/docker/connect-docker.ts';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { RunResult } from '../../orchestrator/run/run-scenario.ts';
import { runFixture } from './run-fixture.ts';
import { leftOf } from './topolab.ts';

let engine: Engine;
let result: RunResult;

beforeAll(async () => {
  engine = await connectDocker();
  result = await runFixture(engine, 'compose/load.yaml');
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
});

describe('services of a compose file', () => {
  const moments = (type: string, group: string): number[] =>
    result.saved.events.flatMap((event, index) =>
      event.type === type && 'group' in event && event.group === group ? [index] : [],
    );

  it('serve what is in their database, with all that the file gives them', () => {
    expect(result.outcome).toBe('completed');
    expect(result.saved.verdict?.objectives.map(({ status }) => status)).toEqual(['held']);
    expect(result.saved.verdict?.phases[0]?.servedPerSecond).toBeGreaterThan(2);
  });

  it('start in the order in which they depend on each other', () => {
    const order = [
      ...moments('node-ready', 'db'),
      ...moments('node-launched', 'migrate'),
      ...moments('node-ready', 'migrate'),
      ...moments('node-launched', 'web'),
    ];
    expect(order).toHaveLength(5);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('are killed as the scenario says', () => {
    expect(moments('node-killed', 'web')).toHaveLength(1);
  });

  it('are told of where the file is not honoured, by name, once', () => {
    const warnings = result.saved.events.flatMap((event) =>
      event.type === 'warning' ? [event.message] : [],
    );
    expect(warnings.filter((text) => text.startsWith('compose.yaml:'))).toEqual([
      expect.stringMatching(
        /^compose\.yaml:\d+:5 services\.web\.restart: is not honoured: .* \(and so in 1 more place\)$/,
      ),
    ]);
  });

  it('keep secrets out of what is kept', () => {
    expect(JSON.stringify(result.saved.scenario)).not.toContain('"example"');
  });

  it('leave nothing behind, volumes included', async () => {
    expect(await leftOf('compose')).toEqual([]);
  });
});
