// Whether packets were delayed as asked: what the program that delays them says of each node, added up over a load. Pure.
import { z } from 'zod';
import { addBuckets, type Bucket, percentileOf } from '../statistics/merged-histogram.ts';

/** What became of the packets that reached a node and were to wait so long, over a load. Times in milliseconds, right to 5 %. */
export interface NodeDelays {
  readonly node: string;
  /** The delay that was asked for; null where no packet came. Absent from runs of earlier versions, in which a node had one at a time. */
  readonly askedMs?: number | null;
  /** It was to vary by so much either way. */
  readonly jitterMs?: number;
  readonly packets: number;
  /** Of these, the ones that came more than 2 ms and more than 5 % of their delay later than they were to. */
  readonly beyond: number;
  /** Lost, because too many waited at the node, whatever their delay: told with the delay that most packets had. */
  readonly dropped: number;
  /** From arrival until it was let go on: the delay that came about. null where there was no packet. */
  readonly medianMs: number | null;
  /** How much later than it was to. */
  readonly lateMedianMs: number | null;
  readonly late99Ms: number | null;
  /** The delay ended by itself while the node ran on. */
  readonly ended: boolean;
}

/** Of every node and delay, where a program delayed packets; none where the kernel delays them itself. */
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
  dropped: z.number(),
  delays: z.array(
    z.object({
      delayUs: z.number(),
      jitterUs: z.number(),
      packets: z.number(),
      beyond: z.number(),
      late: histogram,
      given: histogram,
    }),
  ),
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

type ToldDelay = ToldDelays['delays'][number];

/** Of the packets of a node that were to wait equally long. */
interface DelaySums {
  readonly askedMs: number | null;
  readonly jitterMs: number;
  readonly packets: number;
  readonly beyond: number;
  readonly given: readonly Bucket[];
  readonly late: readonly Bucket[];
}

const nothing: DelaySums = { askedMs: null, jitterMs: 0, packets: 0, beyond: 0, given: [], late: [] };

/** Adds up what is told again and again. Only sums are kept: figures are asked for as often as something is told. */
export class DelayTally {
  readonly #nodes = new Map<
    string,
    { readonly byDelay: Map<string, DelaySums>; dropped: number; ended: boolean }
  >();

  add(tolds: readonly ToldDelays[]): void {
    for (const each of tolds) {
      const node = this.#nodes.get(each.node) ?? { byDelay: new Map(), dropped: 0, ended: false };
      this.#nodes.set(each.node, node);
      for (const delay of each.delays) {
        const key = `${delay.delayUs} ± ${delay.jitterUs}`;
        node.byDelay.set(key, added(node.byDelay.get(key) ?? nothing, delay));
      }
      node.dropped += each.dropped;
      if (each.state === 'ended') node.ended = true;
    }
  }

  /** Of everybody who was told of: the shortest delay first. */
  figures(): readonly NodeDelays[] {
    return [...this.#nodes].flatMap(([node, { byDelay, dropped, ended }]) => {
      const delays = (byDelay.size === 0 ? [nothing] : [...byDelay.values()]).map(figuresOf);
      const most = delays.toSorted((a, b) => b.packets - a.packets)[0];
      return delays
        .toSorted((a, b) => (a.askedMs ?? 0) - (b.askedMs ?? 0))
        .map((each) => ({ node, ...each, dropped: each === most ? dropped : 0, ended }));
    });
  }
}

function added(sums: DelaySums, more: ToldDelay): DelaySums {
  return {
    askedMs: more.delayUs / 1000,
    jitterMs: more.jitterUs / 1000,
    packets: sums.packets + more.packets,
    beyond: sums.beyond + more.beyond,
    given: merged(sums.given, more.given),
    late: merged(sums.late, more.late),
  };
}

function merged(sum: readonly Bucket[], part: z.output<typeof histogram>): readonly Bucket[] {
  const buckets = part.map(([upperUs, count]) => ({
    lower: upperUs / bucketRatio / 1000,
    upper: upperUs / 1000,
    count,
  }));
  return addBuckets([{ buckets: sum }, { buckets }]);
}

function figuresOf({ given, late, ...counts }: DelaySums) {
  return {
    ...counts,
    medianMs: percentileOf(given, 0.5),
    lateMedianMs: percentileOf(late, 0.5),
    late99Ms: percentileOf(late, 0.99),
  };
}
