// What the run that checked an N+1 answer shows: whether the objectives held with one node fewer, and what its loss cost at first. Pure.
import type { IterationCounts } from '../measure/figures/figures.ts';
import type { SavedRun } from '../record/folder/run-folder.ts';
import { CheckPhase, TAKEOVER_MS } from './failure-scenario.ts';

/** Whether N+1 nodes keep the objectives at the target rate once one of them has been killed. */
export interface FailureCheck {
  readonly nodes: number;
  readonly targetRate: number;
  /** The folder of the run that checked it. */
  readonly run: string;
  /**
   * `held`, `missed`: the objectives, over the time from the end of the takeover on. `invalid`: the run can't be believed, broke off, or killed
   * no node; it is no evidence either way and should be repeated.
   */
  readonly outcome: 'held' | 'missed' | 'invalid';
  /** Sentences that say why, the weightiest first. */
  readonly reasons: readonly string[];
  readonly takeover: Takeover;
}

/** The seconds right after the kill, in which the objectives are not asked for. */
export interface Takeover {
  readonly lastsMs: number;
  /** Share of the requests that ended in them and failed; null = not measured. */
  readonly failedShare: number | null;
  /** Latency of these requests; null = not measured. */
  readonly p95Ms: number | null;
  /** Share of the iterations that were due in them and found no virtual user free; null = not measured. Absent from earlier versions. */
  readonly notStartedShare?: number | null;
  /** Virtual users that the check's load had; null = not known. Absent from earlier versions. */
  readonly virtualUsers?: number | null;
}

export function judgeFailure(run: SavedRun, asked: Pick<FailureCheck, 'nodes' | 'targetRate'>): FailureCheck {
  const model = run.scenario.loads[0]?.model;
  const figures = run.verdict?.phases.find(({ phase }) => phase === CheckPhase.takeover);
  return {
    ...asked,
    run: run.folder,
    ...judgement(run),
    takeover: {
      lastsMs: TAKEOVER_MS,
      failedShare: figures?.errorShare ?? null,
      p95Ms: figures?.p95Ms ?? null,
      notStartedShare: notStarted(figures?.iterations),
      virtualUsers: model?.kind === 'open' ? model.maxVirtualUsers : null,
    },
  };
}

function notStarted(iterations: IterationCounts | null | undefined): number | null {
  if (iterations == null || iterations.offered <= 0) return null;
  return Math.max(0, 1 - iterations.started / iterations.offered);
}

function judgement({ verdict, events }: SavedRun): Pick<FailureCheck, 'outcome' | 'reasons'> {
  if (verdict === undefined) return { outcome: 'invalid', reasons: ['It ended without a verdict.'] };
  const { outcome, reasons } = verdict;
  if (outcome !== 'pass' && outcome !== 'fail') return { outcome: 'invalid', reasons };
  // A kill that failed is an event like any other, and the objectives of a run in which nothing happened say nothing.
  if (!events.some(({ type }) => type === 'node-killed'))
    return { outcome: 'invalid', reasons: ['No node was killed.'] };
  // With all nodes there, nothing but a lack of virtual users or of nodes keeps the load from being offered.
  const before = verdict.objectives.find(({ objective }) => objective.phase === CheckPhase.before);
  if (before?.status === 'missed')
    return { outcome: 'invalid', reasons: ['The load was not offered in full before the kill.', ...reasons] };
  return { outcome: outcome === 'pass' ? 'held' : 'missed', reasons };
}
