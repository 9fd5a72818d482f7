// Churn held against its group, the length of the run, and its trace file.
import type { WrittenGroups } from './written-groups.ts';
import type { CheckedChurn, CheckedDistribution } from './churn-schema.ts';
import { meanMsOf } from './distribution.ts';
import type { ProblemPath, Report } from '../text/problem.ts';
import { type BoundedText, namedProblem } from '../text/read-bounded.ts';
import { readTrace } from './read-trace.ts';
import { resolveDistribution } from './resolve-churn.ts';
import type { TraceEvent } from './group-common.ts';
import { writeDuration } from '../text/units.ts';
import { shown } from '../text/shown.ts';

/** Arrivals of one group in a run: two actions each. */
const MOST_ARRIVALS = 50_000;

interface ChurnContext {
  /** Undefined where the length of the run is not known. */
  readonly durationMs: number | undefined;
  /** Text of a trace file as the scenario names it. */
  readonly readTrace: (file: string) => BoundedText;
}

/** What the trace files hold, by group. */
export function checkChurn(
  written: WrittenGroups,
  context: ChurnContext,
  report: Report,
): Map<string, readonly TraceEvent[]> {
  const traces = new Map<string, readonly TraceEvent[]>();
  for (const { name, path: groupPath, value: group } of written.groups) {
    if (!('churn' in group) || group.churn === undefined) continue;
    const path = [...groupPath, 'churn'];
    checkBounds(group.churn, group.replicas, path, report);
    if (context.durationMs !== undefined) checkWindow(group.churn, context.durationMs, path, report);
    if (group.churn.trace !== undefined)
      traces.set(name, checkTrace(group.churn, group.replicas, path, context, report));
  }
  return traces;
}

function checkBounds(
  { minAlive, maxAlive }: CheckedChurn,
  replicas: number,
  path: ProblemPath,
  report: Report,
): void {
  if (minAlive > replicas)
    report(
      [...path, 'minAlive'],
      `is more than the ${replicas} nodes of the start; write ${replicas} or less`,
    );
  if (maxAlive < replicas)
    report(
      [...path, 'maxAlive'],
      `is less than the ${replicas} nodes of the start; write ${replicas} or more`,
    );
}

function checkWindow(
  { from, until, arrivals }: CheckedChurn,
  durationMs: number,
  path: ProblemPath,
  report: Report,
): void {
  const end = writeDuration(durationMs);
  if (from >= durationMs) report([...path, 'from'], `the run has ended by then; write less than ${end}`);
  if ((until ?? 0) > durationMs)
    report([...path, 'until'], `the run has ended by then; write ${end} or less`);
  if (until !== undefined && until <= from)
    report([...path, 'until'], 'is not after `from`, so nothing would happen; write a later time');
  checkArrivals(arrivals, (until ?? durationMs) - from, path, report);
}

function checkArrivals(
  written: CheckedDistribution | undefined,
  windowMs: number,
  path: ProblemPath,
  report: Report,
): void {
  const arrivals = resolveDistribution(written);
  if (arrivals === null) return;
  const expected = Math.round(windowMs / meanMsOf(arrivals));
  if (expected <= MOST_ARRIVALS) return;
  report(
    [...path, 'arrivals'],
    `makes about ${expected} nodes arrive; write longer times, for ${MOST_ARRIVALS} or less`,
  );
}

function checkTrace(
  { trace: file = '', from, until }: CheckedChurn,
  replicas: number,
  path: ProblemPath,
  context: ChurnContext,
  report: Report,
): readonly TraceEvent[] {
  const endMs = until ?? context.durationMs;
  const windowMs = endMs === undefined ? undefined : endMs - from;
  const read = context.readTrace(file);
  if (!read.ok) {
    const { problem, at, unreadable } = read;
    const named = namedProblem(file, `${at === undefined ? '' : `line ${at.line}: `}${problem}`);
    const advice = unreadable ? '; write its path relative to the scenario file' : '';
    report([...path, 'trace'], `${named}${advice}`);
    return [];
  }
  const { events, problems } = readTrace(read.text, replicas, windowMs);
  for (const problem of problems) report([...path, 'trace'], `${shown(file)} ${problem}`);
  return events;
}
