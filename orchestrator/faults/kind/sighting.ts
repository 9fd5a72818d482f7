// What somebody saw who looked at a node while a fault was to be on it, or to be off again: the only ground on which a run says that it was.

export interface Sighting {
  /** Whether the node is as it was to be. */
  readonly isSo: boolean;
  /** What was seen, with figures: `a connection from the agent: no answer; 3 packets dropped on arrival`. */
  readonly saw: string;
}

/**
 * What became of a request to a node: `answered` also where it was answered badly; `silent` where nothing came back within the time; `gone`
 * where the node has ended.
 */
export type Answer = 'answered' | 'refused' | 'silent' | 'gone';
