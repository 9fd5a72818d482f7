import { describe, expect, test } from 'vitest';
import { Metric } from '../../../orchestrator/metrics/metric-names.ts';
import { RunMetrics } from '../../../orchestrator/metrics/run-metrics.ts';
import type { Action } from '../../../orchestrator/plan/plan.ts';

const scaleOut: Action = {
  id: 'a1',
  offsetMs: 20_000,
  change: { kind: 'scale-out', group: 'servers', from: 1, to: 2, nodes: ['servers-2'] },
  source: 'timeline[0]',
  summary: 'scale servers 1 → 2',
};

function makeMetrics(processMetrics = false): RunMetrics {
  return new RunMetrics({ run: 'r1', scenario: 'first-run', startedAtMs: 1_700_000_000_500, processMetrics });
}

/** Lines of samples, without the labels that all have. */
async function samples(metrics: RunMetrics): Promise<string[]> {
  const lines = (await metrics.exposition())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    expect(line).toContain('run="r1"');
    expect(line).toContain('scenario="first-run"');
  }
  return lines.map((line) =>
    line.replace(/run="r1",scenario="first-run"/, '').replace(/\{,|,\}/, (end) => end.replace(',', '')),
  );
}

describe('run metrics', () => {
  test('a run says when it began', async () => {
    expect(await samples(makeMetrics())).toContain('topolab_run_started_timestamp_seconds{} 1700000000.5');
  });

  test('a group is told by its nodes and limits', async () => {
    const metrics = makeMetrics();
    metrics.setGroupNodes('servers', { ready: 2, starting: 1, down: 0, leaving: 0 });
    metrics.setGroupLimits('servers', { cpus: 0.2, memoryBytes: 134_217_728 });
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'topolab_group_nodes{group="servers",state="ready"} 2',
        'topolab_group_nodes{group="servers",state="starting"} 1',
        'topolab_group_nodes{group="servers",state="leaving"} 0',
        'topolab_group_cpu_limit_cores{group="servers"} 0.2',
        'topolab_group_memory_limit_bytes{group="servers"} 134217728',
      ]),
    );
  });

  test('a link is told by its rates in force; no rate is more than any', async () => {
    const metrics = makeMetrics();
    const link = {
      uplinkBytesPerSecond: 4_194_304,
      downlinkBytesPerSecond: null,
      loss: 0,
      delayMs: 0,
      jitterMs: 0,
    };
    metrics.setGroupLink('peers', link);
    metrics.setGroupLink('tracker', null);
    const lines = async () => (await samples(metrics)).filter((line) => line.includes('link'));
    expect(await lines()).toEqual([
      'topolab_link_bytes_per_second{group="peers",direction="uplink"} 4194304',
      'topolab_link_bytes_per_second{group="peers",direction="downlink"} +Inf',
      'topolab_link_bytes_per_second{group="tracker",direction="uplink"} +Inf',
      'topolab_link_bytes_per_second{group="tracker",direction="downlink"} +Inf',
    ]);
    metrics.setGroupLink('peers', { ...link, uplinkBytesPerSecond: null, downlinkBytesPerSecond: 1000 });
    expect((await lines()).slice(0, 2)).toEqual([
      'topolab_link_bytes_per_second{group="peers",direction="uplink"} +Inf',
      'topolab_link_bytes_per_second{group="peers",direction="downlink"} 1000',
    ]);
  });

  test('each objective is one series, in the base unit of its kind', async () => {
    const metrics = makeMetrics();
    const objective = { comparison: 'atMost', phase: null, load: null } as const;
    metrics.setObjectives([{ ...objective, name: 'gone', measure: { kind: 'errors' }, bound: 0.5 }]);
    metrics.setObjectives([
      {
        ...objective,
        name: 'p99.5 latency of users in peak',
        measure: { kind: 'latency', percentile: 99.5 },
        comparison: 'below',
        bound: 250,
        phase: 'peak',
        load: 'users',
      },
      { ...objective, name: 'error share', measure: { kind: 'errors' }, bound: 0.01 },
      { ...objective, name: 'served rate', measure: { kind: 'served' }, comparison: 'atLeast', bound: 40 },
      { ...objective, name: 'recovery time', measure: { kind: 'recovered' }, bound: 10_000 },
      { ...objective, name: 'queue', measure: { kind: 'promql', expr: 'max(queue)' }, bound: 5 },
    ]);
    expect((await samples(metrics)).filter((line) => line.includes('objective'))).toEqual([
      'topolab_objective_bound{objective="p99.5 latency of users in peak",kind="latency",comparison="below",percentile="99.5",phase="peak",load="users"} 0.25',
      'topolab_objective_bound{objective="error share",kind="errors",comparison="atMost",percentile="",phase="",load=""} 0.01',
      'topolab_objective_bound{objective="served rate",kind="served",comparison="atLeast",percentile="",phase="",load=""} 40',
      'topolab_objective_bound{objective="recovery time",kind="recovered",comparison="atMost",percentile="",phase="",load=""} 10',
      'topolab_objective_bound{objective="queue",kind="promql",comparison="atMost",percentile="",phase="",load=""} 5',
    ]);
  });

  test('the least distribution time is one series, and absent where no link is limited', async () => {
    const links = {
      topology: 'peer-to-peer',
      fileBytes: 1000,
      receivers: 3,
      sourceBytesPerSecond: 100,
      helpBytesPerSecond: 300,
      slowestDownlinkBytesPerSecond: null,
    } as const;
    const metrics = makeMetrics();
    metrics.setDistribution(links, true);
    expect((await samples(metrics)).filter((line) => line.includes('distribution'))).toEqual([
      'topolab_distribution_bound_seconds{topology="peer-to-peer",comparable="true"} 10',
      'topolab_distribution_receivers{topology="peer-to-peer"} 3',
      'topolab_distribution_wanted_bytes{topology="peer-to-peer"} 3000',
    ]);
    const unlimited = makeMetrics();
    unlimited.setDistribution({ ...links, sourceBytesPerSecond: null }, false);
    expect((await samples(unlimited)).filter((line) => line.includes('distribution'))).toEqual([
      'topolab_distribution_receivers{topology="peer-to-peer"} 3',
      'topolab_distribution_wanted_bytes{topology="peer-to-peer"} 3000',
    ]);
  });

  test('a limit that is lifted and an offered rate that is not known are absent rather than zero', async () => {
    const metrics = makeMetrics();
    metrics.setGroupLimits('servers', { cpus: 0.2, memoryBytes: null });
    metrics.setOfferedRate('users', 40);
    metrics.setGroupLimits('servers', { cpus: null, memoryBytes: null });
    metrics.setOfferedRate('users', null);
    expect((await samples(metrics)).filter((line) => /limit|offered/.test(line))).toEqual([]);
  });

  test('an action is counted, timed in seconds and marked with its start', async () => {
    const metrics = makeMetrics();
    metrics.actionStarted(scaleOut, 4, 1_700_000_020_004);
    metrics.actionFinished(scaleOut, 900, 'ok');
    expect(await samples(metrics)).toEqual(
      expect.arrayContaining([
        'topolab_actions_total{kind="scale-out",group="servers",action="a1",result="ok"} 1',
        'topolab_action_started_timestamp_seconds{kind="scale-out",group="servers",action="a1"} 1700000020.004',
        'topolab_action_lag_seconds_bucket{le="0.002"} 0',
        'topolab_action_lag_seconds_bucket{le="0.005"} 1',
        'topolab_action_duration_seconds_sum{kind="scale-out"} 0.9',
      ]),
    );
  });

  test('times are those of Prometheus’ clock, beside whose samples they are drawn', async () => {
    const metrics = makeMetrics();
    metrics.tellTimesBy(7000);
    metrics.actionStarted(scaleOut, 4, 1_700_000_020_004);
    metrics.setPhase('one', 1_700_000_010_000);
    expect((await samples(metrics)).filter((line) => line.includes('_timestamp_seconds'))).toEqual([
      'topolab_action_started_timestamp_seconds{kind="scale-out",group="servers",action="a1"} 1700000027.004',
      'topolab_phase_started_timestamp_seconds{phase="one"} 1700000017',
      'topolab_run_started_timestamp_seconds{} 1700000007.5',
    ]);
  });

  test('of thousands of actions the latest are told: each is two series of every push', async () => {
    const metrics = makeMetrics();
    const many = Array.from({ length: 2003 }, (_, index) => ({ ...scaleOut, id: `a${index + 1}` }));
    for (const action of many) {
      metrics.actionStarted(action, 0, 1000);
      metrics.actionFinished(action, 1, 'ok');
    }
    const lines = await samples(metrics);
    for (const name of ['topolab_actions_total', 'topolab_action_started_timestamp_seconds']) {
      const told = lines.filter((line) => line.startsWith(`${name}{`));
      expect(told).toHaveLength(2000);
      expect(told[0]).toContain('action="a4"');
    }
  });

  test('only the current phase and state are there; starts of phases stay', async () => {
    const metrics = makeMetrics();
    metrics.setState('prepare');
    metrics.setState('execute');
    metrics.setPhase('one', 1_000);
    metrics.setPhase('two', 2_000);
    const lines = await samples(metrics);
    expect(lines.filter((line) => /phase|state/.test(line)).sort()).toEqual([
      'topolab_phase_info{phase="two"} 1',
      'topolab_phase_started_timestamp_seconds{phase="one"} 1',
      'topolab_phase_started_timestamp_seconds{phase="two"} 2',
      'topolab_run_state{state="execute"} 1',
    ]);
    metrics.setPhase(null);
    expect((await samples(metrics)).join('\n')).not.toContain('topolab_phase_info{');
  });

  test('every name in the list is exported, and two runs do not share a registry', async () => {
    const text = await makeMetrics(true).exposition();
    for (const name of Object.values(Metric)) expect(text).toContain(`# HELP ${name} `);
    expect(text).toContain('process_cpu_seconds_total');
    expect(
      await new RunMetrics({ run: 'r2', scenario: 's', processMetrics: false }).exposition(),
    ).not.toContain('r1');
  });
});
