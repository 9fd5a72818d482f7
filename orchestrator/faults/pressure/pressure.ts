// What is done to a node from within, so that the node pays for what is used: all that faults want of it together, and how it is said. Pure.

/** Of each kind of workers in one node: the program has no more (pressure/image/program/pressure.h). */
export const MOST_WORKERS = 64;

export type Demand =
  /** Workers that never rest. */
  | { readonly kind: 'busy'; readonly workers: number }
  /** A share, above 0 to 1, of the cores that the node may use. */
  | { readonly kind: 'cores'; readonly share: number }
  /** Memory to take, bytes. */
  | { readonly kind: 'memory'; readonly bytes: number }
  /** Of its memory limit, what the node's own programs are left with, bytes. */
  | { readonly kind: 'leave'; readonly bytes: number }
  /** Workers that write to the disk at a path, and wait for it. */
  | { readonly kind: 'disk'; readonly workers: number; readonly path: string }
  /** Of the node's own disk, what is left free, bytes. */
  | { readonly kind: 'full'; readonly leaveBytes: number }
  /** The clock that the node's programs read is later by so much; earlier where it is below 0. */
  | { readonly kind: 'clock'; readonly offsetMs: number };

/** In the order in which the faults began. */
export type Pressure = readonly Demand[];

/**
 * What the program in a node is told: all that is to be, in one line (pressure/image/program/main.c).
 * @param disk where the node has a disk of its own; null = it has none to fill.
 */
export function pressureLine(pressure: Pressure, disk: string | null): string {
  const { busy, share, memory, leaves, disks, full, clockMs } = sumsOf(pressure);
  return [
    'want',
    ...(busy > 0 ? [`busy=${busy}`] : []),
    ...(share > 0 ? [`cores=${Math.round(share * 1000)}`] : []),
    ...(memory > 0 ? [`memory=${memory}`] : []),
    ...(leaves.length > 0 ? [`leave=${Math.min(...leaves)}`] : []),
    ...disks.map(({ workers, path }) => `disk=${workers}:${path}`),
    ...(clockMs === 0 ? [] : [`clock=${clockMs}`]),
    ...(full.length > 0 && disk !== null ? [`full=${Math.min(...full)}:${disk}`] : []),
  ].join(' ');
}

/** What is wrong with all of it together; undefined where nothing is. */
export function pressureProblem(pressure: Pressure): string | undefined {
  const { busy, disks } = sumsOf(pressure);
  const most = Math.max(busy, total(disks.map(({ workers }) => workers)));
  if (most <= MOST_WORKERS) return undefined;
  return `comes to ${most} workers in a node together with others; write fewer, ${MOST_WORKERS} in all`;
}

/** All of a kind together. */
export function sumsOf(pressure: Pressure) {
  const of = <Kind extends Demand['kind']>(kind: Kind) =>
    pressure.filter((each): each is Extract<Demand, { readonly kind: Kind }> => each.kind === kind);
  return {
    busy: total(of('busy').map(({ workers }) => workers)),
    share: total(of('cores').map(({ share }) => share)),
    memory: total(of('memory').map(({ bytes }) => bytes)),
    leaves: of('leave').map(({ bytes }) => bytes),
    disks: of('disk'),
    clockMs: total(of('clock').map(({ offsetMs }) => offsetMs)),
    full: of('full').map(({ leaveBytes }) => leaveBytes),
  };
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, each) => sum + each, 0);
}
