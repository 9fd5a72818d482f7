// When each node of a run was there, from its event log. Pure.
import type { RunEvent } from '../../record/event.ts';

/** Milliseconds after the start of the load; before it, −∞. null = it has not come to that. */
export interface NodeLife {
  readonly node: string;
  readonly group: string;
  /** Which of its group's programs it runs, from 1. */
  readonly revision: number;
  readonly launchedMs: number;
  readonly readyMs: number | null;
  /** From here on it gets no new requests, or it has gone. */
  readonly leavingMs: number | null;
}

/** In the order of their launch. */
export function nodeLives(events: readonly RunEvent[]): NodeLife[] {
  const lives = new Map<string, NodeLife>();
  for (const event of events) {
    const atMs = event.offsetMs ?? Number.NEGATIVE_INFINITY;
    if (event.type === 'node-launched') {
      const { node, group, revision = 1 } = event;
      lives.set(node, { node, group, revision, launchedMs: atMs, readyMs: null, leavingMs: null });
    }
    const life = 'node' in event ? lives.get(event.node) : undefined;
    if (life === undefined) continue;
    if (event.type === 'node-ready') lives.set(life.node, { ...life, readyMs: atMs });
    if (ENDS.has(event.type) && life.leavingMs === null) lives.set(life.node, { ...life, leavingMs: atMs });
  }
  return [...lives.values()];
}

const ENDS: ReadonlySet<RunEvent['type']> = new Set([
  'node-leaving',
  'node-left',
  'node-killed',
  'node-exited',
]);

/** Whether a node was ready and wanted at a moment. */
export function servesAt({ readyMs, leavingMs }: NodeLife, atMs: number): boolean {
  return readyMs !== null && readyMs <= atMs && (leavingMs === null || leavingMs > atMs);
}

/** Offset 0 on the engine's clock, milliseconds since 1970; null where the load never started. */
export function engineStartOf(events: readonly RunEvent[]): number | null {
  const loaded = events.find(({ type }) => type === 'load-started');
  const started = events.find((event) => event.type === 'run-started');
  if (loaded === undefined || loaded.offsetMs === null) return null;
  return loaded.atMs - loaded.offsetMs + (started?.clockOffsetMs ?? 0);
}
