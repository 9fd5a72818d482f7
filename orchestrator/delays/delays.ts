// Whether packets were delayed as asked: what the program that delays them says of each node, added up over a load. Pure.
import { z } from 'zod';
import { addBuckets, type Bucket, percentileOf } from '../statistics/merged-histogram.ts';

/** What became of the packets that reached a delayed node, over a load. Times in milliseconds, right to 5 %. */
export interface NodeDelays {
  readonly node: string;
  readonly packets: number;
  /** Of these, the ones that came more than 2 ms and more than 5 % of their delay later than they were to. */
  readonly beyond: number;
  /** Lost, because too many waited. */
  readonly dropped: number;
  /** From arrival until it was let go on: the delay that came about. null where there was no packet. */
  readonly medianMs: number | null;
  /** How much later than it was to. */
  readonly lateMedianMs: number | null;
  readonly late99Ms: number | null;
  /** The delay ended by itself while the node ran on. */
  readonly ended: boolean;
}

/** Of every node whose packets a program delayed; none where the kernel delays them itself. */
export interface MeasuredDelays {
  readonly delays: readonly NodeDelays[];
  /** Why nobody knows: the helper that delays had gone. */
  readonly lost?: string;
}

/** `[[upper microseconds, count], …]` */
const histogram = z.array(z.tuple([z.number(), z.number()]));
const told = z.object({
  node: z.string(),
  state: z.enum(['delaying', 'gone', 'ended']),
  packets: z.number(),
  beyond: z.number(),
  dropped: z.number(),
  late: histogram,
  given: histogram,
});

/** What the program tells of one node, since it told the last time. */
export type ToldDelays = z.output<typeof told>;

/** Ratio of a bucket's bounds, as in net-admin/image/delay/histogram.c. */
const bucketRatio = 1.05;

/** Reads `topolab-delay report`. Throws on what is not its output. */
export function parseDelays(output: string): readonly ToldDelays[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => told.parse(JSON.parse(line)));
}

/** Adds up what is told again and again. */
export class DelayTally {
  readonly #nodes = new Map<string, { readonly told: ToldDelays[]; ended: boolean }>();

  add(tolds: readonly ToldDelays[]): void {
    for (const each of tolds) {
      const node = this.#nodes.get(each.node) ?? { told: [], ended: false };
      this.#nodes.set(each.node, node);
      node.told.push(each);
      if (each.state === 'ended') node.ended = true;
    }
  }

  /** Of everybody who was told of. */
  figures(): readonly NodeDelays[] {
    return [...this.#nodes].map(([node, { told: tolds, ended }]) => {
      const given = merged(tolds.map((each) => each.given));
      const late = merged(tolds.map((each) => each.late));
      return {
        node,
        packets: sum(tolds, 'packets'),
        beyond: sum(tolds, 'beyond'),
        dropped: sum(tolds, 'dropped'),
        medianMs: percentileOf(given, 0.5),
        lateMedianMs: percentileOf(late, 0.5),
        late99Ms: percentileOf(late, 0.99),
        ended,
      };
    });
  }
}

function merged(parts: readonly z.output<typeof histogram>[]): readonly Bucket[] {
  return addBuckets(
    parts.map((part) => ({
      weight: 1,
      buckets: part.map(([upperUs, count]) => ({
        lower: upperUs / bucketRatio / 1000,
        upper: upperUs / 1000,
        count,
      })),
    })),
  );
}

function sum(tolds: readonly ToldDelays[], field: 'packets' | 'beyond' | 'dropped'): number {
  return tolds.reduce((all, each) => all + each[field], 0);
}
