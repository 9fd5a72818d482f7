// What every part of the Docker engine works with: the client, the bounds on work at once, and the signal that ends it.
import type Docker from 'dockerode';
import type { EngineDescription } from '../engine.ts';
import { Turns } from './turns.ts';

export interface Daemon {
  readonly docker: Docker;
  readonly description: EngineDescription;
  /** Its own socket, as its host names it; undefined if unknown. */
  readonly socket: string | undefined;
  readonly managesSwarm: boolean;
  /** Image reference → id of the image that is launched for it; see `Images.hold`. */
  readonly held: Map<string, string>;
  /** Turn to create and start a container. */
  readonly launches: Turns;
  /** Turn to remove one. */
  readonly removals: Turns;
  /** Turn to take one off a network before that; undefined where removals may do it by themselves, at the same time. */
  readonly departures: Turns | undefined;
  /** Aborted when the engine is disposed of. */
  readonly closed: AbortSignal;
}

// Measured with 16 sleeping containers on one user-defined network, two cores, Docker 20.10, milliseconds of wall time
// a container: launching 226 with 2 at once, 174 with 4, 168 with 6, 170 with 8, 201 with 16; removing 106, 90, 60, 53
// and 78. The daemon's locks and the kernel's network set-up are the limit, so more at once only makes each wait longer.
const launchesAtOnce = 6;
const removalsAtOnce = 8;

/** Docker 23. Earlier ones may dead-lock where containers leave one network at the same time (moby 46661). */
const firstApiWithSafeDepartures = 42;

export function createDaemon(
  docker: Docker,
  { description, socket, managesSwarm }: Pick<Daemon, 'description' | 'socket' | 'managesSwarm'>,
  closed: AbortSignal,
): Daemon {
  const launches = new Turns(launchesAtOnce);
  const removals = new Turns(removalsAtOnce);
  const departures = speaks(description, firstApiWithSafeDepartures) ? undefined : new Turns(1);
  const held = new Map<string, string>();
  return { docker, description, socket, managesSwarm, held, launches, removals, departures, closed };
}

/** @param minor of the API: 41 stands for 1.41. */
export function speaks({ apiVersion }: EngineDescription, minor: number): boolean {
  const [major = 0, spoken = 0] = apiVersion.split('.').map(Number);
  return major > 1 || spoken >= minor;
}
