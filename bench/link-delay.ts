// The delay that comes about beside the one that was asked for, at twenty nodes at once: round trips, and a TCP stream behind a rate limit
// beside the same link without delay, in turn.
import { connectDocker } from '../orchestrator/engine/docker/connect-docker.ts';
import { removeLeftovers } from '../orchestrator/engine/remove-leftovers.ts';
import { makeRunId } from '../orchestrator/run/identity/run-id.ts';
import type { BenchContext, BenchRow } from './benchmark.ts';
import { atMost, known } from './harness/judge-row.ts';
import { median, quantile } from './harness/statistics.ts';
import { TwentyNodes } from './link-delay/twenty-nodes.ts';

const MiB = 2 ** 20;
const asked = [
  { delayMs: 20, jitterMs: 0 },
  { delayMs: 20, jitterMs: 5 },
  { delayMs: 100, jitterMs: 0 },
] as const;
const pings = { each: 100, apartMs: 20 } as const;
const rated = { downlinkBytesPerSecond: 2 * MiB } as const;
const streamSeconds = 5;

interface Trial {
  /** Without delay, then as asked; each p50 and p99, milliseconds. */
  readonly pings: readonly (readonly [number, number])[];
  readonly plainBytesPerSecond: number;
  readonly delayedBytesPerSecond: number;
}

export async function run(context: BenchContext): Promise<readonly BenchRow[]> {
  await using engine = await connectDocker();
  const name = makeRunId('link-delay', new Date());
  const trials: Trial[] = [];
  try {
    const nodes = await TwentyNodes.launch(engine, name, context.signal);
    for (let repetition = 1; repetition <= context.repetitions; repetition += 1) {
      const trial = await context.alone(() => measure(nodes));
      trials.push(trial);
      context.say(
        `  ${repetition}/${context.repetitions}: ${trial.pings.map(([p50]) => p50.toFixed(2)).join(', ')} ms`,
      );
    }
  } finally {
    await removeLeftovers(engine, name);
  }
  return [...pingRows(trials), ...streamRows(trials)];
}

async function measure(nodes: TwentyNodes): Promise<Trial> {
  const seen: (readonly [number, number])[] = [];
  for (const link of [{}, ...asked]) {
    await nodes.shape(link);
    const trips = await nodes.roundTrips(pings.each, pings.apartMs);
    seen.push([quantile(trips, 0.5), quantile(trips, 0.99)]);
  }
  await nodes.shape(rated);
  const plainBytesPerSecond = await nodes.received(streamSeconds);
  await nodes.shape({ ...rated, delayMs: 20, jitterMs: 2 });
  const delayedBytesPerSecond = await nodes.received(streamSeconds);
  return { pings: seen, plainBytesPerSecond, delayedBytesPerSecond };
}

function pingRows(trials: readonly Trial[]): BenchRow[] {
  const over = (index: number, which: 0 | 1): number =>
    median(trials.map((trial) => trial.pings[index]?.[which] ?? Number.NaN));
  const plain = over(0, 0);
  const rows = asked.flatMap(({ delayMs, jitterMs }, index) => {
    const words = `${delayMs} ms${jitterMs === 0 ? '' : ` ± ${jitterMs} ms`}`;
    const [p50, p99] = [over(index + 1, 0), over(index + 1, 1)];
    const off = Math.abs(p50 - plain - delayMs);
    return [
      known({
        name: `round trip with ${words}, p50`,
        measured: p50,
        unit: 'ms',
        reference: { what: 'without delay', value: plain },
      }),
      known({
        name: `round trip with ${words}, p99`,
        measured: p99,
        unit: 'ms',
        reference: { what: 'without delay', value: over(0, 1) },
      }),
      atMost({ name: `${words}, median off by`, measured: off, unit: 'ms' }, Math.max(2, delayMs * 0.05)),
    ];
  });
  return rows;
}

function streamRows(trials: readonly Trial[]): BenchRow[] {
  const ratio = median(
    trials.map(
      ({ plainBytesPerSecond, delayedBytesPerSecond }) => delayedBytesPerSecond / plainBytesPerSecond,
    ),
  );
  const each = (pick: (trial: Trial) => number): number => median(trials.map(pick)) / MiB / 20;
  return [
    {
      name: 'TCP stream at 2 MiB/s with 20 ms ± 2 ms',
      measured: each((trial) => trial.delayedBytesPerSecond),
      unit: 'MiB/s',
      reference: { what: 'without delay', value: each((trial) => trial.plainBytesPerSecond) },
      ratio,
      aim: 'at least 0.95 of it',
      met: ratio >= 0.95,
    },
  ];
}
