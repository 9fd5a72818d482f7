// Keeps what nodes have written: of each before its container is removed, and of all that are left at the end of a run.
import type { Containers } from '../../cluster/containers.ts';
import { messageOf } from '../../errors.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { Roster } from './roster.ts';

/** Of one node; what it wrote before is left out. */
const mostLines = 20_000;

export interface NodeLogsOptions {
  readonly containers: Pick<Containers, 'logs'>;
  readonly roster: Roster;
  readonly recorder: Recorder;
  /** Keeps the log of a node that is about to be removed. */
  readonly keepLog: (node: string, log: string) => Promise<void>;
}

export class NodeLogs {
  readonly #options: NodeLogsOptions;

  constructor(options: NodeLogsOptions) {
    this.#options = options;
  }

  /** A log that can't be kept is warned of. */
  async keep(node: string, containerId: string): Promise<void> {
    const { containers, recorder, keepLog } = this.#options;
    try {
      await keepLog(node, await containers.logs(containerId, { tailLines: mostLines }));
    } catch (error) {
      recorder.warn(`keep the log of ${node}: ${messageOf(error)}`);
    }
  }

  /** Of all nodes that are still there. */
  async keepAll(): Promise<void> {
    await Promise.all(
      this.#options.roster.all().map(async ({ name, container }) => {
        if (container !== undefined) await this.keep(name, container.id);
      }),
    );
  }
}
