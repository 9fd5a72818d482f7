// What it took until new nodes were part of the system: who had to do what and where, how long it lasted, and whether what must be refused was.
// Pure, from the event log and saved samples.
import type { EnrolmentProbe, RunEvent } from '../../record/event.ts';
import type { SavedSamples } from '../../record/samples.ts';
import { firstService } from './service-witnesses.ts';

/** One node that was enrolled. Times count from when its container was made. */
export interface EnrolledNode {
  readonly node: string;
  readonly group: string;
  /** Whether it joined while the load went on: of the others it says nothing how soon they served. */
  readonly duringLoad: boolean;
  readonly steps: { readonly administrator: number; readonly member: number; readonly joiner: number };
  /** The nodes at which something had to be done, each once. */
  readonly places: readonly string[];
  readonly credentialAfterMs: number;
  readonly readyAfterMs: number | null;
  readonly firstOperationAfterMs: number | null;
}

export interface EnrolmentFigures {
  readonly nodes: readonly EnrolledNode[];
  /** How often each was tried, and how often it was refused. */
  readonly probes: Readonly<
    Partial<Record<EnrolmentProbe, { readonly tried: number; readonly refused: number }>>
  >;
}

/** null where nobody was enrolled. */
export function measureEnrolment(
  events: readonly RunEvent[],
  samples: SavedSamples | undefined,
): EnrolmentFigures | null {
  const enrolled = events.filter((event) => event.type === 'node-enrolled');
  if (enrolled.length === 0) return null;
  return { nodes: enrolled.map((event) => measureNode(event, events, samples)), probes: countProbes(events) };
}

export function countProbes(events: readonly RunEvent[]): EnrolmentFigures['probes'] {
  const probes: Record<string, { tried: number; refused: number }> = {};
  for (const event of events) {
    if (event.type !== 'enrolment-probed') continue;
    const { tried, refused } = probes[event.invitation] ?? { tried: 0, refused: 0 };
    probes[event.invitation] = { tried: tried + 1, refused: refused + (event.refused ? 1 : 0) };
  }
  return probes;
}

type Enrolled = Extract<RunEvent, { readonly type: 'node-enrolled' }>;

function measureNode(
  { node, group, enrolledAtMs }: Enrolled,
  events: readonly RunEvent[],
  samples: SavedSamples | undefined,
): EnrolledNode {
  const own = events.filter((event) => 'node' in event && event.node === node);
  const steps = own.filter((event) => event.type === 'enrolment-step');
  const by = (who: (typeof steps)[number]['who']) => steps.filter((step) => step.who === who).length;
  const launched = own.find(({ type }) => type === 'node-launched');
  const clockOffsetMs = events.find((event) => event.type === 'run-started')?.clockOffsetMs ?? 0;
  // On the engine's clock, by which nodes tell their times.
  const madeMs = (launched?.atMs ?? Number.NaN) + clockOffsetMs;
  const ready = own.find(({ type }) => type === 'node-ready');
  const served = samples && firstService(samples, node, { engineStartMs: 0, version: null }).atMs;
  return {
    node,
    group,
    duringLoad: launched !== undefined && launched.offsetMs !== null,
    steps: { administrator: by('administrator'), member: by('member'), joiner: by('joiner') },
    places: [...new Set(steps.map(({ at }) => at))],
    credentialAfterMs: Math.round(enrolledAtMs - madeMs),
    readyAfterMs: ready === undefined || launched === undefined ? null : ready.atMs - launched.atMs,
    firstOperationAfterMs: served === undefined || served === null ? null : Math.round(served - madeMs),
  };
}
