// What was found of the records and events that the run itself has written, right after a switch: by their content, and on the new way alone.
import type { LostRecords } from './checked-records.ts';

export interface CheckedEvents {
  /** Published and acknowledged by the end of the switch. */
  readonly acknowledged: number;
  /** In the log of one node or server at least, they are missing. */
  readonly lost: number;
  /** In the log of one of them at least, or to somebody who follows it, they came twice or more. */
  readonly doubled: number;
  /** Missed by one at least of those who follow a node's log from the beginning, each by the cursor that it was handed: the node has them, and did not hand them out. */
  readonly gaps: number;
  /** Nodes and servers that were asked for their whole log. */
  readonly logs: readonly string[];
}

export interface SwitchCheck {
  /** null = the scenario has none, so that nobody looked. */
  readonly records: (LostRecords & { readonly acknowledged: number }) | null;
  readonly events: CheckedEvents | null;
}
