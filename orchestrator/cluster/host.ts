// A machine on which containers of a run can be placed.
import type { Engine } from '../engine/engine.ts';

/** A host as far as containers are placed on it: what is known of it before its engine is reached. */
export interface HostFacts {
  /** Unique in a cluster. Stands in the label `host` of all series of what runs there. */
  readonly name: string;
  /** Where it is, as a rack or a data centre is; null = nobody said. */
  readonly zone: string | null;
  /** What containers may be promised there; null = whatever they ask for, and whoever starts the run is told that it may be too much. */
  readonly capacity: Resources | null;
  /** What it has beside that, and has promised to others. Left out: nothing. */
  readonly taken?: Resources;
}

export interface Host extends HostFacts {
  readonly engine: Engine;
}

export interface Resources {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** One or more. */
export type Hosts<H extends HostFacts = Host> = readonly [H, ...H[]];

/** The host that an engine runs on, by the name that it gives itself. */
export function hostOfEngine(engine: Engine): Host {
  return { name: engine.reach.hostName, zone: null, engine, capacity: null };
}
