// One of the two ways in which the network can keep what its users write: at servers, or among the nodes themselves.
import type { CopiedRecord } from '../contract/way.ts';
import type { LoggedEvent } from '../user/event-log.ts';
import type { RecordService } from '../user/user-service.ts';

export interface Side {
  /** What is written carries the time at which this node took it in: of two, each side keeps the newer. */
  readonly records: Required<RecordService>;
  /** Kept once, however often it is handed on. */
  publish(event: LoggedEvent): Promise<void>;
  /** Why it can't be counted on yet, for people. @param nodes that have to be there, this one included */
  unreadyBecause(nodes: number): string | undefined;
  /** What this node is to hand over of it, in pages: together, all nodes hand over everything. */
  held(): AsyncIterable<readonly CopiedRecord[]>;
  /** Takes over what the other side held. */
  keep(records: readonly CopiedRecord[], events: readonly LoggedEvent[]): Promise<void>;
  /** Every event that was published by now is in the node's log. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}
