// Why a node could not bring its user a file: the refusal that the user gets, with one word that is counted and logged.
import type { OutgoingHttpHeaders } from 'node:http';
import { Counter, type Registry } from 'prom-client';
import { HttpProblem } from '../http/http-problem.ts';
import { log } from '../process/log.ts';

/** The label `reason`. The report has a sentence for each (orchestrator/report/facts/fetch-failures.ts). */
export const fetchFailureReasons = [
  'nobody-found',
  'nobody-has-it',
  'disk-full',
  'wrong-hash',
  'not-stored',
  'no-server',
  'server-refused',
] as const;

export type FetchFailureReason = (typeof fetchFailureReasons)[number];

export class FetchProblem extends HttpProblem {
  readonly reason: FetchFailureReason;

  constructor(reason: FetchFailureReason, status: number, message: string) {
    // 503 may work in a second.
    const headers: OutgoingHttpHeaders = status === 503 ? { 'retry-after': '1' } : {};
    super(status, message, headers);
    this.name = 'FetchProblem';
    this.reason = reason;
  }
}

export class FetchFailures {
  readonly #failed: Counter<'reason'>;

  constructor(registry: Registry) {
    this.#failed = new Counter({
      name: 'topolab_file_fetches_failed_total',
      help: 'Fetches of files that this node gave up, by reason; all who wait for one download are one',
      labelNames: ['reason'],
      registers: [registry],
    });
    // Else nobody could tell "never" from "not known".
    for (const reason of fetchFailureReasons) this.#failed.inc({ reason }, 0);
  }

  /** Counts and logs it. What is no `FetchProblem` did not fail for the file's sake: the node leaves, for example. */
  note(name: string, thrown: unknown): void {
    if (!(thrown instanceof FetchProblem)) return;
    const { reason, message } = thrown;
    this.#failed.inc({ reason });
    log('warn', 'a file was not fetched', { name, reason, why: message });
  }
}
