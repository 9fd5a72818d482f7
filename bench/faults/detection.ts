// How long HAProxy takes to take a server out that fails, beside what its health checks promise: counted from when the fault was seen to bite
// until HAProxy says in its log that the server is down.
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../orchestrator/engine/engine.ts';
import type { FaultName } from '../../orchestrator/faults/registry.ts';
import type { RunEvent } from '../../orchestrator/record/event.ts';
import type { BenchRow } from '../benchmark.ts';
import { runHere } from './run-here.ts';

const file = fileURLToPath(new URL('detection.yaml', import.meta.url));

/** Of the scenario's health check: HAProxy counts the interval from the end of a check to the next. */
const check = { intervalSeconds: 0.5, timeoutSeconds: 0.5, fall: 2 };
const silentSeconds = check.fall * (check.intervalSeconds + check.timeoutSeconds);
/** Who is refused hears of it at once. */
const refusedSeconds = check.fall * check.intervalSeconds;
/** Its log is read through the engine, and a look takes a moment. */
const slackSeconds = 0.25;

const promises: readonly { readonly kind: FaultName; readonly what: string; readonly seconds: number }[] = [
  { kind: 'pause', what: 'fall × (interval + timeout)', seconds: silentSeconds },
  { kind: 'isolate', what: 'fall × (interval + timeout)', seconds: silentSeconds },
  { kind: 'refuse', what: 'fall × interval', seconds: refusedSeconds },
  // Its address is taken out of use, so that checks meet silence.
  { kind: 'kill', what: 'fall × (interval + timeout)', seconds: silentSeconds },
];

export async function detectionRows(engine: Engine, signal: AbortSignal): Promise<BenchRow[]> {
  /** When each server went down, milliseconds since 1970, in order. */
  const downs: { readonly server: string; readonly atMs: number }[] = [];
  const over = new AbortController();
  const listen = async (balancer: string): Promise<void> => {
    for await (const line of engine.followLogs(balancer, over.signal)) {
      const [, server] = /servers\/(\S+) is DOWN/.exec(line) ?? [];
      if (server !== undefined) downs.push({ server, atMs: Date.now() });
    }
  };
  let listening = Promise.resolve();
  const { events } = await runHere(engine, file, signal, (event) => {
    // Its log ends with its container.
    if (event.type === 'node-launched' && event.group === 'balancer')
      listening = listen(event.containerId).catch(() => {});
  });
  over.abort();
  await listening;
  return promises.map((promise) => detectionRow(promise, events, downs));
}

function detectionRow(
  { kind, what, seconds }: (typeof promises)[number],
  events: readonly RunEvent[],
  downs: readonly { readonly server: string; readonly atMs: number }[],
): BenchRow {
  const loadMs = events.find(({ type }) => type === 'load-started')?.atMs ?? Number.NaN;
  const seen = events.find(
    (event): event is Extract<RunEvent, { type: 'fault-confirmed' }> =>
      event.type === 'fault-confirmed' && event.kind === kind && event.moment === 'began',
  );
  const seenMs = loadMs + (seen?.seenMs ?? Number.NaN);
  // One that was found before anybody looked was found in time.
  const down = downs.find(
    ({ server, atMs }) => server === seen?.node && atMs >= seenMs - slackSeconds * 1000,
  );
  const measured = down === undefined ? Number.NaN : Math.max(0, down.atMs - seenMs) / 1000;
  return {
    name: `HAProxy detects: ${kind}`,
    measured,
    unit: 's',
    reference: { what: `promised: ${what}`, value: seconds },
    ratio: measured / seconds,
    aim: `at most ${seconds} s, and ${slackSeconds} s to read its log`,
    met: measured <= seconds + slackSeconds,
  };
}
