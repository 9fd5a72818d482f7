// What Prometheus is told of faults while a run goes on.
import { beforeEach, describe, expect, it } from 'vitest';
import { RunMetrics } from '../../../orchestrator/metrics/run-metrics.ts';
import { makePlan } from '../../../orchestrator/plan/make-plan.ts';
import type { RunEventBody } from '../../../orchestrator/record/event.ts';
import { scenarioOf } from '../run/make-run.ts';

const { actions } = makePlan(
  scenarioOf({
    groups: { servers: { role: 'server', replicas: 2 } },
    timeline: [
      { at: '10s', pause: { nodes: ['servers-1', 'servers-2'], for: '5s' } },
      { at: '20s', kill: { nodes: ['servers-2'] } },
    ],
  }),
);
const [pausing, resuming, killing] = actions;

let metrics: RunMetrics;

beforeEach(() => {
  metrics = new RunMetrics({ run: 'r', scenario: 's', processMetrics: false });
  for (const node of ['servers-1', 'servers-2'])
    take({ type: 'node-launched', node, group: 'servers', containerId: 'c', image: 'i', address: 'a' });
});

const take = (body: RunEventBody): void => metrics.take({ atMs: 0, offsetMs: 0, ...body });

function start(action: typeof pausing): void {
  if (action === undefined) throw new Error('not planned');
  take({ type: 'action-started', action, plannedMs: action.offsetMs, startedMs: action.offsetMs });
}

const seen = (node: string, moment: 'began' | 'ended', seenMs: number): void =>
  take({ type: 'fault-confirmed', fault: 'f1', kind: 'pause', node, moment, seenMs, saw: '' });

/** Lines of a metric: labels without those of the run, and the value. */
async function linesOf(name: string): Promise<string[]> {
  const lines = (await metrics.exposition())
    .split('\n')
    .filter((line) => line.startsWith(`topolab_${name}{`));
  return lines.map((line) => line.replace(`topolab_${name}`, '').replace(/,?run="r",scenario="s"/, ''));
}

describe('a fault that lasts', () => {
  beforeEach(() => {
    start(pausing);
    take({ type: 'fault-began', fault: 'f1', kind: 'pause', nodes: ['servers-1', 'servers-2'] });
  });

  it('is in force on each of its nodes, seen or not, until it is taken back', async () => {
    seen('servers-1', 'began', 10_250);
    expect(await linesOf('fault_in_force')).toEqual([
      '{fault="f1",kind="pause",group="servers",target="servers-2",seen="false"} 1',
      '{fault="f1",kind="pause",group="servers",target="servers-1",seen="true"} 1',
    ]);
    start(resuming);
    take({ type: 'fault-ended', fault: 'f1', kind: 'pause', nodes: ['servers-1'] });
    // Told late: the look had begun while it was in force.
    seen('servers-2', 'began', 14_900);
    expect(await linesOf('fault_in_force')).toEqual([]);
  });

  it('tells how long it was until it was seen to begin and to end', async () => {
    seen('servers-1', 'began', 10_250);
    start(resuming);
    seen('servers-1', 'ended', 15_125);
    expect(await linesOf('fault_seen_after_seconds')).toEqual([
      '{fault="f1",kind="pause",target="servers-1",moment="began"} 0.25',
      '{fault="f1",kind="pause",target="servers-1",moment="ended"} 0.125',
    ]);
  });

  it('goes with its node, and is on one that joins', async () => {
    take({ type: 'node-exited', node: 'servers-2', group: 'servers', exitCode: 137, expected: true });
    seen('servers-3', 'began', 12_000);
    const nodes = (await linesOf('fault_in_force')).map((line) => /target="(.*?)"/.exec(line)?.[1]);
    expect(nodes).toEqual(['servers-1', 'servers-3']);
  });
});

it('a fault of one moment is on no node', async () => {
  start(killing);
  take({ type: 'fault-began', fault: 'f2', kind: 'kill', nodes: ['servers-2'] });
  expect(await linesOf('fault_in_force')).toEqual([]);
});

it('what a fault came to is told where it is known', async () => {
  metrics.setFaultCosts([
    { fault: 'f1', kind: 'pause', detectedAfterMs: 3500, recoveredAfterMs: null },
    { fault: 'f2', kind: 'kill', detectedAfterMs: null, recoveredAfterMs: 0 },
  ]);
  expect(await linesOf('fault_detected_after_seconds')).toEqual(['{fault="f1",kind="pause"} 3.5']);
  expect(await linesOf('fault_recovered_after_seconds')).toEqual(['{fault="f2",kind="kill"} 0']);
});

it('what it cost users is told beside, as far as it was measured', async () => {
  metrics.setFaultCosts([
    {
      fault: 'f1',
      kind: 'pause',
      detectedAfterMs: null,
      recoveredAfterMs: 9000,
      recoveredAfterEndMs: 4000,
      lost: 12,
      slow: 30,
      usersTouchedShare: 0.25,
    },
    {
      fault: 'f2',
      kind: 'kill',
      detectedAfterMs: null,
      recoveredAfterMs: null,
      recoveredAfterEndMs: null,
      lost: 0,
      slow: null,
      usersTouchedShare: null,
    },
  ]);
  expect(await linesOf('fault_recovered_after_end_seconds')).toEqual(['{fault="f1",kind="pause"} 4']);
  expect(await linesOf('fault_operations')).toEqual([
    '{fault="f1",kind="pause",outcome="lost"} 12',
    '{fault="f1",kind="pause",outcome="slow"} 30',
    '{fault="f2",kind="kill",outcome="lost"} 0',
  ]);
  expect(await linesOf('fault_users_touched_share')).toEqual(['{fault="f1",kind="pause"} 0.25']);
});
