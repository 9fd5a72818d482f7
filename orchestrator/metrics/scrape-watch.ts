// Looks at what Prometheus says of its scrapes, so that a node whose metrics it can't take is named while the run goes on.
import { z } from 'zod';
import { BALANCERS_JOB, NODES_JOB } from './scrape-targets.ts';
import { MOST_BYTES_OF_A_NODE, MOST_SAMPLES_OF_A_NODE } from './prometheus-config.ts';

/** One target, as `/api/v1/targets` has it. */
const target = z.object({
  labels: z.record(z.string(), z.string()),
  health: z.string(),
  lastError: z.string().default(''),
});
const answer = z.object({ data: z.object({ activeTargets: z.array(target) }) });

/** Looks in a row at which a node did not answer in time before that is told: one late scrape is nothing. */
const LATE_LOOKS = 5;
const LONGEST_QUOTE = 120;

export interface ScrapeFault {
  /** What is wrong with its metrics, to follow "the metrics of NODE". */
  readonly words: string;
  /** False where it may pass: no answer, or a late one. */
  readonly stays: boolean;
}

/** What Prometheus' word for a failed scrape means. */
export function scrapeFault(lastError: string): ScrapeFault {
  if (/sample limit/i.test(lastError))
    return {
      words: `have more than ${MOST_SAMPLES_OF_A_NODE} samples, so none of them is used`,
      stays: true,
    };
  if (/body size limit/i.test(lastError))
    return { words: `are longer than ${MOST_BYTES_OF_A_NODE}, so none of them is used`, stays: true };
  if (/label_?\w*_?limit|bucket limit/i.test(lastError))
    return { words: `are rejected: ${quote(lastError)}`, stays: true };
  if (/deadline exceeded|timeout/i.test(lastError))
    return { words: 'have taken longer than a second for some time', stays: false };
  if (lastError.startsWith('server returned HTTP status'))
    return { words: `can't be scraped: the ${quote(lastError)}`, stays: true };
  if (/dial tcp|connect|EOF|reset by peer|no route|unreachable/i.test(lastError))
    return { words: `can't be scraped: ${quote(lastError.replace(/^.*": /, ''))}`, stays: false };
  return { words: `can't be read: ${quote(lastError)}`, stays: true };
}

/** The node may have written part of it. */
function quote(text: string): string {
  const plain = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return plain.length > LONGEST_QUOTE ? `${plain.slice(0, LONGEST_QUOTE)} …` : plain;
}

export interface ScrapeWatchOptions {
  readonly run: string;
  /** Whether a node is to be scraped at this moment; those that have gone answer nothing, and that is no problem. */
  readonly isScraped: (node: string) => boolean;
  readonly warn: (message: string) => void;
}

export class ScrapeWatch {
  readonly #options: ScrapeWatchOptions;
  /** Looks in a row at which a node's scrape had failed. */
  readonly #failing = new Map<string, number>();
  readonly #told = new Set<string>();

  constructor(options: ScrapeWatchOptions) {
    this.#options = options;
  }

  /** Takes in an answer of `/api/v1/targets`; each problem of a node is told once. */
  take(body: unknown): void {
    const parsed = answer.safeParse(body);
    if (!parsed.success) return;
    for (const { labels, health, lastError } of parsed.data.data.activeTargets) {
      const { run, job, node } = labels;
      if (run !== this.#options.run || (job !== NODES_JOB && job !== BALANCERS_JOB) || node === undefined)
        continue;
      if (health === 'down' && this.#options.isScraped(node)) this.#failed(node, scrapeFault(lastError));
      else this.#failing.delete(node);
    }
  }

  #failed(node: string, { words, stays }: ScrapeFault): void {
    const looks = (this.#failing.get(node) ?? 0) + 1;
    this.#failing.set(node, looks);
    if (!stays && looks < LATE_LOOKS) return;
    const message = `The metrics of ${node} ${words}.`;
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#options.warn(message);
  }
}
