// The ways in which a node that can switch answers its user, and what goes over the wire as it does: the orchestrator tells it, servers and peers
// hand over to each other. See docs/decisions/0037-switching.md.

/**
 * From the servers alone to the peers alone. Nodes of one network are never more than one step from each other, and neighbours in this list
 * keep what the other one reads. In the two between, the network is a hybrid: what users write goes to both, and is read from the first.
 */
export const ways = ['client-server', 'servers-first', 'peers-first', 'peer-to-peer'] as const;

export type Way = (typeof ways)[number];

/** The ways between which a network is switched. */
export type Topology = Extract<Way, 'client-server' | 'peer-to-peer'>;

export type SideName = 'servers' | 'peers';

/** Who is asked: the first of them answers, and all keep what is written. */
export const sidesOf: Readonly<Record<Way, readonly [SideName, ...SideName[]]>> = {
  'client-server': ['servers'],
  'servers-first': ['servers', 'peers'],
  'peers-first': ['peers', 'servers'],
  'peer-to-peer': ['peers'],
};

/** `POST /way`: answered once the way is in force, and all that was begun in another one is over. */
export interface WayToTake {
  readonly way: Way;
  /** Nodes that are to know each other before any of them counts on the others. */
  readonly nodes: number;
}

/** `GET /way`. Times in milliseconds since 1970, by the clock of the node. */
export interface WayTaken {
  readonly way: Way;
  readonly sinceMs: number;
  /** When it had served the first operation that began in this way; null = none yet. */
  readonly firstServedMs: number | null;
}

/** `POST /way/copies`: what was handed over. */
export interface Copied {
  readonly records: number;
  readonly events: number;
}

/** A record on its way from one side to the other. */
export interface CopiedRecord {
  readonly id: string;
  readonly contentType: string;
  /** Base64; null = it was deleted. */
  readonly value: string | null;
  /** When it was taken in, milliseconds since 1970, with fractions; 0 = before anybody wrote that down. */
  readonly writtenAtMs: number;
}

/** Of a request, milliseconds since 1970: a record that another node has taken in. */
export const writtenAtHeader = 'topolab-written-at';
/** Of a request, `KEY MILLISECONDS NODE`: an event that another node has taken in. */
export const originHeader = 'topolab-event';

/** Copies that go over at once, unless a single one is longer. */
export const pageOfCopies = { number: 200, bytes: 1024 * 1024 } as const;
