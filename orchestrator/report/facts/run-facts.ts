// What a saved run says, gathered once from its event log and verdict for the HTML, the JSON and the terminal summary.
// Parts that an interrupted or broken run never reached are named in `missing`, so that no reader takes them for zero.
import type { Verdict } from '../../judge/verdict.ts';
import type { Action } from '../../plan/plan.ts';
import type { RunEvent } from '../../record/event.ts';
import { type Incident, incidentsOf } from '../../record/incidents.ts';
import type { SavedRun } from '../../record/folder/run-folder.ts';

export type Outcome = Verdict['outcome'];

/** One action of the plan and what became of it. Offsets count from the start of the load. */
export interface ActionRow {
  readonly id: string;
  readonly summary: string;
  readonly source: string;
  readonly status: 'done' | 'failed' | 'unfinished' | 'not-reached';
  readonly plannedMs: number;
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly error: string | null;
}

/** A node's life. Offsets are null before the load started. */
export interface NodeRow {
  readonly node: string;
  readonly group: string;
  readonly image: string | null;
  /** Which of its group's programs it runs: 1 is what the group has at first, each update counts on. */
  readonly revision: number;
  readonly launchedMs: number | null;
  readonly readyAfterMs: number | null;
  readonly endedMs: number | null;
  readonly ended: 'left' | 'down' | 'exited' | 'exited-unexpectedly' | 'out-of-memory' | null;
  readonly exitCode: number | null;
}

export interface RunFacts {
  readonly outcome: Outcome;
  readonly exitCode: number | null;
  readonly reasons: readonly string[];
  readonly started: Extract<RunEvent, { type: 'run-started' }> | undefined;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly loadStarted: boolean;
  /** Length of the load, as far as it came; null where it never started. */
  readonly loadMs: number | null;
  readonly actions: readonly ActionRow[];
  readonly nodes: readonly NodeRow[];
  readonly incidents: readonly Incident[];
  readonly warnings: readonly string[];
  /** Sentences, one for each part that the folder does not hold. */
  readonly missing: readonly string[];
}

export function collectFacts(run: SavedRun): RunFacts {
  const started = eventOf(run, 'run-started');
  const loadStarted = eventOf(run, 'load-started') !== undefined;
  return {
    ...judgement(run),
    started,
    startedAtMs: started?.atMs ?? run.events[0]?.atMs ?? null,
    endedAtMs: eventOf(run, 'run-ended')?.atMs ?? null,
    loadStarted,
    loadMs: loadStarted ? loadLength(run) : null,
    actions: actionRows(run),
    nodes: nodeRows(run.events),
    incidents: incidentsOf(run.events),
    warnings: run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : [])),
    missing: missingParts(run, loadStarted),
  };
}

/** The verdict where there is one; otherwise what the end of the event log says. */
function judgement(run: SavedRun): Pick<RunFacts, 'outcome' | 'exitCode' | 'reasons'> {
  if (run.verdict !== undefined) return { ...run.verdict, reasons: withoutFirstOut(run.verdict) };
  const ended = eventOf(run, 'run-ended');
  if (ended === undefined) {
    return {
      outcome: 'broken',
      exitCode: null,
      reasons: ['The event log ends before the run did: the run was killed.'],
    };
  }
  if (ended.outcome === 'interrupted') {
    return { outcome: 'interrupted', exitCode: 130, reasons: ['Interrupted before a verdict was reached.'] };
  }
  if (ended.outcome === 'broken') {
    return {
      outcome: 'broken',
      exitCode: 1,
      reasons: [ended.error ?? 'The run was aborted; its log does not say why.'],
    };
  }
  return { outcome: 'invalid', exitCode: 4, reasons: ['The run ended but no verdict was recorded.'] };
}

/** What ran out first has a place of its own in every form of the report, with the limit beside it. */
function withoutFirstOut({ reasons, findings = [] }: Verdict): string[] {
  return reasons.filter((_, index) => findings[index]?.code !== 'saturated');
}

function loadLength(run: SavedRun): number {
  const end =
    eventOf(run, 'load-ended')?.offsetMs ?? run.events.findLast((event) => event.offsetMs !== null)?.offsetMs;
  return Math.min(end ?? 0, run.plan.durationMs);
}

/** What was told of an action: it may have begun, and ended. */
interface Told {
  readonly begun?: Extract<RunEvent, { type: 'action-started' }>;
  readonly finished?: Extract<RunEvent, { type: 'action-finished' }>;
}

function actionRows({ plan, events }: SavedRun): ActionRow[] {
  const told = new Map<string, Told>();
  for (const event of events) {
    if (event.type === 'action-started')
      told.set(event.action.id, { ...told.get(event.action.id), begun: event });
    if (event.type === 'action-finished')
      told.set(event.action.id, { ...told.get(event.action.id), finished: event });
  }
  return plan.actions.map((action) => actionRow(action, told.get(action.id)));
}

function actionRow(action: Action, { begun, finished }: Told = {}): ActionRow {
  const { id, summary, source, offsetMs: plannedMs } = action;
  const common = { id, summary, source, plannedMs };
  if (finished !== undefined) {
    const { startedMs, finishedMs, error } = finished;
    return {
      ...common,
      status: error === undefined ? 'done' : 'failed',
      startedMs,
      finishedMs,
      error: error ?? null,
    };
  }
  const startedMs = begun?.startedMs ?? null;
  return {
    ...common,
    status: startedMs === null ? 'not-reached' : 'unfinished',
    startedMs,
    finishedMs: null,
    error: null,
  };
}

function nodeRows(events: readonly RunEvent[]): NodeRow[] {
  const rows = new Map<string, NodeRow>();
  for (const event of events) {
    // What was seen of faults on nodes is about the faults.
    if (!('node' in event && 'group' in event)) continue;
    const before = rows.get(event.node) ?? unknownNode(event.node, event.group);
    rows.set(event.node, { ...before, ...changeOf(event, before) });
  }
  return [...rows.values()];
}

function unknownNode(node: string, group: string): NodeRow {
  return {
    node,
    group,
    image: null,
    revision: 1,
    launchedMs: null,
    readyAfterMs: null,
    endedMs: null,
    ended: null,
    exitCode: null,
  };
}

function changeOf(
  event: Extract<RunEvent, { node: string; group: string }>,
  before: NodeRow,
): Partial<NodeRow> {
  switch (event.type) {
    case 'node-launched':
      return { image: event.image, revision: event.revision ?? 1, launchedMs: event.offsetMs };
    case 'node-ready':
      return { readyAfterMs: before.readyAfterMs ?? event.tookMs };
    case 'node-down':
      return { endedMs: event.offsetMs, ended: 'down', exitCode: event.exitCode };
    case 'node-up':
      return { endedMs: null, ended: null, exitCode: null };
    // Its exit, or its end, follows.
    case 'node-killed':
    case 'node-leaving':
    case 'update-failed':
    case 'enrolment-step':
    case 'node-enrolled':
    case 'enrolment-probed':
    case 'store-restored':
      // Its exit follows the one, its getting ready comes before the other.
      return {};
    case 'node-out-of-memory':
      return { endedMs: event.offsetMs, ended: 'out-of-memory' };
    case 'node-left':
      return before.ended === null || before.ended === 'exited'
        ? { endedMs: event.offsetMs, ended: 'left' }
        : {};
    case 'node-exited':
      if (before.ended !== null) return { exitCode: event.exitCode };
      return {
        endedMs: event.offsetMs,
        ended: event.expected ? 'exited' : 'exited-unexpectedly',
        exitCode: event.exitCode,
      };
  }
}

function missingParts(run: SavedRun, loadStarted: boolean): string[] {
  const parts: string[] = [];
  if (!loadStarted) parts.push('The load never started, so nothing was measured.');
  if (run.verdict === undefined)
    parts.push('No verdict was recorded: objectives and figures per phase are missing.');
  if (run.samples === undefined) parts.push('No metric samples were saved: there are no charts.');
  if (run.scenario.loads.length > 0 && Object.keys(run.k6Summaries).length === 0)
    parts.push('No generator left a summary.');
  if (eventOf(run, 'run-started') === undefined) parts.push('The event log does not name versions and host.');
  if (eventOf(run, 'run-ended') === undefined) parts.push('The event log has no end: the run was killed.');
  return parts;
}

function eventOf<Type extends RunEvent['type']>(
  run: SavedRun,
  type: Type,
): Extract<RunEvent, { type: Type }> | undefined {
  return run.events.find((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
}
