// Planned against actual start of actions, with 40 nodes under load.
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atMost, known } from './harness/judge-row.ts';
import { quantile } from './harness/statistics.ts';
import { measuredRun } from './under-load/measure-run.ts';
import { failedActions, startedActions } from './under-load/run-figures.ts';

const mostLagMs = 10;

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  const { saved, loadBefore } = await measuredRun(context);
  const started = startedActions(saved.events);
  const failed = failedActions(saved.events);
  if (failed.length > 0) throw new Error(`${failed.length} actions failed: ${failed[0]}`);
  const lags = started.map(({ lagMs }) => lagMs);
  const kinds = Map.groupBy(started, ({ kind }) => kind);
  const counts = [...kinds].map(([kind, those]) => `${those.length} ${kind}`).join(', ');
  return [
    known({ name: 'lag of actions, p50', measured: quantile(lags, 0.5), unit: 'ms', note: counts }),
    atMost(
      {
        name: 'lag of actions, p99',
        measured: quantile(lags, 0.99),
        unit: 'ms',
        note: `worst ${Math.max(...lags).toFixed(1)} ms of ${lags.length}; load average before ${loadBefore.toFixed(2)}`,
      },
      mostLagMs,
    ),
  ];
}
